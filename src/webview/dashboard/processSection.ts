import type { PressureLevel } from '../../domain/pressure.ts';
import type { DashboardView, Series } from '../../dashboard/view.ts';
import { ChartFigure, type Scene } from './chartFigure.ts';
import { make, nextId } from './element.ts';
import type { FigurePorts } from './figure.ts';
import { bytesText, megabytesText, millisText } from './words.ts';

const levelWords: Readonly<Record<PressureLevel, string>> = {
  normal: 'Memory and time were never scarce.',
  elevated: 'Memory or time was somewhat scarce at worst.',
  high: 'Memory or time was scarce at worst.',
  critical: 'Memory or time was critically scarce at worst.',
};

function inMegabytes(bytes: Series): Series {
  return bytes.map((value) => (value === null ? null : value / 1_048_576));
}

/** The extension host: memory, and how long it kept others waiting. */
export class ProcessSection {
  readonly element: HTMLElement;
  readonly #memory: ChartFigure;
  readonly #lag: ChartFigure;

  constructor(ports: FigurePorts) {
    this.#memory = new ChartFigure({ name: 'memory', title: 'Memory', kind: 'lines', axis: megabytesText, text: megabytesText }, ports);
    this.#lag = new ChartFigure(
      { name: 'lag', title: 'Delay of the event loop', kind: 'lines', axis: millisText, text: millisText },
      ports,
    );
    const id = nextId();
    const pair = make('div', { class: 'pair', children: [this.#memory.figure.element, this.#lag.figure.element] });
    const heading = make('h2', { text: 'Extension host', attributes: { id } });
    this.element = make('section', { attributes: { 'aria-labelledby': id, 'data-section': 'process' }, children: [heading, pair] });
  }

  draw(view: DashboardView, scene: Scene): void {
    this.#drawMemory(view, scene);
    this.#drawLag(view, scene);
  }

  #drawMemory({ process, bins }: DashboardView, scene: Scene): void {
    const { worst, heapLimit } = process;
    const note = worst === undefined ? 'Nothing was measured in this range.' : levelWords[worst];
    this.#memory.draw(
      {
        bins,
        series: [
          { name: 'whole process', hue: 'rss', values: inMegabytes(process.rss) },
          { name: 'heap', hue: 'heap', values: inMegabytes(process.heap), dash: [7, 4] },
          { name: 'local index', hue: 'index', values: inMegabytes(process.index), dash: [2, 3] },
          { name: 'our stores', hue: 'ledger', values: inMegabytes(process.ledger), dash: [10, 3, 2, 3] },
        ],
        note: heapLimit === undefined ? note : `${note} The heap may grow to ${bytesText(heapLimit)}. All extensions share it.`,
        caption: 'Memory of the extension host, the newest first',
      },
      scene,
    );
  }

  #drawLag({ process, bins }: DashboardView, scene: Scene): void {
    this.#lag.draw(
      {
        bins,
        series: [
          { name: 'longest', hue: 'lag-max', values: process.lagMax, dash: [2, 3] },
          { name: 'P99', hue: 'lag-p99', values: process.lagP99 },
        ],
        note: 'How long the extension host could not do anything else, whichever extension kept it busy.',
        caption: 'Delay of the event loop, the newest first',
      },
      scene,
    );
  }
}
