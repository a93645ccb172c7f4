import type { FailureRow } from '../../../src/backend/failureRow.ts';

/** Rows of the table of failures as lines of a Markdown table, as they stand in docs/failures.md. */
export function linesOf(rows: readonly FailureRow[]): readonly string[] {
  return rows.map((row) => {
    const kind = `\`${row.kind}\`${row.resets === 'next-month' ? ' until the next month, UTC' : ''}`;
    const seen = Object.entries(row.seen).map(([provider, mark]) => `${provider} [${mark}]`);
    return `| ${conditionsOf(row).join('; ')} | ${kind} | ${row.retry} | ${seen.join(', ')} |`;
  });
}

function conditionsOf(row: FailureRow): readonly string[] {
  const inCode = (values: readonly string[]): string => values.map((value) => `\`${value}\``).join(', ');
  const quoted = (values: readonly string[]): string => values.map((value) => `"${value}"`).join(', ');
  const conditions = [
    row.names && inCode(row.names),
    row.details && `detail with ${inCode(row.details)}`,
    row.words && quoted(row.words),
    row.about && `and one of ${quoted(row.about)}`,
    row.delayAbove === undefined ? undefined : `asks for more than ${row.delayAbove / 60_000} min`,
    row.status && `status ${statusText(row.status)}`,
    row.header === undefined ? undefined : `header \`${row.header}\``,
    row.content && (row.content === 'page' ? 'a web page' : 'no JSON'),
  ].filter((condition) => condition !== undefined);
  return conditions.length === 0 ? ['anything else'] : conditions;
}

/** `400–499` for a range, else `402, 403`. */
function statusText(status: readonly number[]): string {
  const [first = 0] = status;
  const isRange = status.length > 3 && status.every((each, index) => each === first + index);
  return isRange ? `${first}–${status.at(-1) ?? first}` : status.join(', ');
}
