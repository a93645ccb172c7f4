import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { systemClock } from '../../../src/base/clock.ts';
import { stampedFolder } from '../../../src/base/stampedFolder.ts';
import { type ArmCounts, emptyCounts, merged } from '../../../src/rollout/evidence.ts';
import { type Counted, EvidenceFiles, evidenceDefaults, isArmCounts, noShadow } from '../../../src/rollout/evidenceFiles.ts';
import { readGates, verdictOf } from '../../../src/rollout/gates.ts';
import { candidatePlan } from '../../../src/rollout/plan.ts';
import { attemptOn, type RolloutBench, unchecked, withRollouts } from '../../fakes/rolloutBench.ts';
import { frozen, plan } from '../../fakes/rolloutPlan.ts';
import { type VirtualTime, withVirtualTime } from '../../fakes/virtualTime.ts';

const { sourceId } = candidatePlan(unchecked);

const counts = (candidate: number, control = 0, copies = 0): Counted => ({
  candidate: { ...emptyCounts, requests: candidate, timed: candidate, errorTrials: candidate },
  control: { ...emptyCounts, requests: control },
  shadow: { ...noShadow, copies },
});
const seen = ({ candidate, control, shadow }: Counted): number[] => [candidate.requests, control.requests, shadow.copies];

async function withFiles(
  test: (on: { bench: RolloutBench; time: VirtualTime; at: (window: string) => EvidenceFiles }) => void,
): Promise<void> {
  await withVirtualTime((time) =>
    withRollouts((bench) =>
      test({ bench, time, at: (window) => new EvidenceFiles(stampedFolder(bench.path), systemClock, 'evidence-', window) }),
    ),
  );
}

