import assert from 'node:assert/strict';
import v8 from 'node:v8';
import vm from 'node:vm';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { systemClock } from '../../../src/base/clock.ts';
import type { Attempt, AttemptOutcome } from '../../../src/domain/attempt.ts';
import type { BreakerState, CoolDown, GuardSnapshot } from '../../../src/domain/guarded.ts';
import { type HealthState, healthStates } from '../../../src/domain/snapshot.ts';
import { SourceHealthFold } from '../../../src/health/sourceHealth.ts';
import { withVirtualTime, startVirtualTime } from '../../fakes/virtualTime.ts';
import { attemptOf } from './attempts.ts';

v8.setFlagsFromString('--expose-gc');
const collect = vm.runInNewContext('gc') as () => void;
const closed: GuardSnapshot = { sourceId: 's', model: 'm', breaker: { kind: 'closed' }, inFlight: 0, limit: 2 };

const breakers: readonly BreakerState[] = [
  { kind: 'closed' },
  ...(['server', 'capacity', 'rate_limit'] as const).flatMap((kind): BreakerState[] => [
    { kind: 'open', since: 0, probeAt: 1, cause: { kind, message: 'why' } },
    { kind: 'half-open', since: 0, cause: { kind, message: 'why' } },
  ]),
];
const coolDowns: readonly (CoolDown | undefined)[] = [
  undefined,
  ...(['model_retired', 'auth', 'client_unsupported', 'quota', 'capacity', 'rate_limit', 'loading'] as const).map((kind): CoolDown => ({
    kind,
    message: 'why',
    since: 0,
    source: 'default',
  })),
];
const guards = fc
  .record({
    breaker: fc.constantFrom(...breakers),
    coolDown: fc.constantFrom(...coolDowns),
    veto: fc.constantFrom(undefined, 'boundary-not-allowed' as const, 'offline' as const),
  })
  .map(({ breaker, coolDown, veto }): GuardSnapshot => ({
    ...{ ...closed, breaker },
    ...(coolDown ? { coolDown } : {}),
    ...(veto ? { veto: { reason: veto, message: 'why' } } : {}),
  }));
const outcomes: readonly AttemptOutcome[] = [
  ...(['ok', 'empty', 'cancelled', 'timeout', 'capacity', 'server', 'network', 'rate_limit', 'quota', 'auth'] as const),
  ...(['bad_request', 'context_length', 'content_filter', 'model_retired', 'loading', 'client_unsupported', 'internal'] as const),
];
const attempts = fc.record({
  outcome: fc.constantFrom(...outcomes),
  elapsed: fc.integer({ min: 1, max: 5000 }),
  trigger: fc.constantFrom('automatic', 'manual', 'probe'),
  interrupted: fc.constantFrom(undefined, undefined, undefined, 'asleep' as const, 'blocked' as const),
  wait: fc.integer({ min: 0, max: 40_000 }),
});

interface Drawn {
  readonly outcome: AttemptOutcome;
  readonly elapsed: number;
  readonly trigger: Attempt['trigger'];
  readonly interrupted: Attempt['interrupted'];
  readonly wait: number;
}

const drawn = ({ outcome, elapsed, trigger, interrupted }: Drawn): Attempt =>
  attemptOf(outcome, { elapsed, trigger, ...(interrupted ? { interrupted } : {}) });

/** Which facts of the guard make which states possible, most important first: the table of docs/health.md. */
function byGuard({ veto, coolDown, breaker }: GuardSnapshot): HealthState | undefined {
  if (veto?.reason === 'boundary-not-allowed') return 'not-allowed';
  if (coolDown?.kind === 'model_retired') return 'retired';
  if (coolDown?.kind === 'auth' || coolDown?.kind === 'client_unsupported') return 'auth-needed';
  if (coolDown?.kind === 'quota') return 'quota';
  if (veto) return 'offline';
  if (breaker.kind === 'half-open') return 'probing';
  if (breaker.kind === 'open') {
    return breaker.cause.kind === 'capacity' ? 'at-capacity' : breaker.cause.kind === 'rate_limit' ? 'rate-limited' : 'open';
  }
  return coolDown && ({ capacity: 'at-capacity', rate_limit: 'rate-limited', loading: 'loading' } as const)[coolDown.kind as 'loading'];
}

