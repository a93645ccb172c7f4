import * as vscode from 'vscode';
import type { TestResult } from '../domain/backendTest.ts';
import type { BackendSettings } from '../settings/settings.ts';
import { createSetup, type Setup } from '../setup.ts';
import { diagnose, diagnosisText, flawOf, passedText } from '../ui/diagnosis.ts';
import { type RunningTest, testLines } from '../ui/manageBackends.ts';
import type { CommandPorts } from './commandPorts.ts';
import { type OpenList, pickOne } from './quickSteps.ts';

/** So many tests run at once: more would make servers on one machine slower than they are. */
const testsAtOnce = 4;

/** Tests backends and shows how each one did. @param name only this one */
export async function testBackends(ports: CommandPorts, name?: string): Promise<void> {
  const backends = ports.session.settings.backends.filter((backend) => name === undefined || backend.name === name);
  if (backends.length === 0) return offerToAdd();
  const setup = createSetup(ports.setup);
  try {
    const tests = await Promise.all(
      backends.map(async (backend): Promise<RunningTest> => {
        const { name: called, baseUrl, model } = backend;
        return { name: called, baseUrl, model, hasKey: (await ports.keys.get(called, backend.origin)) !== undefined };
      }),
    );
    await showTests(backends, tests, setup, ports);
  } finally {
    setup.dispose();
  }
}

async function showTests(backends: readonly BackendSettings[], tests: RunningTest[], setup: Setup, ports: CommandPorts): Promise<void> {
  for (let isFirst = true; ; isFirst = false) {
    const end = await pickOne<number>({
      title: 'Test of the backends',
      step: 1,
      totalSteps: 1,
      canGoBack: false,
      placeholder: 'One completion of made-up code each. Pick one for its diagnosis.',
      lines: testLines(tests),
      ...(isFirst ? { load: (list: OpenList<number>) => void runAll(backends, tests, setup, ports, list) } : {}),
      // Nothing can be said of one that still runs.
      stays: (index) => tests[index]?.result === undefined,
    });
    if (end.kind !== 'next') return;
    await showOne(tests[end.value]);
    // Those that ran when the list was left were stopped with it.
    if (tests.some(({ result }) => result === undefined)) return;
  }
}

async function runAll(
  backends: readonly BackendSettings[],
  tests: RunningTest[],
  setup: Setup,
  ports: CommandPorts,
  list: OpenList<number>,
): Promise<void> {
  list.setBusy(true);
  const stopped = new AbortController();
  list.signal.addEventListener('abort', () => stopped.abort(), { once: true });
  const isLeft = (): boolean => list.signal.aborted;
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < backends.length && !isLeft(); index = next++) {
      const backend = backends[index];
      const test = tests[index];
      if (!backend || !test) continue;
      const key = await ports.keys.get(backend.name, backend.origin);
      const result = await setup.test(backend, { key, signal: stopped.signal, deadlines: ports.session.settings.deadlines });
      if (isLeft()) return;
      tests[index] = { ...test, result };
      ports.log.info(`test: ${backend.name} ${logText(result)}`);
      list.show(testLines(tests));
    }
  };
  await Promise.all(Array.from({ length: testsAtOnce }, worker));
  list.setBusy(false);
}

/** For the log: what a server says may hold anything, so only its kind and status are written. */
function logText(result: TestResult): string {
  if (result.ok) return `answered, ${passedText(result)}`;
  const { kind, status } = result.failure;
  return `failed after ${Math.round(result.total)} ms: ${kind}${status === undefined ? '' : `, HTTP ${status}`}`;
}

async function showOne(test: RunningTest | undefined): Promise<void> {
  const result = test?.result;
  if (!test || !result) return;
  const trouble = result.ok ? flawOf(result) : diagnose(result.failure, test);
  const answered = result.ok ? `It answered with: ${result.text.trim().slice(0, 120)}\nModel: ${result.model}; ${passedText(result)}.` : '';
  const detail = [trouble && diagnosisText(trouble), answered].filter(Boolean).join('\n\n');
  const title = trouble ? (result.ok ? `${test.name} answers, but` : `The test of ${test.name} failed`) : `${test.name} is well`;
  if (trouble) await vscode.window.showWarningMessage(title, { modal: true, detail });
  else await vscode.window.showInformationMessage(title, { modal: true, detail });
}

async function offerToAdd(): Promise<void> {
  const add = 'Add a Backend…';
  const message = 'Failsoft: no backend is configured, so there is nothing to test.';
  if ((await vscode.window.showInformationMessage(message, add)) === add) await vscode.commands.executeCommand('failsoft.addBackend');
}
