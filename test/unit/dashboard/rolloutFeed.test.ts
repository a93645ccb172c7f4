import assert from 'node:assert/strict';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { systemClock } from '../../../src/base/clock.ts';
import {
  type HostMessage,
  hostMessageOf,
  pageMessageOf,
  pageStateOf,
  protocolVersion as version,
} from '../../../src/dashboard/protocol.ts';
import { decisionsShown, RolloutFeed } from '../../../src/dashboard/rolloutFeed.ts';
import {
  arms,
  assignmentSources,
  gateNames,
  readinessChecks,
  rolloutActions,
  type RolloutControl,
  type RolloutSnapshot,
} from '../../../src/domain/rollout.ts';
import { readinessDocument } from '../../../src/ui/readinessDocument.ts';
import { rolloutPage } from '../../../src/ui/rolloutPage.ts';
import { rollbackToast } from '../../../src/ui/rolloutToast.ts';
import { FakeRolloutControl, rolledBack, rolloutSnapshot } from '../../fakes/rolloutControl.ts';
import { startVirtualTime, type VirtualTime } from '../../fakes/virtualTime.ts';

/** What is left of a value on its way through the editor. */
const sent = (value: unknown): unknown => JSON.parse(JSON.stringify(value)) as unknown;

const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((each) => each + 0);
const percent = fc.integer({ min: 1, max: 100 });
const option = { requiredKeys: [] as never[] };
const activePhase = fc.oneof(
  fc.constantFrom({ kind: 'preflight' } as const, { kind: 'shadow' } as const, { kind: 'soak' } as const),
  fc.record({ kind: fc.constant('stage' as const), percent }),
);
const phase = fc.oneof(
  activePhase,
  fc.constantFrom({ kind: 'idle' } as const, { kind: 'done' } as const),
  fc.record({ kind: fc.constant('paused' as const), before: activePhase }),
  fc.record({ kind: fc.constant('rolled-back' as const), until: fc.nat() }),
);
const gate = fc
  .tuple(
    fc.record({
      gate: fc.constantFrom(...gateNames),
      verdict: fc.constantFrom('holds', 'collecting', 'paused', 'tripped', 'unknown'),
      words: fc.string(),
    }),
    fc.record({ samples: fc.nat(), needed: fc.nat(), value: number, limit: number, languageId: fc.string() }, option),
  )
  .map(([must, may]) => ({ ...must, ...may }));
const evidence = fc.record({
  check: fc.constantFrom(...readinessChecks),
  at: fc.nat(),
  verdict: fc.constantFrom('passed', 'failed', 'inconclusive'),
  versions: fc.string(),
  summary: fc.string(),
});
const item = fc
  .tuple(
    fc.record({
      check: fc.constantFrom(...readinessChecks),
      severity: fc.constantFrom('blocks', 'warns'),
      state: fc.constantFrom('passed', 'failed', 'inconclusive', 'missing', 'expired', 'overridden'),
    }),
    fc.record({ evidence, override: fc.string() }, option),
  )
  .map(([must, may]) => ({ ...must, ...may }));
const decision = fc
  .tuple(
    fc.record({
      revision: fc.nat(),
      at: fc.nat(),
      action: fc.constantFrom(...rolloutActions),
      by: fc.constantFrom('gates', 'person', 'flag'),
      manifest: fc.string(),
      phase,
      reason: fc.string(),
    }),
    fc.record({ gate: fc.constantFrom(...gateNames), figures: fc.dictionary(fc.string(), number), subject: fc.string() }, option),
  )
  .map(([must, may]) => ({ ...must, ...may }));
