import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { systemClock } from '../../src/base/clock.ts';
import type { HealthState, SourceHealth } from '../../src/domain/snapshot.ts';
import { backendNow, routeOver } from '../../src/pace.ts';
import type { Member } from '../../src/service.ts';
import { parseSettings } from '../../src/settings/parse.ts';
import { FakeGuarded } from '../fakes/guardedSource.ts';

const { settings } = parseSettings({
  backends: [{ name: 'team', protocol: 'openai-completions', baseUrl: 'https://team.example/v1', model: 'm', boundary: 'vendor:example' }],
});

interface Known {
  readonly p95?: number;
  readonly isUnanswered?: boolean;
  readonly state?: HealthState;
  readonly loopback?: boolean;
}

/** A backend of which so much is known. */
function member({ p95 = 200, isUnanswered = false, state = 'healthy', loopback = false }: Known = {}): Member {
  const [backend] = settings.backends;
  assert.ok(backend);
  return {
    backend: { ...backend, loopback },
    source: new FakeGuarded('team'),
    fold: {
      ...{ add: () => undefined, modelsListed: () => undefined, isUnanswered },
      usual: () => ({ p50: 90, p95, p99: 2 * p95, samples: 100 }),
      health: () => ({ state }) as SourceHealth,
    },
    permission: () => ({ kind: 'allowed' }) as unknown as ReturnType<Member['permission']>,
  };
}

const waits = (known: Known, hedge = true): readonly (number | undefined)[] => {
  const one = member(known);
  const { softDeadline, hedgeAfter } = routeOver([one], { ...settings, hedge }, { clock: systemClock, random: Math.random });
  return [softDeadline(one.source), hedgeAfter?.(one.source)];
};

describe('how long a keystroke waits for a backend', () => {
  it('is what it usually needs, from 150 to 600 ms, and a tenth longer before another is asked beside it', () => {
    const rows: readonly (readonly [Known, readonly number[]])[] = [
      [{ p95: 200 }, [200, 220]],
      [{ p95: 20 }, [150, 150]],
      [{ p95: 145 }, [150, 159.5]],
      [{ p95: 5000 }, [600, 5500]],
    ];
    for (const [known, expected] of rows) {
      const found = waits(known).map((wait) => Number(wait?.toFixed(3)));
      assert.deepEqual(found, expected, JSON.stringify(known));
    }
  });

  it('is the least after a wait that went unanswered: the first pause of a hang may cost a wait, the next ones not', () =>
    assert.deepEqual(waits({ p95: 500, isUnanswered: true }), [150, 150]));

  it('is the most for one of which nobody knows', () => {
    const { softDeadline } = routeOver([], settings, { clock: systemClock, random: Math.random });
    assert.equal(softDeadline(new FakeGuarded('stranger')), 600);
  });

  it('has nobody asked beside it where that is switched off', () => assert.equal(waits({}, false)[1], undefined));
});

describe('the backend that is asked now', () => {
  it('is told with what the pipeline goes by', () => {
    const [one, other] = [member({ loopback: true }), member({ state: 'slow' })];
    assert.deepEqual(backendNow([one, other], one.source), { usual: 90, isLoopback: true, limit: 2, isHealthy: true });
    assert.deepEqual(backendNow([one, other], other.source), { usual: 90, isLoopback: false, limit: 2, isHealthy: false });
    for (const source of [undefined, new FakeGuarded('stranger')]) assert.equal(backendNow([one], source), undefined);
  });
});
