import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { type Clock, systemClock } from '../../src/base/clock.ts';
import { createHttpClient, type HttpClient } from '../../src/base/http.ts';
import { type PromptVerification, verifyPrompts } from '../../src/evaluating.ts';
import { type CompatibilityReport, compatibilityLimits } from '../../src/evaluation/compatibilityReport.ts';
import { compatibilityLines, compatibilityMarkdown } from '../../src/evaluation/compatibilityText.ts';
import { goldenPrompts } from '../../src/evaluation/golden/all.ts';
import { cursorMark } from '../../src/prompt/chat.ts';
import { configuredBackend } from '../fakes/backend.ts';
import { type Answer, type FaultServer, type FaultServerOptions, startFaultServer } from '../fakes/faultServer.ts';
import { defectiveModels, goodModel, practiceContext } from '../fakes/practiceModels.ts';
import { everyProtocol, spokenSetting } from '../fakes/spoken.ts';
import { parseSettings } from '../../src/settings/parse.ts';
import type { HttpProtocol } from '../../src/settings/settings.ts';

/** As fast as it goes: nothing here is about time. */
const atOnce: FaultServerOptions = {
  pace: { firstTokenMs: 0, betweenTokensMs: 0 },
  dialects: everyProtocol.map(([, { dialect }]) => dialect),
};

const http = createHttpClient();
const open: FaultServer[] = [];

async function practice(answer: Answer, options: FaultServerOptions = {}): Promise<FaultServer> {
  const server = await startFaultServer({ ...atOnce, contextTokens: practiceContext, answer, ...options });
  open.push(server);
  return server;
}

interface Run {
  readonly protocol?: HttpProtocol;
  readonly signal?: AbortSignal;
  readonly onProgress?: (asked: number, of: number) => void;
  readonly more?: Partial<PromptVerification>;
}

function verify(
  candidate: FaultServer,
  baseline?: FaultServer,
  { protocol = 'openai-completions', signal, onProgress, more }: Run = {},
): Promise<CompatibilityReport> {
  const backend = (name: string, server: FaultServer) =>
    configuredBackend({
      name,
      ...spokenSetting(protocol, server.url),
      model: protocol === 'azure-openai' ? 'test-model' : 'qwen2.5-coder:7b',
    });
  return verifyPrompts({
    candidate: backend('new', candidate),
    ...(baseline ? { baseline: backend('old', baseline) } : {}),
    deadlines: parseSettings({}).settings.deadlines,
    keys: { get: () => Promise.resolve(undefined) },
    http,
    clock: systemClock,
    signal: signal ?? new AbortController().signal,
    ...(onProgress ? { onProgress } : {}),
    ...more,
  });
}

/** The checks with a verdict. */
const those = ({ checks }: CompatibilityReport, verdict: string): string[] =>
  checks.filter((each) => each.verdict === verdict).map(({ check }) => check);

