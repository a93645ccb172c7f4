import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import fc from 'fast-check';
import { DashboardFold } from '../../../src/dashboard/fold.ts';
import { nowView } from '../../../src/dashboard/now.ts';
import { hostMessageOf, pageMessageOf, pageStateOf, protocolVersion as version } from '../../../src/dashboard/protocol.ts';
import { rangeNames } from '../../../src/dashboard/range.ts';
import { healthStates } from '../../../src/domain/snapshot.ts';
import { snapshot, source } from '../ui/snapshots.ts';
import { anyRecords, attempt, clock, minute, state } from './records.ts';

/** What is left of a value on its way through the editor. */
const sent = (value: unknown): unknown => JSON.parse(JSON.stringify(value)) as unknown;

const skipped = { lines: 0, files: 0 };

function messageOf(records: Parameters<DashboardFold['add']>[0][], range: (typeof rangeNames)[number] = '24h') {
  const fold = new DashboardFold(range, 'first', clock);
  for (const record of records) fold.add(record);
  return { version, kind: 'view', view: fold.view(), progress: 1, skipped } as const;
}

/** What may be missing. */
const optional = new Set(['first', 'overall', 'worst', 'heapLimit', 'nextTryAt']);

/** Every way to change one value of it for something else. */
function* broken(value: unknown): Generator {
  yield 'something else';
  yield undefined;
  if (Array.isArray(value)) {
    for (const [index, each] of value.entries()) if (index < 2) for (const other of broken(each)) yield value.with(index, other);
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, each] of Object.entries(value)) {
      for (const other of broken(each)) if (other !== undefined || !optional.has(name)) yield { ...value, [name]: other };
    }
  }
}

describe('the protocol of the dashboard', () => {
  it('lets through whatever the fold makes of records', () =>
    fc.assert(
      fc.property(anyRecords, fc.constantFrom(...rangeNames), (records, range) => {
        const message = messageOf(records, range);
        assert.deepEqual(hostMessageOf(sent(message)), sent(message));
      }),
    ));

  it('lets through the present of every state', () => {
    const now = nowView(snapshot(healthStates.map((each) => source(each, each, { nextTryAt: 5 }))));
    assert.ok(hostMessageOf(sent({ version, kind: 'now', now })));
    assert.ok(hostMessageOf({ version, kind: 'error', message: 'EIO' }));
  });

  it('refuses a message with any one value of another type', () => {
    const process = {
      kind: 'process',
      at: clock.now(),
      heap: 1,
      heapLimit: 2,
      rss: 3,
      ledger: 4,
      index: 5,
      lagMax: 6,
      lagP99: 7,
      level: 'high',
    } as const;
    const message = messageOf([attempt(minute), state(2 * minute, 'healthy', 'open'), process]);
    const now = { version, kind: 'now', now: nowView(snapshot([source('a', 'open', { nextTryAt: 5 })])) };
    let refused = 0;
    for (const good of [message, now]) {
      assert.ok(hostMessageOf(sent(good)));
      for (const bad of broken(sent(good))) {
        if (isTextField(bad)) continue;
        assert.equal(hostMessageOf(bad), undefined, JSON.stringify(bad));
        refused++;
      }
    }
    assert.ok(refused > 100, `${refused}`);
  });

  it('refuses series that do not fit the bins, and more bins than there are', () => {
    const message = messageOf([attempt(minute)]);
    const { view } = message;
    const shorter = { ...view, process: { ...view.process, heap: view.process.heap.slice(1) } };
    assert.equal(hostMessageOf({ ...message, view: shorter }), undefined);
    const empty = messageOf([]);
    const longer = JSON.stringify(sent({ ...empty, view: { ...empty.view, bins: { ...empty.view.bins, count: 301 } } })).replaceAll(
      /\[(?:null,?)+\]/g,
      JSON.stringify(Array.from({ length: 301 }, () => null)),
    );
    assert.ok(
      hostMessageOf(
        JSON.parse(longer.replaceAll(/\[(?:null,?)+\]/g, JSON.stringify(Array.from({ length: 300 }, () => null))).replace(':301', ':300')),
      ),
    );
    assert.equal(hostMessageOf(JSON.parse(longer)), undefined);
  });

  it('passes over what is no message, or one of another version', () => {
    for (const value of [undefined, null, 1, 'ready', [], {}, { version, kind: 'constructor' }, { version, kind: 'song' }]) {
      assert.equal(hostMessageOf(value), undefined);
      assert.equal(pageMessageOf(value), undefined);
    }
    assert.equal(pageMessageOf({ version: 2, kind: 'retry' }), undefined);
    assert.equal(hostMessageOf({ version: 2, kind: 'error', message: '' }), undefined);
    assert.equal(pageMessageOf({ version, kind: 'range', range: '2h' }), undefined);
    assert.equal(pageMessageOf({ version, kind: 'ready' }), undefined);
    assert.deepEqual(pageMessageOf({ version, kind: 'range', range: '7d' }), { version, kind: 'range', range: '7d' });
    assert.deepEqual(pageMessageOf({ version, kind: 'retry' }), { version, kind: 'retry' });
  });

  it('begins anew with a state that it does not know', () => {
    assert.equal(pageStateOf(undefined), undefined);
    assert.equal(pageStateOf({ range: 'for ever', tables: [], hidden: [] }), undefined);
    assert.equal(pageStateOf({ range: '1h', tables: [1], hidden: [] }), undefined);
    assert.deepEqual(pageStateOf({ range: '1h', tables: ['lag'], hidden: [] }), { range: '1h', tables: ['lag'], hidden: [] });
  });

  it('survives any value', () =>
    fc.assert(
      fc.property(fc.anything(), (value) => {
        hostMessageOf(value);
        pageMessageOf(value);
        pageStateOf(value);
      }),
    ));
});

/** Whether the text stands where any text may stand. */
function isTextField(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const texts = ['sourceId', 'model', 'serving', 'reason', 'first', 'name', 'message'];
  return Object.entries(value).some(([name, each]) => (each === 'something else' ? texts.includes(name) : isTextField(each)));
}
