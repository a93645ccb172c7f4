import type { EpochMillis } from '../../base/clock.ts';
import type { Bins, RangeName } from '../../dashboard/range.ts';
import { Chart, type ChartData, type ChartOptions, type ChartSeries } from './chart.ts';
import type { Row } from './dataTable.ts';
import { make, setText } from './element.ts';
import { Figure, type FigurePorts } from './figure.ts';
import type { Palette } from './palette.ts';
import { momentText } from './words.ts';

/** What every part of the page is drawn with. */
export interface Scene {
  readonly range: RangeName;
  readonly palette: Palette;
  /** The theme has changed. */
  readonly isRestyled: boolean;
}

/** A chart of bins over time with its legend and its table. */
export interface ChartWish extends Pick<ChartData, 'bins' | 'series'> {
  readonly shaded?: ChartData['shaded'];
  readonly note: string;
  readonly caption: string;
}

/** What a chart figure is. */
export interface ChartFigureOptions extends Pick<ChartOptions, 'kind' | 'axisWidth'> {
  readonly name: string;
  readonly title: string;
  /** Of a value on the axis. */
  readonly axis: (value: number) => string;
  /** Of a value in legend and table. */
  readonly text: (value: number | null, series: ChartSeries) => string;
  /** A press on an entry of the legend hides it; absent: the legend only explains. */
  readonly onToggle?: (hue: string) => void;
}

/** Draws a chart, names what is in it, and says the same in a table. */
export class ChartFigure {
  readonly figure: Figure;
  readonly #options: ChartFigureOptions;
  readonly #chart: Chart;
  readonly #entries = new Map<string, { readonly element: HTMLElement; readonly swatch: HTMLCanvasElement; readonly value: HTMLElement }>();
  readonly #when = make('span', { class: 'when' });
  #wish: ChartWish | undefined;
  #scene: Scene | undefined;

  constructor(options: ChartFigureOptions, ports: FigurePorts) {
    this.#options = options;
    this.figure = new Figure(options.name, options.title, ports);
    this.#chart = new Chart(this.figure.picture, {
      kind: options.kind,
      ...(options.axisWidth === undefined ? {} : { axisWidth: options.axisWidth }),
      height: 220,
      text: options.axis,
      onPoint: (index) => this.#point(index),
    });
    if (!options.onToggle) this.figure.legend.setAttribute('aria-hidden', 'true');
    // Hidden while it is a table: drawn when it gets a place.
    new ResizeObserver(() => {
      if (!this.#chart.isDrawn && this.#wish && this.#scene) this.#chart.draw(chartData(this.#wish), this.#scene.palette, false);
    }).observe(this.figure.picture);
  }

  draw(wish: ChartWish, scene: Scene): void {
    this.#wish = wish;
    this.#scene = scene;
    this.#drawLegend(wish.series, scene);
    this.#chart.draw(chartData(wish), scene.palette, scene.isRestyled);
    const columns = ['From', ...wish.series.map(({ name }) => name)];
    this.figure.tell(wish.note, wish.caption, columns, this.#rows(wish, scene.range));
  }

  /** The newest first; bins without a value are left out. */
  #rows({ bins, series }: ChartWish, range: RangeName): Row[] {
    const rows: Row[] = [];
    for (let index = bins.count - 1; index >= 0; index--) {
      if (series.every(({ values }) => (values[index] ?? null) === null)) continue;
      rows.push([momentText(timeOf(bins, index), range), ...series.map((each) => this.#options.text(each.values[index] ?? null, each))]);
    }
    return rows;
  }

  #drawLegend(series: readonly ChartSeries[], scene: Scene): void {
    if (this.#entries.size === 0) {
      for (const { name, hue } of series) this.figure.legend.append(this.#entry(name, hue));
      this.figure.legend.append(this.#when);
    }
    for (const each of series) {
      const entry = this.#entries.get(each.hue);
      if (!entry) continue;
      if (this.#options.onToggle) entry.element.setAttribute('aria-pressed', String(each.isHidden !== true));
      drawSwatch(entry.swatch, each, this.#options.kind, scene.palette);
    }
  }

  #entry(name: string, hue: string): HTMLElement {
    const { onToggle } = this.#options;
    const swatch = make('canvas', { class: 'swatch', attributes: { 'aria-hidden': 'true' } });
    const value = make('span', { class: 'value', attributes: { 'aria-hidden': 'true' } });
    const children = [swatch, make('span', { text: name }), value];
    const element = onToggle
      ? make('button', { class: 'entry', attributes: { type: 'button', 'data-series': hue, 'aria-pressed': 'true' }, children })
      : make('span', { class: 'entry', children });
    if (onToggle) element.addEventListener('click', () => onToggle(hue));
    this.#entries.set(hue, { element, swatch, value });
    return element;
  }

  #point(index: number | null): void {
    const wish = this.#wish;
    if (!wish || !this.#scene) return;
    for (const each of wish.series) {
      const entry = this.#entries.get(each.hue);
      if (entry) setText(entry.value, index === null ? '' : this.#options.text(each.values[index] ?? null, each));
    }
    setText(this.#when, index === null ? '' : momentText(timeOf(wish.bins, index), this.#scene.range));
  }
}

function chartData({ bins, series, shaded = [] }: ChartWish): ChartData {
  return { bins, series, shaded };
}

function timeOf({ first, width }: Bins, index: number): EpochMillis {
  return first + width * index;
}

/** In CSS pixels. */
const swatchSize = { width: 18, height: 12 };

function drawSwatch(canvas: HTMLCanvasElement, { hue, dash, as }: ChartSeries, kind: ChartOptions['kind'], palette: Palette): void {
  const scale = devicePixelRatio;
  canvas.width = swatchSize.width * scale;
  canvas.height = swatchSize.height * scale;
  const context = canvas.getContext('2d');
  if (!context) return;
  if (kind === 'stack' || as === 'share') {
    context.fillStyle = kind === 'stack' ? palette.surface(hue) : palette.colour(hue);
    context.fillRect(0, 0, canvas.width, canvas.height);
    return;
  }
  context.strokeStyle = palette.colour(hue);
  context.lineWidth = 2 * scale;
  context.setLineDash((dash ?? []).map((length) => length * scale));
  context.beginPath();
  context.moveTo(0, canvas.height / 2);
  context.lineTo(canvas.width, canvas.height / 2);
  context.stroke();
}