describe('what windows have counted', () => {
  it('is added up: each window’s, and that of earlier starts', () =>
    withFiles(({ at }) => {
      at('closed yesterday').keep(3, counts(5, 1, 2));
      at('other').keep(3, counts(7));
      const own = at('own');
      own.keep(3, counts(1, 1));
      assert.deepEqual(seen(own.sum(3, counts(2, 1))), [14, 2, 2], 'its own as it is now, not as it was written');
    }));

  it('is written as soon as there is anything: what the baseline did, or a copy, is evidence, too', () =>
    withFiles(({ at }) => {
      at('nothing').keep(3, counts(0));
      at('control').keep(3, counts(0, 4));
      at('copies').keep(3, counts(0, 0, 6));
      assert.deepEqual(seen(at('own').sum(3, counts(0))), [0, 4, 6]);
    }));

  it('is added up in every figure of the copies', () =>
    withFiles(({ at }) => {
      const shadow = { pairs: 8, similarity: 4.5, same: 3, sameFirstLine: 5, copies: 9, tokens: 700 };
      at('other').keep(3, { ...counts(1), shadow });
      assert.deepEqual(at('own').sum(3, { ...counts(1), shadow }).shadow, {
        ...{ pairs: 16, similarity: 9, same: 6, sameFirstLine: 10, copies: 18, tokens: 1400 },
      });
    }));

  it('about other versions is nobody’s evidence here, and stays', () =>
    withFiles(({ bench }) => {
      const files = (versions: string): EvidenceFiles =>
        new EvidenceFiles(stampedFolder(bench.path), systemClock, `evidence-${versions}-`, 'w');
      files('b').keep(3, counts(7));
      assert.deepEqual(seen(files('a').sum(3, counts(1))), [1, 0, 0]);
      assert.deepEqual(seen(files('a').sum(9, counts(1))), [1, 0, 0]);
      files('a').forget();
      assert.equal(bench.names().length, 1);
    }));

  it('of an earlier phase counts for nothing, not even where it was read before', () =>
    withFiles(({ at, time, bench }) => {
      at('other').keep(3, counts(7));
      const own = at('own');
      assert.deepEqual(seen(own.sum(3, counts(1))), [8, 0, 0]);
      assert.deepEqual(seen(own.sum(5, counts(0))), [0, 0, 0]);
      time.tick(evidenceDefaults.lookEvery);
      assert.deepEqual(seen(own.sum(5, counts(0))), [0, 0, 0]);
      assert.deepEqual(bench.names(), [], 'nobody needs it any more');
    }));

  it('of a phase that this window has not heard of counts once it has', () =>
    withFiles(({ at }) => {
      at('ahead').keep(5, counts(7));
      const own = at('own');
      assert.deepEqual(seen(own.sum(3, counts(1))), [1, 0, 0]);
      assert.deepEqual(seen(own.sum(5, counts(0))), [7, 0, 0]);
    }));

  it('of others is looked at every two seconds and written as often, or at once at the end', () =>
    withFiles(({ at, time }) => {
      const [own, other] = [at('own'), at('other')];
      other.keep(1, counts(1));
      assert.deepEqual(seen(own.sum(1, counts(0))), [1, 0, 0]);
      other.keep(1, counts(2));
      time.tick(1999);
      assert.deepEqual(seen(own.sum(1, counts(0))), [1, 0, 0]);
      time.tick(1);
      assert.deepEqual(seen(own.sum(1, counts(0))), [1, 0, 0], 'it was written too soon');
      other.keep(1, counts(3), true);
      time.tick(2000);
      assert.deepEqual(seen(own.sum(1, counts(0))), [3, 0, 0]);
    }));

  it('is left alone where it cannot be understood', () =>
    withFiles(({ at, bench }) => {
      at('other').keep(3, counts(7));
      const good = bench.read(bench.names()[0] ?? '');
      const bad = (change: (value: { candidate: ArmCounts }) => unknown): string =>
        JSON.stringify(change(JSON.parse(good) as { candidate: ArmCounts }));
      const files = [
        '',
        good.slice(0, good.length / 2),
        'null',
        '[]',
        '{"v":1}',
        ' '.repeat(evidenceDefaults.largest + 1),
        good.replace('"v":1', '"v":2'),
        good.replace('"requests":7', '"requests":1e999'),
        ...[
          { slow: 8 },
          { errors: 8 },
          { timed: -1 },
          { requests: -5 },
          { slowAside: -3 },
          { answers: -1 },
          { filtered: 9 },
          { kept: -1 },
          { requests: 2e9 },
          { kept: 1, keptShare: 2 },
          { kept: 1, keptSquares: 2 },
        ].map((change) => bad((value) => ({ ...value, candidate: { ...value.candidate, ...change } }))),
        bad((value) => ({ ...value, candidate: { ...value.candidate, languages: { go: { checked: -1, unknown: 0 } } } })),
        bad((value) => ({ ...value, candidate: { ...value.candidate, recent: [{ block: 1, ...emptyCounts, slow: 5 }] } })),
        bad((value) => ({ ...value, candidate: { ...value.candidate, languages: { go: { checked: 1, unknown: 2 } } } })),
        bad((value) => ({ ...value, shadow: { ...noShadow, pairs: -300 } })),
        ...['similarity', 'same', 'sameFirstLine'].map((name) =>
          bad((value) => ({ ...value, shadow: { ...noShadow, pairs: 1, [name]: 2 } })),
        ),
      ];
      files.forEach((text, index) => bench.write(`evidence-bad${index}.json`, text));
      const sum = at('own').sum(3, counts(1));
      assert.deepEqual(seen(sum), [8, 0, 0]);
    }));

  it('that came from outside never gets a candidate further that it does not prove good, and throws nothing', () => {
    const likely = fc.nat(400);
    const number = fc.oneof({ weight: 100, arbitrary: likely }, fc.integer(), fc.double());
    const bad = fc.oneof({ weight: 20, arbitrary: fc.nat(3) }, number);
    const trials = { timed: number, slow: bad, slowAside: bad, errorTrials: number, errors: bad, errorsAside: bad };
    const arm = fc.record({
      ...{ ...trials, requests: number, answers: number, empty: bad, filtered: bad, badRequests: bad, capacity: bad },
      ...{ capacityAt: fc.array(number), shown: number, accepted: number, kept: number, keptShare: bad, keptSquares: bad },
      languages: fc.dictionary(fc.string(), fc.record({ checked: number, unknown: bad })),
      recent: fc.array(fc.record({ ...trials, block: number }), { maxLength: 3 }),
      firstAt: number,
    });
    const good = { ...emptyCounts, answers: 40, timed: 400, errorTrials: 400, firstAt: 0, capacityAt: [], recent: [] };
    let usable = 0;
    let promoted = 0;
    fc.assert(
      fc.property(arm, arm, (candidate, control) => {
        if (!isArmCounts(candidate) || !isArmCounts(control)) return;
        usable++;
        const sum = merged([candidate, control]);
        for (const each of [candidate, control, sum]) {
          assert.ok([each.timed, each.slow, each.errors, each.answers, each.kept].every((count) => count >= 0));
          assert.ok(each.slow <= each.timed && each.errors <= each.errorTrials);
        }
        const phase = { kind: 'stage', percent: 5 } as const;
        const input = {
          policy: { ...plan, shadow: plan.shadow },
          frozen,
          phase,
          since: 0,
          now: 3_600_000,
          memoryHighFor: 0,
          dirtyExits: 0,
        };
        const verdict = verdictOf(readGates({ ...input, candidate, control }));
        if (verdict.kind !== 'may-advance') return;
        promoted++;
        assert.ok(candidate.timed >= 298 && candidate.slow <= 0.01 * candidate.timed, JSON.stringify(candidate));
      }),
      // Chance alone seldom makes one that is good in everything.
      {
        numRuns: 2000,
        examples: [
          [
            { ...good, requests: 360 },
            { ...good, timed: 40, errorTrials: 40, requests: 40 },
          ],
        ],
      },
    );
    assert.ok(usable > 100 && promoted > 0, `${usable} usable, ${promoted} promoted`);
  });
});

