import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { benchmarkMarkdown, quantile } from '../../../src/evaluation/benchmarkMarkdown.ts';
import { benchmarkReport, points } from '../../../src/evaluation/benchmarkReport.ts';
import type { BenchmarkReport, BenchmarkRun } from '../../../src/evaluation/benchmarkTypes.ts';
import { answered, runOf, samplePosition } from './pairs.ts';

const report = (run: BenchmarkRun, margin = 0.02): BenchmarkReport => benchmarkReport(run, { margin, prices: {} });
const wrong = answered('left - right;');
const metric = ({ comparisons }: BenchmarkReport, name: string): BenchmarkReport['comparisons'][number] => {
  const found = comparisons.find((comparison) => comparison.metric === name);
  assert.ok(found, name);
  return found;
};

describe('the verdict of a benchmark', () => {
  it('is passed for equal answers to enough positions', () => {
    const result = report(runOf(200, () => ({})));
    assert.equal(result.verdict, 'passed');
    assert.deepEqual(result.reasons, []);
    assert.match(result.summary, /not worse in any metric over 200 positions/);
  });

  it('is inconclusive for equal answers to too few, and says how many would tell', () => {
    const result = report(runOf(60, () => ({})));
    assert.equal(result.verdict, 'inconclusive');
    const { low, needed = 0 } = metric(result, 'exact');
    assert.ok(low < -0.02 && needed > 150 && needed < 250, `${low} ${needed}`);
    assert.match(result.summary, /about \d+ pairs would tell/);
  });

  it('is failed for answers that are surely worse', () => {
    const result = report(runOf(200, (index) => (index % 5 === 0 ? { candidate: wrong } : {})));
    assert.equal(result.verdict, 'failed');
    const exact = metric(result, 'exact');
    assert.equal(exact.verdict, 'failed');
    assert.ok(Math.abs(exact.difference + 0.2) < 1e-9 && exact.high < -0.02 && (exact.p ?? 1) < 1e-9);
    assert.match(result.summary, /exact match: 80\.0 % against 100\.0 %, -20\.0 points/);
  });

  it('is inconclusive where the interval holds the margin', () => {
    const result = report(runOf(200, (index) => (index % 40 === 0 ? { candidate: wrong } : {})));
    assert.equal(metric(result, 'exact').verdict, 'inconclusive');
    assert.equal(result.verdict, 'inconclusive');
  });

  it('follows the margin', () => {
    const run = runOf(200, (index) => (index % 40 === 0 ? { candidate: wrong } : {}));
    assert.equal(report(run, 0.1).verdict, 'passed');
  });

  it('is passed for a candidate that is better', () => {
    assert.equal(report(runOf(200, (index) => (index % 3 === 0 ? { baseline: wrong } : {}))).verdict, 'passed');
  });

  it('is failed for a candidate that fails to answer, however good its answers are', () => {
    const failed = answered('', { outcome: 'capacity' });
    const result = report(runOf(200, (index) => (index % 8 === 0 ? { candidate: failed } : {})));
    assert.equal(metric(result, 'answered').verdict, 'failed');
    assert.equal(metric(result, 'exact').pairs, 175);
    assert.deepEqual(result.sides.candidate.failures, { capacity: 25 });
    assert.deepEqual(result.sides.baseline.failures, {});
  });

  it('compares answers only where both sides gave one', () => {
    const failed = answered('', { outcome: 'capacity' });
    const result = report(runOf(200, (index) => (index % 8 === 0 ? { baseline: failed } : {})));
    const { pairs, baseline, candidate } = metric(result, 'exact');
    assert.deepEqual([pairs, baseline, candidate], [175, 1, 1]);
    assert.equal(metric(result, 'answered').verdict, 'passed');
  });

  it('never passes on fewer than twenty pairs, and never fails on fewer than ten', () => {
    assert.deepEqual(
      [19, 20].map(
        (count) =>
          metric(
            report(
              runOf(count, () => ({})),
              0.5,
            ),
            'exact',
          ).verdict,
      ),
      ['inconclusive', 'passed'],
    );
    const bad = [9, 10].map((count) => report(runOf(count, () => ({ candidate: wrong }))));
    assert.deepEqual(
      bad.map((each) => metric(each, 'exact').verdict),
      ['inconclusive', 'failed'],
    );
    assert.deepEqual(
      bad.map(({ verdict }) => verdict),
      ['inconclusive', 'failed'],
    );
    assert.ok(bad[0]?.reasons.includes('9 positions were asked about, 20 are the least'));
  });

  it('compares similarity by its mean, and says how many pairs would tell of a mean', () => {
    const alike = metric(report(runOf(200, () => ({ candidate: wrong }))), 'similarity');
    for (const value of [alike.difference, alike.low, alike.high]) assert.ok(Math.abs(value + 1 / 13) < 1e-9, String(value));
    assert.equal(alike.p, undefined);
    // Its interval shrinks with the root of the pairs: 57 are enough by arithmetic, and 47.
    const even = metric(report(runOf(20, (index) => (index % 2 === 0 ? { candidate: wrong } : { baseline: wrong }))), 'similarity');
    const worse = metric(report(runOf(20, (index) => (index % 5 < 2 ? { candidate: wrong } : {}))), 'similarity');
    for (const { verdict, needed = 0 } of [even, worse]) {
      assert.equal(verdict, 'inconclusive');
      assert.ok(needed >= 50 && needed <= 80, String(needed));
    }
  });

  it('is inconclusive about a latency whose interval holds the limit, and takes an answer at once for one', () => {
    const run = runOf(40, (index) => ({ candidate: answered(samplePosition.expected, { elapsed: index % 2 === 0 ? 100 : 400 }) }));
    const { latency } = report(run);
    assert.ok(Math.abs(latency.ratio - 2) < 1e-9 && latency.low < 2 && latency.high > 2);
    assert.equal(latency.verdict, 'inconclusive');
    const atOnce = answered(samplePosition.expected, { elapsed: 0 });
    assert.equal(report(runOf(40, () => ({ baseline: atOnce, candidate: atOnce }))).latency.ratio, 1);
  });

  it('is failed for a candidate that is more than twice as slow', () => {
    const slow = (elapsed: number): BenchmarkReport =>
      report(runOf(200, () => ({ candidate: answered(samplePosition.expected, { elapsed }) })));
    assert.equal(slow(180).latency.verdict, 'passed');
    const { latency, verdict } = slow(400);
    assert.equal(verdict, 'failed');
    assert.ok(Math.abs(latency.ratio - 4) < 1e-9);
  });

  it('counts a wait in vain with the time until then, and no time while the machine slept', () => {
    const hung = answered('', { outcome: 'timeout', elapsed: 2000, censored: true });
    const asleep = answered(samplePosition.expected, { elapsed: 60_000, interrupted: true });
    const { latency, sides } = report(runOf(40, (index) => ({ candidate: index < 10 ? hung : index < 20 ? asleep : answered('x') })));
    assert.equal(latency.pairs, 30);
    assert.equal(sides.candidate.latency.censored, 10);
    assert.equal(sides.candidate.latency.p95?.value, 2000);
  });

  it('sees one language go bad among many that are well', () => {
    const languages = ['typescript', 'python', 'go', 'java'];
    const run = runOf(1600, (index) => {
      const languageId = index < 60 ? 'ruby' : (languages[index % 4] ?? 'go');
      return { position: { languageId }, ...(index < 22 ? { candidate: wrong } : {}) };
    });
    const result = report(run);
    assert.notEqual(metric(result, 'exact').verdict, 'failed', 'overall it is only 1.4 points');
    assert.equal(result.verdict, 'failed');
    assert.match(result.summary, /^ruby: exact match: 63\.3 % against 100\.0 %/);
  });

  it('takes nine bad answers of one language among eight for an accident', () => {
    const run = runOf(320, (index) => ({
      position: { languageId: `language${index % 8}` },
      ...(index < 72 && index % 8 === 0 ? { candidate: wrong } : {}),
    }));
    const result = report(run);
    const alone = report(runOf(40, (index) => (index < 9 ? { candidate: wrong } : {})));
    assert.equal(metric(alone, 'exact').verdict, 'failed', 'by itself it would be none');
    assert.notEqual(result.verdict, 'failed');
  });

  it('is inconclusive for a run that ended early, and for none', () => {
    const stopped = report({ ...runOf(200, () => ({})), stopped: 'stopped early: the baseline failed' });
    assert.equal(stopped.verdict, 'inconclusive');
    assert.equal(stopped.summary, 'stopped early: the baseline failed');
    const nothing = report(runOf(0, () => ({})));
    assert.equal(nothing.verdict, 'inconclusive');
    assert.ok(nothing.reasons.some((reason) => reason === 'latency: no pair in which both answered'));
    assert.ok(JSON.stringify(nothing).length > 0 && benchmarkMarkdown(nothing).length > 0);
  });

  it('counts tokens, and cost where a price is known', () => {
    const half = { promptTokens: 1000, completionTokens: 20 };
    const run = runOf(20, (index) => ({
      candidate: answered('x', index < 10 ? half : index < 15 ? { promptTokens: 1000 } : {}),
      ...(index < 5 ? { baseline: answered('x', half) } : {}),
    }));
    const { sides } = benchmarkReport(run, {
      margin: 0.02,
      prices: { candidate: { prompt: 1, completion: 10 }, baseline: { prompt: 1, completion: 1 } },
    });
    assert.deepEqual(sides.candidate.tokens, { prompt: 10_000, completion: 200, counted: 10 });
    assert.ok(Math.abs((sides.candidate.cost?.total ?? 0) - 0.012) < 1e-12);
    assert.ok(Math.abs((sides.candidate.cost?.perThousand ?? 0) - 1.2) < 1e-12);
    assert.ok(Math.abs((sides.baseline.cost?.total ?? 0) - 0.0051) < 1e-12);
    assert.equal(report(run).sides.baseline.cost, undefined);
  });

  it('has the quantiles of the answers, and of their first texts', () => {
    const run = runOf(100, (index) => ({
      baseline: answered('x', { elapsed: index + 1, firstTextAfter: 5 }),
      candidate: answered('', { outcome: 'server', firstTextAfter: 3 }),
    }));
    const { baseline, candidate } = report(run).sides;
    const { p50, p95, p99 } = baseline.latency;
    assert.deepEqual([p50?.value, p95?.value, p99?.value, baseline.firstText.p50?.value], [50, 95, 99, 5]);
    assert.equal(candidate.firstText.samples, 0);
  });

  it('is worded so that nothing in it is markup, and what is not known is said', () => {
    const run = runOf(30, () => ({}));
    const candidate = { backend: 'x', model: 'new `x` |' };
    const result = report({ ...run, versions: { ...run.versions, candidate }, stopped: 'stopped by <b>|*it*' });
    const text = benchmarkMarkdown({ ...result, summary: 'a <b>|*it*' });
    assert.match(text, /^# Benchmark: `new {2}x {2}\|` against `old`$/m);
    assert.ok(text.includes('a \\<b\\>\\|\\*it\\*'));
    // Of one language an interval that holds the margin says nothing.
    assert.ok(!text.slice(text.indexOf('## typescript')).includes('inconclusive'));
    assert.deepEqual([quantile({ value: 5, low: 2 }), quantile(undefined)], ['5 (2 to ?)', 'none']);
    assert.deepEqual([0.0123, 0, -0.02].map(points), ['+1.2', '+0.0', '-2.0']);
  });

  it('holds no source text unless it is asked to', () => {
    const run = runOf(30, () => ({
      candidate: answered('SECRET_ANSWER'),
      position: { prefix: 'SECRET_PREFIX', expected: 'SECRET_TRUTH', path: 'secret/path.ts', set: 'own' },
    }));
    const result = report(run);
    assert.doesNotMatch(JSON.stringify(result) + benchmarkMarkdown(result), /secret/i);
    assert.match(benchmarkMarkdown(result, run.pairs), /SECRET_ANSWER/);
  });
});
