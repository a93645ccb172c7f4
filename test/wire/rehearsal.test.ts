import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { after, before, describe, it } from 'mocha';
import { systemClock } from '../../src/base/clock.ts';
import { seededRandom } from '../../src/base/random.ts';
import { runCommandLine } from '../../src/cli/commandLine.ts';
import { rehearse as command } from '../../src/cli/rehearse.ts';
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

  /** The state is gone once the candidate was taken back, and the clock says that the rest took forty seconds more. */
  function playOnSand(): Promise<RehearsalReport> {
    const before = sandboxes();
    let late = 0;
    const played = play(seededRandom(4), {
      clock: { ...systemClock, monotonic: () => systemClock.monotonic() + late },
      onProgress(_, words) {
        if (words.startsWith('made 6 times slower')) rmSync(state, { recursive: true, force: true });
        if (words.startsWith('another window')) late = 40_000;
      },
    });
    const state = path.join(os.tmpdir(), sandboxes().find((name) => !before.includes(name)) ?? '');
    return played;
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

  it('passes in less than a minute, and does not where the regression cannot be noticed; it leaves nothing behind', async () => {
    const before = sandboxes();
    const [sound, blind, sand] = await Promise.all([play(seededRandom(3)), playBlind(), playOnSand()]);
    assert.deepEqual(missed(sound), []);
    assert.deepEqual([sound.verdict, sound.took < rehearsalLimit], ['passed', true]);
    const actions = sound.decisions.map(({ action, by, gate }) => [action, by, gate].filter(Boolean).join(' '));
    assert.deepEqual(actions, ['roll-back gates latency', 'advance gates', 'advance gates', 'begin person', 'override person']);
    assert.equal(blind.verdict, 'failed');
    assert.ok(missed(blind).some((words) => words.startsWith('made 6 times slower')));
    assert.equal(sand.verdict, 'failed');
    const [other, restart, begun, long] = missed(sand);
    assert.equal(other, 'another window sends its next request to the baseline');
    assert.equal(restart, 'after a restart it is still taken back, and the baseline answers');
    assert.equal(begun, 'beginning again is refused: it was not');
    assert.match(long ?? '', /^the whole took [67]\d\.\d s, 60 s are allowed$/);
    assert.deepEqual(sandboxes(), before);
  });

  it('ends when it is stopped, and leaves nothing behind', async () => {
    const before = sandboxes();
    const stop = new AbortController();
    const played = play(seededRandom(3), { signal: stop.signal });
    await pause(300);
    assert.equal(sandboxes().length, before.length + 1);
    stop.abort();
    await assert.rejects(played, /stopped/);
    assert.deepEqual(sandboxes(), before);
  });
});
