import type { CompletionRequest } from '../../../src/domain/completion.ts';
import { hashOf, luckOf } from './chance.ts';

/** What is being written, so that a modelled backend can be right, or wrong on purpose. */
export interface Truth {
  /** The part being written, whole. */
  readonly text: string;
  /** How much of it stands before the cursor; `undefined` when something else stands there. */
  writtenIn(prefix: string): number | undefined;
}

/**
 * How often a model goes wrong, per word that it writes. With these 36 to 40 % of the answers at a line's beginning are the exact
 * line; a test holds that. No model was measured: the figures are chosen for a model of 1 to 7 billion parameters.
 */
export const mistakes = {
  /** A word (name, number, sign) that stands somewhere in what the model was given. */
  known: 0.1,
  /** A name that it has to guess. */
  unknown: 0.4,
  /** Of the mistakes, those that lie in the place: the same whenever it is asked. The others differ from question to question. */
  inPlace: 0.7,
} as const;

const word = /[A-Za-z_$][\w$]*|\d+|\n[ \t]*|[ \t]+|[^\s\w]/g;
const token = / ?[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d{1,3}|\n[ \t]*|[ \t]+|./g;

/** A text in pieces of about the size of a model's tokens. */
export function tokensOf(text: string): readonly string[] {
  return text.match(token) ?? [];
}

/**
 * What a model would write at the cursor: the truth up to its first mistake, then lines from elsewhere that look likewise. The same
 * question always gets the same text.
 *
 * @param seed which model
 */
export function modelledText(request: CompletionRequest, truth: Truth, seed: number): string {
  const offset = truth.writtenIn(request.prefix);
  if (offset === undefined) return elsewhere(truth.text, luckOf(seed, hashOf(request.prefix.slice(-80))), '');
  const wrongAt = firstMistake(request, truth.text, offset, seed);
  if (wrongAt === undefined) return truth.text.slice(offset);
  const right = truth.text.slice(offset, wrongAt);
  return right + elsewhere(truth.text, luckOf(seed, wrongAt), truth.text.charAt(wrongAt));
}

function firstMistake(request: CompletionRequest, text: string, offset: number, seed: number): number | undefined {
  const given = [request.prefix, request.suffix, ...(request.context ?? []).map((piece) => piece.text)].join('\n');
  for (const match of text.matchAll(word)) {
    const start = match.index;
    const end = start + match[0].length;
    if (end <= offset || /^[ \t]+$/.test(match[0])) continue;
    const isKnown = match[0].length < 3 || !/^\w/.test(match[0]) || given.includes(match[0]);
    // Each character that stands already halves what there is to guess.
    const doubt = (isKnown ? mistakes.known : mistakes.unknown) / 2 ** Math.max(0, offset - start);
    const isWrong = luckOf(seed, 1, start) < doubt * mistakes.inPlace || luckOf(seed, 2, start, offset) < doubt * (1 - mistakes.inPlace);
    if (isWrong) return Math.max(start, offset);
  }
  return undefined;
}

/** Some lines of the text from the middle of one on, beginning with another character than this one. */
function elsewhere(text: string, luck: number, notWith: string): string {
  let at = Math.floor(luck * Math.max(1, text.length - 120));
  while (at < text.length - 1 && (text.charAt(at) === notWith || /\s/.test(text.charAt(at)))) at++;
  return text.slice(at, at + 120);
}
