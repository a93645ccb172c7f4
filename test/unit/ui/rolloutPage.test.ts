import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, it } from 'mocha';
import type { RolloutAction, RolloutPhase, RolloutSnapshot } from '../../../src/domain/rollout.ts';
import { rolloutPage } from '../../../src/ui/rolloutPage.ts';
import { rollbackToast } from '../../../src/ui/rolloutToast.ts';
import { rolloutLine } from '../../../src/ui/rolloutWords.ts';
import { at, rolledBack, rolloutSnapshot, utcDayTime } from '../../fakes/rolloutControl.ts';

const goldenFile = new URL('rollout.golden.txt', import.meta.url);
/** Set it to write what is shown now, and look at the difference. */
const updates = process.env['UPDATE_GOLDEN'] === '1';

const inPhase = (phase: RolloutPhase, more: Partial<RolloutSnapshot> = {}): RolloutSnapshot =>
  rolloutSnapshot({ phase, gates: [], readiness: [], history: [], reason: '', ...more });

const stage = { kind: 'stage', percent: 25 } as const;
const baseline = { arm: 'baseline', source: 'built-in' } as const;

/** Names of snapshots with what a person can ask for in them. */
const pictures: readonly (readonly [name: string, snapshot: RolloutSnapshot, possible: readonly RolloutAction[]])[] = [
  ['planned', inPhase({ kind: 'idle' }, { assignment: baseline }), ['begin', 'pin', 'block']],
  ['preflight', inPhase({ kind: 'preflight' }, { assignment: baseline }), ['advance', 'pause', 'roll-back', 'override']],
  ['shadow', inPhase({ kind: 'shadow' }, { assignment: baseline }), ['advance', 'pause', 'roll-back']],
  ['at 5 %', rolloutSnapshot(), ['advance', 'pause', 'roll-back', 'pin', 'block', 'override']],
  [
    'paused at 25 %',
    inPhase(
      { kind: 'paused', before: stage },
      {
        reason: 'No evidence within three times the dwell.',
        assignment: { arm: 'candidate', source: 'ofrep', note: 'the value is 2 h old: the server does not answer' },
        blocked: ['old-model'],
        problems: ['flags.json, line 3, column 7: a number was expected, found "five"'],
      },
    ),
    ['resume', 'roll-back', 'unblock'],
  ],
  ['rolled back', rolledBack({ pinned: 'qwen2.5-coder-14b' }), ['reset', 'unpin']],
  [
    'rolled back by the fleet',
    rolledBack({
      history: rolledBack().history.map((each, index) => (index === 0 ? { ...each, by: 'flag', reason: 'Switched off.' } : each)),
    }),
    ['reset'],
  ],
  ['soak', inPhase({ kind: 'soak' }), ['finish', 'pause', 'roll-back']],
  ['done', inPhase({ kind: 'done' }), []],
];

/** The page as a person reads it from top to bottom. */
function picture(snapshot: RolloutSnapshot, possible: readonly RolloutAction[]): string {
  const page = rolloutPage(snapshot, possible, utcDayTime);
  const marks = { behind: '✓', current: '●', paused: '‖', stopped: '✕', ahead: '○' };
  return [
    `# ${page.title} [${page.short}]`,
    page.sentence,
    ...(page.reason === '' ? [] : [page.reason]),
    page.steps.map(({ label, state }) => `${marks[state]} ${label}`).join('  '),
    ...page.problems.map((problem) => `! ${problem}`),
    ...page.facts.map(([name, value]) => `${name}: ${value}`),
    `buttons: ${page.buttons.map(({ label, kind }) => (kind === 'plain' ? `[${label}]` : `[${label}](${kind})`)).join(' ')}`,
    ...page.gates.map(
      ({ gate, evidence, samples, share, verdict: { sign, words }, tone }) =>
        `gate | ${gate} | ${evidence} | ${samples}${share === undefined ? '' : ` ${'▪'.repeat(Math.round(share * 10))}`} | ${sign} ${words} (${tone})`,
    ),
    ...page.checks.map(
      ({ name, state: { sign, words }, weight, when, summary, canOverride }) =>
        `check | ${name} | ${sign} ${words} | ${weight} | ${when} | ${summary}${canOverride ? ' [Override…]' : ''}`,
    ),
    ...page.decisions.map(({ when, what, by, reason, figures }) => `decision | ${when} | ${what} | ${by} | ${reason} | ${figures}`),
    `tooltip: ${rolloutLine(snapshot, utcDayTime)}`,
    `toast: ${rollbackToast(snapshot)?.message ?? 'none'}`,
  ].join('\n');
}