const model = fc.record({ backend: fc.string(), model: fc.string() });
/** Any snapshot that the types allow. */
const anySnapshot: fc.Arbitrary<RolloutSnapshot> = fc
  .tuple(
    fc.record({
      ...{ at: fc.nat(), name: fc.string(), baseline: model, candidate: model, phase, since: fc.nat(), reason: fc.string() },
      assignment: fc.record({ arm: fc.constantFrom(...arms), source: fc.constantFrom(...assignmentSources) }),
      ...{ stages: fc.array(percent), gates: fc.array(gate), readiness: fc.array(item), history: fc.array(decision) },
      ...{ blocked: fc.array(fc.string()), problems: fc.array(fc.string()) },
    }),
    fc.record({ pinned: fc.string() }, option),
  )
  .map(([must, may]) => ({ ...must, ...may }));

/** What may be missing; the note of an assignment is nowhere in what is broken. */
const optional = new Set([
  'samples',
  'needed',
  'value',
  'limit',
  'languageId',
  'evidence',
  'took',
  'report',
  'override',
  'gate',
  'figures',
  'subject',
]);

/** Of these not every text will do. */
const words = new Set(['kind', 'gate', 'verdict', 'check', 'severity', 'state', 'action', 'by', 'arm', 'source']);

/** Every way to take one value of it away, or to change it for something else. */
function* broken(value: unknown, name = ''): Generator {
  if (typeof value !== 'string' || words.has(name)) yield 'something else';
  if (typeof value === 'string') yield 7;
  if (!optional.has(name)) yield undefined;
  if (Array.isArray(value)) {
    for (const [index, each] of value.entries()) if (index < 6) for (const other of broken(each)) yield value.with(index, other);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, each] of Object.entries(value)) for (const other of broken(each, key)) yield { ...value, [key]: other };
  }
}

function* textsIn(value: unknown): Generator<string> {
  if (typeof value === 'string') yield value;
  else if (typeof value === 'object' && value !== null) for (const each of Object.values(value)) yield* textsIn(each);
}

const messageOf = (snapshot: RolloutSnapshot | null): HostMessage => ({
  version,
  kind: 'rollout',
  rollout: { snapshot, possible: rolloutActions, isLoaded: true, problems: [] },
});

describe('the protocol of the rollout page', () => {
  it('lets every snapshot through as it is', () =>
    fc.assert(
      fc.property(anySnapshot, (snapshot) => {
        const message = sent(messageOf(snapshot));
        assert.deepEqual(hostMessageOf(message), message);
      }),
    ));

  it('is drawn, whatever snapshot came through', () =>
    fc.assert(
      fc.property(anySnapshot, (snapshot) => {
        const page = rolloutPage(snapshot, rolloutActions);
        const here = page.steps.filter(({ state }) => state !== 'ahead' && state !== 'behind').length;
        assert.ok(snapshot.phase.kind === 'idle' || snapshot.phase.kind === 'rolled-back' ? here <= 1 : here === 1);
        for (const text of textsIn(page)) assert.doesNotMatch(text, /[\n\r\t]|\bNaN\b/);
        assert.doesNotMatch(rollbackToast(snapshot)?.message ?? '', /\]\(|\n/);
        readinessDocument(snapshot);
      }),
    ));

  it('refuses a message with any one value of another type, or missing', () => {
    let refused = 0;
    for (const snapshot of [rolloutSnapshot(), rolledBack({ problems: ['x'], blocked: ['y'] })]) {
      const good = sent(messageOf(snapshot));
      assert.ok(hostMessageOf(good));
      for (const bad of broken(good)) {
        assert.equal(hostMessageOf(bad), undefined, JSON.stringify(bad));
        refused++;
      }
    }
    assert.ok(refused > 300, `${refused}`);
  });

  it('knows no shares above 100 and no figures that are none', () => {
    assert.equal(hostMessageOf(messageOf(rolloutSnapshot({ phase: { kind: 'stage', percent: 101 } }))), undefined);
    assert.equal(hostMessageOf(messageOf(rolloutSnapshot({ since: Number.NaN }))), undefined);
  });

  it('takes of a page what a person can do there, and passes over the rest', () => {
    const good = [
      ...rolloutActions.map((action) => ({ version, kind: 'rollout-action', action })),
      { version, kind: 'rollout-action', action: 'override', subject: 'capacity' },
      ...readinessChecks.map((check) => ({ version, kind: 'rollout-check', check })),
      { version, kind: 'rollout-open', what: 'readiness' },
    ];
    for (const message of good) assert.deepEqual(pageMessageOf(message), message);
    const bad = [
      { version, kind: 'rollout-action', action: 'sell' },
      { version, kind: 'rollout-action', action: 'pin', subject: 7 },
      { version, kind: 'rollout-action', action: 'pin', subject: 'x'.repeat(201) },
      { version, kind: 'rollout-check', check: 'weather' },
      { version, kind: 'rollout-open', what: 'file:///etc/passwd' },
      { version: 2, kind: 'rollout-open', what: 'readiness' },
    ];
    for (const message of bad) assert.equal(pageMessageOf(message), undefined, JSON.stringify(message));
  });

  it('knows what an earlier page has kept without a place, and with one', () => {
    const kept = { range: '24h', tables: [], hidden: [] };
    assert.ok(pageStateOf(kept));
    assert.ok(pageStateOf({ ...kept, place: 'rollout' }));
    assert.equal(pageStateOf({ ...kept, place: 'elsewhere' }), undefined);
  });
});

