import { listener } from './engineAdapter.ts';
import { seededRandom } from '../../../src/base/random.ts';
import { areJoined } from '../../../src/local/lexer.ts';
import { Predictor } from '../../../src/local/predictor.ts';
import { idMask } from '../../../src/local/token.ts';
import { isLineEnd } from '../../../src/local/vocabulary.ts';
import type { Vote } from '../../../src/local/vote.ts';
import { replay, seedOf, type TypedLine } from './replay.ts';
import type { Timeline } from './timeline.ts';

/** Votes as they were counted, with what was right: what the weights are fitted to. All in flat arrays. */
export interface Samples {
  readonly features: Uint16Array;
  /** End of each vote in `features`. */
  readonly voteEnds: Int32Array;
  /** 1: the vote was for what came, or for nothing when nothing offered came. */
  readonly isRight: Uint8Array;
  /** End of each sample in the votes. */
  readonly sampleEnds: Int32Array;
}

class Numbers<T extends Uint8Array | Uint16Array | Int32Array> {
  length = 0;
  #array: T;
  readonly #make: (length: number) => T;

  constructor(make: (length: number) => T) {
    this.#make = make;
    this.#array = make(65_536);
  }

  push(value: number): void {
    if (this.length === this.#array.length) {
      const more = this.#make(this.length * 2);
      more.set(this.#array);
      this.#array = more;
    }
    this.#array[this.length] = value;
    this.length += 1;
  }

  whole(): T {
    return this.#array.slice(0, this.length) as T;
  }
}

/** Part of the columns that are asked, and of the later tokens of a text. */
const columnShare = 0.35;

/**
 * Types the timeline and keeps every vote along the way: at a column, and at the tokens after it for as long as `weights` would have
 * been right, since only then they are asked in use.
 */
export function collectSamples(timeline: Timeline, weights: Float64Array, lines: number): Samples {
  const index = new Predictor({ model: { weights, slope: 1, shift: 0 } });
  const features = new Numbers((length) => new Uint16Array(length));
  const voteEnds = new Numbers((length) => new Int32Array(length));
  const isRight = new Numbers((length) => new Uint8Array(length));
  const sampleEnds = new Numbers((length) => new Int32Array(length));
  const random = seededRandom(seedOf(timeline.name));

  const keep = (vote: Vote, right: readonly boolean[]): void => {
    const recorded = vote.recorded;
    if (recorded === undefined) return;
    const isKnown = right.includes(true);
    let at = 0;
    for (const [number, end] of recorded.ends.entries()) {
      for (; at < end; at += 1) features.push(recorded.features[at] ?? 0);
      voteEnds.push(features.length);
      const option = recorded.options[number] ?? -1;
      isRight.push((option < 0 ? !isKnown : right[option] === true) ? 1 : 0);
    }
    sampleEnds.push(voteEnds.length);
  };

  const ask = (typed: TypedLine, column: number): void => {
    const { path, languageId, text, start, suffix } = typed;
    index.enter({ path, languageId, prefix: text.slice(0, start + column), suffix });
    let rest = typed.line.slice(column, typed.end);
    index.vote.recorded = { features: [], ends: [], options: [] };
    index.decoder.walk(index.context, (vote, step) => {
      const pieces = Array.from({ length: vote.optionCount }, (_, option) => {
        const key = vote.keys[option] ?? 0;
        return isLineEnd(key & idMask) ? undefined : index.decoder.pieceOf(key, index.context);
      });
      const right = pieces.map((piece) => (piece === undefined ? rest === '' : isNext(piece, rest, index.context.partial)));
      keep(vote, right);
      vote.recorded = { features: [], ends: [], options: [] };
      const winner = vote.winner();
      const piece = pieces[winner];
      if (right[winner] !== true || piece === undefined || step >= 14) return undefined;
      rest = rest.slice(piece.length);
      return vote.keys[winner];
    });
    index.vote.recorded = undefined;
  };

  replay({
    timeline,
    lines,
    engine: listener(index),
    onLine: (typed) => {
      for (let column = typed.indent; column < typed.end; column += 1) if (random() < columnShare) ask(typed, column);
    },
  });
  return { features: features.whole(), voteEnds: voteEnds.whole(), isRight: isRight.whole(), sampleEnds: sampleEnds.whole() };
}

/** Whether `rest` goes on with the piece as the end of a token; an empty piece: the begun token `partial` is whole. */
function isNext(piece: string, rest: string, partial: string): boolean {
  if (!rest.startsWith(piece)) return false;
  const last = piece === '' ? partial : piece;
  return piece.length === rest.length || !areJoined(last.charCodeAt(last.length - 1), rest.charCodeAt(piece.length));
}
