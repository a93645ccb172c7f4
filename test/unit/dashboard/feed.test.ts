import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { systemClock } from '../../../src/base/clock.ts';
import { Emitter } from '../../../src/base/event.ts';
import { silentLogger } from '../../../src/base/logger.ts';
import { type DashboardRecords, DashboardFeed, feedDefaults, type ReadEnd, type ReadWish } from '../../../src/dashboard/feed.ts';
import { type HostMessage, hostMessageOf, protocolVersion as version } from '../../../src/dashboard/protocol.ts';
import type { JournalRecord } from '../../../src/domain/record.ts';
import type { EngineSnapshot } from '../../../src/domain/snapshot.ts';
import { startVirtualTime, type VirtualTime } from '../../fakes/virtualTime.ts';
import { snapshot, source } from '../ui/snapshots.ts';
import { attempt } from './records.ts';

interface Read {
  readonly from: number;
  readonly onRecord: (record: JournalRecord) => void;
  readonly wish: ReadWish;
  readonly end: (end?: Partial<ReadEnd>) => void;
  readonly fail: (error: Error) => void;
}

describe('the feed of the dashboard', () => {
  let time: VirtualTime;
  let posted: HostMessage[];
  let reads: Read[];
  let live: Emitter<JournalRecord>;
  let changes: Emitter<EngineSnapshot>;
  let current: EngineSnapshot;
  let feed: DashboardFeed;

  beforeEach(() => {
    time = startVirtualTime();
    posted = [];
    reads = [];
    live = new Emitter();
    changes = new Emitter();
    current = snapshot([source('first', 'healthy'), source('second', 'healthy')]);
    const records: DashboardRecords = {
      read: (from, onRecord, wish) =>
        new Promise((resolve, reject) => {
          reads.push({ from, onRecord, wish, end: (end) => resolve({ skippedLines: 0, skippedFiles: 0, ...end }), fail: reject });
        }),
      onDidRecord: live.event,
    };
    feed = new DashboardFeed({
      ...{ clock: systemClock, logger: silentLogger, records, snapshot: () => current, onDidChange: changes.event },
      post(message) {
        assert.ok(hostMessageOf(message), 'a message that the page would pass over');
        posted.push(message);
      },
    });
  });
  afterEach(() => {
    feed.dispose();
    assert.deepEqual([time.countTimers(), live.listenerCount, changes.listenerCount], [0, 0, 0]);
    time.uninstall();
  });

  const at = (ago = 0, id = 'r1'): JournalRecord => ({ ...attempt(0), at: Date.now() - ago, requestId: id });
  const say = (message: object): void => feed.receive({ version, ...message });
  const turn = (): Promise<void> => Promise.resolve().then(() => undefined);
  const kinds = (): string[] =>
    posted.splice(0).map((each) => (each.kind === 'view' ? `view ${each.view.records} at ${each.progress}` : each.kind));
  const ready = async (records: readonly JournalRecord[] = []): Promise<void> => {
    say({ kind: 'ready', range: '1h' });
    for (const record of records) reads.at(-1)?.onRecord(record);
    reads.at(-1)?.end();
    await turn();
    posted.length = 0;
  };

  it('says nothing to a page that has not asked', () => {
    live.fire(at());
    changes.fire(current);
    feed.setVisible(true);
    assert.deepEqual([kinds(), reads.length, time.countTimers()], [[], 0, 0]);
  });

  it('tells the present at once, then figures while it reads, then all of them', async () => {
    say({ kind: 'ready', range: '1h' });
    assert.deepEqual(kinds(), ['now']);
    reads[0]?.onRecord(at(5));
    reads[0]?.wish.onProgress(0.2);
    assert.deepEqual(kinds(), [], 'not more often than a person can follow');
    time.tick(feedDefaults.readingEvery);
    reads[0]?.wish.onProgress(0.5);
    assert.deepEqual(kinds(), ['view 1 at 0.5']);
    reads[0]?.onRecord(at(4, 'r2'));
    reads[0]?.end({ skippedLines: 3, skippedFiles: 1 });
    await turn();
    assert.deepEqual(posted.at(-1)?.kind === 'view' && posted.at(-1), { ...posted.at(-1), skipped: { lines: 3, files: 1 } });
    assert.deepEqual(kinds(), ['view 2 at 1']);
  });

  it('adds what this window writes, at most once a second', async () => {
    await ready();
    for (let each = 0; each < 50; each++) {
      live.fire(at(0, `r${each}`));
      time.tick(10);
    }
    assert.deepEqual(kinds(), []);
    time.tick(feedDefaults.liveEvery);
    assert.deepEqual(kinds(), ['view 50 at 1']);
    time.tick(10 * feedDefaults.liveEvery);
    assert.deepEqual([kinds(), time.countTimers()], [[], 0], 'no polling');
  });

  it('says nothing while nobody looks, and everything when somebody does', async () => {
    await ready();
    feed.setVisible(false);
    live.fire(at());
    changes.fire(current);
    time.tick(60_000);
    assert.deepEqual([kinds(), time.countTimers()], [[], 0]);
    feed.setVisible(true);
    assert.deepEqual(kinds(), ['now', 'view 1 at 1']);
    // The editor has forgotten the page meanwhile.
    say({ kind: 'ready', range: '1h' });
    assert.deepEqual([kinds(), reads.length], [['now', 'view 1 at 1'], 1]);
  });

  it('counts once what is written while the journal is read', async () => {
    say({ kind: 'ready', range: '1h' });
    live.fire(at(0, 'r7'));
    reads[0]?.onRecord(at(9, 'r6'));
    reads[0]?.onRecord(at(0, 'r7'));
    reads[0]?.end();
    await turn();
    assert.deepEqual(kinds(), ['now', 'view 2 at 1']);
  });

  it('reads again for another range, and forgets the reading before', async () => {
    say({ kind: 'ready', range: '1h' });
    say({ kind: 'range', range: '30d' });
    assert.equal(reads[0]?.wish.signal.aborted, true);
    assert.ok((reads[0]?.from ?? 0) > (reads[1]?.from ?? 0));
    reads[0]?.onRecord(at());
    reads[0]?.end();
    await turn();
    assert.deepEqual(kinds(), ['now']);
    reads[1]?.end();
    await turn();
    assert.deepEqual(kinds(), ['view 0 at 1']);
  });

  it('says that the journal cannot be read, and reads it when a person asks', async () => {
    say({ kind: 'ready', range: '1h' });
    reads[0]?.fail(new Error('EIO'));
    await turn();
    assert.deepEqual(posted.at(-1), { version, kind: 'error', message: 'EIO' });
    say({ kind: 'retry' });
    reads[1]?.end();
    await turn();
    assert.deepEqual(kinds(), ['now', 'error', 'view 0 at 1']);
  });

  it('reads again when another backend stands first, and when the journal was deleted', async () => {
    await ready([at(5)]);
    current = snapshot([source('second', 'healthy')]);
    changes.fire(current);
    assert.equal(reads.length, 2);
    reads[1]?.end();
    await turn();
    live.fire({ kind: 'session', at: Date.now(), phase: 'start', version: '1' });
    assert.equal(reads.length, 3);
    reads[2]?.end();
    await turn();
    assert.deepEqual(kinds(), ['view 0 at 1', 'view 0 at 1']);
    time.tick(feedDefaults.liveEvery);
    assert.deepEqual(kinds(), ['now']);
  });

  it('passes over what is no message', () => {
    for (const value of [undefined, 'ready', { kind: 'ready', range: '1h' }, { version, kind: 'ready', range: 'all' }]) feed.receive(value);
    assert.deepEqual([kinds(), reads.length], [[], 0]);
  });

  it('is still after it was disposed of', async () => {
    say({ kind: 'ready', range: '1h' });
    feed.dispose();
    reads[0]?.end();
    await turn();
    live.fire(at());
    assert.deepEqual(kinds(), ['now']);
  });
});
