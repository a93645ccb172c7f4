import type { Millis } from '../base/clock.ts';
import type { ErrorBody } from './errorBody.ts';
import type { FailureRow } from './failureRow.ts';
import { says, wordsOf } from './messageText.ts';
import { namedRows } from './namedRows.ts';
import { contentRows, leftOver, statusRows } from './statusRows.ts';
import { detailRows, wordRows } from './wordRows.ts';

/** What the rows look at. */
interface Facts {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly error: ErrorBody;
  /** From `wordsOf`. */
  readonly text: string;
  readonly delay: Millis | undefined;
}

/**
 * The row of the table that an answer belongs to, by the order of law 10: code, type, details, words of the message, status, content.
 *
 * @param status of the answer; of an error inside a 200 stream the status that its code names, where it names one
 * @param delay what the answer asks us to wait, before any cap
 */
export function findRow(
  status: number,
  headers: Readonly<Record<string, string>>,
  error: ErrorBody,
  delay: Millis | undefined,
): FailureRow {
  const facts: Facts = { status, headers, error, text: wordsOf(error.message), delay };
  for (const name of [...error.codes, ...error.types]) {
    const named = rowsNamed(name).find((row) => holds(row, facts));
    if (named) return named;
  }
  for (const rows of stages) {
    const found = rows.find((row) => holds(row, facts) && hasName(row, error));
    if (found) return found;
  }
  return leftOver;
}

const stages = [detailRows, wordRows, statusRows, contentRows];

const rowsByName = new Map<string, FailureRow[]>();
const rowsByStart: (readonly [start: string, row: FailureRow])[] = [];
for (const row of namedRows) {
  for (const name of row.names ?? []) {
    if (name.endsWith('*')) rowsByStart.push([name.slice(0, -1), row]);
    else rowsByName.set(name, [...(rowsByName.get(name) ?? []), row]);
  }
}

function rowsNamed(name: string): readonly FailureRow[] {
  return rowsByName.get(name) ?? rowsByStart.filter(([start]) => name.startsWith(start)).map(([, row]) => row);
}

function hasName(row: FailureRow, error: ErrorBody): boolean {
  return row.names?.some((name) => error.codes.includes(name) || error.types.includes(name)) ?? true;
}

/** All conditions but the name. */
function holds(row: FailureRow, { status, headers, error, text, delay }: Facts): boolean {
  if (row.status && !row.status.includes(status)) return false;
  if (row.header !== undefined && headers[row.header] === undefined) return false;
  if (row.content === 'page' && error.content !== 'page') return false;
  if (row.content === 'not-json' && error.content !== 'page' && error.content !== 'text') return false;
  if (row.delayAbove !== undefined && !(delay !== undefined && delay > row.delayAbove)) return false;
  if (row.details && !row.details.some((part) => error.details.some((detail) => detail.includes(part)))) return false;
  if (row.words && !row.words.some((phrase) => says(text, phrase))) return false;
  return !row.about || row.about.some((phrase) => says(text, phrase));
}
