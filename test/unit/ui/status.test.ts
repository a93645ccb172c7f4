import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { healthStates, type EngineSnapshot, type ServedFrom } from '../../../src/domain/snapshot.ts';
import { stateLooks } from '../../../src/ui/statusState.ts';
import { statusView } from '../../../src/ui/status.ts';
import { now, snapshot, source, utcTime } from './snapshots.ts';
import { pictures, secondary } from './statusPictures.ts';

/** The view as a person meets it: text, colour, what a screen reader says, the rows of the tooltip. */
function picture(of: EngineSnapshot): string {
  const view = statusView(of, now, { clockTime: utcTime });
  const head = `${view.text}${view.background === 'none' ? '' : ` [${view.background}]`}`;
  return [head, `says: ${view.accessibleLabel}`, ...view.rows.map((row) => `${row.label}: ${row.value}`)].join('\n');
}

describe('the status item', () => {
  for (const { name, of, shows } of pictures) {
    it(`shows ${name}`, () => assert.equal(picture(of), shows.join('\n')));
  }

  it('has a picture of every state', () => {
    const drawn = new Set(pictures.map(({ of }) => statusView(of, now).state));
    assert.deepEqual([...drawn].sort(), Object.keys(stateLooks).sort());
  });

  it('never uses the error colour, and the warning colour only where a person has to act or the backend is out', () => {
    const warned = Object.entries(stateLooks).filter(([, look]) => look.background === 'warning');
    assert.deepEqual(warned.map(([state]) => state).sort(), ['auth-needed', 'consent-needed', 'open', 'quota', 'retired']);
  });

  it('says where the last suggestion came from, and how sure a local one was', () => {
    const last = (lastServed: ServedFrom): string | undefined =>
      statusView(snapshot([source('main', 'healthy')], { lastServed }), now).rows.find(({ label }) => label === 'Last suggestion')?.value;
    const local = { origin: 'local', sourceId: 'local' } as const;
    assert.equal(last({ ...local, basis: { voter: 'near', chance: 0.617 } }), 'local (copied from a file nearby), 62 % sure');
    assert.equal(last({ ...local, basis: { voter: 'snippet', chance: 0.5 } }), 'local (a snippet), 50 % sure');
    assert.equal(last({ origin: 'model', sourceId: 'main' }), 'main');
    assert.equal(last({ origin: 'cache', sourceId: 'main' }), 'main, from the cache');
  });

  it('counts down only while somebody waits for a known instant', () => {
    const counts = (of: EngineSnapshot): boolean => statusView(of, now).counts;
    const waiting = source('main', 'at-capacity', { nextTryAt: now + 12_000, nextTrySource: 'backend' });
    assert.equal(counts(snapshot([waiting])), true);
    assert.equal(counts(snapshot([source('main', 'at-capacity')])), false, 'nothing is known');
    assert.equal(counts(snapshot([source('main', 'healthy'), waiting])), false, 'the primary is well');
    assert.equal(counts(snapshot([waiting], { mode: 'paused' })), false, 'paused');
    assert.equal(counts(snapshot([{ ...waiting, nextTryAt: now - 1 }])), false, 'it is due');
  });

  it('offers a retry for any unwell route, but not while paused or off', () => {
    const unwell = [source('main', 'healthy'), source('team', 'offline')];
    assert.equal(statusView(snapshot(unwell), now).retryable, true);
    assert.equal(statusView(snapshot(unwell, { mode: 'paused' }), now).retryable, false);
    assert.equal(statusView(snapshot([secondary]), now).retryable, false);
  });

  it('says nothing about local suggestions when they are switched off', () => {
    const view = statusView(snapshot([source('main', 'offline')], { serving: 'local' }), now, { localEnabled: false });
    assert.equal(view.accessibleLabel, 'Failsoft: offline, using nothing, local suggestions are switched off');
  });

  it('calls a busy primary busy, not replaced', () => {
    const busy = source('main', 'healthy', { guard: { sourceId: 'main', model: 'm', breaker: { kind: 'closed' }, inFlight: 2, limit: 2 } });
    const view = statusView(snapshot([busy], { serving: 'local', working: 2 }), now);
    assert.equal(view.text, '$(loading~spin) Failsoft');
    assert.equal(
      view.rows.some((row) => row.label === 'Using'),
      false,
    );
  });

  it('shows a hostile message and a hostile name as plain text', () => {
    const reason = 'x | y\n| z | <img src=a> [click](command:evil) `$(alert)` \u202Eelif';
    const view = statusView(snapshot([source('$(alert) a|b', 'offline', { reason })], { serving: 'other' }), now, { clockTime: utcTime });
    const why = view.tooltipMarkdown.split('\n').find((line) => line.startsWith('| Why'));
    assert.equal(why, '| Why | x \\| y \\| z \\| &lt;img src=a\\> \\[click\\]\\(command\\:evil\\) \\`\\$\\(alert\\)\\` elif |');
    const named = statusView(snapshot([source('main', 'offline'), source('$(alert) x', 'healthy')], { serving: '$(alert) x' }), now);
    assert.equal(named.text, '$(debug-disconnect) Failsoft: offline, using $ (alert) x');
  });

  it('keeps its text short whatever the names are', () => {
    const long = 'm'.repeat(500);
    const view = statusView(snapshot([source('main', 'open'), source(long, 'healthy')], { serving: long }), now);
    assert.ok(view.text.length <= 90, view.text);
  });

  const switches = [
    ['file', 'off for this file', 'switched off by you'],
    ['language', 'off for typescript', 'failsoft.disabledLanguages'],
    ['folder', 'off in this folder', 'failsoft.enable of this folder'],
  ] as const;
  for (const [at, words, reason] of switches) {
    it(`says that suggestions are ${words}, calmly, before anything about backends`, () => {
      const unwell = snapshot([source('main', 'open')], { serving: 'local' });
      const view = statusView(unwell, now, { off: { at, languageId: 'typescript' } });
      assert.equal(view.text, `$(circle-slash) Failsoft: ${words}`);
      assert.equal(view.accessibleLabel, `Failsoft: ${words}`);
      assert.equal(view.background, 'none');
      assert.ok(view.rows.find(({ label }) => label === 'This file')?.value.includes(reason));
      assert.ok(view.retryable, 'the backend can be tried again all the same');
    });
  }

  it('says nothing of one file while everything is off or paused', () => {
    const of = (mode: 'off' | 'paused'): string => statusView(snapshot([], { mode }), now, { off: { at: 'file', languageId: 'x' } }).text;
    assert.deepEqual([of('off'), of('paused')], ['$(circle-slash) Failsoft: off', '$(debug-pause) Failsoft: paused']);
  });

  it('has words for every health', () => {
    for (const health of healthStates) assert.ok(statusView(snapshot([source('main', health)]), now).rows.length >= 3);
  });
});
