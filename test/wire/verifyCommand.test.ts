import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { systemClock } from '../../src/base/clock.ts';
import { createHttpClient } from '../../src/base/http.ts';
import { systemRandom } from '../../src/base/random.ts';
import { systemDisk } from '../../src/base/sourceDisk.ts';
import { systemFolders } from '../../src/base/sourceFolders.ts';
import { runCommandLine } from '../../src/cli/commandLine.ts';
import { verify } from '../../src/cli/verify.ts';
import type { CompatibilityReport } from '../../src/evaluation/compatibilityReport.ts';
import { goldenPrompts } from '../../src/evaluation/golden/all.ts';
import { type Answer, type FaultServer, startFaultServer } from '../fakes/faultServer.ts';
import { defectiveModels, goodModel, practiceContext } from '../fakes/practiceModels.ts';

const http = createHttpClient();

interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  readonly files: ReadonlyMap<string, string>;
}

async function run(words: readonly string[], settings?: object, controller = new AbortController(), policy?: object): Promise<Said> {
  let out = '';
  let err = '';
  const files = new Map<string, string>();
  if (policy) files.set('/project/policy.json', JSON.stringify(policy));
  if (settings) files.set('/project/settings.json', JSON.stringify(settings));
  const code = await runCommandLine(
    ['verify', ...words],
    {
      out: { write: (text) => void (out += text), columns: undefined },
      err: { write: (text) => void (err += text), columns: undefined },
      version: '0.0.0',
      signal: controller.signal,
      clock: systemClock,
      random: systemRandom,
      http,
      files: {
        read: (path) => {
          const text = files.get(path);
          return text === undefined ? undefined : new TextEncoder().encode(text);
        },
        replace: (path, bytes) => void files.set(path, new TextDecoder().decode(bytes)),
      },
      disk: { ...systemDisk, ...systemFolders },
      env: {},
      folder: '/project',
      writeProblem: () => undefined,
    },
    [verify],
  );
  return { code, out, err, files };
}

