import { seededRandom } from '../../../src/base/random.ts';
import type { Table } from '../report.ts';
import type { Measurement } from './measure.ts';
import { calibrationError, exactShare, type MeasuredLine, thresholdFor, typeAll } from './typing.ts';

/** An engine with what typing into it gave. */
export interface Scored {
  readonly name: string;
  readonly measurement: Measurement;
}

/** Shares of acceptance at which keystrokes are given. */
export const acceptances = [0.35, 0.5, 0.65] as const;

const percent = (share: number): string => (100 * share).toFixed(1);

/** Keystrokes saved while at least this share of what is shown is taken. */
export function savedAt(lines: readonly MeasuredLine[], acceptance: number): number {
  return typeAll(lines, thresholdFor(lines, acceptance)).saved;
}

/** Fewer lines say nothing of how far off their mean is. */
const fewestForInterval = 5;

/** Half the width of the interval that holds the figure in 95 of 100 draws of the lines, the threshold left as it is. */
function uncertainty(lines: readonly MeasuredLine[], threshold: number): number {
  const random = seededRandom(7);
  const draws = Array.from({ length: 200 }, () => {
    const drawn = lines.map(() => lines[Math.floor(random() * lines.length)]).filter((line) => line !== undefined);
    return typeAll(drawn, threshold).saved;
  }).sort((one, other) => one - other);
  return ((draws[194] ?? 0) - (draws[5] ?? 0)) / 2;
}

/** All engines side by side. */
export function qualityTable(scored: readonly Scored[]): Table {
  return {
    title: 'keystrokes saved at an acceptance of at least 35, 50 and 65 %, exact rest of the line by place, calibration error (all in %)',
    columns: ['engine', 'lines', 'KS@35', 'KS@50', '±', 'KS@65', 'shown per line', 'P0', 'P1', 'P2', 'P3', 'ECE'],
    rows: scored.map(({ name, measurement: { lines } }) => {
      const threshold = thresholdFor(lines, 0.5);
      const exact = (['P0', 'P1', 'P2', 'P3'] as const).map((position) => percent(exactShare(lines, position)));
      return [
        name,
        lines.length,
        percent(savedAt(lines, 0.35)),
        percent(savedAt(lines, 0.5)),
        percent(uncertainty(lines, threshold)),
        percent(savedAt(lines, 0.65)),
        (typeAll(lines, threshold).shown / Math.max(1, lines.length)).toFixed(2),
        ...exact,
        percent(calibrationError(lines)),
      ];
    }),
  };
}

/** Keystrokes saved by language, at the threshold of all languages together. */
export function languageTable(scored: readonly Scored[]): Table {
  const languages = [...new Set(scored.flatMap(({ measurement }) => measurement.lines.map(({ languageId }) => languageId)))].sort();
  return {
    title: 'keystrokes saved at an acceptance of 50 %, by language (in %, with 95 % interval)',
    columns: ['language', 'lines', ...scored.map(({ name }) => name)],
    rows: languages.map((language) => {
      const own = (lines: readonly MeasuredLine[]): MeasuredLine[] => lines.filter(({ languageId }) => languageId === language);
      const cells = scored.map(({ measurement: { lines } }) => {
        const threshold = thresholdFor(lines, 0.5);
        const saved = percent(typeAll(own(lines), threshold).saved);
        return own(lines).length < fewestForInterval ? saved : `${saved} ± ${percent(uncertainty(own(lines), threshold))}`;
      });
      return [language, own(scored[0]?.measurement.lines ?? []).length, ...cells];
    }),
  };
}

/** A table in Markdown. */
export function markdown({ title, columns, rows }: Table): string {
  const row = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;
  return [`### ${title}`, '', row(columns), row(columns.map((_, column) => (column === 0 ? '---' : '---:'))), ...rows.map(row), ''].join(
    '\n',
  );
}

const size = { width: 640, height: 400, left: 60, right: 20, top: 20, bottom: 50 } as const;
const colours = ['#0b6e99', '#d9480f', '#868e96', '#2b8a3e'] as const;

/** Keystrokes saved over acceptance, a curve for each engine, as SVG. */
export function plot(scored: readonly Scored[]): string {
  const { width, height, left, right, top, bottom } = size;
  const x = (acceptance: number): number => left + (acceptance - 0.2) * ((width - left - right) / 0.7);
  const y = (saved: number): number => height - bottom - saved * ((height - top - bottom) / 0.7);
  const steps = Array.from({ length: 14 }, (_, step) => 0.2 + step * 0.05);
  const curves = scored.map(({ name, measurement: { lines } }, index) => {
    const colour = colours[index % colours.length];
    const points = steps.map((acceptance) => `${x(acceptance).toFixed(1)},${y(Math.max(0, savedAt(lines, acceptance))).toFixed(1)}`);
    const legend = `<text x="${left + 10}" y="${height - bottom - 10 - 18 * (scored.length - 1 - index)}" fill="${colour}">${name}</text>`;
    return `<polyline fill="none" stroke="${colour}" stroke-width="2" points="${points.join(' ')}"/>${legend}`;
  });
  const grid = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7].map(
    (saved) =>
      `<line x1="${left}" x2="${width - right}" y1="${y(saved)}" y2="${y(saved)}" stroke="#dee2e6"/><text x="${left - 8}" y="${y(saved) + 4}" text-anchor="end">${Math.round(saved * 100)} %</text>`,
  );
  const ticks = [0.2, 0.35, 0.5, 0.65, 0.8].map(
    (acceptance) => `<text x="${x(acceptance)}" y="${height - bottom + 18}" text-anchor="middle">${Math.round(acceptance * 100)} %</text>`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="sans-serif" font-size="12">`,
    '<rect width="100%" height="100%" fill="white"/>',
    ...grid,
    ...ticks,
    ...curves,
    `<text x="${(left + width - right) / 2}" y="${height - 10}" text-anchor="middle">share of shown texts that is taken, at least</text>`,
    `<text x="16" y="${height / 2}" text-anchor="middle" transform="rotate(-90 16 ${height / 2})">keystrokes saved</text>`,
    '</svg>',
    '',
  ].join('\n');
}
