import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import fc from 'fast-check';
import { DashboardFold, foldBounds } from '../../../src/dashboard/fold.ts';
import { answerClasses, outcomeClasses } from '../../../src/dashboard/outcomeClass.ts';
import { binsOf, rangeNames, ranges } from '../../../src/dashboard/range.ts';
import type { DashboardView, ModelView, Series } from '../../../src/dashboard/view.ts';
import { mostRows } from '../../../src/dashboard/useFold.ts';
import type { JournalRecord } from '../../../src/domain/record.ts';
import type { Observed } from '../../../src/domain/observation.ts';
import { LatencyHistogram } from '../../../src/health/latencyHistogram.ts';
import { anyRecords, attempt, clock, decision, hour, minute, now, outcomes, state } from './records.ts';

const range = fc.constantFrom(...rangeNames);

function viewOf(
  records: readonly JournalRecord[],
  name: DashboardView['range'] = '24h',
  first: string | undefined = 'first',
): DashboardView {
  const fold = new DashboardFold(name, first, clock);
  for (const record of records) fold.add(record);
  return fold.view();
}

const sum = (series: Series): number => series.reduce((total: number, each) => total + (each ?? 0), 0);

const sole = (view: DashboardView): ModelView => view.models[0] ?? assert.fail('no model');

describe('the ranges', () => {
  it('have at most 300 bins, and end with the bin of now', () => {
    for (const name of rangeNames) {
      const { first, width, count } = binsOf(name, now);
      assert.ok(count <= 300 && Number.isInteger(count), name);
      assert.ok(first + width * count > now && first + width * (count - 1) <= now, name);
      assert.equal(first % width, 0, name);
    }
  });
});