describe('prompt compatibility, over real sockets', () => {
  let good: FaultServer;

  before(async () => {
    good = await practice(goodModel);
  });

  after(async () => {
    await Promise.all(open.map((server) => server.close()));
    http.dispose();
  });

  it('passes a good model in every check, beside a baseline', async () => {
    const report = await verify(good, good);
    assert.deepEqual(those(report, 'passed').length, report.checks.length, compatibilityLines(report));
    assert.equal(report.verdict, 'passed');
    assert.equal(report.candidate.answered, goldenPrompts.length);
    assert.equal(report.tokenRatio, 1);
    assert.ok(goldenPrompts.length >= 40);
  });

  it('passes a good model alone, and says what cannot be known without a baseline', async () => {
    const report = await verify(good);
    assert.deepEqual([report.verdict, ...those(report, 'inconclusive')], ['passed', 'token-count']);
    assert.match(report.summary, /not known: tokens of a prompt/);
  });

  for (const [protocol] of everyProtocol) {
    if (protocol === 'openai-completions') continue;
    it(`passes a good model in the protocol ${protocol}`, async () => {
      const report = await verify(good, good, { protocol });
      assert.deepEqual(those(report, 'failed'), [], compatibilityLines(report));
      assert.equal(report.verdict, 'passed', report.summary);
    });
  }

  for (const [defect, { answer, found, also = [] }] of Object.entries(defectiveModels)) {
    it(`finds a model that ${defect} by ${found}`, async () => {
      const bad = await practice(answer);
      const report = await verify(bad, good);
      const failed = those(report, 'failed');
      assert.ok(failed.includes(found), `not found: ${compatibilityLines(report)}`);
      const others = failed.filter((check) => check !== found && !also.includes(check as never));
      assert.deepEqual(others, [], compatibilityLines(report));
      assert.equal(report.verdict, 'failed');
      const result = report.checks.find(({ check }) => check === found);
      assert.ok(result && result.examples.length > 0);
    });
  }

  it('takes what the baseline does as well for no step back, and fails it where there is no baseline', async () => {
    const talkative = await practice(defectiveModels['chats']?.answer ?? goodModel);
    assert.equal((await verify(talkative, talkative)).verdict, 'passed');
    assert.deepEqual(those(await verify(talkative), 'failed'), ['chat-preface']);
  });

  it('finds every defect but another tokenizer without a baseline too', async () => {
    for (const [defect, { answer, found }] of Object.entries(defectiveModels)) {
      if (found !== 'token-count') assert.ok(those(await verify(await practice(answer)), 'failed').includes(found), defect);
    }
  });

  it('is inconclusive when the candidate cannot be asked, and stops asking it', async () => {
    const down = await practice(goodModel);
    await down.set({ kind: 'capacity' });
    const report = await verify(down, good);
    assert.equal(report.verdict, 'inconclusive');
    assert.equal(down.requests.filter(({ method }) => method === 'POST').length, compatibilityLimits.failuresInARow);
    assert.match(
      report.summary,
      /gave 0 answers, 40 are wanted; it was not asked any more after 5 failures in a row, the last one capacity/,
    );
  });

  it('says that the end of the context is not known where the server does not say how long it is', async () => {
    const silent = await startFaultServer({ ...atOnce, answer: goodModel });
    open.push(silent);
    const report = await verify(silent, silent);
    const window = report.checks.find(({ check }) => check === 'context-window');
    assert.deepEqual([window?.verdict, report.verdict], ['inconclusive', 'passed']);
    assert.match(window?.words ?? '', /does not say how long its context is/);
  });

  it('believes a person about the context that a server does not say, and asks no vendor for it', async () => {
    const silent = await startFaultServer({ ...atOnce, answer: goodModel });
    open.push(silent);
    const told = await verify(silent, undefined, { more: { contextTokens: practiceContext } });
    assert.deepEqual(told.checks.find(({ check }) => check === 'context-window')?.candidate, { wrong: 0, judged: 3 });
    const vendor = await practice(goodModel);
    // As its address would have it, were it not one of this machine.
    const candidate = { ...configuredBackend({ ...spokenSetting('openai-completions', vendor.url) }), boundary: 'vendor:acme' as const };
    const report = await verify(vendor, undefined, { more: { candidate } });
    assert.equal(report.checks.find(({ check }) => check === 'context-window')?.verdict, 'inconclusive');
    assert.ok(vendor.requests.every(({ method }) => method === 'POST'));
  });

  it('does not wait for ever for a server that says nothing about its context', async () => {
    const quick: Clock = { ...systemClock, after: (delay, callback) => systemClock.after(delay === 5000 ? 20 : delay, callback) };
    const mute: HttpClient = {
      ...http,
      request: (request) =>
        request.method === 'POST'
          ? http.request(request)
          : new Promise((_, reject) => request.signal.addEventListener('abort', () => reject(new Error('given up')))),
    };
    const report = await verify(good, undefined, { more: { clock: quick, http: mute } });
    assert.match(report.checks.find(({ check }) => check === 'context-window')?.words ?? '', /does not say how long its context is/);
    // Nor for anything after an interruption.
    const began = performance.now();
    await verify(good, undefined, { signal: AbortSignal.timeout(50), more: { http: mute } });
    assert.ok(performance.now() - began < 3000);
  });

  it('has more patience than a person who types', async () => {
    const slow = await practice(goodModel, { pace: { firstTokenMs: 300 } });
    const controller = new AbortController();
    const { deadlines } = parseSettings({ deadlines: { totalManual: 200, firstToken: 100, firstTokenLoopback: 100 } }).settings;
    const onProgress = (asked: number): void => {
      if (asked === 2) controller.abort(new Error('enough'));
    };
    const report = await verify(slow, undefined, { signal: controller.signal, onProgress, more: { deadlines } });
    assert.deepEqual([report.candidate.answered, report.candidate.failures], [2, {}]);
  });

  it('takes the mark of the cursor in an answer for what it is', async () => {
    const parrot = await practice((prefix, suffix, body) => {
      const answer = goodModel(prefix, suffix, body);
      return typeof answer === 'string' ? `${answer}${cursorMark}` : answer;
    });
    assert.ok(those(await verify(parrot, good), 'failed').includes('special-tokens'));
  });

  it('meets the end of the context with prompts of exactly n − 1, n and n + 1 tokens', async () => {
    const server = await practice(goodModel);
    await verify(server);
    const counts = server.requests.filter(({ path }) => path === '/v1/completions').slice(-3);
    assert.deepEqual(
      counts.map(({ respondedStatus }) => respondedStatus),
      [200, 400, 400],
    );
  });

  it('ends soon after an interruption, with what is known by then', async () => {
    const slow = await practice(goodModel, { pace: { firstTokenMs: 20 } });
    const controller = new AbortController();
    const report = await verify(slow, undefined, {
      signal: controller.signal,
      onProgress: (asked) => {
        if (asked === 3) controller.abort(new Error('interrupted'));
      },
    });
    assert.equal(report.verdict, 'inconclusive');
    assert.ok(report.candidate.answered <= 4);
    assert.equal(report.candidate.stopped, 'it was interrupted');
  });

  it('sends nothing but the golden prompts and the lines at the end of the context', async () => {
    const server = await practice(goodModel);
    await verify(server);
    const sent = server.requests.filter(({ method }) => method === 'POST').map(({ body }) => (body as { prompt: string }).prompt);
    const isOurs = (prompt: string): boolean =>
      prompt.includes('total = total + step') ||
      goldenPrompts.some(({ prefix, suffix }) => prompt.includes(prefix) && prompt.includes(suffix));
    assert.ok(sent.length > goldenPrompts.length);
    assert.ok(sent.every(isOurs));
  });

  it('words the report as a document with examples and without markup of the model’s', async () => {
    const server = await practice((prefix, suffix, body) => {
      const answer = goodModel(prefix, suffix, body);
      return typeof answer === 'string' ? `<|im_end|>\u001b[31m${answer}` : answer;
    });
    const report = await verify(server, good);
    const text = compatibilityMarkdown(report);
    assert.match(text, /^# Prompt compatibility\n\n\*\*failed\*\*/);
    assert.match(text, /## Special and stop tokens/);
    assert.doesNotMatch(text + compatibilityLines(report), /\u001b/);
    assert.ok(report.checks.every(({ examples }) => examples.every(({ answer = '' }) => answer.length <= compatibilityLimits.shownAnswer)));
  });
});
