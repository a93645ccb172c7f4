import uPlot from 'uplot';
import type { EpochMillis } from '../../base/clock.ts';
import type { Bins } from '../../dashboard/range.ts';
import type { Series } from '../../dashboard/view.ts';
import type { Hue, Palette } from './palette.ts';
import { dayText, shareText, timeText } from './words.ts';

/** One line, area or layer of a stack. */
export interface ChartSeries {
  readonly name: string;
  readonly hue: Hue;
  readonly values: Series;
  /** Of a line; `share`: on an axis of its own, 0…1, drawn as an area behind the lines. */
  readonly as?: 'share';
  /** Lengths of strokes and gaps in CSS pixels. */
  readonly dash?: readonly number[];
  readonly isHidden?: boolean;
}

/** Everything that a chart draws. */
export interface ChartData {
  readonly bins: Bins;
  /** Lines in their order, or layers from the bottom. */
  readonly series: readonly ChartSeries[];
  /** Times that are shaded. */
  readonly shaded: readonly { readonly from: EpochMillis; readonly to: EpochMillis }[];
}

/** What a chart is. */
export interface ChartOptions {
  readonly kind: 'lines' | 'stack';
  readonly height: number;
  /** Room for the numbers at the left, in CSS pixels. */
  readonly axisWidth?: number;
  readonly text: (value: number) => string;
  /** Told which bin the pointer is on. */
  readonly onPoint: (index: number | null) => void;
}

/** Between two lines of the grid: counts, milliseconds and megabytes are whole. */
const steps = [1, 2, 5].flatMap((digit) => [0, 1, 2, 3, 4, 5, 6].map((power) => digit * 10 ** power)).sort((one, other) => one - other);

const font = '11px system-ui, sans-serif';

/** One chart on a canvas. For a person who does not see it there is a table beside it. */
export class Chart {
  readonly #host: HTMLElement;
  readonly #options: ChartOptions;
  #plot: uPlot | undefined;
  #shape = '';
  #data: ChartData | undefined;

