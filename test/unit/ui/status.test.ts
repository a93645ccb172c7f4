import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, it } from 'mocha';
import { type EngineSnapshot, type HealthState, healthStates, type ServedFrom, type SourceHealth } from '../../../src/domain/snapshot.ts';
import { stateLooks } from '../../../src/ui/statusState.ts';
import { statusView } from '../../../src/ui/status.ts';
import { redrawDefaults, tooltipCommands, tooltipOf, type TooltipOptions } from '../../../src/ui/tooltip.ts';
import { now, snapshot, source, utcTime } from './snapshots.ts';
import { pictures, secondary } from './statusPictures.ts';

const goldenFile = new URL('states.golden.txt', import.meta.url);
/** Set it to write what is shown now, and look at the difference. */
const updates = process.env['UPDATE_GOLDEN'] === '1';

/** The view as a person meets it: text, colour, what a screen reader says, the rows of the tooltip, its links. */
function picture(of: EngineSnapshot, providerSays?: string): string {
  const view = statusView(of);
  const tooltip = tooltipOf(of, now, { clockTime: utcTime, providerSays: () => providerSays });
  const head = `${view.text}${view.background === 'none' ? '' : ` [${view.background}]`}`;
  const rows = tooltip.rows.map((row) => `${row.label}: ${row.value}`);
  const links =
    tooltip.markdown
      .split('\n')
      .at(-1)
      ?.replaceAll(/\(command:\w+\.(\w+)\)/g, '($1)') ?? '';
  return [head, `says: ${view.accessibleLabel}`, ...rows, links].join('\n');
}

/** The pictures by their names, as the golden file holds them. */
function golden(): ReadonlyMap<string, string> {
  const parts = readFileSync(goldenFile, 'utf8').split(/^=== (.*)\n/m);
  return new Map(parts.flatMap((name, index) => (index % 2 === 1 ? [[name, parts[index + 1]?.trimEnd() ?? ''] as const] : [])));
}

const rowsOf = (of: EngineSnapshot, options: TooltipOptions = {}) => tooltipOf(of, now, { clockTime: utcTime, ...options }).rows;

