import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import fc from 'fast-check';
import { incidentsOf, isUnwell, joined, lengthOf, routeOf } from '../../../src/dashboard/incidents.ts';
import { healthStates } from '../../../src/domain/snapshot.ts';
import type { RouteRecord, StateRecord } from '../../../src/domain/record.ts';
import { hour, now, state } from './records.ts';

const span = { from: now - 24 * hour, to: now };

/** In hours before now. */
function told(records: readonly StateRecord[], ends: readonly number[] = []): string[] {
  const hours = (at: number): string => ((now - at) / hour).toFixed(1);
  return incidentsOf(records, ends, span).map(
    ({ from, to, isOngoing, worst, parts }) =>
      `${hours(from)}–${isOngoing ? 'now' : hours(to)} ${worst} (${parts.map((part) => part.state).join(' ')})`,
  );
}

describe('incidents', () => {
  it('are runs of unwell states, named after the worst', () => {
    const records = [state(5 * hour, 'healthy', 'at-capacity'), state(4 * hour, 'at-capacity', 'open'), state(3 * hour, 'open', 'healthy')];
    assert.deepEqual(told(records), ['5.0–3.0 open (at-capacity open)']);
  });

  it('go on when nobody said that they ended', () => {
    assert.deepEqual(told([state(hour, 'healthy', 'slow')]), ['1.0–now slow (slow)']);
  });

  it('end with the session that saw them, when a new window begins anew', () => {
    const records = [state(5 * hour, 'healthy', 'open'), state(2 * hour, 'unknown', 'healthy')];
    assert.deepEqual(told(records, [now - 4 * hour]), ['5.0–4.0 open (open)']);
    assert.deepEqual(told([state(5 * hour, 'healthy', 'open')], [now - 4 * hour]), ['5.0–4.0 open (open)']);
  });

  it('reach into the range from before', () => {
    assert.deepEqual(told([state(30 * hour, 'healthy', 'open'), state(23 * hour, 'open', 'healthy')]), ['24.0–23.0 open (open)']);
    // The record of the beginning is out of reach, but the one of the end says what it was.
    assert.deepEqual(told([state(23 * hour, 'offline', 'healthy')]), ['24.0–23.0 offline (offline)']);
    assert.deepEqual(told([state(30 * hour, 'healthy', 'open'), state(29 * hour, 'open', 'healthy')]), []);
  });

  it('are told of each backend apart', () => {
    const records = [state(3 * hour, 'healthy', 'open'), state(2 * hour, 'healthy', 'slow', 'second'), state(hour, 'open', 'healthy')];
    assert.deepEqual(told(records), ['3.0–1.0 open (open)', '2.0–now slow (slow)']);
  });

  it('are no matter of what the person does not allow', () => {
    assert.deepEqual(
      healthStates.filter((each) => !isUnwell(each)),
      ['not-allowed', 'healthy', 'unknown'],
    );
  });

  it('never overlap for one backend, end after they begin, and lie in the span', () =>
    fc.assert(
      fc.property(
        fc.uniqueArray(
          fc.tuple(fc.integer({ min: 0, max: 40 * hour }), fc.constantFrom(...healthStates), fc.constantFrom(...healthStates)),
          {
            selector: ([ago]) => ago,
            maxLength: 40,
          },
        ),
        (changes) => {
          const incidents = incidentsOf(
            changes.map(([ago, before, after]) => state(ago, before, after)),
            [],
            span,
          );
          let last = span.from;
          for (const { from, to, parts } of incidents) {
            assert.ok(from >= last && to >= from && to <= span.to);
            assert.deepEqual([parts[0]?.from, parts.at(-1)?.to], [from, to]);
            last = to;
          }
        },
      ),
    ));
});

describe('spans', () => {
  it('that overlap are counted once', () => {
    const spans = [
      { from: 5, to: 9 },
      { from: 1, to: 3 },
      { from: 2, to: 6 },
    ];
    assert.deepEqual(joined(spans), [{ from: 1, to: 9 }]);
    assert.equal(lengthOf(joined(spans)), 8);
  });
});

describe('the route', () => {
  const route = (ago: number, before: string, serving: string): RouteRecord => ({ kind: 'route', at: now - ago, before, serving });

  it('has no gap from the first word on it', () => {
    const parts = routeOf([route(2 * hour, 'second', 'first'), route(5 * hour, 'first', 'second')], span);
    assert.deepEqual(
      parts.map(({ serving, from, to }) => [serving, (now - from) / hour, (now - to) / hour]),
      [
        ['first', 24, 5],
        ['second', 5, 2],
        ['first', 2, 0],
      ],
    );
  });

  it('does not take the beginning of a window for local text', () => {
    assert.deepEqual(
      routeOf([route(hour, 'local', 'first')], span).map(({ serving }) => serving),
      ['first'],
    );
  });
});