  constructor(host: HTMLElement, options: ChartOptions) {
    this.#host = host;
    this.#options = options;
    new ResizeObserver(() => this.#resize()).observe(host);
  }

  /** Draws; what is there already is kept where only values differ. */
  draw(data: ChartData, palette: Palette, isRestyled: boolean): void {
    this.#data = data;
    const shape = JSON.stringify(data.series.map(({ name, hue, isHidden }) => [name, hue, isHidden]));
    if (this.#host.clientWidth === 0) return;
    if (this.#plot && shape === this.#shape && !isRestyled) {
      this.#plot.setData(this.#aligned(data));
      return;
    }
    this.#shape = shape;
    this.#plot?.destroy();
    this.#plot = new uPlot(this.#uplotOptions(data, palette), this.#aligned(data), this.#host);
  }

  #resize(): void {
    const width = this.#host.clientWidth;
    if (width > 0 && this.#plot && this.#plot.width !== width) this.#plot.setSize({ width, height: this.#options.height });
  }

  /** Whether it still waits for a place to be drawn on. */
  get isDrawn(): boolean {
    return this.#plot !== undefined;
  }

  #uplotOptions(data: ChartData, palette: Palette): uPlot.Options {
    const { height, kind, onPoint } = this.#options;
    const hasShare = data.series.some(({ as }) => as === 'share');
    return {
      width: this.#host.clientWidth,
      height,
      ms: 1,
      legend: { show: false },
      cursor: { y: false, drag: { setScale: false, x: false, y: false }, points: { show: kind === 'lines' } },
      // Half a label of the last tick has room at the right.
      padding: [8, hasShare ? null : 20, 0, null],
      scales: {
        x: { range: () => this.#extent() },
        y: { range: (_, __, largest) => [0, Math.max(largest * 1.08, 1)] },
        ...(hasShare ? { share: { range: [0, 1] } } : {}),
      },
      axes: this.#axes(palette, hasShare),
      series: [{}, ...this.#series(data, palette)],
      hooks: {
        drawClear: [(plot) => shade(plot, this.#data?.shaded ?? [], palette.colour('incident'))],
        setCursor: [(plot) => onPoint(plot.cursor.idx ?? null)],
      },
    };
  }

  #extent(): [number, number] {
    const { first, width, count } = this.#data?.bins ?? { first: 0, width: 1, count: 1 };
    return [first, first + width * count];
  }

  #axes(palette: Palette, hasShare: boolean): uPlot.Axis[] {
    const line = { stroke: palette.colour('grid'), width: 1 };
    const base = { stroke: palette.colour('quiet-text'), font, ticks: { ...line, size: 4 } };
    const { text, axisWidth = 58 } = this.#options;
    return [
      { ...base, grid: { show: false }, size: 30, space: 64, values: (_, splits, __, ___, step) => splits.map((at) => tickText(at, step)) },
      { ...base, grid: line, size: axisWidth, space: 34, incrs: [...steps], values: (_, splits) => splits.map((value) => text(value)) },
      ...(hasShare ? [shareAxis(base)] : []),
    ];
  }

  #series(data: ChartData, palette: Palette): uPlot.Series[] {
    if (this.#options.kind === 'stack') {
      const bars = uPlot.paths.bars?.({ size: [0.82, 40], align: 1 });
      return ordered(data).map(({ hue }) => ({
        fill: () => palette.surface(hue),
        stroke: palette.colour('surface'),
        width: palette.isContrast ? 1 : 0,
        points: { show: false },
        ...(bars ? { paths: bars } : {}),
      }));
    }
    return data.series.map(({ hue, as, dash, isHidden }) =>
      as === 'share'
        ? { scale: 'share', fill: palette.colour(hue), width: 0, points: { show: false }, show: isHidden !== true }
        : {
            stroke: palette.colour(hue),
            width: palette.isContrast ? 2.5 : 1.75,
            // A point between two bins without one would not be seen as a line.
            points: { show: true, size: 4, filter: alone, fill: palette.colour(hue) },
            ...(dash ? { dash: [...dash] } : {}),
            show: isHidden !== true,
          },
    );
  }

  #aligned({ bins, series }: ChartData): uPlot.AlignedData {
    const isStack = this.#options.kind === 'stack';
    const shift = isStack ? 0 : bins.width / 2;
    const times = Array.from({ length: bins.count }, (_, index) => bins.first + index * bins.width + shift);
    const values = isStack ? stacked(series) : series.map((each) => [...each.values]);
    return [times, ...values];
  }
}

/** Shares have an axis of their own, at the right. */
function shareAxis(base: uPlot.Axis): uPlot.Axis {
  const own = { grid: { show: false }, scale: 'share', size: 48, space: 34 };
  // eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- of the enumeration there are only types
  return { ...base, ...own, side: 1, values: (_, splits) => splits.map(shareText) };
}

/** Layers as they are drawn: the sum of all first, so that what is beneath covers it. */
function stacked(series: readonly ChartSeries[]): (number | null)[][] {
  let below: (number | null)[] = [];
  const sums = series
    .filter(({ isHidden }) => isHidden !== true)
    .map(({ values }) => (below = values.map((value, index) => (value === null ? null : value + (below[index] ?? 0)))));
  return sums.reverse();
}

function ordered({ series }: ChartData): readonly ChartSeries[] {
  return series.filter(({ isHidden }) => isHidden !== true).reverse();
}

/** Indices of values without a neighbour. */
function alone(plot: uPlot, index: number): number[] | null {
  const values = plot.data[index] ?? [];
  const found: number[] = [];
  for (const [at, value] of values.entries()) {
    if (typeof value === 'number' && typeof values[at - 1] !== 'number' && typeof values[at + 1] !== 'number') found.push(at);
  }
  return found;
}

function shade(plot: uPlot, spans: ChartData['shaded'], colour: string): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.fillStyle = colour;
  for (const { from, to } of spans) {
    const left = Math.max(bbox.left, plot.valToPos(from, 'x', true));
    const right = Math.min(bbox.left + bbox.width, plot.valToPos(to, 'x', true));
    // Short ones are seen too.
    if (right >= bbox.left && left <= bbox.left + bbox.width)
      ctx.fillRect(left, bbox.top, Math.max(devicePixelRatio, right - left), bbox.height);
  }
  ctx.restore();
}

const dayLength = 86_400_000;

/** A tick of the axis of time. @param step between two ticks, in ms */
function tickText(at: EpochMillis, step: number): string {
  const date = new Date(at);
  return step >= dayLength || (date.getHours() === 0 && date.getMinutes() === 0) ? dayText(at) : timeText(at);
}
