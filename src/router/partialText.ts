import type { Outcome } from '../domain/completion.ts';

/** Failures that a text may have come before; others (a filter, an unreadable stream) make what came worthless. */
const usable: ReadonlySet<string> = new Set(['timeout', 'network', 'capacity']);

/**
 * What can be shown of an outcome: an answer made clean, or what came before a deadline or the end of a connection cut the answer
 * off, if that is whole lines or ends where a line may end. Half a word helps nobody.
 *
 * @param clean the filters for this source's text; '' when nothing is left
 */
export function servable(outcome: Outcome, sourceId: string, clean: (text: string) => string): Outcome {
  if (outcome.ok) return { ...outcome, text: clean(outcome.text) };
  const { failure, partial } = outcome;
  if (partial === undefined || !usable.has(failure.kind)) return outcome;
  const text = wholePart(partial, clean);
  if (text.trim() === '') return outcome;
  return {
    ok: true,
    text,
    origin: 'model',
    sourceId,
    finish: 'length',
    isPartial: true,
    ...(outcome.bytes === undefined ? {} : { bytes: outcome.bytes }),
  };
}

/** The whole lines, or a single line that ends as lines end and closes what it opens. */
function wholePart(partial: string, clean: (text: string) => string): string {
  const end = partial.lastIndexOf('\n');
  const lines = end < 0 ? '' : clean(partial.slice(0, end));
  if (lines.trim() !== '') return lines;
  const line = clean(partial);
  return /[;,{}\])]\s*$/.test(line) && isClosed(line) ? line : '';
}

/** No bracket open but one at the very end, which begins a block. */
function isClosed(line: string): boolean {
  const body = line.trimEnd().replace(/[{[(]$/, '');
  let open = 0;
  for (const sign of body) {
    if ('([{'.includes(sign)) open++;
    else if (')]}'.includes(sign)) open--;
  }
  return open <= 0;
}
