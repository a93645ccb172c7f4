import type { CompletionRequest } from '../domain/completion.ts';
import { isSameLine, placeOf, type Place } from './predictions.ts';

/** Rejected texts that are remembered; older ones may come again. */
export const rejectionsKept = 50;

/** The beginnings and ends of the surroundings that tell places apart, in UTF-16 units. */
const keptAround = 1500;

interface Rejection {
  readonly documentId: string;
  readonly place: Place;
  /** The whole line or block as it would have been. */
  readonly whole: string;
}

/** What a person did not want, and where: it is not offered there again. */
export class Rejections {
  #kept: readonly Rejection[] = [];
  #inARow = 0;

  add(request: CompletionRequest, text: string): void {
    this.#inARow++;
    const { above, head, tail, below } = placeOf(request);
    const place = { above: above.slice(-keptAround), head, tail, below: below.slice(0, keptAround) };
    this.#kept = [{ documentId: request.documentId, place, whole: head + text }, ...this.#kept].slice(0, rejectionsKept);
  }

  /** The person took a text: the slowness that rejections brought ends. */
  accepted(): void {
    this.#inARow = 0;
  }

  /** Rejections since the last acceptance. */
  get inARow(): number {
    return this.#inARow;
  }

  has(request: CompletionRequest, text: string): boolean {
    if (this.#kept.length === 0 || text === '') return false;
    const place = placeOf(request);
    const whole = place.head + text;
    return this.#kept.some((kept) => kept.whole === whole && kept.documentId === request.documentId && isSameLine(kept.place, place));
  }

  clear(): void {
    this.#kept = [];
  }
}
