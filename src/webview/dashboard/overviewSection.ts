import { answerClasses } from '../../dashboard/outcomeClass.ts';
import type { DashboardView } from '../../dashboard/view.ts';
import { ChartFigure, type Scene } from './chartFigure.ts';
import { make, nextId } from './element.ts';
import type { FigurePorts } from './figure.ts';
import { labelWidth, Timeline } from './timeline.ts';
import { answerWords, countText, shareText } from './words.ts';

/** Who was unwell, and who answered instead: on one axis of time, one below the other. */
export class OverviewSection {
  readonly element: HTMLElement;
  readonly #timeline: Timeline;
  readonly #answers: ChartFigure;

  constructor(ports: FigurePorts) {
    this.#timeline = new Timeline(ports);
    const text = (value: number | null): string => (value === null ? '–' : countText(value));
    this.#answers = new ChartFigure(
      { name: 'answers', title: 'Who answered', kind: 'stack', axisWidth: labelWidth, axis: countText, text },
      ports,
    );
    const id = nextId();
    const heading = make('h2', { text: 'Incidents and answers', attributes: { id } });
    const pair = make('div', { class: 'stack', children: [this.#timeline.figure.element, this.#answers.figure.element] });
    this.element = make('section', { attributes: { 'aria-labelledby': id, 'data-section': 'overview' }, children: [heading, pair] });
  }

  draw(view: DashboardView, scene: Scene): void {
    this.#timeline.draw(view, scene);
    const { series, total, first } = view.answers;
    const all = answerClasses.reduce((sum, name) => sum + total[name], 0);
    const share = (count: number): string => shareText(all === 0 ? null : count / all);
    this.#answers.draw(
      {
        bins: view.bins,
        series: answerClasses.map((name) => ({
          name: name === 'first' && first !== undefined ? first : answerWords[name],
          hue: name,
          values: series[name],
        })),
        shaded: view.incidents.filter(({ sourceId }) => sourceId === first),
        note: `${share(total.first)} by ${first ?? 'the first backend'}, ${share(total['other-backend'])} by others, ${share(total.local)} local, ${share(total.cache)} known already, ${share(total.nothing)} without text.`,
        caption: 'What requests were answered with, the newest first',
      },
      scene,
    );
  }
}
