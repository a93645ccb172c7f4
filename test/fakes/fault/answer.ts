/** What the server answers: the true continuation where it knows the file, a short line where it does not. */

import type { FinishReason } from './dialect.ts';

/** An answer that is more than its text, or another one than a text. */
export interface Answered {
  readonly text: string;
  /** Sent past every stop text; the bound of tokens still holds. */
  readonly ignoresStops?: true;
  /** Why it ends, instead of what is true. */
  readonly reason?: FinishReason;
  /** Instead of what the prompt has by `splitTokens`. */
  readonly promptTokens?: number;
  /** Sent instead of the text, as JSON. */
  readonly error?: { readonly status: number; readonly body: object };
}

/**
 * Makes the answer, as a text or as more than that.
 * @param prefix text before the cursor. @param suffix text after it. @param body the request as it came.
 */
export type Answer = (prefix: string, suffix: string, body: unknown) => string | Answered;

/** Shorter matches are chance: half an identifier or a closing bracket. Characters. */
const shortestMatch = 8;

/** How much of the prefix's end is looked up at first; the best hit is then measured in full. Characters. */
const lookupLengths: readonly number[] = [64, 24, shortestMatch];

/** A block longer than this is cut; a real model is cut by `max_tokens`. Lines. */
const longestBlock = 24;

const fallbackLines: readonly string[] = ['return value;', 'const result = value;', 'count += 1;'];

/**
 * Answers from finished source files: finds where the end of the prefix stands in one of them and goes on from
 * there, to the end of the line, or of the block if the line opens one.
 * @param corpus the finished files' texts.
 */
export function corpusAnswer(corpus: readonly string[]): (prefix: string, suffix: string) => string {
  const texts = corpus.map((text) => text.replaceAll('\r\n', '\n'));
  return (prefix, suffix) => {
    const typed = prefix.replaceAll('\r\n', '\n');
    const exact = bestContinuation(texts, typed);
    if (exact !== undefined) {
      return withoutOverlap(takeUnit(typed, exact), suffix);
    }
    // The cursor's own indentation may differ from the file's: look without it.
    const bare = typed.replace(/(?<=\n)[ \t]+$/u, '');
    const loose = bare === typed ? undefined : bestContinuation(texts, bare);
    if (loose !== undefined) {
      return withoutOverlap(takeUnit(typed, loose.replace(/^[ \t]+/u, '')), suffix);
    }
    return fallbackLines[prefix.length % fallbackLines.length] ?? '';
  };
}

/**
 * Answers as a model that fills in the middle: with what stands between prefix and suffix in one of the finished files. Where several
 * places fit, the one with the most text in common on both sides is meant.
 * @param corpus the finished files' texts.
 */
export function middleAnswer(corpus: readonly string[]): (prefix: string, suffix: string) => string {
  const size = 24;
  return (prefix, suffix) => {
    const before = prefix.slice(-size);
    const after = suffix.slice(0, size);
    let best: { readonly common: number; readonly middle: string } | undefined;
    for (const text of corpus) {
      for (let at = text.indexOf(before); at >= 0 && before !== ''; at = text.indexOf(before, at + 1)) {
        const from = at + before.length;
        const to = after === '' ? text.length : text.indexOf(after, from);
        if (to < 0) continue;
        const common = commonEnd(prefix, text.slice(0, from)) + commonStart(suffix, text.slice(to));
        if (best === undefined || common > best.common) best = { common, middle: text.slice(from, to) };
      }
    }
    return best?.middle ?? 'value';
  };
}

function commonStart(left: string, right: string): number {
  let length = 0;
  while (length < Math.min(left.length, right.length) && left[length] === right[length]) length += 1;
  return length;
}

function bestContinuation(texts: readonly string[], prefix: string): string | undefined {
  let best: { readonly length: number; readonly rest: string } | undefined;
  for (const lookupLength of lookupLengths) {
    const key = prefix.slice(-lookupLength);
    if (key.trim().length < 4 || (prefix.length < lookupLength && lookupLength !== shortestMatch)) {
      continue;
    }
    for (const text of texts) {
      for (let at = text.indexOf(key); at >= 0; at = text.indexOf(key, at + 1)) {
        const cursor = at + key.length;
        const length = commonEnd(prefix, text.slice(0, cursor));
        const rest = text.slice(cursor);
        if (rest.trim() !== '' && (best === undefined || length > best.length)) {
          best = { length, rest };
        }
      }
    }
    if (best !== undefined) {
      return best.rest;
    }
  }
  return undefined;
}

function commonEnd(left: string, right: string): number {
  const limit = Math.min(left.length, right.length);
  let length = 0;
  while (length < limit && left[left.length - 1 - length] === right[right.length - 1 - length]) {
    length += 1;
  }
  return length;
}

const opensBlock = /(?:[{([:]|=>)\s*$/u;

/** Cuts the rest of a file to what a person would accept in one go: a line, or the block that it opens. */
function takeUnit(prefix: string, rest: string): string {
  const lines = rest.split('\n');
  const typedLine = prefix.slice(prefix.lastIndexOf('\n') + 1);
  const current = typedLine + (lines[0] ?? '');
  // On an empty line, or behind a finished one, the unit is the next line that says something.
  const isFinished = (lines[0] ?? '').trim() === '' && !opensBlock.test(current);
  const start = isFinished
    ? Math.max(
        0,
        lines.findIndex((line) => line.trim() !== ''),
      )
    : 0;
  const opener = start === 0 ? current : (lines[start] ?? '');
  const head = lines.slice(0, start + 1);
  return (opensBlock.test(opener) ? [...head, ...restOfBlock(lines.slice(start + 1), opener)] : head).join('\n').trimEnd();
}

function restOfBlock(lines: readonly string[], opener: string): string[] {
  const taken: string[] = [];
  for (const line of lines.slice(0, longestBlock)) {
    if (line.trim() !== '' && indentOf(line) <= indentOf(opener)) {
      return /^\s*[})\]]/u.test(line) && indentOf(line) === indentOf(opener) ? [...taken, line] : taken;
    }
    taken.push(line);
  }
  return taken;
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

/** Leaves out the end of an answer that already stands after the cursor. */
function withoutOverlap(answer: string, suffix: string): string {
  const following = suffix.replaceAll('\r\n', '\n').trimEnd();
  for (let length = Math.min(answer.length, following.length); length > 0; length -= 1) {
    const overlap = following.slice(0, length);
    if (overlap.trim() !== '' && answer.endsWith(overlap)) {
      return answer.slice(0, answer.length - length);
    }
  }
  return answer;
}
