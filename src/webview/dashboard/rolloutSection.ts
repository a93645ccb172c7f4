import type { RolloutView } from '../../dashboard/rolloutShape.ts';
import { type RolloutPageView, rolloutPage, type StageStep } from '../../ui/rolloutPage.ts';
import { oneLine } from '../../ui/plainText.ts';
import { elementWithKey, giveBackFocus, make, nextId } from './element.ts';
import type { RolloutPorts } from './rolloutPorts.ts';
import { checksPart, gatesPart, historyPart } from './rolloutTables.ts';

type Build = () => readonly Node[];

/** The rollout: where it is, who is in, what speaks for it and against it, and what can be done. */
export class RolloutSection {
  readonly element: HTMLElement;
  readonly #ports: RolloutPorts;
  readonly #parts = new Map<string, { readonly element: HTMLElement; shown: string }>();
  readonly #onShort: (short: string) => void;

  /** @param onShort told in a word where the rollout is */
  constructor(ports: RolloutPorts, onShort: (short: string) => void) {
    this.#ports = ports;
    this.#onShort = onShort;
    this.element = make('section', { attributes: { 'aria-label': 'Rollout', 'data-section': 'rollout' } });
    this.#part('head', 'Looking for a rollout…', () => [make('p', { class: 'note', text: 'Looking for a rollout…' })]);
  }

  draw({ snapshot, possible, ...none }: RolloutView): void {
    if (!snapshot) return this.#drawNone(none);
    const page = rolloutPage(snapshot, possible);
    const { title, sentence, reason, problems, steps, facts, buttons, gates, checks, decisions } = page;
    this.#onShort(page.short);
    this.#part('head', [title, sentence, reason], () => headPart(page));
    // What has just changed is read out, once.
    this.#parts.get('head')?.element.setAttribute('role', 'status');
    this.#part('problems', problems, () => problemsPart(problems));
    this.#part('stages', steps, () => [stageLine(steps)]);
    this.#part('actions', buttons, () => [buttonsPart(page, this.#ports)]);
    this.#part('facts', facts, () => [
      make('dl', { children: facts.flatMap(([name, value]) => [make('dt', { text: name }), make('dd', { text: value })]) }),
    ]);
    this.#part('gates', gates, () => gatesPart(gates));
    this.#part('checks', checks, () => checksPart(checks, this.#ports));
    this.#part('history', decisions, () => historyPart(decisions));
  }

  #drawNone({ isLoaded, problems }: Pick<RolloutView, 'isLoaded' | 'problems'>): void {
    this.#onShort('');
    for (const [name, { element }] of this.#parts) {
      if (name !== 'head') element.remove();
    }
    for (const name of [...this.#parts.keys()]) if (name !== 'head') this.#parts.delete(name);
    this.#part('head', [isLoaded, problems], () => (isLoaded ? nonePart(problems, this.#ports) : brokenPart()));
  }

  /** A part that says the same stays, so that nobody loses their place; one that changes keeps the focus where it was. */
  #part(name: string, says: unknown, build: Build): void {
    let part = this.#parts.get(name);
    if (!part) {
      part = { element: make('div', { attributes: { 'data-part': name, tabindex: '-1' } }), shown: '' };
      this.#parts.set(name, part);
      this.element.append(part.element);
    }
    const text = JSON.stringify(says);
    if (part.shown === text) return;
    part.shown = text;
    const { element } = part;
    const held = element.contains(document.activeElement) ? document.activeElement?.getAttribute('data-key') : undefined;
    element.replaceChildren(...build());
    if (held === undefined || held === null) return;
    // Never another button: the next press of Enter would be for what it was before.
    giveBackFocus(() => elementWithKey(element, held) ?? element);
  }
}

function headPart({ title, sentence, reason }: RolloutPageView): Node[] {
  return [
    make('h2', { text: title }),
    make('p', { class: 'lead', text: sentence }),
    ...(reason === '' ? [] : [make('p', { class: 'note', text: reason })]),
  ];
}

function problemsPart(problems: readonly string[]): Node[] {
  if (problems.length === 0) return [];
  const list = make('ul', { children: problems.map((problem) => make('li', { text: problem })) });
  const text = make('p', { text: 'Something is wrong; the last good state holds.' });
  return [make('div', { class: 'notice error', attributes: { role: 'alert' }, children: [text, list] })];
}

