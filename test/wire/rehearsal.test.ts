import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { after, before, describe, it } from 'mocha';
import { type Clock, systemClock } from '../../src/base/clock.ts';
import { seededRandom } from '../../src/base/random.ts';
import { runCommandLine } from '../../src/cli/commandLine.ts';
import { rehearse as command } from '../../src/cli/rehearse.ts';
import { stagedFlag } from '../../src/rollout/flagdFlags.ts';
import { FakeTerminal } from '../fakes/terminal.ts';
import { rehearsalLimit, rehearse, type RehearsalPorts, type RehearsalReport } from '../../src/rehearsing.ts';

const sandboxes = (): string[] => readdirSync(os.tmpdir()).filter((name) => name.startsWith('failsoft-rehearsal-'));

describe('a rehearsal', function () {
  this.timeout(120_000);
  const { TMPDIR } = process.env;
  let own = '';
  before(() => (process.env['TMPDIR'] = own = mkdtempSync(path.join(os.tmpdir(), 'failsoft-test-'))));
  after(() => {
    if (TMPDIR === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = TMPDIR;
    rmSync(own, { recursive: true, force: true });
  });

  function play(random: () => number, more: Partial<RehearsalPorts> = {}): Promise<RehearsalReport> {
    return rehearse({ clock: systemClock, random, signal: new AbortController().signal, onProgress: () => undefined, ...more });
  }

  /** Somebody does something to its folder after each step, in the middle of the next; `clock` is for what they do to time. */
  function playDisturbed(disturb: (folder: string, words: string) => void, clock = systemClock): Promise<RehearsalReport> {
    const before = sandboxes();
    const played = play(seededRandom(4), { clock, onProgress: (_, words) => disturb(folder, words) });
    const folder = path.join(os.tmpdir(), sandboxes().find((name) => !before.includes(name)) ?? '');
    return played;
  }

  /** The state is gone once the candidate was taken back, and the clock says that the rest took forty seconds more. */
  function playOnSand(): Promise<RehearsalReport> {
    let late = 0;
    const clock = { ...systemClock, monotonic: () => systemClock.monotonic() + late };
    return playDisturbed((folder, words) => {
      if (words.startsWith('made 6 times slower')) rmSync(folder, { recursive: true, force: true });
      if (words.startsWith('another window')) late = 40_000;
    }, clock);
  }

  /** Once the flag is on, a folder stands where its file was. */
  function playUnwritable(): Promise<RehearsalReport> {
    return playDisturbed((folder, words) => {
      const file = path.join(folder, 'flags.json');
      if (!words.startsWith('the rollout began') || !statSync(file).isFile()) return;
      rmSync(file);
      mkdirSync(file);
    });
  }

  /** Whoever switches the flag off finds it on again. */
  function playStubborn(): Promise<RehearsalReport> {
    return playDisturbed((folder, words) => {
      if (words.startsWith('the candidate answered')) writeFileSync(path.join(folder, 'flags.json'), stagedFlag('rehearsal', 100));
    });
  }

  /** By the command line, with models that always take the same 12 ms: six times that is still no slow answer. */
  async function playBlind(): Promise<RehearsalReport> {
    const terminal = new FakeTerminal();
    try {
      const exit = await runCommandLine(['rehearse', '--json'], { ...terminal.world, random: () => 0.5 }, [command]);
      assert.equal(exit, 1, terminal.err);
      return JSON.parse(terminal.out) as RehearsalReport;
    } finally {
      terminal.dispose();
    }
  }

  const missed = ({ steps }: RehearsalReport): readonly string[] => steps.filter(({ isPassed }) => !isPassed).map(({ words }) => words);

  it('passes in less than a minute, and does not where a flag is not obeyed or the regression not noticed; it leaves nothing behind', async () => {
    const before = sandboxes();
    // What is disturbed begins first: it is told by its folder.
    const disturbed = [playOnSand(), playUnwritable(), playStubborn()] as const;
    const [sand, unwritable, stubborn, sound, blind] = await Promise.all([...disturbed, play(seededRandom(3)), playBlind()]);
    assert.deepEqual(missed(sound), []);
    assert.deepEqual([sound.verdict, sound.took < rehearsalLimit, sound.steps.length], ['passed', true, 9]);
    const actions = sound.decisions.map(({ action, by, gate }) => [action, by, gate].filter(Boolean).join(' '));
    assert.deepEqual(actions, ['roll-back gates latency', 'advance gates', 'advance gates', 'begin person', 'override person']);
    assert.equal(blind.verdict, 'failed');
    assert.ok(missed(blind).some((words) => words.startsWith('made 6 times slower')));
    assert.deepEqual([unwritable.verdict, missed(unwritable).length], ['failed', 1]);
    assert.match(
      missed(unwritable).join(),
      /^the flag, switched off, could not be written: .*: the candidate answered ([5-9]|10) of the next 10; /,
    );
    assert.deepEqual([stubborn.verdict, missed(stubborn).length], ['failed', 1]);
    assert.match(
      missed(stubborn).join(),
      /^the flag, switched off, was not read back by both windows within 2\.\d s: the candidate answered ([5-9]|10) of the next 10; switched on, was read back /,
    );
    assert.equal(sand.verdict, 'failed');
    // Without the state that says otherwise, the flag lets this installation in again.
    const [other, restart, begun, long] = missed(sand).slice(-4);
    assert.equal(other, 'another window sends its next request to the baseline');
    assert.equal(restart, 'after a restart it is still taken back, and the baseline answers');
    assert.match(begun ?? '', /^beginning again is refused: /);
    assert.match(long ?? '', /^the whole took [67]\d\.\d s, 60 s are allowed$/);
    assert.deepEqual(sandboxes(), before);
  });

  it('ends when it is stopped, and leaves nothing behind', async () => {
    const before = sandboxes();
    const stop = new AbortController();
    const timers = new Set<object>();
    const clock: Clock = {
      ...systemClock,
      after(delay, callback) {
        const mark = {};
        const timer = systemClock.after(delay, () => {
          timers.delete(mark);
          callback();
        });
        timers.add(mark);
        return {
          dispose() {
            timers.delete(mark);
            timer.dispose();
          },
        };
      },
    };
    const played = play(seededRandom(3), { signal: stop.signal, clock });
    await pause(300);
    assert.equal(sandboxes().length, before.length + 1);
    assert.notEqual(timers.size, 0);
    stop.abort();
    await assert.rejects(played, /stopped/);
    assert.deepEqual(sandboxes(), before);
    // A request that is given up is waited for, a moment.
    await pause(200);
    assert.equal(timers.size, 0);
  });
});