describe('failsoft verify, over real sockets', () => {
  const servers: FaultServer[] = [];
  let good: FaultServer;
  let chatty: FaultServer;

  const practice = async (answer: Answer): Promise<FaultServer> => {
    const server = await startFaultServer({ answer, contextTokens: practiceContext, pace: { firstTokenMs: 0, betweenTokensMs: 0 } });
    servers.push(server);
    return server;
  };
  const direct = (arm: string, { url }: FaultServer): string[] => [`--${arm}-url`, `${url}/v1`, `--${arm}-model`, 'qwen2.5-coder:7b'];

  before(async () => {
    good = await practice(goodModel);
    chatty = await practice(defectiveModels['chats']?.answer ?? goodModel);
  });

  after(async () => {
    await Promise.all(servers.map((server) => server.close()));
    http.dispose();
  });

  it('ends with 0 for a good candidate, says how it went and writes a report', async () => {
    const { code, out, err, files } = await run([...direct('baseline', good), ...direct('candidate', good), '--report', 'prompts.md']);
    assert.equal(code, 0, out + err);
    assert.match(out, /✓ File boundaries +0 of 62 wrong; the baseline 0 of 62, allowed is 2\.0 %/);
    assert.match(out, /\npassed: 14 of 14 checks passed, none failed\n$/);
    assert.match(files.get('/project/prompts.md') ?? '', /^# Prompt compatibility\n\n\*\*passed\*\*/);
    assert.match(err, /golden prompts: \d+ of 124 answers/);
  });

  it('ends with 1 for a candidate with a defect, and names prompts that show it', async () => {
    const { code, out } = await run([...direct('baseline', good), ...direct('candidate', chatty)]);
    assert.equal(code, 1);
    assert.match(out, /✗ Talk around the code +60 of 62 wrong/);
    assert.match(out, / {4}ts-call-argument: talks: “Sure! Here is the completed code:”/);
  });

  it('takes both versions from a settings file, and prints one JSON document', async () => {
    const settings = { 'failsoft.backends': [{ name: 'shop', baseUrl: `${good.url}/v1`, model: 'qwen2.5-coder:7b' }] };
    const words = ['--settings', 'settings.json', '--baseline', 'shop', '--candidate', 'shop=qwen2.5-coder:14b', '--json'];
    const { code, out, err } = await run(words, settings);
    assert.equal(code, 0, err);
    assert.equal(err, '', 'no progress');
    const report = JSON.parse(out) as CompatibilityReport;
    assert.equal(report.verdict, 'passed');
    assert.deepEqual([report.baseline?.name, report.candidate.name], ['qwen2.5-coder:7b (shop)', 'qwen2.5-coder:14b (shop)']);
    assert.equal(report.prompts, goldenPrompts.length);
  });

  it('takes both versions from a policy', async () => {
    const settings = { 'failsoft.backends': [{ name: 'shop', baseUrl: `${good.url}/v1`, model: 'qwen2.5-coder:7b' }] };
    const versionOf = (model: string): object => ({ backend: 'shop', model: `qwen2.5-coder:${model}` });
    const policy = { name: 'next', baseline: versionOf('7b'), candidate: versionOf('14b') };
    const { out } = await run(['--settings', 'settings.json', '--policy', 'policy.json', '--json'], settings, undefined, policy);
    const report = JSON.parse(out) as CompatibilityReport;
    assert.deepEqual([report.baseline?.name, report.candidate.name], ['qwen2.5-coder:7b (shop)', 'qwen2.5-coder:14b (shop)']);
  });

  it('is told by a person how long a context is that the server does not say', async () => {
    const silent = await startFaultServer({ answer: goodModel, pace: { firstTokenMs: 0, betweenTokensMs: 0 } });
    servers.push(silent);
    const { out } = await run([...direct('candidate', silent), '--context', '2048']);
    assert.match(out, /✓ End of the context +0 of 3 wrong/);
  });

  it('checks a candidate alone', async () => {
    const { code, out } = await run(direct('candidate', good));
    assert.equal(code, 0);
    assert.match(out, /\? Tokens of a prompt +there is no baseline to compare with/);
  });

  it('ends with 3 when the candidate cannot be asked', async () => {
    const down = await practice(goodModel);
    await down.set({ kind: 'error', status: 401 });
    const { code, out } = await run([...direct('baseline', good), ...direct('candidate', down)]);
    assert.equal(code, 3);
    assert.match(out, /\ncandidate .*, 5 auth, it was not asked any more .*, the last one auth: \S.*\n/);
    assert.match(out, /\ninconclusive: .* gave 0 answers, 40 are wanted; .* 5 failures in a row, the last one auth\n$/);
  });

  it('ends with 130 soon after Ctrl+C', async () => {
    const silent = await practice(goodModel);
    await silent.set({ kind: 'hangBeforeHeaders' });
    const controller = new AbortController();
    const running = run(direct('candidate', silent), undefined, controller);
    await silent.waitFor(({ method }) => method === 'POST');
    controller.abort(new Error('interrupted'));
    const { code, out } = await running;
    assert.deepEqual([code, out], [130, '']);
  });

  for (const [what, words, message] of [
    ['no candidate', [], /the candidate is missing: --candidate NAME/],
    [
      'a context that is no number',
      ['--candidate-url', 'http://127.0.0.1:1/v1', '--candidate-model', 'm', '--context', 'much'],
      /--context is "much", allowed is a whole number from 256/,
    ],
    [
      'half a baseline',
      ['--candidate-url', 'http://127.0.0.1:1/v1', '--candidate-model', 'm', '--baseline-model', 'm'],
      /--baseline-model says more about --baseline-url, which is missing/,
    ],
  ] as const) {
    it(`ends with 2 and one line for ${what}`, async () => {
      const { code, err } = await run(words);
      assert.equal(code, 2);
      assert.match(err, message);
      assert.equal(err.trim().split('\n').length, 1);
    });
  }
});
