import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { type Clock, systemClock } from '../../../src/base/clock.ts';
import { type CompletionSource, failed, type Outcome } from '../../../src/domain/completion.ts';
import { type CheckResult, compatibilityLimits, conclude, weigh } from '../../../src/evaluation/compatibilityReport.ts';
import { compatibilityMarkdown } from '../../../src/evaluation/compatibilityText.ts';
import { goldenPrompts } from '../../../src/evaluation/golden/all.ts';
import { golden, goldenKinds, requestOf, shapeOf } from '../../../src/evaluation/goldenPrompt.ts';
import { type AskedModel, checkPrompts } from '../../../src/evaluation/promptCompatibility.ts';
import { promptCheckNames } from '../../../src/evaluation/promptCheck.ts';
import { medianOf } from '../../../src/evaluation/tokenCount.ts';
import { unmistakableTokens } from '../../../src/prompt/fim.ts';
import { answerOf } from './answers.ts';

/** Answers each golden prompt by its id. */
function modelOf(answer: (id: string, good: string) => Outcome | string, name = 'candidate'): AskedModel & { readonly asked: string[] } {
  const asked: string[] = [];
  const source: CompletionSource = {
    id: name,
    complete({ id }) {
      asked.push(id);
      const prompt = goldenPrompts.find((each) => `golden-${each.id}` === id);
      const said = answer(prompt?.id ?? id, prompt?.expected ?? '');
      return Promise.resolve(typeof said === 'string' ? answerOf(said, { usage: { promptTokens: 100 } }) : said);
    },
  };
  return { name, source, tokens: [], chats: false, contextTokens: 'it was not asked', asked };
}

const good = modelOf((_, text) => text, 'baseline');
const signal = new AbortController().signal;
const clock: Clock = systemClock;

/** Wrong for the first so many prompts. */
const wrongFor = (count: number): AskedModel => {
  const ids = new Set(goldenPrompts.slice(0, count).map(({ id }) => id));
  return modelOf((id, text) => (ids.has(id) ? '' : text));
};

const verdictOf = (checks: readonly CheckResult[], name: string): string | undefined => checks.find(({ check }) => check === name)?.verdict;

describe('golden prompts', () => {
  it('are at least forty, in many languages, of every kind, each with an id of its own', () => {
    assert.ok(goldenPrompts.length >= 40);
    assert.equal(new Set(goldenPrompts.map(({ id }) => id)).size, goldenPrompts.length);
    assert.deepEqual(
      goldenKinds.filter((kind) => !goldenPrompts.some((prompt) => prompt.kind === kind)),
      [],
    );
    const languages = new Set(goldenPrompts.map(({ languageId }) => languageId));
    for (const wanted of ['typescript', 'javascript', 'python', 'go', 'rust', 'java', 'csharp', 'ruby', 'php', 'css', 'html', 'json']) {
      assert.ok(languages.has(wanted), wanted);
    }
  });

  it('hold no token of any model, no line end but \\n, and a good answer that ends at its stop', () => {
    for (const prompt of goldenPrompts) {
      const all = prompt.prefix + prompt.expected + prompt.suffix;
      assert.deepEqual(
        unmistakableTokens.filter((token) => all.includes(token)),
        [],
        prompt.id,
      );
      assert.ok(!all.includes('\r') && !/[⟦⟧]/.test(all), prompt.id);
      assert.ok(!prompt.expected.trimEnd().includes(shapeOf(prompt) === 'line' ? '\n' : '\n\n'), prompt.id);
      assert.notEqual(prompt.expected.trim(), '', prompt.id);
    }
  });

  it('fit into a request: less than 16 KB, with a bound of several times the good answer', () => {
    for (const prompt of goldenPrompts) {
      const { prefix, suffix, maxTokens } = requestOf(prompt);
      assert.ok(Buffer.byteLength(prefix + suffix) < 16 * 1024, prompt.id);
      assert.ok(prompt.expected.length / 3 < maxTokens, prompt.id);
    }
  });

  it('have to mark their answer', () => {
    const place = { id: 'unmarked', kind: 'middle', languageId: 'go', path: 'a.go' } as const;
    assert.throws(() => golden(place, 'package a\n'), /the golden prompt unmarked marks no answer/);
  });
});

