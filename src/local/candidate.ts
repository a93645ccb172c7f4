import type { Scope, Segment } from './segment.ts';
import { keyOf, stemKeyOf, stemLength } from './segment.ts';
import { isWordCode, lineEnd } from './token.ts';

/** A segment as a search sees it. */
export interface Place {
  readonly segment: Segment;
  readonly scope: Scope;
  /** 0 for the document itself and the most recently used other, 1 for the next… */
  readonly rank: number;
}

/** The last tokens before the point where the next token is looked for. */
export interface Tail {
  readonly hashes: readonly number[];
  readonly shapes: readonly number[];
  /** What the next token has to begin with. */
  readonly partial: string;
}

/** A place where the same was written before: the token at `position` corresponds to the last token of the tail. */
export interface Candidate {
  readonly place: Place;
  readonly position: number;
  readonly weight: number;
  /** Line ends within the part that is equal, token by token. */
  readonly lines: number;
}

/** How many positions of a chain are looked at. With a begun word most do not fit, so more are. */
const limits = { four: 8, pair: 16, shape: 10, stem: 64, pairWithPartial: 40 } as const;

/**
 * What adds to the logarithm of a candidate's weight: an equal token, an equal one farther away than a different name, a token equal
 * up to names, and a typed character. With the bounds in predict.ts they save 50 % of keystrokes at 50 % acceptance in a replay of
 * the commits of five public repositories, on which they were tuned by hand.
 */
const tokenGain = 0.7;
const lateGain = 0.2;
const shapeGain = 0.1;
const partialGain = 0.25;
/** Longest run of tokens that adds weight: longer ones made it surer than right. */
const longestRun = 12;

const scopeWeights: Readonly<Record<Scope, number>> = { above: 1.6, below: 1.3, 'same-language': 1, 'other-language': 0.3 };

/** All places where the text before the cursor came before, up to a bounded number for each segment, in no order. */
export function candidatesFor(tail: Tail, places: readonly Place[]): Candidate[] {
  const last = tail.hashes.length - 1;
  const four = keyOf('four', tail.hashes, last);
  const pair = keyOf('pair', tail.hashes, last);
  const shape = keyOf('shape', tail.shapes, last);
  const isWord = tail.partial !== '' && isWordCode(tail.partial.charCodeAt(0));
  const stem = isWord && tail.partial.length >= stemLength ? stemKeyOf(tail.partial, 0, tail.partial.length) : undefined;
  const found: Candidate[] = [];
  for (const place of places) {
    const seen = new Set<number>();
    const add = (position: number): void => {
      if (seen.has(position)) return;
      seen.add(position);
      const candidate = candidateAt(place, position, tail);
      if (candidate !== undefined) found.push(candidate);
    };
    if (four !== undefined) place.segment.find('four', four, limits.four, add);
    if (pair !== undefined) place.segment.find('pair', pair, tail.partial === '' ? limits.pair : limits.pairWithPartial, add);
    if (shape !== undefined) place.segment.find('shape', shape, limits.shape, add);
    if (stem !== undefined) place.segment.find('stem', stem, limits.stem, (position) => add(position - 1));
  }
  return found;
}

function candidateAt(place: Place, position: number, tail: Tail): Candidate | undefined {
  const { segment } = place;
  const next = position + 1;
  if (next >= segment.length) return undefined;
  if (tail.partial !== '' && !beginsWith(segment, next, tail.partial)) return undefined;
  let gain = tail.partial.length * partialGain;
  let lines = 0;
  let isExact = true;
  const run = Math.min(tail.hashes.length, position + 1);
  // Beyond the run that adds weight only equal lines are still counted, for blocks.
  for (let back = 0; back < run && (isExact || back < longestRun); back += 1) {
    const at = tail.hashes.length - 1 - back;
    const hash = segment.hash(position - back);
    const isEqual = hash === tail.hashes[at];
    if (!isEqual && (back >= longestRun || segment.shape(position - back) !== tail.shapes[at])) break;
    if (back < longestRun) gain += !isEqual ? shapeGain : isExact ? tokenGain : lateGain;
    isExact &&= isEqual;
    if (isExact && hash === lineEnd) lines += 1;
  }
  if (gain === 0) return undefined;
  return { place, position, weight: Math.exp(gain) * scopeWeight(place, position), lines };
}

function beginsWith(segment: Segment, position: number, partial: string): boolean {
  const start = segment.start(position);
  return segment.end(position) - start >= partial.length && segment.text.startsWith(partial, start);
}

function scopeWeight({ scope, rank, segment }: Place, position: number): number {
  const base = scopeWeights[scope] * 0.97 ** rank;
  if (scope !== 'above') return base;
  // Code close above the cursor is worth up to twice as much; half of that is gone after about 40 lines (400 tokens).
  return base * (1 + 1 / (1 + (segment.length - position) / 400));
}
