import type { EpochMillis } from '../../base/clock.ts';
import type { HealthState } from '../../domain/snapshot.ts';
import type { DashboardView } from '../../dashboard/view.ts';
import { healthWords } from '../../ui/statusState.ts';
import { durationText } from '../../ui/times.ts';
import type { Scene } from './chartFigure.ts';
import type { Row } from './dataTable.ts';
import { makeSvg } from './element.ts';
import { Figure, type FigurePorts } from './figure.ts';
import type { Hue } from './palette.ts';
import { dayText, momentText, plural, timeText } from './words.ts';

/** Room for the names at the left, in CSS pixels; what stands below has the same. */
export const labelWidth = 150;

/** In CSS pixels. */
const size = { label: labelWidth, right: 20, row: 26, bar: 14, axis: 22, least: 3 };

const hues: Partial<Record<HealthState, Hue>> = {
  retired: 'needs-you',
  'auth-needed': 'needs-you',
  quota: 'needs-you',
  offline: 'network',
  open: 'server',
  probing: 'timeout',
  'at-capacity': 'capacity',
  'rate-limited': 'rate-limit',
  loading: 'capacity',
  degraded: 'rate-limit',
  slow: 'timeout',
};

interface Bar {
  readonly from: EpochMillis;
  readonly to: EpochMillis;
  readonly hue: Hue;
  readonly title: string;
}

/** Who was unwell when, and who was asked first: one row each. */
export class Timeline {
  readonly figure: Figure;
  readonly #svg = makeSvg('svg', { class: 'timeline' });
  #last: { readonly view: DashboardView; readonly scene: Scene } | undefined;

  constructor(ports: FigurePorts) {
    this.figure = new Figure('incidents', 'Incidents and route', ports);
    this.figure.picture.append(this.#svg);
    new ResizeObserver(() => {
      if (this.#last) this.#drawPicture(this.#last.view, this.#last.scene);
    }).observe(this.figure.picture);
  }

  draw(view: DashboardView, scene: Scene): void {
    this.#last = { view, scene };
    this.#drawPicture(view, scene);
    const columns = ['Began', 'Ended', 'Lasted', 'Backend', 'What it was'];
    const note =
      view.incidents.length === 0
        ? 'No backend was unwell.'
        : `${plural(view.incidents.length, 'incident')}; a bar is a state, and its row the backend. The lowest row is who was asked first.`;
    this.figure.tell(note, `Incidents, the newest first`, columns, incidentRows(view, scene), [1, 2, 3, 4]);
  }

  #drawPicture(view: DashboardView, scene: Scene): void {
    const width = this.figure.picture.clientWidth;
    if (width === 0) return;
    const rows = rowsOf(view, scene);
    const height = rows.length * size.row + size.axis;
    const { first, width: binWidth, count } = view.bins;
    const to = first + binWidth * count;
    const scale = (at: EpochMillis): number => size.label + ((at - first) / (to - first)) * (width - size.label - size.right);
    this.#svg.setAttribute('viewBox', `0 0 ${width} ${height}`);
    this.#svg.setAttribute('width', String(width));
    this.#svg.setAttribute('height', String(height));
    this.#svg.replaceChildren(
      hatchesOf(),
      ...ticksOf(first, to, scale, height),
      ...rows.flatMap(({ label, bars }, index) => drawnRow(label, bars, index * size.row, scale, width)),
      ...view.marks.map(({ at, kind }) =>
        drawnMark(scale(at), height, `${kind === 'safe-mode' ? 'safe mode' : 'a window ended uncleanly'}, ${timeText(at)}`),
      ),
    );
  }
}

function incidentRows({ incidents, marks }: DashboardView, { range }: Scene): Row[] {
  const rows = incidents.map(({ from, to, isOngoing, sourceId, model, parts }): [EpochMillis, Row] => [
    from,
    [
      momentText(from, range),
      isOngoing ? 'goes on' : momentText(to, range),
      durationText(to - from),
      model === '' ? sourceId : `${sourceId}, ${model}`,
      [...new Set(parts.map(({ state }) => healthWords(state)))].join(', then '),
    ],
  ]);
  const ends = marks.map(({ at, kind }): [EpochMillis, Row] => {
    const what = kind === 'safe-mode' ? 'safe mode: local suggestions only' : 'a window ended uncleanly';
    return [at, [momentText(at, range), '–', '–', '–', what]];
  });
  return [...rows, ...ends].sort(([one], [other]) => other - one).map(([, row]) => row);
}