describe('the fold of a backend’s health', () => {
  it('shows the first state that applies, whatever was before', () => {
    const time = startVirtualTime();
    try {
      fc.assert(
        fc.property(fc.array(attempts, { maxLength: 30 }), guards, (course, guard) => {
          const fold = new SourceHealthFold(systemClock);
          for (const each of course) fold.add(drawn(each));
          const { state } = fold.health(guard);
          const expected = byGuard(guard);
          if (expected) assert.equal(state, expected);
          else assert.ok(healthStates.indexOf(state) >= healthStates.indexOf('at-capacity'), state);
        }),
      );
    } finally {
      time.uninstall();
    }
  });

  it('has no state without evidence', () => {
    const time = startVirtualTime();
    try {
      fc.assert(
        fc.property(fc.array(attempts, { maxLength: 60 }), (course) => {
          const fold = new SourceHealthFold(systemClock);
          for (const each of course) {
            fold.add(drawn(each));
            time.tick(each.wait);
          }
          const { state, reason, lastSuccessAt } = fold.health(closed);
          // What this machine slept through is no evidence.
          const seen = course.filter(({ interrupted, outcome }) => !interrupted || ['ok', 'empty'].includes(outcome) || !isOurs(outcome));
          const had = (...wanted: readonly AttemptOutcome[]): boolean => seen.some(({ outcome }) => wanted.includes(outcome));
          if (state === 'at-capacity') assert.ok(had('capacity'));
          if (state === 'degraded')
            assert.ok(had('timeout', 'capacity', 'server', 'network', 'bad_request', 'cancelled') || course.length >= 20);
          if (state === 'slow') assert.ok(seen.some(({ elapsed }) => elapsed > 400));
          if (state === 'healthy') assert.ok(seen.some(({ outcome }) => outcome !== 'cancelled'));
          if (state === 'unknown') assert.ok(seen.every(({ outcome }) => outcome === 'cancelled'));
          assert.equal(lastSuccessAt !== undefined, had('ok', 'empty'));
          if (state !== 'healthy' && state !== 'unknown') assert.notEqual(reason, '');
        }),
      );
    } finally {
      time.uninstall();
    }
  });

  it('is not made well by a failure, nor unwell by a good answer within the usual time', () => {
    const time = startVirtualTime();
    try {
      fc.assert(
        fc.property(fc.array(attempts, { maxLength: 40 }), (course) => {
          const fold = new SourceHealthFold(systemClock);
          for (const each of course) {
            fold.add(drawn(each));
            time.tick(Math.min(each.wait, 3000));
          }
          const isWell = (): boolean => ['healthy', 'unknown'].includes(fold.health(closed).state);
          const before = isWell();
          fold.add(attemptOf('server'));
          const afterFailure = isWell();
          if (!before) assert.equal(afterFailure, false, 'a failure made it well');
          fold.add(attemptOf('ok', { elapsed: 10 }));
          if (afterFailure) assert.equal(isWell(), true, 'a good answer made it unwell');
        }),
      );
    } finally {
      time.uninstall();
    }
  });

  it('keeps no more however long the day', () =>
    withVirtualTime((time) => {
      const fold = new SourceHealthFold(systemClock);
      const size = (): number => {
        collect();
        return process.memoryUsage().heapUsed;
      };
      const day = (count: number): void => {
        for (let index = 0; index < count; index++) {
          fold.add(
            attemptOf(outcomes[index % outcomes.length] ?? 'ok', { elapsed: 1 + ((index * 37) % 3000), requestId: `r${index % 10}` }),
          );
          fold.health(closed);
          time.tick(10);
        }
      };
      day(2000);
      const before = size();
      day(10_000);
      // Kept, each of them would be some 250 bytes: 2.5 MB.
      assert.ok(size() - before < 500_000, `${size() - before} bytes more`);
      return Promise.resolve();
    })).timeout(20_000);

  /** The states of a course, without repetitions. */
  async function statesOf(seconds: number, outcomeAt: (second: number) => Attempt): Promise<readonly HealthState[]> {
    const states: HealthState[] = [];
    await withVirtualTime(async (time) => {
      const fold = new SourceHealthFold(systemClock);
      for (let second = 0; second < seconds; second++) {
        fold.add(outcomeAt(second));
        const { state } = fold.health(closed);
        if (states.at(-1) !== state) states.push(state);
        await time.tickAsync(1000);
      }
    });
    return states;
  }

  it('does not flap under outcomes that alternate', async () => {
    const alternating = (bad: AttemptOutcome, every: number) => (second: number) => attemptOf(second % every === 0 ? bad : 'ok');
    for (const every of [2, 3, 7, 11, 19]) {
      const failing = await statesOf(600, alternating('server', every));
      assert.deepEqual(failing, ['degraded'], `one failure in ${every}`);
      const full = await statesOf(600, alternating('capacity', every));
      assert.ok(full.length <= 3 && full.at(-1) === 'at-capacity', `one capacity answer in ${every}: ${full.join(' ')}`);
    }
    assert.deepEqual(await statesOf(600, alternating('server', 45)), ['degraded', 'healthy'], 'a failure every 45 s');
  });

  it('is degraded by requests that nobody answered for long, be they cancelled', async () => {
    const hung = (elapsed: number) => statesOf(30, (second) => (second < 20 ? attemptOf('ok') : attemptOf('cancelled', { elapsed })));
    assert.deepEqual(await hung(801), ['healthy', 'degraded']);
    assert.deepEqual(await hung(300), ['healthy']);
  });

  it('is slow after two slow looks, and until a calm minute', async () => {
    const states: string[] = [];
    await withVirtualTime(async (time) => {
      const fold = new SourceHealthFold(systemClock);
      for (let second = 0; second < 420; second++) {
        const isSlow = second >= 120 && second < 240;
        // Below the limit of "slow at once": only the looks see it.
        fold.add(attemptOf('ok', { elapsed: isSlow ? 330 : 150 + (second % 10) }));
        const { state } = fold.health(closed);
        if (!states.at(-1)?.endsWith(state)) states.push(`${second} ${state}`);
        await time.tickAsync(1000);
      }
    });
    assert.deepEqual(
      states.map((line) => line.split(' ')[1]),
      ['healthy', 'slow', 'healthy'],
      states.join(', '),
    );
    const [, from = 0, to = 0] = states.map((line) => Number(line.split(' ')[0]));
    assert.ok(from >= 140 && from <= 180 && to >= 300 && to <= 340, states.join(', '));
  });

  it('is degraded by a long tail while most answers are as usual, and until a minute without one', async () => {
    const states = await statesOf(420, (second) =>
      attemptOf('ok', { elapsed: second >= 120 && second < 240 && second % 5 === 0 ? 3500 : 150 + (second % 10) }),
    );
    assert.ok(states[0] === 'healthy' && states.at(-1) === 'healthy', states.join(' '));
    assert.ok(states.includes('degraded') || states.includes('slow'), states.join(' '));
    assert.ok(states.length <= 4, states.join(' '));
  });

  it('says what is usual only when it was learnt', () =>
    withVirtualTime(async (time) => {
      const fold = new SourceHealthFold(systemClock);
      assert.equal(fold.health(closed).usual, undefined);
      for (let second = 0; second < 30; second++) {
        fold.add(attemptOf('ok', { elapsed: 200 }));
        await time.tickAsync(1000);
      }
      assert.ok(Math.abs((fold.health(closed).usual?.p95 ?? 0) - 200) < 10);
    }));
});

function isOurs(outcome: AttemptOutcome): boolean {
  return outcome === 'timeout' || outcome === 'network' || outcome === 'cancelled';
}
