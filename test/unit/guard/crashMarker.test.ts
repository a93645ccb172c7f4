import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { type Clock, systemClock } from '../../../src/base/clock.ts';
import type { Logger } from '../../../src/base/logger.ts';
import { silentLogger } from '../../../src/base/logger.ts';
import type { Processes, SmallFile, SmallFiles } from '../../../src/base/smallFiles.ts';
import { CrashMarker, crashDefaults } from '../../../src/guard/crashMarker.ts';
import { type VirtualTime, withVirtualTime } from '../../fakes/virtualTime.ts';

const second = 1000;
const minute = 60 * second;

/** One folder that all windows of a machine share, in memory. */
class Machine {
  readonly all = new Map<string, { text: string; modifiedAt: number }>();
  readonly running = new Set<number>();
  readonly warnings: string[] = [];
  writes = 0;
  isFull = false;
  host = 'here';
  bootedAt = 0;
  #next = 100;

  readonly files: SmallFiles = {
    list: () => [...this.all].map(([name, file]): SmallFile => ({ name, ...file })),
    replace: (name, text) => {
      if (this.isFull) throw new Error('ENOSPC');
      this.writes += 1;
      this.all.set(name, { text, modifiedAt: Date.now() });
    },
    rename: (name, next) => {
      const file = this.all.get(name);
      if (!file) return false;
      this.all.delete(name);
      this.all.set(next, file);
      return true;
    },
    remove: (name) => this.all.delete(name),
  };

  /** A window begins. */
  window(
    id = this.#next++,
    clock: Clock = systemClock,
  ): { readonly marker: CrashMarker; readonly kill: () => void; readonly end: () => void } {
    this.running.add(id);
    const processes: Processes = {
      own: id,
      host: this.host,
      bootedAt: () => this.bootedAt,
      isRunning: (other) => this.running.has(other),
    };
    const logger: Logger = { ...silentLogger, warn: (line) => void this.warnings.push(line) };
    const marker = new CrashMarker({ files: this.files, processes, clock, logger, version: '1.2.3' });
    return {
      marker,
      kill: () => void this.running.delete(id),
      end: () => {
        marker.dispose();
        this.running.delete(id);
      },
    };
  }

  get names(): string[] {
    return [...this.all.keys()].map((name) => name.replace(/\d+/g, '#')).sort();
  }
}

function onMachine(test: (machine: Machine, time: VirtualTime) => void): () => Promise<void> {
  return () =>
    withVirtualTime((time) => {
      test(new Machine(), time);
      return Promise.resolve();
    });
}

