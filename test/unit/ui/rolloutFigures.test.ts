import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { gateNames, type GateReading, type RolloutDecision } from '../../../src/domain/rollout.ts';
import { frozenFigures } from '../../../src/rollout/frozen.ts';
import { verdictOf } from '../../../src/rollout/gates.ts';
import { figuresText } from '../../../src/ui/rolloutFigures.ts';
import { gateWords } from '../../../src/ui/rolloutWords.ts';

const text = (figures: RolloutDecision['figures']): string => figuresText({ figures } as RolloutDecision);

describe('the figures of a decision', () => {
  it('are in the units of their gates', () => {
    const figures = {
      'latency.value': 5 / 35,
      'latency.limit': 0.01,
      'latency.samples': 35,
      'acceptance.value': -0.021,
      'acceptance.limit': -0.05,
      'acceptance.samples': 80,
      'acceptance.needed': 200,
      'capacity.value': 3,
      'crash.value': 1,
      'memory.value': 61_000,
      'memory.limit': 60_000,
      'dwell.value': 5028,
      'dwell.limit': 1_800_000,
    };
    assert.deepEqual(text(figures).split('; '), [
      'latency 14.3 %, limit 1 %, 35 samples',
      'capacity 3',
      'acceptance -2.1 %, limit -5 %, 80 of 200 samples',
      'memory 1 min 1 s, limit 1 min',
      'crashes 1',
      'time in stage 6 s, planned 30 min',
    ]);
  });

  it('that the gates and the frozen baseline give are all in words', () => {
    for (const gate of gateNames) {
      const reading: GateReading = { gate, verdict: 'tripped', words: '', samples: 4, needed: 5, value: 2, limit: 1 };
      const verdict = verdictOf([reading]);
      assert.ok(verdict.kind === 'roll-back');
      assert.match(
        text(verdict.figures),
        new RegExp(`^${gateWords[gate].toLowerCase()} [12][^;,]*, (limit|planned) 1[^;,]*, 4 of 5 samples$`),
      );
    }
    const frozen = { p99: 1234, errorRate: 0.0042, filterRate: 0, badRequestRate: 0.5 };
    assert.equal(text(frozenFigures(frozen)), 'baseline: P99 1.2 s, errors 0.42 %, content filter 0 %, bad requests 50 %');
  });

  it('of another version are shown as they were written, on one line', () => {
    assert.equal(text({ 'latency.samples': 12, pairs: 312, 'a\nb': 0.12345 }), 'latency 12 samples; pairs 312; a b 0.123');
    assert.equal(text({}), '');
    assert.equal(text(undefined), '');
  });
});
