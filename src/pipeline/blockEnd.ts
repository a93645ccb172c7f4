import type { CompletionRequest } from '../domain/completion.ts';
import { scanLines, type ScannedLine } from '../domain/scanLines.ts';
import { opensBlock, syntaxOf, type Syntax } from '../domain/syntax.ts';

/**
 * Where enough text has come: the index at which to cut, or `undefined` while more belongs to it.
 *
 * One line: its end. A block: the end of what the cursor's line opens, or of the statement that begins at the cursor; found by
 * indentation, with brackets, strings and comments respected, so that it holds for half-written code too. A closing line that
 * already follows the cursor is left out.
 *
 * @param text what has come so far
 * @param isComplete nothing will follow, so that the last line is a whole one
 */
export function blockEnd(
  text: string,
  request: Pick<CompletionRequest, 'languageId' | 'prefix' | 'suffix' | 'shape'>,
  isComplete: boolean,
): number | undefined {
  const newline = text.indexOf('\n');
  if (newline < 0) return undefined;
  if (request.shape === 'line') return newline;
  return new Block(text, request, isComplete).end();
}

const brackets = /^\s*[)\]}]/;

/** Of the text before the cursor only the line of the cursor counts. */
function lineHeadOf(prefix: string): string {
  return prefix.slice(prefix.lastIndexOf('\n') + 1);
}

function indentOf(line: string): string {
  return /^[ \t]*/.exec(line)?.[0] ?? '';
}

/** Columns, with a tab for four: only compared within one document. */
function widthOf(indent: string): number {
  let width = 0;
  for (const character of indent) width += character === '\t' ? 4 : 1;
  return width;
}

class Block {
  readonly #text: string;
  readonly #syntax: Syntax;
  readonly #lines: readonly ScannedLine[];
  readonly #isComplete: boolean;
  /** Where brackets stand in the text. */
  readonly #brackets: number[] = [];
  readonly #isHeadBlank: boolean;
  /** Indentation of the statement that the cursor stands in. */
  readonly #base: number;
  /** The line of the cursor, with what the text adds to it, opens a block. */
  readonly #opens: boolean;
  /** What follows the cursor already closes that block. */
  readonly #closer: { readonly text: string; readonly width: number } | undefined;
  readonly #isYaml: boolean;

  constructor(text: string, request: Pick<CompletionRequest, 'languageId' | 'prefix' | 'suffix'>, isComplete: boolean) {
    this.#text = text;
    this.#syntax = syntaxOf(request.languageId);
    const head = lineHeadOf(request.prefix);
    this.#isHeadBlank = head.trim() === '';
    this.#lines = scanLines(text, this.#syntax, (at) => this.#brackets.push(at));
    this.#isComplete = isComplete;
    const firstLine = head + text.slice(0, text.indexOf('\n'));
    // On an empty line the text itself may bring the indentation, or the first statement comes a line later.
    const leading = firstLine.trim() === '' ? (this.#lineTexts().find((line) => line.trim() !== '') ?? '') : firstLine;
    this.#base = widthOf(indentOf(leading));
    this.#opens = opensBlock(firstLine, this.#syntax);
    this.#isYaml = request.languageId === 'yaml' || request.languageId === 'dockercompose';
    const next = request.suffix
      .split('\n')
      .slice(1)
      .find((line) => line.trim() !== '');
    this.#closer = next !== undefined && this.#syntax.closer.test(next) ? { text: next.trim(), width: widthOf(indentOf(next)) } : undefined;
  }

  end(): number | undefined {
    let hasBody = false;
    let blankBefore = false;
    for (const [index, line] of this.#lines.entries()) {
      if (index === 0) continue;
      const before = this.#endBefore(index);
      const content = this.#text.slice(line.start, line.end);
      if (content.trim() === '') {
        if (!line.isWhole) return undefined;
        // Inside of an open bracket or a body an empty line separates; two of them, or one after a whole statement, end.
        if (!line.startsInside && (blankBefore || (!this.#opens && !hasBody && line.depthBefore <= 0 && before > 0))) return before;
        blankBefore = true;
        continue;
      }
      blankBefore = false;
      if (line.startsInside) continue;
      const width = widthOf(indentOf(content));
      if (width < this.#base) return before;
      if (width > this.#base) {
        hasBody = true;
        continue;
      }
      // From here on the line has to be whole: `}` and `} else {` differ at its end.
      if (!line.isWhole && !this.#isComplete) return undefined;
      const verdict = this.#judge(content, line, hasBody);
      if (verdict === 'before') return before;
      if (verdict === 'after') return line.end;
    }
    return undefined;
  }

  /** A line at the indentation of the statement. */
  #judge(content: string, line: ScannedLine, hasBody: boolean): 'before' | 'after' | 'go on' {
    const { closer, continuation } = this.#syntax;
    if (closer.test(content)) {
      if (this.#isAlreadyThere(content) && !this.#isOwn(content, line)) return 'before';
      // `} else {`, `}, () => {`: closes one block and opens the next.
      return opensBlock(content, this.#syntax) || continuation?.test(content.replace(/^\s*[)\]}]/, '')) ? 'go on' : 'after';
    }
    if (continuation?.test(content)) return 'go on';
    if (line.depthBefore > this.#depthOfHead()) return 'go on';
    if (this.#isYaml && this.#opens && /^\s*-(?:\s|$)/.test(content)) return 'go on';
    return this.#opens || hasBody ? 'before' : 'go on';
  }

  /** The closing line that the document already has: same words at the same place. */
  #isAlreadyThere(content: string): boolean {
    return this.#closer?.width === widthOf(indentOf(content)) && this.#closer.text === content.trim();
  }

  /** The line closes what the text itself has opened. */
  #isOwn(content: string, line: ScannedLine): boolean {
    if (brackets.test(content)) return this.#lowestBefore(line) <= line.depthAfter;
    return this.#opens && this.#isHeadBlank;
  }

  /** The least depth in the text before this line: below it lie brackets that were open at the cursor. */
  #lowestBefore(line: ScannedLine): number {
    let depth = 0;
    let lowest = 0;
    for (const at of this.#brackets) {
      if (at >= line.start) break;
      depth += '([{'.includes(this.#text.charAt(at)) ? 1 : -1;
      lowest = Math.min(lowest, depth);
    }
    return lowest;
  }

  /** Depth after the first line; brackets that it leaves open are the block itself when it opens one. */
  #depthOfHead(): number {
    return Math.max(0, this.#lines[0]?.depthAfter ?? 0);
  }

  /** Index of the end of the last line before this one that has something in it. */
  #endBefore(index: number): number {
    for (let at = index - 1; at >= 0; at--) {
      const line = this.#lines[at];
      if (line && this.#text.slice(line.start, line.end).trim() !== '') return line.end;
    }
    return 0;
  }

  #lineTexts(): string[] {
    return this.#lines.map(({ start, end }) => this.#text.slice(start, end));
  }
}
