import { type ByteStore, storeShares, textBytes } from '../domain/byteStore.ts';
import type { CompletionRequest } from '../domain/completion.ts';
import { detached } from '../base/detached.ts';
import { isSameLine, linesFrom, placeOf, type Place, restAt } from './predictions.ts';

/** Rejected texts that are remembered; older ones may come again. */
export const rejectionsKept = 50;

/** The beginnings and ends of the surroundings that tell places apart, in UTF-16 units. */
const keptAround = 1500;

interface Rejection {
  readonly documentId: string;
  readonly place: Place;
  readonly text: string;
}

/** What a person did not want, and where: it is not offered there again. */
export class Rejections implements ByteStore {
  readonly name = 'rejected';
  #kept: readonly Rejection[] = [];
  #inARow = 0;

  add(request: CompletionRequest, text: string): void {
    this.#inARow++;
    const { above, head, tail, below } = placeOf(request);
    const place = {
      above: detached(above.slice(-keptAround)),
      head: detached(head),
      tail: detached(tail),
      below: detached(below.slice(0, keptAround)),
    };
    this.#kept = [{ documentId: request.documentId, place, text: detached(text) }, ...this.#kept].slice(0, rejectionsKept);
    this.evict(storeShares.rejected);
  }

  /** The person took a text: the slowness that rejections brought ends. */
  accepted(): void {
    this.#inARow = 0;
  }

  /** Rejections since the last acceptance. */
  get inARow(): number {
    return this.#inARow;
  }

  /** Whether this text, or one that it is the rest of, was rejected at this place. */
  has(request: CompletionRequest, text: string): boolean {
    if (text === '') return false;
    // The ends are compared first: that costs nothing.
    const mayBe = ({ text: kept }: Rejection): boolean => kept.endsWith(lastLineOf(text)) || text.endsWith(lastLineOf(kept));
    return this.#kept.some((kept) => mayBe(kept) && restHere(kept, request) === text);
  }

  /** Whether a text that was rejected would go on here. */
  isOn(request: CompletionRequest): boolean {
    return this.#kept.some((kept) => restHere(kept, request) !== undefined);
  }

  get bytes(): number {
    return this.#kept.reduce((sum, { place: { above, head, tail, below }, text }) => sum + textBytes(above, head, tail, below, text), 0);
  }

  /** The oldest may come again. */
  evict(toBytes: number): void {
    while (this.#kept.length > 0 && this.bytes > toBytes) this.#kept = this.#kept.slice(0, -1);
  }

  clear(): void {
    this.#kept = [];
  }
}

function lastLineOf(text: string): string {
  return text.slice(text.lastIndexOf('\n') + 1);
}

/** What of a rejected text would be still to come here; `undefined` somewhere else. */
function restHere({ documentId, place, text }: Rejection, request: CompletionRequest): string | undefined {
  if (documentId !== request.documentId) return undefined;
  const here = placeOf(request);
  for (const line of linesFrom(place, text)) {
    if (isSameLine(line.place, here)) return restAt(here, { head: line.place.head, tail: line.place.tail, text: line.rest });
  }
  return undefined;
}