describe('the marker of a window', () => {
  it(
    'is gone when the window ends as it should',
    onMachine((machine) => {
      const window = machine.window();
      assert.deepEqual(machine.names, ['window-#-#.json']);
      window.end();
      window.marker.note({ level: 'high', during: 'idle' });
      assert.deepEqual(machine.names, []);
      assert.deepEqual(machine.window().marker.found, []);
    }),
  );

  it(
    'tells the next window what the one that was killed was doing',
    onMachine((machine, time) => {
      const startedAt = Date.now();
      const first = machine.window();
      time.tick(30 * second);
      first.marker.note({ model: 'coder-2', level: 'high', during: 'working' });
      const endedAt = Date.now();
      time.tick(minute);
      first.kill();
      const next = machine.window();
      const foundAt = Date.now();
      assert.deepEqual(next.marker.found, [
        { startedAt, endedAt, foundAt, version: '1.2.3', model: 'coder-2', level: 'high', during: 'working' },
      ]);
      assert.equal(next.marker.isSafeMode, false);
      assert.deepEqual(machine.warnings, [
        'guard: an earlier window ended without saying so, at least 30 s after it began (version 1.2.3, model coder-2, memory high, working)',
      ]);
      assert.deepEqual(machine.window().marker.found, [], 'and only that one');
    }),
  );

  it(
    'is left alone while its window lives',
    onMachine((machine) => {
      machine.window();
      assert.deepEqual(machine.window().marker.found, []);
      assert.equal(machine.names.length, 2);
    }),
  );

  it(
    'is of a window that is gone when the process now has this one’s number',
    onMachine((machine, time) => {
      machine.window(7).kill();
      time.tick(second);
      assert.equal(machine.window(7).marker.found.length, 1);
    }),
  );

  it(
    'of another machine, or from before this one began, says nothing about a crash',
    onMachine((machine, time) => {
      machine.host = 'there';
      machine.window().kill();
      machine.host = 'here';
      assert.deepEqual(machine.window().marker.found, []);
      assert.equal(machine.names.length, 2, 'the other machine’s stays');
      time.tick(minute);
      machine.bootedAt = Date.now();
      assert.deepEqual(machine.window(200).marker.found, []);
      assert.deepEqual(machine.names, ['window-#-#.json', 'window-#-#.json'], 'ours is gone');
      time.tick(crashDefaults.forgetAfter + minute);
      machine.window(201);
      assert.ok(![...machine.all.values()].some(({ text }) => text.includes('there')), 'not for good');
    }),
  );

  it(
    'that was being replaced when its window was killed is one end, not two',
    onMachine((machine, time) => {
      machine.window(7).kill();
      const [[name, file] = ['', { text: '', modifiedAt: 0 }]] = machine.all;
      machine.all.set(`${name}.new`, file);
      time.tick(second);
      assert.equal(machine.window().marker.found.length, 1);
    }),
  );

  it(
    'is written when it tells more, and else not for each key',
    onMachine((machine, time) => {
      const { marker } = machine.window();
      marker.note({ model: 'a', level: 'normal', during: 'idle' });
      const { writes } = machine;
      for (let key = 0; key < 100; key++) {
        marker.note({ model: 'a', level: 'normal', during: key % 2 === 0 ? 'working' : 'idle' });
        time.tick(50);
      }
      assert.equal(machine.writes, writes);
      time.tick(crashDefaults.writeEvery);
      marker.note({ model: 'a', level: 'normal', during: 'working' });
      marker.note({ model: 'b', level: 'normal', during: 'working' });
      marker.note({ model: 'b', level: 'elevated', during: 'working' });
      assert.equal(machine.writes, writes + 3);
    }),
  );

  it(
    'that cannot be written is said once, and nothing else happens',
    onMachine((machine, time) => {
      machine.isFull = true;
      const { marker } = machine.window();
      time.tick(minute);
      marker.note({ level: 'high', during: 'idle' });
      assert.deepEqual(machine.warnings, ['guard: an unclean end of this window will not be noticed: ENOSPC']);
    }),
  );

  for (const text of ['', '{', 'null', '[]', '{"process":"7","host":"here"}', '{"process":7}', '\u0000']) {
    it(
      `that holds ${JSON.stringify(text)} is nobody’s, and goes after a while`,
      onMachine((machine, time) => {
        machine.all.set('window-7-0.json', { text, modifiedAt: Date.now() });
        assert.deepEqual(machine.window().marker.found, []);
        assert.ok(machine.all.has('window-7-0.json'));
        time.tick(crashDefaults.forgetAfter + minute);
        machine.window();
        assert.ok(!machine.all.has('window-7-0.json'));
      }),
    );
  }
});

describe('safe mode', () => {
  /** Windows one after the other, each killed after so long. */
  const crash = (machine: Machine, time: VirtualTime, ...lives: readonly number[]): CrashMarker => {
    for (const life of lives) {
      const window = machine.window();
      time.tick(life);
      window.marker.note({ level: 'normal', during: 'working' });
      window.kill();
      time.tick(second);
    }
    return machine.window().marker;
  };

  it(
    'begins after two ends within five minutes, not after one',
    onMachine((machine, time) => {
      assert.equal(crash(machine, time, minute).isSafeMode, false);
      assert.equal(crash(new Machine(), time, minute, minute).isSafeMode, true);
      assert.equal(crash(new Machine(), time, minute, 4 * minute).isSafeMode, true);
      assert.equal(crash(new Machine(), time, minute, 6 * minute).isSafeMode, false);
    }),
  );

  it(
    'is not for the day after',
    onMachine((machine, time) => {
      crash(machine, time, minute, minute).dispose();
      time.tick(6 * minute);
      assert.equal(machine.window().marker.isSafeMode, false);
    }),
  );

  it(
    'counts windows that were killed together once',
    onMachine((machine, time) => {
      const first = machine.window();
      time.tick(minute);
      const windows = [first, machine.window(), machine.window()];
      time.tick(second);
      for (const { marker, kill } of windows) {
        marker.note({ level: 'normal', during: 'working' });
        kill();
      }
      time.tick(second);
      const next = machine.window().marker;
      assert.deepEqual([next.found.length, next.isSafeMode], [3, false]);
    }),
  );

  it(
    'holds for the other windows that begin now, and is over when the person says so',
    onMachine((machine, time) => {
      const marker = crash(machine, time, minute, minute);
      assert.equal(machine.window().marker.isSafeMode, true);
      marker.forget();
      assert.equal(machine.window().marker.isSafeMode, false);
      assert.equal(machine.names.filter((name) => name.startsWith('ended')).length, 0);
    }),
  );

  it(
    'remembers a bounded number of ends',
    onMachine((machine, time) => {
      crash(machine, time, ...Array.from({ length: 30 }, () => second));
      assert.ok(machine.names.filter((name) => name.startsWith('ended')).length <= crashDefaults.kept);
    }),
  );
});