const stepSigns: Readonly<Record<StageStep['state'], readonly [sign: string, words: string]>> = {
  behind: ['✓', 'behind'],
  current: ['●', 'now'],
  paused: ['‖', 'paused here'],
  stopped: ['✕', 'taken back here'],
  ahead: ['○', 'ahead'],
};

function stageLine(steps: readonly StageStep[]): HTMLElement {
  const items = steps.map(({ label, state }) => {
    const [sign, words] = stepSigns[state];
    const isHere = state !== 'behind' && state !== 'ahead';
    return make('li', {
      class: `stage ${state}`,
      attributes: isHere ? { 'aria-current': 'step' } : {},
      children: [
        make('span', { class: 'sign', text: sign, attributes: { 'aria-hidden': 'true' } }),
        make('span', { text: label }),
        make('span', { class: isHere ? 'here' : 'unseen', text: `${isHere ? '' : ', '}${words}` }),
      ],
    });
  });
  return make('ol', { class: 'stages', attributes: { 'aria-label': 'Stages' }, children: items });
}

function buttonsPart({ buttons }: RolloutPageView, ports: RolloutPorts): HTMLElement {
  const looks = { first: 'primary', danger: 'second danger', plain: 'second' } as const;
  const made = buttons.map(({ action, label, kind }) => {
    const button = make('button', { class: looks[kind], text: label, attributes: { type: 'button', 'data-key': action } });
    button.addEventListener('click', () => ports.act(action));
    return button;
  });
  const readiness = make('button', {
    class: 'second',
    text: 'Readiness as a document',
    attributes: { type: 'button', 'data-key': 'document' },
  });
  readiness.addEventListener('click', () => ports.open('readiness'));
  return make('div', { class: 'buttons', attributes: { role: 'group', 'aria-label': 'What you can do' }, children: [...made, readiness] });
}

const howTo = [
  'Have the new model ready: on a backend that is set up, or on one more, “Failsoft: Add Backend…”.',
  'Write a policy file that names the baseline, the candidate and the stages. The button below writes one to begin with.',
  'Run the checks: benchmark, prompt compatibility, capacity, and a rehearsal of the rollback.',
  'Begin. From then on each stage has to prove itself, and harm is taken back by the next request.',
] as const;

function nonePart(problems: readonly string[], ports: RolloutPorts): Node[] {
  if (problems.length > 0) return unreadPart(problems, ports);
  const id = nextId();
  const button = make('button', { class: 'primary', text: 'New rollout policy…', attributes: { type: 'button' } });
  button.addEventListener('click', () => ports.open('new-policy'));
  const children = [
    make('h2', { text: 'No rollout is planned', attributes: { id } }),
    make('p', { text: 'A rollout brings a new model version to people in stages, and takes it back when it harms them.' }),
    make('ol', { children: howTo.map((text) => make('li', { text })) }),
    button,
  ];
  return [make('div', { class: 'notice empty', attributes: { 'aria-labelledby': id, role: 'region' }, children })];
}

/** A policy is named, and never could be followed: nothing of it holds. */
function unreadPart(problems: readonly string[], ports: RolloutPorts): Node[] {
  const id = nextId();
  // The command behind it writes one where there is no such file.
  const button = make('button', { class: 'primary', text: 'Open the policy', attributes: { type: 'button', 'data-key': 'policy' } });
  button.addEventListener('click', () => ports.open('new-policy'));
  const children = [
    make('h2', { text: 'The policy cannot be followed', attributes: { id } }),
    make('p', { text: 'So there is no rollout, and everybody has the baseline. What is wrong:' }),
    make('ul', { children: problems.map((problem) => make('li', { text: oneLine(problem, 300) })) }),
    button,
  ];
  return [make('div', { class: 'notice error', attributes: { 'aria-labelledby': id, role: 'region' }, children })];
}

function brokenPart(): Node[] {
  const text = 'The rollout part of Failsoft could not be loaded; everybody keeps the baseline. “Failsoft: Show Log” says why.';
  return [make('div', { class: 'notice error', attributes: { role: 'alert' }, children: [make('p', { text })] })];
}
