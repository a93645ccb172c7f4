import { withLineEnds } from './requestText.ts';

/** The item selected in the suggestion list, reduced to what matters here. All columns in UTF-16 units, on the cursor's line. */
export interface SelectedSuggestion {
  readonly startColumn: number;
  readonly endColumn: number;
  readonly text: string;
}

/**
 * The cursor's line up to the cursor as it would be once the selected suggestion is taken.
 *
 * VS Code previews ghost text beside the list only when it extends the selected item, so the question put to the model must
 * contain that item. `undefined`: nothing can extend it (it replaces other letters, or text after the cursor, or has several lines).
 */
export function lineHeadWith(selected: SelectedSuggestion | undefined, lineHead: string): string | undefined {
  if (!selected) return lineHead;
  if (selected.endColumn !== lineHead.length || selected.startColumn > lineHead.length) return undefined;
  const typed = lineHead.slice(selected.startColumn);
  if (!selected.text.startsWith(typed) || /[\r\n]/.test(selected.text)) return undefined;
  return lineHead.slice(0, selected.startColumn) + selected.text;
}

/** What an item replaces and with what. The replaced text is the line from `startColumn` up to the cursor. */
export interface Replacement {
  readonly startColumn: number;
  readonly text: string;
}

/**
 * What replaces the line up to the cursor. It begins with the line head, so that VS Code goes on showing it while the
 * person types into it or deletes from it, instead of taking it away and asking again (flicker).
 *
 * @param documentHead the line up to the cursor as it is in the document
 * @param askedHead the same as asked for, i.e. with the selected suggestion; begins with `documentHead`
 * @returns `undefined` when there is nothing to show
 */
export function replacementOf(
  documentHead: string,
  askedHead: string,
  completion: string,
  lineEnd: '\n' | '\r\n',
): Replacement | undefined {
  const added = askedHead.slice(documentHead.length) + withLineEnds(completion, lineEnd);
  if (completion === '') return undefined;
  const startColumn = anchorOf(documentHead);
  return { startColumn, text: documentHead.slice(startColumn) + added };
}

/** Line start, but in a very long line (minified code) the last whole thousand: the head travels with every item. */
function anchorOf(lineHead: string): number {
  if (lineHead.length < 2000) return 0;
  const column = lineHead.length - (lineHead.length % 1000) - 1000;
  return /[\uDC00-\uDFFF]/.test(lineHead.charAt(column)) ? column - 1 : column;
}