describe('the fold of the dashboard', () => {
  it('counts each attempt of the range once, in its bin and in its class, probes apart', () =>
    fc.assert(
      fc.property(anyRecords, range, (records, name) => {
        const view = viewOf(records, name);
        const inRange = records.filter(({ at }) => at >= view.bins.first);
        for (const model of view.models) {
          const own = inRange.filter((each) => each.kind === 'attempt' && each.sourceId === model.sourceId);
          const probes = own.filter((each) => each.kind === 'attempt' && each.trigger === 'probe').length;
          assert.equal(model.probes, probes);
          assert.equal(model.attempts, own.length - probes);
          assert.equal(
            outcomeClasses.reduce((total, each) => total + sum(model.outcomes[each]), 0),
            model.attempts,
          );
        }
        assert.equal(
          view.models.reduce((total, each) => total + each.attempts + each.probes, 0),
          inRange.filter(({ kind }) => kind === 'attempt').length,
        );
        const decisions = inRange.filter(({ kind }) => kind === 'decision').length;
        assert.equal(
          answerClasses.reduce((total, each) => total + sum(view.answers.series[each]), 0),
          decisions,
        );
        assert.equal(
          answerClasses.reduce((total, each) => total + view.answers.total[each], 0),
          decisions,
        );
        for (const each of answerClasses) assert.ok(view.answers.whileUnwell[each] <= view.answers.total[each]);
      }),
    ));

  it('says the same whatever the order of the records', () =>
    fc.assert(
      fc.property(anyRecords, range, fc.infiniteStream(fc.nat()), (records, name, chance) => {
        const ordered = records.toSorted((one, other) => one.at - other.at);
        // Two states at the same instant have no order.
        const unique = ordered.filter(({ at, kind }, index) => kind !== 'state' || ordered[index - 1]?.at !== at);
        const shuffled = unique.map((record) => [chance.next().value, record] as const).toSorted(([one], [other]) => one - other);
        const [one, other] = [
          viewOf(unique, name),
          viewOf(
            shuffled.map(([, record]) => record),
            name,
          ),
        ];
        assert.deepEqual(round(one), round(other));
      }),
    ));

  it('says of the latency what health says of the same attempts', () =>
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 1, max: 70_000 }), fc.boolean()), { minLength: 1, maxLength: 60 }), (samples) => {
        const histogram = new LatencyHistogram();
        for (const [elapsed, censored] of samples) histogram.add(0, elapsed, censored);
        const model = sole(
          viewOf(samples.map(([elapsed, censored]) => attempt(minute, { elapsed, censored, outcome: censored ? 'cancelled' : 'ok' }))),
        );
        const expected = histogram.quantiles(0, [0.5, 0.95, 0.99]).map((each) => Math.round(each ?? 0));
        const { overall } = model;
        assert.deepEqual([overall?.p50.value, overall?.p95.value, overall?.p99.value], expected);
        assert.deepEqual([model.p50.at(-1), model.p95.at(-1), model.p99.at(-1)], expected);
        assert.equal(overall?.censored, samples.filter(([, censored]) => censored).length / samples.length);
      }),
    ));

  it('marks a quantile that the longest wait does not settle as a lower bound', () => {
    const hung = sole(viewOf([attempt(minute), attempt(minute, { elapsed: 2000, censored: true, outcome: 'timeout' })]));
    assert.deepEqual([hung.overall?.p50.isAtLeast, hung.overall?.p99.isAtLeast], [false, true]);
    assert.equal(hung.censored.at(-1), 0.5);
  });

  it('does not take what failed at once for a quick answer', () => {
    const model = sole(viewOf([attempt(minute, { outcome: 'capacity', elapsed: 3 })]));
    assert.equal(model.overall, undefined);
    assert.deepEqual([model.answered, sum(model.outcomes.capacity)], [0, 1]);
  });

  it('knows a class for every outcome, and another one for what a later version may write', () => {
    for (const outcome of outcomes) assert.equal(sole(viewOf([attempt(minute, { outcome })])).attempts, 1, outcome);
    assert.equal(sum(sole(viewOf([attempt(minute, { outcome: 'melted' as 'ok' })])).outcomes.other), 1);
  });

  it('counts what the fallbacks saved while the first backend was unwell, and only then', () => {
    const trouble = [state(3 * hour, 'healthy', 'open'), state(2 * hour, 'open', 'healthy')];
    const inside = [decision(2.5 * hour, 'model', 'second'), decision(2.5 * hour, 'local', 'local'), decision(2.5 * hour, 'nothing')];
    const outside = [decision(4 * hour, 'local', 'local'), decision(hour, 'model', 'first')];
    const { answers } = viewOf([...trouble, ...inside, ...outside]);
    assert.deepEqual(answers.whileUnwell, { first: 0, 'other-backend': 1, local: 1, cache: 0, nothing: 1 });
    assert.deepEqual(answers.total, { first: 1, 'other-backend': 1, local: 2, cache: 0, nothing: 1 });
    assert.equal(answers.unwellFor, hour);
    // Another one was unwell: nothing had to be saved.
    const elsewhere = viewOf([state(3 * hour, 'healthy', 'open', 'second'), ...inside]);
    assert.equal(elsewhere.answers.unwellFor, 0);
  });

  it('tells acceptance and retention by model and by language, local text apart', () => {
    const facts = { id: 'r1', sourceId: 'first', trigger: 'automatic' } as const;
    const see = (languageId: string, origin: 'model' | 'local' | 'cache', observed: Observed): JournalRecord => ({
      kind: 'observation',
      at: now - minute,
      observation: { ...facts, at: now - minute, languageId, origin, ...(origin === 'local' ? {} : { model: 'm' }), ...observed },
    });
    const view = viewOf([
      see('go', 'model', { kind: 'shown' }),
      see('go', 'cache', { kind: 'shown' }),
      see('go', 'model', { kind: 'ended', as: 'accepted', visibleFor: 900 }),
      see('go', 'cache', { kind: 'ended', as: 'rejected', visibleFor: 900 }),
      see('go', 'model', { kind: 'kept', afterSeconds: 30, similarity: 0.5 }),
      see('go', 'model', { kind: 'kept', afterSeconds: 30, similarity: 1 }),
      see('css', 'local', { kind: 'shown' }),
    ]);
    const [model, local] = view.byModel;
    assert.deepEqual(
      [model?.name, model?.shown, model?.accepted, model?.rejected, model?.kept[0]],
      ['m', 2, 1, 1, { share: 0.75, texts: 2 }],
    );
    assert.equal(local?.name, 'local suggestions');
    assert.deepEqual(
      view.byLanguage.map(({ name, shown }) => [name, shown]),
      [
        ['go', 2],
        ['css', 1],
      ],
    );
  });

  it('forgets what time has passed over, and takes nothing from the future', () => {
    let time = now;
    const fold = new DashboardFold('1h', 'first', { now: () => time });
    for (const record of [attempt(59 * minute), attempt(minute), decision(minute, 'local'), attempt(-10 * hour), attempt(2 * hour)])
      fold.add(record);
    assert.equal(sole(fold.view()).attempts, 2);
    time += 30 * minute;
    assert.equal(sole(fold.view()).attempts, 1);
    assert.equal(fold.view().records, 2);
    time += 10 * hour;
    assert.deepEqual(fold.view().models, []);
  });

  it('stays small whatever is recorded', function () {
    this.timeout(20_000);
    const fold = new DashboardFold('30d', 'first', clock);
    for (let index = 0; index < 60_000; index++) {
      const ago = (index * 977) % ranges['30d'].length;
      fold.add(attempt(ago, { model: `m${index % 500}` }));
      fold.add(state(ago, 'healthy', index % 2 === 0 ? 'open' : 'healthy', `s${index % 50}`));
      fold.add({ kind: 'observation', at: now - ago, observation: { ...observation, at: now - ago, languageId: `l${index % 400}` } });
    }
    const view = fold.view();
    assert.equal(view.models.length, foldBounds.models + 1);
    assert.equal(
      view.models.reduce((total, { attempts }) => total + attempts, 0),
      60_000,
    );
    assert.ok(view.byLanguage.length <= mostRows + 1);
    assert.equal(
      view.byLanguage.reduce((total, { shown }) => total + shown, 0),
      60_000,
    );
    assert.ok(view.incidents.length <= foldBounds.changes);
    assert.ok(JSON.stringify(view).length < 1_000_000, `${JSON.stringify(view).length} bytes`);
  });
});

const observation = { id: 'r1', languageId: 'go', origin: 'model', sourceId: 'first', trigger: 'automatic', kind: 'shown' } as const;

/** Sums of fractions differ in their last digit by the order they are summed in. */
function round(view: DashboardView): unknown {
  return JSON.parse(JSON.stringify(view, (_, value: unknown) => (typeof value === 'number' ? Number(value.toPrecision(9)) : value)));
}
