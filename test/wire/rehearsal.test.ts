import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { after, before, describe, it } from 'mocha';
import { systemClock } from '../../src/base/clock.ts';
import { seededRandom } from '../../src/base/random.ts';
import { rehearsalLimit, rehearse, type RehearsalReport } from '../../src/rehearsing.ts';

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

  function play(random: () => number, signal = new AbortController().signal): Promise<RehearsalReport> {
    return rehearse({ clock: systemClock, random, signal, onProgress: () => undefined });
  }

  it('passes in less than a minute, and does not where the regression cannot be noticed; it leaves nothing behind', async () => {
    const before = sandboxes();
    // Models that always take the same 12 ms: six times that is still no slow answer.
    const [sound, blind] = await Promise.all([play(seededRandom(3)), play(() => 0.5)]);
    assert.deepEqual(
      sound.steps.filter(({ isPassed }) => !isPassed).map(({ words }) => words),
      [],
    );
    assert.deepEqual([sound.verdict, sound.took < rehearsalLimit], ['passed', true]);
    const actions = sound.decisions.map(({ action, by, gate }) => [action, by, gate].filter(Boolean).join(' '));
    assert.deepEqual(actions, ['roll-back gates latency', 'advance gates', 'advance gates', 'begin person', 'override person']);
    assert.equal(blind.verdict, 'failed');
    assert.ok(blind.steps.some(({ words, isPassed }) => !isPassed && words.startsWith('made 6 times slower')));
    assert.deepEqual(sandboxes(), before);
  });

  it('ends when it is stopped, and leaves nothing behind', async () => {
    const before = sandboxes();
    const stop = new AbortController();
    const played = play(seededRandom(3), stop.signal);
    await pause(300);
    assert.equal(sandboxes().length, before.length + 1);
    stop.abort();
    await assert.rejects(played, /stopped/);
    assert.deepEqual(sandboxes(), before);
  });
});
