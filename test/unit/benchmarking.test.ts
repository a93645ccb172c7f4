import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, it } from 'mocha';
import { type Clock, systemClock } from '../../src/base/clock.ts';
import { systemDisk } from '../../src/base/sourceDisk.ts';
import { systemFolders } from '../../src/base/sourceFolders.ts';
import { askVersion, type EvaluatedVersion, type EvaluationPorts, ownFilesOf, warmUp } from '../../src/benchmarking.ts';
import { type CompletionCall, type CompletionRequest, failed, type Outcome } from '../../src/domain/completion.ts';
import type { Asked } from '../../src/evaluation/benchmarkTypes.ts';
import { createSecretRules } from '../../src/secretRules.ts';
import { parseSettings } from '../../src/settings/parse.ts';
import { configuredBackend } from '../fakes/backend.ts';
import { sampleRequest } from '../fakes/request.ts';

const token = ['ghp', '_', 'a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8'].join('');
const said = (text: string): Outcome => ({ ok: true, text, origin: 'model', sourceId: 'm', finish: 'stop' });

const version = (deadlines: object = {}): EvaluatedVersion => ({
  backend: configuredBackend({ name: 'm', baseUrl: 'http://127.0.0.1:1/v1', model: 'qwen2.5-coder:7b' }),
  deadlines: parseSettings({ deadlines }).settings.deadlines,
});

type Answer = (request: CompletionRequest, call: CompletionCall) => Outcome | Promise<Outcome>;

const portsOf = (answer: Answer, clock: Clock = systemClock): EvaluationPorts => ({
  http: { request: () => Promise.reject(new Error('nobody is asked over HTTP')), dispose: () => undefined },
  clock,
  keys: { get: () => Promise.resolve(undefined) },
  secretRules: createSecretRules,
  connect: () => ({ id: 'm', complete: (request, call) => Promise.resolve(answer(request, call)) }),
});

function ask(
  answer: Answer,
  {
    request = {},
    clock,
    deadlines,
    signal,
  }: { request?: Partial<CompletionRequest>; clock?: Clock; deadlines?: object; signal?: AbortSignal } = {},
): Promise<Asked> {
  const asked = askVersion(version(deadlines), portsOf(answer, clock));
  return asked({ ...sampleRequest(), ...request }, signal ?? new AbortController().signal);
}

describe('asking a version as a keystroke would', () => {
  it('takes secrets out of what is sent, and drops an answer that brings one', async () => {
    const sent: string[] = [];
    const request = { prefix: `const token = '${token}';\nconst next = `, suffix: '\n' };
    await ask((asked) => (sent.push(asked.prefix), said('1;')), { request });
    assert.ok(sent[0]?.includes('const next') && !sent[0].includes(token));
    const { outcome, text } = await ask(() => said(`'${token}';`));
    assert.deepEqual([outcome.ok, text], [true, '']);
  });

  it('shows what a person would see, and ends when enough has come', async () => {
    let hasEnough = false;
    const { text } = await ask((_, { enough }) => ((hasEnough = enough !== undefined), said('left + right;<|fim_pad|>')));
    assert.deepEqual([text, hasEnough], ['left + right;', true]);
  });

  it('asks once more with less text where a model says that it was too much', async () => {
    const lengths: number[] = [];
    const long = { prefix: `${'const a = 1;\n'.repeat(400)}const next = ` };
    const { outcome } = await ask(
      ({ prefix }) => {
        lengths.push(prefix.length);
        return lengths.length === 1
          ? failed({ kind: 'context_length', message: 'too long', promptTokens: 2000, contextTokens: 1000 })
          : said('1;');
      },
      { request: long },
    );
    assert.ok(outcome.ok && lengths.length === 2 && (lengths[1] ?? 0) < (lengths[0] ?? 0), lengths.join(' '));
  });

  it('waits no longer than somebody who types, and ends when it is told to', async () => {
    const never: Answer = (_, { signal, onStage }) => {
      onStage?.('connected');
      return new Promise((resolve) => signal.addEventListener('abort', () => resolve(failed({ kind: 'cancelled', message: 'left' }))));
    };
    const late = await ask(never, { deadlines: { firstToken: 100, firstTokenLoopback: 100, totalManual: 5000 } });
    assert.equal(late.attempt.outcome, 'timeout');
    assert.ok(late.attempt.elapsed < 1500, String(late.attempt.elapsed));
    const controller = new AbortController();
    const left = ask(never, { signal: controller.signal, deadlines: { firstToken: 10_000, firstTokenLoopback: 10_000 } });
    controller.abort(new Error('interrupted'));
    assert.equal((await left).attempt.outcome, 'cancelled');
  });

  it('knows when this machine slept meanwhile', async () => {
    let slept = 0;
    const clock: Clock = { ...systemClock, now: () => systemClock.now() + slept };
    const { attempt } = await ask(() => ((slept = 3_600_000), said('1;')), { clock });
    assert.equal(attempt.interrupted, 'asleep');
  });

  it('gives up before it begins only for what does not pass by itself', async () => {
    const versions = { baseline: version(), candidate: version() };
    const of = async (kind: 'auth' | 'network' | 'capacity' | 'loading' | 'rate_limit'): Promise<string | undefined> => {
      const cause = kind === 'network' ? { cause: 'refused' as const } : {};
      const unreachable = await warmUp(
        versions,
        portsOf(() => failed({ kind, message: 'no', ...cause } as never)),
        new AbortController().signal,
      );
      return unreachable?.arm;
    };
    assert.deepEqual([await of('auth'), await of('network')], ['baseline', 'baseline']);
    assert.deepEqual([await of('capacity'), await of('loading'), await of('rate_limit')], [undefined, undefined, undefined]);
  });
});

describe('the files that a benchmark may ask about', () => {
  it('are files of the folder: no links, nothing of git, and only what is text', () => {
    const outside = mkdtempSync(path.join(os.tmpdir(), 'failsoft-outside-'));
    const folder = mkdtempSync(path.join(os.tmpdir(), 'failsoft-inside-'));
    try {
      writeFileSync(path.join(outside, 'far.ts'), 'const far = 1;\n');
      mkdirSync(path.join(folder, '.git/hooks'), { recursive: true });
      writeFileSync(path.join(folder, '.git/hooks/hook.py'), 'print(1)\n');
      writeFileSync(path.join(folder, 'near.ts'), 'const near = 1;\n');
      writeFileSync(path.join(folder, 'latin.ts'), Buffer.from('const word = "d\u00e9j\u00e0";\n', 'latin1'));
      symlinkSync(path.join(outside, 'far.ts'), path.join(folder, 'link.ts'));
      symlinkSync(outside, path.join(folder, 'linked'));
      const files = ownFilesOf(folder, { ...systemDisk, ...systemFolders }, createSecretRules);
      assert.deepEqual(files.paths, ['latin.ts', 'near.ts']);
      assert.deepEqual(
        files.paths.map((name) => files.read(name)),
        [undefined, 'const near = 1;\n'],
      );
      assert.deepEqual([files.hasSecret(`const a = '${token}';`), files.hasSecret('const a = 1;')], [true, false]);
    } finally {
      for (const each of [outside, folder]) rmSync(each, { recursive: true, force: true });
    }
  });

  it('are no more than anybody needs', () => {
    const entries = Array.from({ length: 20_050 }, (_, index) => ({ name: `file${index}.ts`, kind: 'file' as const }));
    const disk = { ...systemDisk, look: () => undefined, read: () => undefined, entriesOf: () => entries };
    assert.equal(ownFilesOf('/anywhere', disk, () => []).paths.length, 20_000);
  });
});
