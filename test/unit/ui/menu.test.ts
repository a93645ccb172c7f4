import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { EngineSnapshot } from '../../../src/domain/snapshot.ts';
import { menuOf } from '../../../src/ui/menu.ts';
import { rolloutSnapshot } from '../../fakes/rolloutControl.ts';
import { consentNeeding, now, snapshot, source, utcTime } from './snapshots.ts';

/** The menu as a person reads it; backends without their long descriptions. */
function lines(of: EngineSnapshot): string[] {
  return menuOf(of, { clockTime: utcTime }).map((item) => (item.kind === 'separator' ? `── ${item.label}` : item.label));
}

const ends = ['$(graph-line) Dashboard', '$(output) Show log', '$(gear) Open settings'];
const manage = '$(server) Manage backends…';
const add = '$(add) Add a backend…';
const pauses = [
  '$(debug-pause) Pause for 10 minutes',
  '$(debug-pause) Pause for another time…',
  '$(debug-pause) Pause until resumed',
  '$(circle-slash) Disable',
];
/** The backends as a person reads them, before the switches. */
const backends = (...names: string[]): string[] => ['── Backends, in the order they are asked', ...names, '── Suggestions'];

describe('the menu', () => {
  it('says how far the index is and what it holds, and pauses it or lets it go on', () => {
    const holds = { files: 1316, bytes: 82 * 1024 * 1024, sampled: 0, left: 0, isPaused: false };
    const rows = (index: Parameters<typeof menuOf>[1] = {}): string[] =>
      menuOf(snapshot([source('main', 'healthy')]), index).flatMap((item) =>
        item.kind === 'action' && (item.action.kind === 'pause-index' || item.label.includes('index'))
          ? [`${item.label} · ${item.description} · ${item.action.kind === 'pause-index' ? item.action.isPaused : item.action.kind}`]
          : [],
      );
    const known = '$(database) Local index · 1316 files, 82 MB · show-log';
    assert.deepEqual(rows({ index: holds }), [known]);
    const far = 'local suggestions know more the further it is';
    assert.deepEqual(rows({ index: { ...holds, percent: 34 } }), [`$(sync) Indexing 34 %: pause · ${far} · true`, known]);
    const paused = '$(play) Resume indexing · paused at 34 %; suggestions go on · false';
    assert.deepEqual(rows({ index: { ...holds, percent: 34, isPaused: true } }), [paused, known]);
    assert.deepEqual(rows({ index: { ...holds, files: 1, sampled: 1, left: 7 } }), [
      '$(database) Local index · 1 file, 82 MB, 1 of these in part, 7 without room · show-log',
    ]);
    assert.deepEqual(rows(), []);
  });

  it('offers no retry while everything is well', () => {
    assert.deepEqual(lines(snapshot([source('main', 'healthy')])), [...backends('main'), ...pauses, manage, ...ends]);
  });

  it('says where the last suggestion came from; the log says more', () => {
    const lastServed = { origin: 'local', sourceId: 'local', basis: { voter: 'document', chance: 0.8 } } as const;
    const item = menuOf(snapshot([], { mode: 'local-only', lastServed })).find((each) => each.label.includes('Last suggestion'));
    const description = 'local (copied from this file), 80 % sure';
    assert.deepEqual(item, { kind: 'action', label: '$(info) Last suggestion', description, action: { kind: 'show-log' } });
  });

  it('offers a retry first while something is unwell, and says for what', () => {
    const of = snapshot([source('main', 'healthy'), source('team', 'at-capacity')]);
    assert.deepEqual(lines(of), ['$(refresh) Retry now', ...backends('main', 'team'), ...pauses, manage, ...ends]);
    assert.deepEqual(menuOf(of)[0], { kind: 'action', label: '$(refresh) Retry now', description: 'team', action: { kind: 'retry-now' } });
  });

  it('puts the missing key before everything else', () => {
    const of = snapshot([source('main', 'auth-needed', { reason: 'HTTP 401' })]);
    const [first] = menuOf(of);
    assert.deepEqual(first, {
      kind: 'action',
      label: '$(key) Set API key for main…',
      description: 'HTTP 401',
      action: { kind: 'set-key', backend: 'main' },
    });
  });

  it('offers to allow a model of the editor, for which a key is no help', () => {
    const of = snapshot([consentNeeding('main', { reason: 'not asked yet' })]);
    assert.deepEqual(menuOf(of)[0], {
      kind: 'action',
      label: '$(shield) Allow main in VS Code…',
      description: 'not asked yet',
      action: { kind: 'allow-model', backend: 'main' },
    });
  });

  it('offers to resume while paused and to enable while off', () => {
    assert.deepEqual(lines(snapshot([], { mode: 'paused' })), [add, '$(play) Resume', '$(circle-slash) Disable', ...ends]);
    assert.deepEqual(lines(snapshot([], { mode: 'off' })), [add, '$(play) Enable', ...ends]);
  });

  it('has a switch for the file in front and one for its language, each saying what it would do', () => {
    const switches = (isFileOff: boolean, isLanguageOff: boolean, mode: 'on' | 'off' = 'on'): string[] =>
      menuOf(snapshot([], { mode }), { inFront: { languageId: 'typescript', isFileOff, isLanguageOff } })
        .map(({ label }) => label)
        .filter((label) => / for (?:this file|typescript)$/.test(label));
    assert.deepEqual(switches(false, false), ['$(circle-slash) Turn off for this file', '$(circle-slash) Turn off for typescript']);
    assert.deepEqual(switches(true, true), ['$(play) Turn on for this file', '$(play) Turn on for typescript']);
    assert.deepEqual(switches(false, false, 'off'), [], 'everything is off anyway');
  });

  it('names a model that may be retired, with the evidence', () => {
    const of = snapshot([source('main', 'healthy', { retirement: { evidence: ['at capacity on 4 of the last 7 days'] } })]);
    assert.deepEqual(menuOf(of)[0], {
      kind: 'action',
      label: '$(archive) Check the model of main…',
      description: 'may be retired: at capacity on 4 of the last 7 days',
      action: { kind: 'open-settings' },
    });
  });

  it('describes each backend and does what helps it', () => {
    const of = snapshot([source('main', 'healthy'), source('a', 'open'), source('b', 'retired'), source('c', 'auth-needed')]);
    const rows = menuOf(of, { clockTime: utcTime }).filter(({ label }) => ['main', 'a', 'b', 'c'].includes(label));
    const actions = rows.map((item) => (item.kind === 'action' ? item.action.kind : ''));
    assert.deepEqual(actions, ['open-settings', 'retry-now', 'open-settings', 'set-key']);
    assert.deepEqual(rows[0], {
      kind: 'action',
      label: 'main',
      description: 'coder-1b · healthy · P50 230 ms, P99 1.2 s of 41 · breaker closed · last good answer 14:01:31',
      action: { kind: 'open-settings' },
    });
  });

  it('asks first for the fallback that waits for the person, and always says where code goes', () => {
    const boundaries = [
      { boundary: 'local', permission: 'not-needed', sources: ['main'] },
      { boundary: 'vendor:acme', permission: 'undecided', sources: ['spare'] },
    ] as const;
    const sources = [source('main', 'open'), source('spare', 'not-allowed')];
    const items = menuOf(snapshot(sources, { boundaries, wantedBoundary: 'vendor:acme' }), { clockTime: utcTime });
    const manage = items.filter((item) => item.kind === 'action' && item.action.kind === 'manage-boundary');
    assert.deepEqual(
      manage.map((item) => (item.kind === 'action' ? `${item.label} | ${item.description ?? ''}` : '')),
      [
        '$(shield) spare may be used as fallback… | code would go to the vendor acme; allow that here?',
        'spare | coder-1b · not allowed here · P50 230 ms, P99 1.2 s of 41 · breaker closed · last good answer 14:01:31',
        '$(shield) Data boundary… | code goes to this machine; not decided: the vendor acme',
      ],
    );
    assert.equal(items.indexOf(manage[0] ?? items[0]!), 0);
    const [retry] = items.filter((item) => item.kind === 'action' && item.action.kind === 'retry-now');
    assert.equal(retry?.kind === 'action' ? retry.description : '', 'main', 'what is not allowed is not retried');
  });

  it('has the rollout with what can be decided about it, what helps most first', () => {
    const rollout = { snapshot: rolloutSnapshot(), possible: ['block', 'roll-back', 'pause', 'advance', 'override'] } as const;
    const items = menuOf(snapshot([source('main', 'healthy')]), { rollout, clockTime: utcTime });
    const at = items.findIndex(({ label }) => label === 'Rollout november-coder');
    assert.deepEqual(
      items
        .slice(at, at + 7)
        .map((item) =>
          item.kind === 'separator' ? `── ${item.label}` : `${item.label} | ${item.description ?? ''} | ${JSON.stringify(item.action)}`,
        ),
      [
        '── Rollout november-coder',
        '$(rocket) Show rollout | 5 %; you use qwen3-coder-30b (team-next), says the local flag file; Latency has 112 of 473 samples | {"kind":"show-rollout"}',
        '$(arrow-up) Promote to 25 %… |  | {"kind":"rollout","action":"advance"}',
        '$(debug-pause) Hold… |  | {"kind":"rollout","action":"pause"}',
        '$(discard) Roll back to qwen2.5-coder-14b (team-server) |  | {"kind":"rollout","action":"roll-back"}',
        '$(circle-small) Block a model… |  | {"kind":"rollout","action":"block"}',
        '── Suggestions',
      ],
    );
    const hostile = rolloutSnapshot({ name: '$(alert)\nx', candidate: { backend: '$(alert)', model: '$(alert)' } });
    const labels = menuOf(snapshot([]), { rollout: { snapshot: hostile, possible: ['advance'] } }).map((item) => JSON.stringify(item));
    assert.doesNotMatch(labels.join(), /\$\(alert/);
  });

  it('counts the problems with the settings', () => {
    const item = menuOf(snapshot([], { at: now, problems: ['one'] })).find((each) => each.label === '$(gear) Open settings');
    assert.deepEqual(item, {
      kind: 'action',
      label: '$(gear) Open settings',
      description: '1 problem, see the log',
      action: { kind: 'open-settings' },
    });
  });

  it('shows a hostile name as plain text', () => {
    assert.deepEqual(lines(snapshot([source('$(alert)\nx', 'healthy')])).slice(0, 3), backends('$ (alert) x'));
  });
});