function rowsOf(
  { incidents, route, answers }: DashboardView,
  { range }: Scene,
): { readonly label: string; readonly bars: readonly Bar[] }[] {
  const sources = [...new Set([answers.first, ...incidents.map(({ sourceId }) => sourceId)].filter((id) => id !== undefined))];
  const words = (from: EpochMillis, to: EpochMillis): string => `${momentText(from, range)}, ${durationText(to - from)}`;
  return [
    ...sources.map((sourceId) => ({
      label: sourceId,
      bars: incidents
        .filter((incident) => incident.sourceId === sourceId)
        .flatMap(({ parts }) => parts)
        .map(({ state, from, to }) => ({
          from,
          to,
          hue: hues[state] ?? 'other',
          title: `${sourceId}: ${healthWords(state)}, ${words(from, to)}`,
        })),
    })),
    {
      label: 'asked first',
      bars: route.map(({ serving, from, to }) => ({
        from,
        to,
        hue: serving === 'local' ? 'local' : serving === answers.first ? 'first' : 'other-backend',
        title: `asked first: ${serving === 'local' ? 'local suggestions' : serving}, ${words(from, to)}`,
      })),
    },
  ];
}

function drawnRow(label: string, bars: readonly Bar[], top: number, scale: (at: EpochMillis) => number, width: number): Node[] {
  const middle = top + size.row / 2;
  const text = makeSvg('text', { class: 'row-label', text: label.length > 22 ? `${label.slice(0, 21)}…` : label });
  text.setAttribute('x', '0');
  text.setAttribute('y', String(middle + 4));
  const lane = box('lane', size.label, middle - size.bar / 2, width - size.label - size.right, size.bar);
  const drawn = bars.map(({ from, to, hue, title }) => {
    const left = scale(from);
    const bar = box('bar', left, middle - size.bar / 2, Math.max(size.least, scale(to) - left), size.bar);
    bar.setAttribute('fill', `var(--c-${hue})`);
    bar.append(makeSvg('title', { text: title }));
    return [bar, hatched(hue, left, middle - size.bar / 2, Math.max(size.least, scale(to) - left))];
  });
  return [text, lane, ...drawn.flat().filter((node) => node !== undefined)];
}

const crossed: ReadonlySet<Hue> = new Set<Hue>(['capacity', 'server', 'other-backend', 'needs-you']);
const dotted: ReadonlySet<Hue> = new Set<Hue>(['timeout', 'rate-limit', 'network', 'local']);

/** Over the bar, so that its state is known without its colour. */
function hatched(hue: Hue, left: number, top: number, width: number): SVGRectElement | undefined {
  const name = crossed.has(hue) ? 'hatch-rising' : dotted.has(hue) ? 'hatch-falling' : undefined;
  if (name === undefined) return undefined;
  const over = box('hatch', left, top, width, size.bar);
  over.setAttribute('fill', `url(#${name})`);
  return over;
}

function hatchesOf(): SVGDefsElement {
  const pattern = (id: string, path: string): SVGPatternElement => {
    const line = makeSvg('path', { class: 'hatch-line', attributes: { d: path } });
    return makeSvg('pattern', { attributes: { id, width: '6', height: '6', patternUnits: 'userSpaceOnUse' }, children: [line] });
  };
  return makeSvg('defs', {
    children: [pattern('hatch-rising', 'M-1,7 L7,-1 M-1,1 L1,-1 M5,7 L7,5'), pattern('hatch-falling', 'M-1,-1 L7,7 M-1,5 L1,7 M5,-1 L7,1')],
  });
}

function drawnMark(x: number, height: number, title: string): Node {
  const line = makeSvg('path', { class: 'mark', attributes: { d: `M${x},2 V${height - size.axis}` } });
  line.append(makeSvg('title', { text: title }));
  return line;
}

const hour = 3_600_000;

/** About one tick in 110 pixels' worth of time, at round hours of the local clock. */
function ticksOf(from: EpochMillis, to: EpochMillis, scale: (at: EpochMillis) => number, height: number): Node[] {
  const fitting = Math.max(2, (scale(to) - scale(from)) / 110);
  const steps = [hour / 6, hour / 2, hour, 3 * hour, 6 * hour, 12 * hour, 24 * hour, 48 * hour, 96 * hour, 192 * hour];
  const step = steps.find((each) => (to - from) / each <= fitting) ?? 192 * hour;
  const zone = new Date(from).getTimezoneOffset() * 60_000;
  const ticks: Node[] = [];
  for (let at = Math.ceil((from - zone) / step) * step + zone; at < to; at += step) {
    const x = scale(at);
    const isDay = step >= 24 * hour || (at - zone) % (24 * hour) === 0;
    const text = makeSvg('text', { class: 'tick', text: isDay ? dayText(at) : timeText(at) });
    text.setAttribute('x', String(x));
    text.setAttribute('y', String(height - 6));
    ticks.push(makeSvg('path', { class: 'tick-line', attributes: { d: `M${x},0 V${height - size.axis}` } }), text);
  }
  return ticks;
}

function box(name: string, x: number, y: number, width: number, height: number): SVGRectElement {
  const at = { x: String(x), y: String(y), width: String(Math.max(0, width)), height: String(height) };
  return makeSvg('rect', { class: name, attributes: at });
}
