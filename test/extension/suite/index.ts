import assert from 'node:assert/strict';
import { appendFileSync, writeFileSync } from 'node:fs';
import mochaModule from 'mocha';
import * as vscode from 'vscode';
import CountingReporter from '../../countingReporter.cjs';
import { defineAloneTests } from './alone.ts';
import { defineApiTests } from './api.ts';
import { defineBackendTests } from './backends.ts';
import { defineBadInputTests } from './badInput.ts';
import { defineBoundaryTests } from './boundary.ts';
import { defineCandidateTests } from './candidates.ts';
import { defineCoexistenceTests, defineNotAgainTests } from './coexistence.ts';
import { defineCompletionTests } from './completion.ts';
import { defineContextTests } from './context.ts';
import { defineForeignSettingsTests, defineRestrictedTests } from './foreign.ts';
import { defineIgnoreTests } from './ignore.ts';
import { defineIncidentTests } from './incident.ts';
import { defineKeystrokeTests } from './keystrokes.ts';
import { defineLanguageModelTests } from './languageModel.ts';
import { defineLongSessionTests } from './longSession.ts';
import { defineObservationTests } from './observation.ts';
import { definePlaceTests } from './places.ts';
import { defineProxyTests } from './proxy.ts';
import { defineSecrecyTests } from './secrecy.ts';
import { defineSettingsTests } from './settings.ts';
import { defineStatusTests } from './status.ts';
import { canDrive, control, picture } from './window.ts';
import { defineWorkspaceIndexTests } from './workspaceIndex.ts';

/** Node 20 gives a namespace for `require('mocha')`, Node 24 the class. */
type MochaClass = typeof mochaModule;
const Mocha: MochaClass = (mochaModule as unknown as { default?: MochaClass }).default ?? mochaModule;

/** The tests of each window of `windows.ts`. */
const suites: Readonly<Record<string, () => void>> = {
  shop() {
    defineStatusTests();
    defineCompletionTests();
    defineKeystrokeTests();
    defineBadInputTests();
    defineSettingsTests();
    defineIgnoreTests();
    defineSecrecyTests();
    defineBoundaryTests();
    defineLanguageModelTests();
    defineContextTests();
    defineBackendTests();
    defineObservationTests();
  },
  exist() {
    defineCoexistenceTests();
    definePlaceTests();
    defineCandidateTests();
    defineNotAgainTests();
  },
  alone: defineAloneTests,
  api: defineApiTests,
  incident: defineIncidentTests,
  settings: defineForeignSettingsTests,
  restricted: defineRestrictedTests,
  proxy: defineProxyTests,
  long: defineLongSessionTests,
  index: defineWorkspaceIndexTests,
};

/** Called by the extension host. Rejects when a test fails. */
export async function run(): Promise<void> {
  await openedFolders();
  const mocha = new Mocha({ ui: 'bdd', timeout: 60_000, color: true, reporter: CountingReporter });
  mocha.suite.emit('pre-require', globalThis, 'suite', mocha);
  (suites[process.env['FAILSOFT_TEST_WINDOW'] ?? ''] ?? assert.fail('no such window'))();
  mocha.rootHooks({ afterEach: tellWhatIsShown });
  const stats = await new Promise<{ passes: number; failures: number }>((resolve) => {
    const runner = mocha.run(() => resolve({ passes: runner.stats?.passes ?? 0, failures: runner.failures }));
  });
  if (stats.passes === 0) throw new Error('no test was run');
  if (stats.failures > 0) throw new Error(`${stats.failures} extension tests failed`);
}

/** After a failed test: what the window shows, on the screen and in the last lines of the whole run. */
async function tellWhatIsShown(this: Mocha.Context): Promise<void> {
  if (!canDrive || this.currentTest?.state !== 'failed') return;
  await picture('failed-test');
  const shown = `${this.currentTest.title}: ${String(await control({ op: 'shown' }).catch(String))}`;
  console.log(shown);
  const counts = process.env['FAILSOFT_TEST_COUNTS'] ?? '';
  if (counts !== '') appendFileSync(counts, `${JSON.stringify({ passed: 0, failed: 0, failures: [shown] })}\n`);
}

/**
 * Waits for the folders of the window: on a busy machine the extension host runs before it knows them. Seldom VS Code never tells it; then no
 * test is run, and `run.ts` opens another window.
 */
async function openedFolders(): Promise<void> {
  const wanted = Number(process.env['FAILSOFT_TEST_FOLDERS']);
  const known = (): number => vscode.workspace.workspaceFolders?.length ?? 0;
  for (const end = Date.now() + 20_000; known() !== wanted && Date.now() < end;) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  if (known() === wanted) return;
  writeFileSync(process.env['FAILSOFT_TEST_UNOPENED'] ?? '', '');
  throw new Error(`the window knows ${known()} of its ${wanted} folders`);
}