describe('the feed of the rollout page', () => {
  let time: VirtualTime;
  let control: FakeRolloutControl;
  let posted: HostMessage[];
  let did: string[];
  let feed: RolloutFeed;

  const start = (late: Promise<RolloutControl | undefined> = Promise.resolve(control)): RolloutFeed =>
    new RolloutFeed({
      clock: systemClock,
      control: late,
      post(message) {
        assert.ok(hostMessageOf(sent(message)), 'a message that the page would pass over');
        posted.push(message);
      },
      act: (action, subject) => did.push(`${action} ${subject ?? '-'}`),
      check: (check) => did.push(`check ${check}`),
      open: (what) => did.push(`open ${what}`),
    });
  const ready = (): void => feed.receive({ version, kind: 'ready', range: '24h' });
  const reasons = (): unknown[] => posted.map((message) => (message.kind === 'rollout' ? message.rollout.snapshot?.reason : message.kind));

  beforeEach(() => {
    time = startVirtualTime();
    control = new FakeRolloutControl(rolloutSnapshot({ reason: 'one' }));
    posted = [];
    did = [];
    feed = start();
  });

  afterEach(() => {
    feed.dispose();
    assert.equal(control.listeners, 0);
    time.uninstall();
  });

  it('says how it is when the page is ready, and not before', async () => {
    await time.tickAsync(5000);
    control.set(rolloutSnapshot({ reason: 'two' }));
    assert.deepEqual(reasons(), []);
    ready();
    assert.deepEqual(reasons(), ['two']);
  });

  it('says a change at once after a quiet second, and of many in a second the last one', async () => {
    await time.tickAsync(1);
    ready();
    await time.tickAsync(1000);
    control.set(rolloutSnapshot({ reason: 'two' }));
    assert.deepEqual(reasons(), ['one', 'two']);
    for (const reason of ['three', 'four', 'five']) control.set(rolloutSnapshot({ reason }));
    await time.tickAsync(999);
    assert.deepEqual(reasons(), ['one', 'two']);
    await time.tickAsync(1);
    assert.deepEqual(reasons(), ['one', 'two', 'five']);
  });

  it('says nothing to a page that is hidden, and has no timer then', async () => {
    await time.tickAsync(1);
    ready();
    control.set(rolloutSnapshot({ reason: 'two' }));
    feed.setVisible(false);
    control.set(rolloutSnapshot({ reason: 'three' }));
    await time.tickAsync(5000);
    assert.deepEqual(reasons(), ['one']);
    feed.setVisible(true);
    assert.deepEqual(reasons(), ['one', 'three']);
  });

  it('says that none is planned, and that this part could not be loaded', async () => {
    control.set(undefined);
    await time.tickAsync(1);
    ready();
    const broken = start(Promise.resolve(undefined));
    await time.tickAsync(1);
    broken.receive({ version, kind: 'ready', range: '24h' });
    broken.dispose();
    assert.deepEqual(
      posted.map((message) => (message.kind === 'rollout' ? message.rollout : message)),
      [
        { snapshot: null, possible: [], isLoaded: true, problems: [] },
        { snapshot: null, possible: [], isLoaded: false, problems: [] },
      ],
    );
  });

  it('says why there is none though a policy is named', async () => {
    control.problems = ['policy.json:4:14: control is 7, allowed is a number from 0.1 to 0.5'];
    control.set(undefined);
    await time.tickAsync(1);
    ready();
    assert.deepEqual(
      posted.map((message) => (message.kind === 'rollout' ? message.rollout.problems : message)),
      [control.problems],
    );
  });

  it('tells a page that waits as soon as the rollout is loaded', async () => {
    feed.dispose();
    let loaded: (control: RolloutControl) => void = () => undefined;
    feed = start(new Promise((resolve) => (loaded = resolve)));
    ready();
    await time.tickAsync(3000);
    assert.deepEqual(reasons(), []);
    loaded(control);
    await time.tickAsync(1);
    assert.deepEqual(reasons(), ['one']);
  });

  it('does not listen when the page went before it was loaded', async () => {
    feed.dispose();
    await time.tickAsync(1);
    assert.equal(control.listeners, 0);
  });

  it('sends the newest decisions, and no figure that is none', async () => {
    const [first] = rolloutSnapshot().history;
    assert.ok(first);
    const history = Array.from({ length: decisionsShown + 5 }, (_, index) => ({
      ...first,
      revision: index,
      figures: { a: Number.NaN, b: 1 },
    }));
    const gates = [{ gate: 'latency', verdict: 'unknown', words: '', value: Number.POSITIVE_INFINITY, samples: 3 }] as const;
    control.set(rolloutSnapshot({ history, gates }));
    await time.tickAsync(1);
    ready();
    const [message] = posted;
    assert.ok(message?.kind === 'rollout');
    assert.equal(message.rollout.snapshot?.history.length, decisionsShown);
    assert.deepEqual(message.rollout.snapshot.history[0]?.figures, { b: 1 });
    assert.deepEqual(message.rollout.snapshot.gates, [{ gate: 'latency', verdict: 'unknown', words: '', samples: 3 }]);
  });

  it('shows the part that is asked for, now or when the page is there', async () => {
    await time.tickAsync(1);
    feed.show('rollout');
    assert.deepEqual(reasons(), []);
    ready();
    assert.deepEqual(reasons(), ['one', 'place']);
    feed.show('rollout');
    assert.deepEqual(reasons(), ['one', 'place', 'place']);
    feed.setVisible(false);
    feed.show('activity');
    assert.equal(posted.length, 3);
    feed.setVisible(true);
    ready();
    assert.deepEqual(reasons().slice(3), ['one', 'place']);
  });

  it('passes on what a person does, and nothing else', () => {
    feed.receive({ version, kind: 'rollout-action', action: 'override', subject: 'capacity' });
    feed.receive({ version, kind: 'rollout-action', action: 'roll-back' });
    feed.receive({ version, kind: 'rollout-check', check: 'benchmark' });
    feed.receive({ version, kind: 'rollout-open', what: 'new-policy' });
    for (const other of [undefined, 'x', { version, kind: 'rollout-action', action: 'sell' }, { version, kind: 'range', range: '1h' }]) {
      feed.receive(other);
    }
    assert.deepEqual(did, ['override capacity', 'roll-back -', 'check benchmark', 'open new-policy']);
  });
});