describe('the status item', () => {
  if (updates) {
    writeFileSync(goldenFile, pictures.map(({ name, of, providerSays }) => `=== ${name}\n${picture(of, providerSays)}\n`).join('\n'));
  }
  const expected = golden();
  for (const { name, of, providerSays } of pictures) {
    it(`shows ${name}`, () => assert.equal(picture(of, providerSays), expected.get(name)));
  }

  it('has no picture that is not taken any more', () => {
    assert.deepEqual(
      [...expected.keys()],
      pictures.map(({ name }) => name),
    );
  });

  it('says where a rollout is, and links its page', () => {
    const of = snapshot([source('main', 'healthy')]);
    const rollout = '5 %; you use [x](command:y)';
    assert.deepEqual(
      rowsOf(of, { rollout }).filter(({ label }) => label === 'Rollout'),
      [{ label: 'Rollout', value: rollout }],
    );
    const { markdown } = tooltipOf(of, now, { rollout });
    assert.match(markdown, /\[Rollout\]\(command:failsoft\.rollout\.show\)/);
    assert.doesNotMatch(markdown, /[^\\]\]\(command:y\)/);
    assert.doesNotMatch(tooltipOf(of, now).markdown, /ollout/);
  });

  it('has a picture of every state', () => {
    const drawn = new Set(pictures.map(({ of }) => statusView(of).state));
    assert.deepEqual([...drawn].sort(), Object.keys(stateLooks).sort());
  });

  it('never uses the error colour, and the warning colour only where a person has to act or the backend is out', () => {
    const warned = Object.entries(stateLooks).filter(([, look]) => look.background === 'warning');
    assert.deepEqual(warned.map(([state]) => state).sort(), ['auth-needed', 'consent-needed', 'open', 'quota', 'retired']);
  });

  it('says where the last suggestion came from, and how sure a local one was', () => {
    const last = (lastServed: ServedFrom): string | undefined =>
      rowsOf(snapshot([source('main', 'healthy')], { lastServed })).find(({ label }) => label === 'Last suggestion')?.value;
    const local = { origin: 'local', sourceId: 'local' } as const;
    assert.equal(last({ ...local, basis: { voter: 'near', chance: 0.617 } }), 'local (copied from a file nearby), 62 % sure');
    assert.equal(last({ ...local, basis: { voter: 'snippet', chance: 0.5 } }), 'local (a snippet), 50 % sure');
    assert.equal(last({ origin: 'model', sourceId: 'main' }), 'main');
    assert.equal(last({ origin: 'cache', sourceId: 'main' }), 'main, from the cache');
  });

  it('is drawn again only while somebody waits for a known instant, each two seconds, or each thirty while that is far', () => {
    const redraw = (of: EngineSnapshot) => tooltipOf(of, now).redrawIn;
    const waiting = source('main', 'at-capacity', { nextTryAt: now + 12_000, nextTrySource: 'backend' });
    assert.equal(redraw(snapshot([waiting])), redrawDefaults.near);
    assert.equal(redraw(snapshot([{ ...waiting, nextTryAt: now + 600_000 }])), redrawDefaults.far);
    assert.equal(redraw(snapshot([source('main', 'at-capacity')])), undefined, 'nothing is known');
    assert.equal(redraw(snapshot([source('main', 'healthy'), waiting])), undefined, 'the primary is well');
    assert.equal(redraw(snapshot([waiting], { mode: 'paused' })), undefined, 'paused');
    assert.equal(redraw(snapshot([{ ...waiting, nextTryAt: now - 1 }])), undefined, 'it is due');
  });

  it('expects an end only on somebody’s word', () => {
    const expected = (more: Partial<SourceHealth>, state: HealthState = 'open'): string | undefined =>
      rowsOf(snapshot([source('main', state, more)])).find(({ label }) => label === 'Expected back')?.value;
    const soon = now + 60_000;
    assert.equal(expected({ nextTryAt: soon, nextTrySource: 'backend' }), '14:03:11, says the backend');
    assert.equal(expected({ nextTryAt: soon, nextTrySource: 'breaker' }), 'not known');
    assert.equal(
      expected({ nextTryAt: soon, nextTrySource: 'breaker', likeOutages: { count: 3, median: 90_000 } }),
      'nobody says; 3 earlier outages like this one lasted 1 min 30 s in the median',
    );
    for (const state of ['slow', 'degraded', 'auth-needed', 'retired', 'healthy'] as const) assert.equal(expected({}, state), undefined);
  });

  it('shows what the provider says only while its backend is unwell', () => {
    const said = (state: HealthState) =>
      rowsOf(snapshot([source('main', state)]), { providerSays: () => 'all is fine' }).some(({ label }) => label === 'Provider says');
    assert.deepEqual([said('open'), said('healthy')], [true, false]);
  });

  it('runs the commands of its links and no others', () => {
    const reason = '[x](command:workbench.action.quit) <a href="command:workbench.action.quit">';
    const { markdown } = tooltipOf(snapshot([source('main', 'open', { reason })]), now, { providerSays: () => reason });
    const links = [...markdown.matchAll(/(?<!\\)\]\(command:([\w.]+)\)/g)].map(([, command]) => command);
    assert.deepEqual(links, ['failsoft.retryNow', 'failsoft.pause', 'failsoft.showDashboard', 'failsoft.showLog', 'failsoft.openSettings']);
    assert.ok(links.every((command) => command !== undefined && tooltipCommands.includes(command)));
  });

  it('offers a retry for any unwell route, but not while paused or off', () => {
    const unwell = [source('main', 'healthy'), source('team', 'offline')];
    assert.equal(statusView(snapshot(unwell)).retryable, true);
    assert.equal(statusView(snapshot(unwell, { mode: 'paused' })).retryable, false);
    assert.equal(statusView(snapshot([secondary])).retryable, false);
  });

  it('says nothing about local suggestions when they are switched off', () => {
    const view = statusView(snapshot([source('main', 'offline')], { serving: 'local' }), { localEnabled: false });
    assert.equal(view.accessibleLabel, 'Failsoft: offline, using nothing, local suggestions are switched off');
  });

  it('calls a busy primary busy, not replaced', () => {
    const busy = source('main', 'healthy', { guard: { sourceId: 'main', model: 'm', breaker: { kind: 'closed' }, inFlight: 2, limit: 2 } });
    const busyNow = snapshot([busy], { serving: 'local', working: 2 });
    const view = statusView(busyNow);
    assert.equal(view.text, '$(loading~spin) Failsoft');
    assert.equal(
      rowsOf(busyNow).some((row) => row.label === 'Using'),
      false,
    );
  });

  it('shows a hostile message and a hostile name as plain text', () => {
    const reason = 'x | y\n| z | <img src=a> [click](command:evil) `$(alert)` \u202Eelif';
    const { markdown } = tooltipOf(snapshot([source('$(alert) a|b', 'offline', { reason })], { serving: 'other' }), now);
    const why = markdown.split('\n').find((line) => line.startsWith('| Why'));
    assert.equal(why, '| Why | x \\| y \\| z \\| &lt;img src=a\\> \\[click\\]\\(command\\:evil\\) \\`\\$\\(alert\\)\\` elif |');
    const named = statusView(snapshot([source('main', 'offline'), source('$(alert) x', 'healthy')], { serving: '$(alert) x' }));
    assert.equal(named.text, '$(debug-disconnect) Failsoft: offline, using $ (alert) x');
  });

  it('keeps its text short whatever the names are', () => {
    const long = 'm'.repeat(500);
    const view = statusView(snapshot([source('main', 'open'), source(long, 'healthy')], { serving: long }));
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
      const off = { at, languageId: 'typescript' };
      const view = statusView(unwell, { off });
      assert.equal(view.text, `$(circle-slash) Failsoft: ${words}`);
      assert.equal(view.accessibleLabel, `Failsoft: ${words}`);
      assert.equal(view.background, 'none');
      assert.ok(
        rowsOf(unwell, { off })
          .find(({ label }) => label === 'This file')
          ?.value.includes(reason),
      );
      assert.ok(view.retryable, 'the backend can be tried again all the same');
    });
  }

  it('says nothing of one file while everything is off or paused', () => {
    const of = (mode: 'off' | 'paused'): string => statusView(snapshot([], { mode }), { off: { at: 'file', languageId: 'x' } }).text;
    assert.deepEqual([of('off'), of('paused')], ['$(circle-slash) Failsoft: off', '$(debug-pause) Failsoft: paused']);
  });

  it('has words for every health', () => {
    for (const health of healthStates) assert.ok(rowsOf(snapshot([source('main', health)])).length >= 3);
  });
});
