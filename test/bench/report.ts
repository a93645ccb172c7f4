/** What a part of the benchmark hands back, and how it is printed. */

/** Rows with the same columns. Numbers stand at the right, texts at the left. */
export interface Table {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}

/** One figure against its target. */
export interface Check {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  /** The largest value that meets the target. */
  readonly atMost: number;
}

/** Everything one part has measured. */
export interface PartResult {
  readonly tables: readonly Table[];
  readonly checks: readonly Check[];
  /** What a reader of the figures has to know. */
  readonly notes: readonly string[];
}

/** Whether a figure meets its target; a figure that could not be measured does not. */
export function isMet(check: Check): boolean {
  return check.value <= check.atMost;
}

/** A number as short as it can be read: three digits that say something. */
export function shown(value: number): string {
  if (Number.isInteger(value)) return String(value);
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : Math.abs(value) >= 1 ? 2 : 3;
  return value.toFixed(digits);
}

/** A table as aligned lines, its title first. */
export function formatTable({ title, columns, rows }: Table): string {
  const cells = [columns, ...rows].map((row) => row.map((cell) => (typeof cell === 'number' ? shown(cell) : cell)));
  const isNumeric = columns.map((_, column) => rows.every((row) => typeof row[column] === 'number'));
  const widths = columns.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row.map((cell, column) => (isNumeric[column] ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0))).join('  ');
  return [title, ...cells.map((row) => `  ${line(row)}`.trimEnd())].join('\n');
}

/** The checks as a table: figure, target, verdict. */
export function checkTable(title: string, checks: readonly Check[]): Table {
  const rows = checks.map((check) => [
    check.what,
    `${shown(check.value)} ${check.unit}`.trimEnd(),
    `≤ ${shown(check.atMost)} ${check.unit}`.trimEnd(),
    isMet(check) ? 'met' : 'MISSED',
  ]);
  return { title, columns: ['figure', 'measured', 'target', 'verdict'], rows };
}

/** One part, whole. */
export function formatPart(name: string, { tables, checks, notes }: PartResult): string {
  const all = checks.length > 0 ? [...tables, checkTable('targets', checks)] : tables;
  return [`== ${name}`, ...all.map(formatTable), ...notes.map((note) => `note: ${note}`)].join('\n\n');
}
