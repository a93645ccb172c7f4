import type { HostMessage } from '../../dashboard/protocol.ts';
import { type RangeName, rangeNames } from '../../dashboard/range.ts';
import type { Scene } from './chartFigure.ts';
import { make, setText } from './element.ts';
import { Glance } from './glance.ts';
import { type ModelPorts, ModelSection } from './modelSection.ts';
import { NowSection } from './nowSection.ts';
import { OverviewSection } from './overviewSection.ts';
import { readPalette } from './palette.ts';
import { type PlacePorts, PlaceTabs } from './placeTabs.ts';
import { ProcessSection } from './processSection.ts';
import type { RolloutPorts } from './rolloutPorts.ts';
import { RolloutSection } from './rolloutSection.ts';
import { UseSection } from './useSection.ts';
import { pastWords, plural, rangeWords, timeText } from './words.ts';

/** What a person does on the page, and what it remembers. */
export interface PagePorts extends ModelPorts, PlacePorts {
  readonly rollout: RolloutPorts;
  readonly range: () => RangeName;
  readonly onRange: (range: RangeName) => void;
  readonly onRetry: () => void;
}

type ViewMessage = Extract<HostMessage, { readonly kind: 'view' }>;

/** The whole page, from the heading to the last chart. */
export class Page {
  readonly #ports: PagePorts;
  readonly #status = make('p', { class: 'status', attributes: { role: 'status', 'aria-live': 'polite' } });
  readonly #progress = make('progress', { attributes: { max: '1', 'aria-label': 'Reading the journal' } });
  readonly #notice = make('div', { class: 'notice', attributes: { 'data-notice': '' } });
  readonly #figures = make('div', { class: 'figures waiting' });
  readonly #now = new NowSection();
  readonly #glance = new Glance();
  readonly #overview: OverviewSection;
  readonly #models: ModelSection;
  readonly #use = new UseSection();
  readonly #process: ProcessSection;
  readonly #places: PlaceTabs;
  readonly #rollout: RolloutSection;
  #palette = readPalette();
  #last: ViewMessage | undefined;

  constructor(root: Element, ports: PagePorts) {
    this.#ports = ports;
    this.#overview = new OverviewSection(ports);
    this.#models = new ModelSection(ports);
    this.#process = new ProcessSection(ports);
    const parts = [this.#glance, this.#overview, this.#models, this.#use, this.#process];
    this.#figures.append(...parts.map(({ element }) => element));
    const heading = make('div', { children: [make('h1', { text: 'Failsoft dashboard' }), this.#status] });
    const ranges = this.#rangeChoice();
    const head = make('header', { children: [heading, ranges] });
    this.#places = new PlaceTabs(ports, (place) => {
      // Neither says anything about a rollout.
      this.#status.hidden = ranges.hidden = place !== 'activity';
    });
    this.#rollout = new RolloutSection(ports.rollout, (short) => this.#places.hint(short));
    const { activity, rollout } = this.#places.panels;
    activity.append(this.#progress, this.#now.element, this.#notice, this.#figures);
    rollout.append(this.#rollout.element);
    root.replaceChildren(head, this.#places.element, activity, rollout);
    this.#notice.hidden = true;
    this.#wait();
  }

  show(message: HostMessage): void {
    if (message.kind === 'now') return this.#now.draw(message.now);
    if (message.kind === 'rollout') return this.#rollout.draw(message.rollout);
    if (message.kind === 'place') {
      this.#ports.setPlace(message.place);
      return this.#places.show(message.place);
    }
    if (message.kind === 'error') return this.#showError(message.message);
    // An answer to the range before.
    if (message.view.range === this.#ports.range()) this.#draw(message, false);
  }

  /** The theme has changed. */
  restyle(): void {
    this.#palette = readPalette();
    if (this.#last) this.#draw(this.#last, true);
  }

  #draw(message: ViewMessage, isRestyled: boolean): void {
    this.#last = message;
    const { view, progress, skipped } = message;
    const isEmpty = view.records === 0 && view.incidents.length === 0;
    this.#progress.hidden = progress === 1;
    this.#progress.value = progress;
    // Not each step of it: it would be read out again and again.
    const amount = plural(view.records, 'record');
    setText(
      this.#status,
      progress < 1 ? 'Reading the journal…' : `${amount} of the last ${pastWords[view.range]}, updated ${timeText(view.to)}`,
    );
    this.#figures.classList.toggle('waiting', isEmpty && progress < 1);
    this.#figures.hidden = isEmpty && progress === 1;
    this.#noticeFor(isEmpty && progress === 1, skipped);
    if (isEmpty) return;
    const scene: Scene = { range: view.range, palette: this.#palette, isRestyled };
    this.#glance.draw(view);
    this.#overview.draw(view, scene);
    this.#models.draw(view, scene);
    this.#use.draw(view);
    this.#process.draw(view, scene);
  }

  #noticeFor(isEmpty: boolean, { lines, files }: ViewMessage['skipped']): void {
    const skipped = [lines > 0 ? plural(lines, 'line') : '', files > 0 ? plural(files, 'file') : '']
      .filter((part) => part !== '')
      .join(' and ');
    const partial =
      skipped === '' ? [] : [`Left out: ${skipped} of the journal that could not be read. The figures are of the rest; the log says more.`];
    const empty = isEmpty
      ? [
          `Nothing was recorded in the last ${pastWords[this.#ports.range()]}.`,
          'Type in a code file: latency and outcomes appear with the first request to a backend, acceptance with the first suggestion you take, memory after a minute. Records stay on this machine, hold no code, and are kept for 30 days.',
        ]
      : [];
    this.#say(isEmpty ? 'empty' : 'partial', [...empty, ...partial]);
  }

  #showError(message: string): void {
    this.#progress.hidden = true;
    this.#figures.hidden = true;
    this.#last = undefined;
    setText(this.#status, 'The journal could not be read.');
    const retry = make('button', { class: 'primary', text: 'Try again', attributes: { type: 'button' } });
    retry.addEventListener('click', () => {
      this.#wait();
      this.#ports.onRetry();
    });
    this.#say('error', [`The journal could not be read: ${message}.`, 'Suggestions go on without it.'], retry);
  }

  #say(kind: string, lines: readonly string[], ...more: readonly Node[]): void {
    const text = `${kind} ${lines.join('\n')}`;
    if (this.#notice.getAttribute('data-notice') === text) return;
    this.#notice.setAttribute('data-notice', text);
    this.#notice.className = `notice ${kind}`;
    this.#notice.hidden = lines.length === 0;
    this.#notice.replaceChildren(...lines.map((line) => make('p', { text: line })), ...more);
  }

  /** The figures of another range are not shown under the name of this one. */
  #wait(): void {
    setText(this.#status, 'Reading the journal…');
    this.#say('partial', []);
    this.#progress.hidden = false;
    this.#progress.removeAttribute('value');
    this.#figures.hidden = false;
    this.#figures.classList.add('waiting');
  }

  #rangeChoice(): HTMLElement {
    const choices = rangeNames.map((range) => {
      const input = make('input', { attributes: { type: 'radio', name: 'range', value: range } });
      input.checked = range === this.#ports.range();
      input.addEventListener('change', () => {
        this.#wait();
        this.#ports.onRange(range);
      });
      return make('label', { class: 'choice', children: [input, make('span', { text: rangeWords[range] })] });
    });
    return make('fieldset', { class: 'choices', children: [make('legend', { class: 'unseen', text: 'Look back' }), ...choices] });
  }
}
