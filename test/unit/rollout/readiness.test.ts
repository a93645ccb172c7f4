import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { stampedFolder } from '../../../src/base/stampedFolder.ts';
import type { ReadinessCheck, ReadinessEvidence, ReadinessItem, RolloutDecision } from '../../../src/domain/rollout.ts';
import { checklist, ReadinessFile } from '../../../src/rollout/readiness.ts';
import type { Override } from '../../../src/rollout/state.ts';
import { withRollouts } from '../../fakes/rolloutBench.ts';
import { plan } from '../../fakes/rolloutPlan.ts';

const start = 1_000_000_000_000;
const day = 86_400_000;

const proof = (check: ReadinessCheck, more: Partial<ReadinessEvidence> = {}): ReadinessEvidence => ({
  ...{ check, at: start, verdict: 'passed', versions: 'a', summary: `${check} was looked at` },
  ...more,
});

interface Known {
  readonly evidence?: readonly ReadinessEvidence[];
  readonly overrides?: Partial<Record<ReadinessCheck, Override>>;
  readonly begunAt?: number;
  readonly now?: number;
}

/** One line of the list. */
function line(check: ReadinessCheck, { evidence = [], overrides = {}, begunAt, now = start }: Known = {}): ReadinessItem {
  const begin = { revision: 1, action: 'begin', by: 'person', manifest: 'f', phase: { kind: 'preflight' }, reason: '' } as const;
  const history: RolloutDecision[] = begunAt === undefined ? [] : [{ ...begin, at: begunAt }];
  const known = new Map(evidence.map((each) => [each.check, each]));
  const found = checklist(plan, known, { overrides, history }, now).find((item) => item.check === check);
  assert.ok(found);
  return found;
}

describe('the checklist', () => {
  it('says of each check what is known, and whether the policy wants it', () => {
    const policy = { ...plan, readiness: { ...plan.readiness, benchmark: 'warn' } } as const;
    const known = new Map(
      [proof('capacity', { verdict: 'inconclusive' }), proof('prompt-compatibility')].map((each) => [each.check, each]),
    );
    const items = checklist(policy, known, { overrides: {}, history: [] }, start);
    assert.deepEqual(
      items.map(({ check, severity, state }) => `${check}: ${state}, ${severity}`),
      [
        'benchmark: missing, warns',
        'capacity: inconclusive, blocks',
        'prompt-compatibility: passed, blocks',
        'rollback-rehearsal: missing, blocks',
        'shadow: missing, blocks',
      ],
    );
  });

  it('takes a rehearsal for good for thirty days, and no other check by its age', () => {
    const rehearsed = (now: number, verdict: ReadinessEvidence['verdict'] = 'passed'): string =>
      line('rollback-rehearsal', { evidence: [proof('rollback-rehearsal', { verdict })], now }).state;
    assert.deepEqual([rehearsed(start + 30 * day), rehearsed(start + 30 * day + 1)], ['passed', 'expired']);
    assert.equal(rehearsed(start + 90 * day, 'failed'), 'failed', 'one that failed does not get better with time');
    assert.equal(rehearsed(start - 31 * day), 'expired', 'one of next month is none: the clock was wrong then or is wrong now');
    assert.equal(line('benchmark', { evidence: [proof('benchmark')], now: start + 90 * day }).state, 'passed');
  });

  it('takes only the copies of this rollout for its shadow traffic', () => {
    const shadow = (begunAt: number): string => line('shadow', { evidence: [proof('shadow')], begunAt }).state;
    assert.deepEqual([shadow(start), shadow(start + 1)], ['passed', 'missing']);
    assert.equal(line('benchmark', { evidence: [proof('benchmark')], begunAt: start + 1 }).state, 'passed', 'a check may come before it');
  });

  it('does without a check that a person overrode, until it fails after that', () => {
    const overrides = { capacity: { reason: 'the servers are mine', at: start } };
    const capacity = (verdict: ReadinessEvidence['verdict'], at: number): ReadinessItem =>
      line('capacity', { overrides, evidence: [proof('capacity', { verdict, at })] });
    const { state, override } = line('capacity', { overrides });
    assert.deepEqual([state, override], ['overridden', 'the servers are mine']);
    assert.equal(capacity('failed', start - 1).state, 'overridden', 'that was known to who overrode it');
    const failed = capacity('failed', start + 1);
    assert.deepEqual([failed.state, failed.override], ['failed', undefined]);
    assert.equal(capacity('inconclusive', start + 1).state, 'overridden');
    assert.equal(capacity('passed', start + 1).state, 'passed', 'what is proven needs no excuse');
  });
});

describe('the file of what was proven', () => {
  it('has the latest of each check, about these versions only', () =>
    withRollouts((bench) => {
      const file = new ReadinessFile(stampedFolder(bench.path));
      file.add(proof('benchmark', { verdict: 'failed' }));
      file.add(proof('capacity'));
      file.add(proof('benchmark', { versions: 'b', verdict: 'inconclusive' }));
      const known = (versions: string): string[] => [...file.latest(versions).values()].map(({ check, verdict }) => `${check} ${verdict}`);
      assert.deepEqual(known('a'), ['benchmark failed', 'capacity passed']);
      // Another window, or the command line.
      new ReadinessFile(stampedFolder(bench.path)).add(proof('benchmark'));
      assert.deepEqual(known('a'), ['benchmark passed', 'capacity passed']);
      assert.deepEqual([known('b'), known('c')], [['benchmark inconclusive'], []]);
    }));

  it('is read again after a moment in which it could not be', () =>
    withRollouts((bench) => {
      const folder = stampedFolder(bench.path);
      let isBroken = true;
      const read = (name: string, atMost: number): string | undefined => {
        if (isBroken) throw new Error('EIO');
        return folder.read(name, atMost);
      };
      let isStampBroken = false;
      const stamp = (name: string): string => {
        if (isStampBroken) throw new Error('EIO');
        return folder.stamp(name);
      };
      const file = new ReadinessFile({ ...folder, read, stamp });
      file.add(proof('capacity'));
      assert.equal(file.latest('a').size, 0);
      isBroken = false;
      assert.equal(file.latest('a').size, 1);
      isStampBroken = true;
      assert.equal(file.latest('a').size, 0);
      isStampBroken = false;
      assert.equal(file.latest('a').size, 1);
    }));

  it('takes nothing for a proof that is none', () =>
    withRollouts((bench) => {
      const good = JSON.stringify(proof('capacity'));
      const bad = ['', '{', 'null', good.slice(0, 40), good.replace('passed', 'splendid'), good.replace('capacity', 'luck')];
      bench.write('readiness.jsonl', `${bad.join('\n')}\n`);
      const file = new ReadinessFile(stampedFolder(bench.path));
      assert.equal(file.latest('a').size, 0);
      bench.append('readiness.jsonl', `${good}\n`);
      assert.equal(file.latest('a').size, 1);
      bench.write('readiness.jsonl', `${good}\n${' '.repeat(2 * 1024 * 1024)}`);
      assert.equal(file.latest('a').size, 0, 'far too long to be read');
    }));
});
