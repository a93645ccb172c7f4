import type { CheckRow, DecisionRow, GateRow, Tone } from '../../ui/rolloutPage.ts';
import type { Sign } from '../../ui/rolloutWords.ts';
import { make, nextId } from './element.ts';
import type { RolloutPorts } from './rolloutPorts.ts';
import { type WordCell, wordTable } from './wordTable.ts';

/** Each gate with what was seen, how much of it, and what that means. */
export function gatesPart(gates: readonly GateRow[]): Node[] {
  const rows = gates.map(({ gate, evidence, samples, share, verdict, tone }): readonly WordCell[] => [
    gate,
    evidence,
    samples === '' ? '' : [make('span', { text: samples }), ...(share === undefined ? [] : [gauge(share)])],
    [signed(verdict, tone)],
  ]);
  const none = 'Nothing is measured in this phase.';
  return titled('Evidence against the gates', ['Gate', 'Seen, and what is allowed', 'Samples', 'Verdict'], rows, none);
}

/** The checklist, with what can be done about each line. */
export function checksPart(checks: readonly CheckRow[], ports: RolloutPorts): Node[] {
  const rows = checks.map(({ check, name, state, tone, weight, when, summary, canOverride }): readonly WordCell[] => [
    name,
    [signed(state, tone), ...(weight === '' ? [] : [make('span', { class: 'weight', text: weight })])],
    when,
    summary,
    doPart([
      // Shadow traffic is a phase of the rollout; the others are made on request.
      ...(check === 'shadow' ? [] : [small('Run…', `Run: ${name}`, `run ${check}`, () => ports.check(check))]),
      ...(canOverride ? [small('Override…', `Override: ${name}`, `override ${check}`, () => ports.act('override', check))] : []),
    ]),
  ]);
  return titled('Readiness', ['Check', 'State', 'Made', 'Found', 'Do'], rows, 'The policy asks for no check.');
}

/** What was decided, the newest first. */
export function historyPart(decisions: readonly DecisionRow[]): Node[] {
  const rows = decisions.map(({ when, what, by, reason, figures }): readonly WordCell[] => [
    when,
    what,
    by,
    [make('span', { text: reason }), ...(figures === '' ? [] : [make('span', { class: 'figures-of', text: figures })])],
  ]);
  return titled('Decisions', ['When', 'What', 'By', 'Why'], rows, 'Nothing was decided yet.');
}

function titled(title: string, columns: readonly string[], rows: readonly (readonly WordCell[])[], none: string): Node[] {
  const id = nextId();
  const content = rows.length === 0 ? make('p', { class: 'note', text: none }) : wordTable(title, columns, rows);
  const heading = make('h3', { text: title, attributes: { id } });
  return [make('section', { class: 'figure', attributes: { 'aria-labelledby': id }, children: [heading, content] })];
}

function signed({ sign, words }: Sign, tone: Tone): HTMLElement {
  const icon = make('span', { class: 'sign', text: sign, attributes: { 'aria-hidden': 'true' } });
  return make('span', { class: `signed ${tone}`, children: [icon, make('span', { text: words })] });
}

/** How much there is of what is needed; the figures beside it say the same. */
function gauge(share: number): HTMLElement {
  const fill = make('div', { class: 'gauge-fill' });
  fill.style.width = `${Math.round(share * 100)}%`;
  return make('div', { class: 'gauge', attributes: { 'aria-hidden': 'true' }, children: [fill] });
}

function doPart(buttons: readonly Node[]): WordCell {
  return buttons.length === 0 ? '' : [make('div', { class: 'does', children: buttons })];
}

function small(text: string, label: string, key: string, act: () => void): HTMLButtonElement {
  const button = make('button', { class: 'switch', text, attributes: { type: 'button', 'aria-label': label, 'data-key': key } });
  button.addEventListener('click', act);
  return button;
}
