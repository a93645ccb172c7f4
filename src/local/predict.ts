import { blockAfter } from './block.ts';
import type { Candidate, Place } from './candidate.ts';
import { candidatesFor } from './candidate.ts';
import type { CursorContext } from './cursorContext.ts';
import { maxContext } from './cursorContext.ts';
import { hashOf, isWordCode, lineEnd, shapeOf } from './token.ts';

/** A text for the cursor and how sure it is. */
export interface Prediction {
  readonly text: string;
  /** Estimated chance that what is typed next begins with `text`, 0…1. */
  readonly confidence: number;
}

export const nothing: Prediction = { text: '', confidence: 0 };

/** Most tokens and characters of one line. */
const maxTokens = 24;
const maxCharacters = 120;

/** Weight of "something never seen", against which candidates have to stand: a lone one of three equal tokens gets a chance of one half. */
const unseen = 10;
/** The same behind a token of our own choice: who was right about that one is rarely wrong about the next. */
const unseenNext = 2;

/** Below this chance no further token is added. With 0.30 a quarter less is saved at the same acceptance. */
const goOn = 0.45;
/** The same while nine of ten votes agree: a line without any contradiction is shown whole, which costs no acceptance. */
const goOnAgreed = 0.15;
const agreed = 0.9;
/** Below this chance not even the first token is offered. */
const begin = 0.08;

/** How often a word that is not known is whole where typing pauses in it. */
const wholeShare = 0.3;

interface Choice {
  readonly piece: string;
  /** Estimated chance that the piece is right. */
  readonly share: number;
  /** Part of the votes that it got, 0…1. */
  readonly agreement: number;
  readonly voters: readonly Candidate[];
}

/**
 * What comes next, token by token: each place where the same was written before votes for the token that followed there, the
 * winner is added, and the search is repeated from there, until the line ends or it gets too unsure.
 *
 * @param shape `block` allows the rest of a block after the end of the line, when at least two lines agree
 */
export function predict(context: CursorContext, places: readonly Place[], shape: 'line' | 'block'): Prediction {
  const begun = predictFrom(context, context.partial, places, shape);
  if (begun.text !== '' || context.partial === '') return begun;
  // A word that nobody wrote before is taken as whole, and what follows words in such a place comes next.
  const hash = hashOf(context.partial);
  const partialShape = isWordCode(context.partial.charCodeAt(0)) ? shapeOf(context.partial.charCodeAt(0), hash) : hash;
  const whole = { ...context, hashes: [...context.hashes, hash], shapes: [...context.shapes, partialShape] };
  const following = predictFrom(whole, '', places, shape);
  return { text: following.text, confidence: following.confidence * wholeShare };
}

function predictFrom(context: CursorContext, begunWord: string, places: readonly Place[], shape: 'line' | 'block'): Prediction {
  const hashes = [...context.hashes];
  const shapes = [...context.shapes];
  let partial = begunWord;
  let afterBlank = context.afterBlank;
  let text = '';
  let confidence = 1;
  for (let step = 0; step < maxTokens && text.length < maxCharacters; step += 1) {
    const choice = vote(candidatesFor({ hashes, shapes, partial }, places), partial, afterBlank, step === 0 ? unseen : unseenNext);
    const winner = choice?.voters[0];
    if (choice === undefined || winner === undefined) break;
    const next = confidence * choice.share;
    if (choice.piece === '\n') {
      const block = shape === 'block' && (context.line + text).trim() !== '' ? blockAfter(choice.voters, context.indent) : '';
      return { text: text + block, confidence };
    }
    // One character alone saves nothing, so it goes on to the next token as if nothing were there.
    if (next < (text.trim().length < 2 ? begin : choice.agreement >= agreed ? goOnAgreed : goOn)) break;
    text += choice.piece;
    confidence = next;
    const { segment } = winner.place;
    hashes.push(segment.hash(winner.position + 1));
    shapes.push(segment.shape(winner.position + 1));
    if (hashes.length > maxContext) hashes.shift();
    if (shapes.length > maxContext) shapes.shift();
    afterBlank = false;
    partial = '';
  }
  return text === '' ? nothing : { text, confidence };
}

function vote(candidates: readonly Candidate[], partial: string, afterBlank: boolean, unseenWeight: number): Choice | undefined {
  const sums = new Map<string, { weight: number; voters: Candidate[] }>();
  let total = unseenWeight;
  for (const candidate of candidates) {
    const piece = pieceOf(candidate, partial, afterBlank);
    const sum = sums.get(piece);
    total += candidate.weight;
    if (sum === undefined) sums.set(piece, { weight: candidate.weight, voters: [candidate] });
    else {
      sum.weight += candidate.weight;
      sum.voters.push(candidate);
    }
  }
  let best: Choice | undefined;
  for (const [piece, { weight, voters }] of sums) {
    if (best === undefined || weight / total > best.share) {
      best = { piece, share: weight / total, agreement: weight / (total - unseenWeight), voters };
    }
  }
  return best && { ...best, voters: best.voters.toSorted((one, other) => other.weight - one.weight) };
}

/** What a candidate would add at the cursor: the next token with the blanks before it, or a line end. */
function pieceOf({ place: { segment }, position }: Candidate, partial: string, afterBlank: boolean): string {
  const next = position + 1;
  if (segment.hash(next) === lineEnd) return '\n';
  const start = segment.start(next);
  if (partial !== '') return segment.text.slice(start + partial.length, segment.end(next));
  return segment.text.slice(afterBlank ? start : segment.end(position), segment.end(next));
}
