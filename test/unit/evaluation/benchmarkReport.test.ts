import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { benchmarkMarkdown } from '../../../src/evaluation/benchmarkMarkdown.ts';
import { benchmarkReport } from '../../../src/evaluation/benchmarkReport.ts';
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

  it('takes five bad answers of one language among eight for an accident', () => {
    const run = runOf(320, (index) => ({
      position: { languageId: `language${index % 8}` },
      ...(index < 40 && index % 8 === 0 ? { candidate: wrong } : {}),
    }));
    const result = report(run);
    const alone = report(runOf(40, (index) => (index < 5 ? { candidate: wrong } : {})));
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
    const run = runOf(20, (index) => ({ candidate: answered('x', index < 10 ? { promptTokens: 1000, completionTokens: 20 } : {}) }));
    const { sides } = benchmarkReport(run, {
      margin: 0.02,
      prices: { candidate: { prompt: 1, completion: 10 }, baseline: { prompt: 1, completion: 1 } },
    });
    assert.deepEqual(sides.candidate.tokens, { prompt: 10_000, completion: 200, counted: 10 });
    assert.ok(Math.abs((sides.candidate.cost?.total ?? 0) - 0.012) < 1e-12);
    assert.ok(Math.abs((sides.candidate.cost?.perThousand ?? 0) - 1.2) < 1e-12);
    assert.equal(sides.baseline.cost, undefined);
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