describe('prompt compatibility', () => {
  it('has a result for every check, in both orders of asking', async () => {
    const report = await checkPrompts({ candidate: modelOf((_, text) => text), baseline: good, clock, signal });
    assert.deepEqual(report.checks.map(({ check }) => check).sort(), [...promptCheckNames].sort());
    assert.equal(report.verdict, 'passed');
  });

  it('lets a candidate be one answer of sixty worse than its baseline, and no two', async () => {
    const of = async (count: number, baseline: AskedModel): Promise<string | undefined> =>
      verdictOf((await checkPrompts({ candidate: wrongFor(count), baseline, clock, signal })).checks, 'empty');
    assert.deepEqual([await of(1, good), await of(2, good)], ['passed', 'failed']);
    assert.deepEqual([await of(11, wrongFor(10)), await of(12, wrongFor(10))], ['passed', 'failed']);
  });

  it('fails a candidate whose tokens are another number than the baseline’s, and is silent where nobody counts', async () => {
    const counting = (tokens: number): AskedModel => modelOf((_, text) => answerOf(text, { usage: { promptTokens: tokens } }));
    const of = async (tokens: number): Promise<string | undefined> =>
      verdictOf((await checkPrompts({ candidate: counting(tokens), baseline: good, clock, signal })).checks, 'token-count');
    assert.deepEqual([await of(79), await of(80), await of(125), await of(126)], ['failed', 'passed', 'passed', 'failed']);
    assert.equal((await checkPrompts({ candidate: counting(110), baseline: good, clock, signal })).tokenRatio, 1.1);
    const silent = modelOf((_, text) => answerOf(text));
    const report = await checkPrompts({ candidate: silent, baseline: good, clock, signal });
    assert.deepEqual([verdictOf(report.checks, 'token-count'), report.verdict, report.tokenRatio], ['inconclusive', 'passed', undefined]);
  });

  it('is inconclusive with fewer than forty answers, and says how many there were', async () => {
    const ids = new Set(goldenPrompts.filter((_, index) => index % 2 === 0).map(({ id }) => id));
    const busy = modelOf((id, text) => (ids.has(id) ? failed({ kind: 'capacity', message: 'busy' }) : text));
    const report = await checkPrompts({ candidate: busy, baseline: good, clock, signal });
    assert.equal(report.verdict, 'inconclusive');
    assert.match(report.summary, /candidate gave 31 answers, 40 are wanted/);
    assert.deepEqual(report.candidate.failures, { capacity: 31 });
  });

  it('leaves a model alone after five failures in a row, but not after refusals of prompts', async () => {
    const down = modelOf(() => failed({ kind: 'server', message: 'down' }));
    await checkPrompts({ candidate: down, clock, signal });
    assert.equal(down.asked.length, compatibilityLimits.failuresInARow);
    const filtered = modelOf(() => failed({ kind: 'content_filter', message: 'no' }));
    const report = await checkPrompts({ candidate: filtered, clock, signal });
    assert.equal(filtered.asked.length, goldenPrompts.length);
    assert.deepEqual([report.verdict, verdictOf(report.checks, 'refusal')], ['failed', 'failed']);
  });

  it('waits once where a server says for how long its rate is used up, and not for hours', async () => {
    const waits: number[] = [];
    const quick: Clock = {
      ...systemClock,
      after: (delay, callback) => {
        waits.push(delay);
        queueMicrotask(callback);
        return { dispose: () => undefined };
      },
    };
    const seen = new Set<string>();
    const limited = modelOf((id, text) => {
      if (seen.has(id)) return text;
      seen.add(id);
      return failed({ kind: 'rate_limit', message: 'slowly', retryAfter: 1500 });
    });
    const report = await checkPrompts({ candidate: limited, clock: quick, signal });
    assert.equal(report.candidate.answered, goldenPrompts.length);
    assert.deepEqual(
      waits,
      goldenPrompts.map(() => 1500),
    );
    const closed = modelOf(() => failed({ kind: 'rate_limit', message: 'tomorrow', retryAfter: 3_600_000 }));
    await checkPrompts({ candidate: closed, clock: quick, signal });
    assert.equal(closed.asked.length, compatibilityLimits.failuresInARow);
    assert.equal(waits.length, goldenPrompts.length);
  });

  it('asks the two versions by turns, each first as often', async () => {
    const order: string[] = [];
    const of = (name: string): AskedModel => modelOf((_, text) => (order.push(name), text), name);
    await checkPrompts({ candidate: of('new'), baseline: of('old'), clock, signal });
    assert.deepEqual(order.slice(0, 6), ['new', 'old', 'old', 'new', 'new', 'old']);
  });

  it('compares only what both versions answered, and says so where that is too little', async () => {
    const ids = new Set(goldenPrompts.filter((_, index) => index % 4 === 0).map(({ id }) => id));
    const busy = modelOf((id, text) => (ids.has(id) ? failed({ kind: 'capacity', message: 'busy' }) : text), 'baseline');
    const silent = modelOf((id, text) => (ids.has(id) ? '' : text));
    const { checks } = await checkPrompts({ candidate: silent, baseline: busy, clock, signal });
    assert.equal(verdictOf(checks, 'empty'), 'passed', 'nobody knows what the baseline would have said there');
    const odd = new Set(goldenPrompts.filter((_, index) => index % 2 === 0).map(({ id }) => id));
    const away = modelOf((id, text) => (odd.has(id) ? failed({ kind: 'capacity', message: 'busy' }) : text), 'baseline');
    const report = await checkPrompts({ candidate: modelOf((_, text) => text), baseline: away, clock, signal });
    assert.deepEqual([report.verdict, report.summary], ['inconclusive', 'baseline gave 31 answers, 40 are wanted']);
  });

  it('takes back what it asked when it is interrupted, and asks nothing more, at the end of the context neither', async () => {
    const controller = new AbortController();
    const asked: string[] = [];
    const source: CompletionSource = {
      id: 'slow',
      async complete({ id }, call) {
        asked.push(id);
        if (asked.length === 2) queueMicrotask(() => controller.abort(new Error('enough')));
        if (asked.length === 2) await new Promise((resolve) => call.signal.addEventListener('abort', resolve));
        return asked.length === 2 ? failed({ kind: 'cancelled', message: 'cancelled' }) : answerOf('x', { usage: { promptTokens: 9 } });
      },
    };
    const candidate = { ...modelOf((_, text) => text), source, contextTokens: 2048 };
    const report = await checkPrompts({ candidate, clock, signal: controller.signal });
    assert.deepEqual([asked.length, report.candidate.stopped], [2, 'it was interrupted']);
  });

  it('holds against a candidate at the end of its context only what its baseline does not do as well', async () => {
    const cutting = (name: string): AskedModel => {
      const { source, ...rest } = modelOf((_, text) => text, name);
      // Whatever is longer is read from somewhere in the middle.
      const complete: CompletionSource['complete'] = (request, call) =>
        request.id.startsWith('golden-window')
          ? Promise.resolve(answerOf('x', { usage: { promptTokens: Math.min(500, request.prefix.length / 4) } }))
          : source.complete(request, call);
      return { ...rest, source: { id: name, complete }, contextTokens: 2048 };
    };
    const of = async (baseline: AskedModel): Promise<string | undefined> =>
      verdictOf((await checkPrompts({ candidate: cutting('new'), baseline, clock, signal })).checks, 'context-window');
    assert.equal(await of(cutting('old')), 'passed');
    assert.equal(await of(good), 'failed');
  });

  it('is not known as a whole where one of its checks is not, but for those that need figures', () => {
    const model = { name: 'm', answered: 62, failures: {} };
    const of = (check: CheckResult['check']): string => {
      const found = { check, title: check, about: '', verdict: 'inconclusive' as const, words: '' };
      return conclude([{ ...found, candidate: { wrong: 0, judged: 0 }, allowed: 0, examples: [] }], model, undefined).verdict;
    };
    assert.deepEqual([of('refusal'), of('token-count'), of('context-window')], ['inconclusive', 'passed', 'passed']);
  });

  it('says nothing about a check that too few answers say anything about', () => {
    assert.equal(weigh({ wrong: 0, judged: 30 }, undefined, 0.02, 62).verdict, 'inconclusive');
    assert.equal(weigh({ wrong: 0, judged: 31 }, undefined, 0.02, 62).verdict, 'passed');
    assert.equal(weigh({ wrong: 0, judged: 0 }, undefined, 0.02, 0).verdict, 'inconclusive');
    assert.equal(weigh({ wrong: 3, judged: 10 }, undefined, 0.02, 62).verdict, 'failed', 'few answers are enough to fail');
    assert.equal(weigh({ wrong: 1, judged: 50 }, undefined, 0.02, 50).verdict, 'passed', 'as many as are allowed');
  });

  it('quotes at most three answers of a check, cut, in fences that they cannot leave', async () => {
    const answer = `\`\`\`\n# title <b>${'x'.repeat(500)}`;
    const report = await checkPrompts({ candidate: modelOf(() => answer), baseline: good, clock, signal });
    assert.ok(report.checks.every(({ examples }) => examples.length <= compatibilityLimits.examples));
    const text = compatibilityMarkdown(report);
    assert.match(text, /\n {2}````text\n {2}```\n/);
    assert.ok(!text.includes('x'.repeat(compatibilityLimits.shownAnswer)));
  });

  it('takes the middle of ratios', () => {
    assert.deepEqual([medianOf([]), medianOf([2]), medianOf([3, 1]), medianOf([5, 1, 2])], [undefined, 2, 2, 2]);
  });
});
