import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { systemClock } from '../../../src/base/clock.ts';
import { Emitter } from '../../../src/base/event.ts';
import { silentLogger } from '../../../src/base/logger.ts';
import type { Attempt } from '../../../src/domain/attempt.ts';
import type { Observation } from '../../../src/domain/observation.ts';
import type { DecisionRecord } from '../../../src/domain/record.ts';
import type { Service } from '../../../src/domain/service.ts';
import type { EngineSnapshot } from '../../../src/domain/snapshot.ts';
import * as recordingModule from '../../../src/recording.ts';
import { loadAfter, mostPending, recordLater } from '../../../src/vscode/lateRecording.ts';
import { decision } from '../../fakes/journalRecords.ts';
import { MemoryFolder } from '../../fakes/memoryFolder.ts';
import { withVirtualTime } from '../../fakes/virtualTime.ts';
import { snapshot, source } from '../ui/snapshots.ts';

class FakeService {
  readonly attempted = new Emitter<Attempt>();
  readonly observed = new Emitter<Observation>();
  readonly decided = new Emitter<DecisionRecord>();
  readonly service = {
    onDidAttempt: this.attempted.event,
    onDidObserve: this.observed.event,
    onDidDecide: this.decided.event,
  } as unknown as Service;

  get listeners(): number {
    return this.attempted.listenerCount + this.observed.listenerCount + this.decided.listenerCount;
  }
}

function start(load = () => Promise.resolve<typeof recordingModule | undefined>(undefined)) {
  const folder = new MemoryFolder();
  const changed = new Emitter<EngineSnapshot>();
  const first = new FakeService();
  const session = { service: first.service, onDidChange: changed.event };
  const errors: string[] = [];
  const logger = { ...silentLogger, error: (line: string) => void errors.push(line) };
  const late = recordLater({ session, path: '/journal', version: '0.1.0', clock: systemClock, logger }, async () => ({
    ...((await load()) ?? recordingModule),
    folderAt: () => folder,
  }));
  return { folder, changed, first, session, late, errors };
}

describe('the recording that is loaded later', () => {
  it('writes down what happened before it was loaded, in its order', () =>
    withVirtualTime(async (time) => {
      const { folder, first, changed, late } = start();
      first.decided.fire(decision(1));
      changed.fire(snapshot([source('team', 'healthy')]));
      assert.equal(folder.files.size, 0);
      await time.tickAsync(loadAfter);
      first.decided.fire(decision(2));
      late.dispose();
      assert.deepEqual(
        folder.lines().map((line) => line.split(' ').slice(0, 2).join(' ')),
        ['session start', 'decision k1', 'state team', 'route local', 'decision k2', 'session end'],
      );
      assert.equal(time.countTimers(), 0);
    }));

  it('follows the service that new settings bring', () =>
    withVirtualTime(async (time) => {
      const { folder, first, session, changed, late } = start();
      const second = new FakeService();
      session.service = second.service;
      changed.fire(snapshot([]));
      assert.equal(first.listeners, 0);
      second.decided.fire(decision(7));
      await time.tickAsync(loadAfter);
      late.dispose();
      assert.ok(folder.lines().some((line) => line.startsWith('decision k7')));
      assert.deepEqual([second.listeners, changed.listenerCount], [0, 0]);
    }));

  it('keeps a bounded number of events when it cannot be loaded, and says so once', () =>
    withVirtualTime(async (time) => {
      const { first, late, errors } = start(() => Promise.reject(new Error('no such bundle')));
      await time.tickAsync(loadAfter);
      for (let count = 0; count < mostPending * 2; count++) first.decided.fire(decision(count));
      assert.equal(await late.loaded, undefined);
      assert.deepEqual(errors, ['journal: no such bundle']);
      late.dispose();
    }));

  it('writes nothing, and keeps nobody waiting, when the window closes before', () =>
    withVirtualTime(async (time) => {
      const { folder, first, late } = start();
      first.decided.fire(decision(1));
      late.dispose();
      assert.equal(await late.loaded, undefined);
      await time.tickAsync(loadAfter * 2);
      assert.equal(folder.files.size, 0);
      assert.equal(time.countTimers(), 0);
    }));
});
