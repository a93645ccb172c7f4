import { type OutcomeClass, outcomeClasses } from '../../dashboard/outcomeClass.ts';
import type { DashboardView, ModelView } from '../../dashboard/view.ts';
import { ChartFigure, type Scene } from './chartFigure.ts';
import { elementWithKey, giveBackFocus, make, nextId } from './element.ts';
import type { FigurePorts } from './figure.ts';
import { countText, figureText, millisText, outcomeWords, plural, shareText } from './words.ts';

/** What the section remembers and tells about. */
export interface ModelPorts extends FigurePorts {
  readonly model: () => string | undefined;
  readonly setModel: (key: string) => void;
  readonly isHidden: (outcome: OutcomeClass) => boolean;
  readonly toggleHidden: (outcome: OutcomeClass) => void;
}

/** Latency and outcomes of one (backend, model), chosen by tabs. */
export class ModelSection {
  readonly element: HTMLElement;
  readonly #ports: ModelPorts;
  readonly #tabs = make('div', { class: 'tabs', attributes: { role: 'tablist', 'aria-label': 'Backend and model' } });
  readonly #panel = make('div', { class: 'pair', attributes: { role: 'tabpanel', id: 'model-panel', tabindex: '0' } });
  readonly #latency: ChartFigure;
  readonly #outcomes: ChartFigure;
  #last: { readonly view: DashboardView; readonly scene: Scene } | undefined;

  constructor(ports: ModelPorts) {
    this.#ports = ports;
    const axis = { name: 'latency', title: 'Latency', kind: 'lines', axis: millisText } as const;
    this.#latency = new ChartFigure({ ...axis, text: (value, { as }) => (as === 'share' ? shareText(value) : millisText(value)) }, ports);
    const count = (value: number | null): string => (value === null ? '–' : countText(value));
    this.#outcomes = new ChartFigure(
      { name: 'outcomes', title: 'Outcomes', kind: 'stack', axis: countText, text: count, onToggle: (hue) => this.#toggle(hue) },
      ports,
    );
    this.#panel.append(this.#latency.figure.element, this.#outcomes.figure.element);
    const id = nextId();
    this.element = make('section', {
      attributes: { 'aria-labelledby': id, 'data-section': 'models' },
      children: [make('h2', { text: 'Models', attributes: { id } }), this.#tabs, this.#panel],
    });
    this.#tabs.addEventListener('keydown', (event) => this.#key(event));
  }

  draw(view: DashboardView, scene: Scene): void {
    this.#last = { view, scene };
    this.element.hidden = view.models.length === 0;
    const model = view.models.find((each) => keyOf(each) === this.#ports.model()) ?? view.models[0];
    if (!model) return;
    this.#drawTabs(view.models, model);
    this.#drawLatency(model, view, scene);
    this.#drawOutcomes(model, view, scene);
  }

  #drawTabs(models: readonly ModelView[], chosen: ModelView): void {
    const keys = models.map(keyOf);
    const known = [...this.#tabs.children].map((tab) => tab.getAttribute('data-key'));
    if (known.join('\n\n') !== keys.join('\n\n')) {
      const focused = document.activeElement?.getAttribute('data-key');
      this.#tabs.replaceChildren(...models.map((model) => this.#tab(model)));
      // Updates come while somebody is on the tabs.
      if (focused !== null && focused !== undefined) giveBackFocus(() => elementWithKey(this.#tabs, focused));
    }
    for (const tab of this.#tabs.children) {
      const isChosen = tab.getAttribute('data-key') === keyOf(chosen);
      tab.setAttribute('aria-selected', String(isChosen));
      tab.setAttribute('tabindex', isChosen ? '0' : '-1');
      if (isChosen) this.#panel.setAttribute('aria-labelledby', tab.id);
    }
  }

  #tab(model: ModelView): HTMLButtonElement {
    const key = keyOf(model);
    const attributes = { type: 'button', role: 'tab', id: nextId(), 'data-key': key, 'aria-controls': 'model-panel' };
    const children = [make('span', { text: model.sourceId }), make('span', { class: 'model', text: model.model })];
    const tab = make('button', { class: 'tab', attributes, children });
    tab.addEventListener('click', () => this.#choose(key));
    return tab;
  }

  #key(event: KeyboardEvent): void {
    const tabs = [...this.#tabs.children].filter((tab): tab is HTMLElement => tab instanceof HTMLElement);
    const at = tabs.findIndex((tab) => tab === document.activeElement);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
    const tab = to === undefined ? undefined : tabs.at(to % tabs.length);
    if (at < 0 || !tab) return;
    event.preventDefault();
    tab.focus();
    this.#choose(tab.getAttribute('data-key') ?? '');
  }

  #choose(key: string): void {
    this.#ports.setModel(key);
    if (this.#last) this.draw(this.#last.view, this.#last.scene);
  }

  #toggle(hue: string): void {
    const outcome = outcomeClasses.find((each) => each === hue);
    if (outcome) this.#ports.toggleHidden(outcome);
    if (this.#last) this.draw(this.#last.view, this.#last.scene);
  }

  #drawLatency(model: ModelView, view: DashboardView, scene: Scene): void {
    const { overall } = model;
    this.#latency.draw(
      {
        bins: view.bins,
        series: [
          { name: 'given up before the answer', hue: 'censored', values: model.censored, as: 'share' },
          { name: 'P50', hue: 'p50', values: model.p50 },
          { name: 'P95', hue: 'p95', values: model.p95, dash: [7, 4] },
          { name: 'P99', hue: 'p99', values: model.p99, dash: [2, 3] },
        ],
        shaded: view.incidents.filter(({ sourceId }) => sourceId === model.sourceId),
        note: overall
          ? `P50 ${figureText(overall.p50)}, P95 ${figureText(overall.p95)}, P99 ${figureText(overall.p99)} over the range; ${shareText(overall.censored)} of ${plural(overall.samples, 'request')} given up before the answer.`
          : 'No answer in this range.',
        caption: `Latency of ${nameOf(model)}, the newest first`,
      },
      scene,
    );
  }

  #drawOutcomes(model: ModelView, view: DashboardView, scene: Scene): void {
    const probes = model.probes === 0 ? '' : ` ${plural(model.probes, 'probe')} of our own not counted.`;
    this.#outcomes.draw(
      {
        bins: view.bins,
        series: outcomeClasses.map((name) => ({
          name: outcomeWords[name],
          hue: name,
          values: model.outcomes[name],
          isHidden: this.#ports.isHidden(name),
        })),
        shaded: view.incidents.filter(({ sourceId }) => sourceId === model.sourceId),
        note: `${plural(model.attempts, 'request')}; ${shareText(model.answered)} of those that nobody cancelled were answered.${probes}`,
        caption: `Requests to ${nameOf(model)} by outcome, the newest first`,
      },
      scene,
    );
  }
}

function keyOf({ sourceId, model }: ModelView): string {
  return `${sourceId}\n${model}`;
}

function nameOf({ sourceId, model }: ModelView): string {
  return model === '' ? sourceId : `${sourceId}, ${model}`;
}