function golden(): ReadonlyMap<string, string> {
  const parts = readFileSync(goldenFile, 'utf8').split(/^=== (.*)\n/m);
  return new Map(parts.flatMap((name, index) => (index % 2 === 1 ? [[name, parts[index + 1]?.trimEnd() ?? ''] as const] : [])));
}

describe('the rollout page', () => {
  if (updates) writeFileSync(goldenFile, pictures.map(([name, ...of]) => `=== ${name}\n${picture(...of)}\n`).join('\n'));
  const expected = golden();

  for (const [name, ...of] of pictures) it(`shows a rollout that is ${name}`, () => assert.equal(picture(...of), expected.get(name)));

  it('has no picture that is not taken any more', () => {
    assert.deepEqual(
      [...expected.keys()],
      pictures.map(([name]) => name),
    );
  });

  it('has exactly one step that is here, but for one that has not begun', () => {
    for (const [name, snapshot, possible] of pictures) {
      const here = rolloutPage(snapshot, possible).steps.filter(({ state }) => state !== 'behind' && state !== 'ahead');
      assert.equal(here.length, name === 'planned' ? 0 : 1, name);
    }
  });

  it('marks its stage also when the policy does not name it any more', () => {
    const { steps } = rolloutPage(rolloutSnapshot({ stages: [1, 25, 100] }), []);
    assert.deepEqual(
      steps.map(({ label, state }) => `${label} ${state}`),
      ['preflight behind', 'shadow behind', '1 % behind', '5 % current', '25 % ahead', '100 % ahead', 'soak ahead', 'done ahead'],
    );
  });

  it('says of a pause before the first stage that nobody has the candidate', () => {
    const { sentence } = rolloutPage(rolloutSnapshot({ phase: { kind: 'paused', before: { kind: 'shadow' } } }), []);
    assert.equal(sentence, 'Paused at shadow until it is resumed. Everybody has the baseline.');
  });

  it('marks no step of a rollback whose history is gone', () => {
    const { steps } = rolloutPage(rolledBack({ history: [] }), []);
    assert.ok(steps.every(({ state }) => state === 'ahead'));
  });

  it('keeps hostile texts in their line', () => {
    const hostile = 'a\n\n# b\u202e';
    const page = rolloutPage(
      rolloutSnapshot({ name: hostile, reason: hostile, problems: [hostile], candidate: { backend: hostile, model: hostile } }),
      [],
    );
    assert.doesNotMatch(JSON.stringify(page), /\\n|\u202e/);
  });

  it('is told as a toast once a rollback, and not to who asked for it', () => {
    const first = rollbackToast(rolledBack());
    assert.equal(first?.key, rollbackToast(rolledBack({ at: at + 1 }))?.key);
    const [decision, ...older] = rolledBack().history;
    assert.ok(decision);
    assert.notEqual(first?.key, rollbackToast(rolledBack({ history: [{ ...decision, revision: 9 }, ...older] }))?.key);
    assert.equal(rollbackToast(rolledBack({ history: [{ ...decision, by: 'person' }, ...older] })), undefined);
    assert.equal(rollbackToast(rolloutSnapshot({ history: [decision, ...older] })), undefined, 'reset meanwhile');
  });

  it('is told without a link in it, whatever a model is called', () => {
    const toast = rollbackToast(rolledBack({ candidate: { backend: '[x](command:y)', model: '[x](command:y)' } }));
    assert.doesNotMatch(toast?.message ?? '](', /\]\(/);
  });
});