describe('the evidence of a rollout', () => {
  const samples = (
    gate: string,
    { rollout }: { rollout: { snapshot(): { gates: readonly { gate: string; samples?: number }[] } | undefined } },
  ): number => rollout.snapshot()?.gates.find((reading) => reading.gate === gate)?.samples ?? 0;

  it('holds the requests that were drawn, and not those that fell back', () =>
    withRollouts(async (bench) => {
      const window = bench.window('one');
      await window.toFirstStage();
      const arms = Array.from({ length: 60 }, () => window.request());
      const candidates = arms.filter((arm) => arm === 'candidate').length;
      assert.deepEqual([samples('errors', window), samples('assignment', window)], [candidates, 60]);
      for (let index = 0; index < 50; index++) {
        const id = `fallen-${index}`;
        const fallback = window.rollout.armFor({ id, languageId: 'go', trigger: 'automatic' }) === 'candidate' ? 'team' : sourceId;
        window.rollout.attempted(attemptOn(fallback, { requestId: id }));
        window.rollout.attempted(attemptOn(sourceId, { requestId: `never drawn ${index}` }));
        window.rollout.attempted(attemptOn('somebody else', { requestId: id }));
      }
      assert.deepEqual([samples('errors', window), samples('assignment', window)], [candidates, 60]);
    }));

  it('holds copies in the shadow only', () =>
    withRollouts(async (bench) => {
      const window = bench.window('one');
      await window.rollout.ask({ action: 'begin', reason: '' });
      const copy = (id: string): void => window.rollout.attempted(attemptOn(sourceId, { requestId: id, isShadow: true }));
      for (let index = 0; index < 299; index++) {
        window.request();
        copy(`copy-${index}`);
      }
      assert.equal(window.where(), 'shadow · 2');
      assert.deepEqual([samples('errors', window), samples('dwell', window)], [299, 299]);
      copy('last');
      assert.equal(window.where(), 'stage 5 · 3');
      copy('late');
      assert.deepEqual([samples('errors', window), samples('assignment', window)], [0, 0], 'a copy that was still on its way');
    }));

  it('of one window counts in the other, and after a restart', () =>
    withVirtualTime((time) =>
      withRollouts(async (bench) => {
        const [one, other] = [bench.window('one'), bench.window('other')];
        await one.toFirstStage();
        for (let index = 0; index < 20; index++) [one, other][index % 2]?.request();
        time.tick(3000);
        one.request();
        other.request();
        time.tick(3000);
        assert.equal(samples('assignment', one), 22);
        one.rollout.dispose();
        other.rollout.dispose();
        assert.equal(samples('assignment', bench.window('again')), 22);
      }),
    ));

  it('goes on when the policy was written again and says nothing else about the versions', () =>
    withRollouts(async (bench) => {
      const window = bench.window('one');
      await window.toFirstStage();
      for (let index = 0; index < 10; index++) window.request();
      const manifest = { ...unchecked, soak: 1, hash: 'e'.repeat(64) };
      window.rollout.follow({ manifest, problems: [] });
      assert.deepEqual([window.where(), samples('assignment', window)], ['stage 5 · 4', 10]);
      window.request();
      window.rollout.follow({ manifest: { ...manifest, hash: 'd'.repeat(64) }, problems: [] });
      assert.equal(samples('assignment', window), 11);
    }));

  it('begins anew with each stage', () =>
    withRollouts(async (bench) => {
      const [one, other] = [bench.window('one'), bench.window('other')];
      await one.toFirstStage();
      for (let index = 0; index < 10; index++) [one, other][index % 2]?.request();
      other.rollout.dispose();
      const next = bench.window('next');
      assert.equal(samples('assignment', next), 5, 'those of the window that was closed');
      assert.equal(await next.rollout.ask({ action: 'advance', reason: 'it is good' }), undefined);
      assert.equal(next.where(), 'stage 25 · 5');
      one.rollout.look();
      assert.equal(samples('assignment', next), 0);
      assert.equal(samples('assignment', one), 0);
    }));
});
