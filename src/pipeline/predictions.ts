import { LRUCache } from 'lru-cache';
import { detached } from '../base/detached.ts';
import { type ByteStore, storeShares } from '../domain/byteStore.ts';
import type { Completed, CompletionRequest } from '../domain/completion.ts';

/** Of the text above the cursor's line and below it, this much makes the key: enough to be unique. In UTF-16 units. */
const keyReach = { above: 1500, below: 400 } as const;

/** Bound of all kept texts and keys, in bytes. */
export const cacheBytes = storeShares.predictions;

/** Code moves on; a text this old belongs to another state of mind. In ms. */
export const cacheTimeToLive = 10 * 60_000;

/** Texts kept for one line of one document; more are older tries at the same line. */
const texts = 8;

/** A text is found from each of its first lines; nobody types through more than that. */
const linesKept = 40;

/** One known text: what stands at the line's beginning and what is predicted to follow, up to the end of the prediction. */
interface Prediction {
  /** The line up to where the prediction began, with its indentation. */
  readonly head: string;
  /** What stood behind the cursor in its line. */
  readonly tail: string;
  readonly text: string;
  readonly completed: Completed;
}

/**
 * What is known to come at a place. A text is found again at any point on its way: after some of it was typed or taken, after a
 * backspace over what was typed, and line by line for one of several lines; all without a request.
 *
 * The key holds the source (backend, model, prompt format), so that a new model never serves the text of an old one. Only the
 * answers of models are kept: never local text, never an error, never an empty answer, never half of one (law 9).
 */
export class Predictions implements ByteStore {
  readonly name = 'predictions';
  readonly #lines = new LRUCache<string, readonly Prediction[]>({
    maxSize: cacheBytes,
    ttl: cacheTimeToLive,
    sizeCalculation: (predictions, key) =>
      2 * key.length + predictions.reduce((sum, { head, tail, text }) => sum + 2 * (head.length + tail.length + text.length) + 200, 200),
  });

  /** The rests of all texts that are known to come at this place: the newest first, and those that need no backspace before others. */
  *all(request: CompletionRequest, sourceKey: string): Generator<Completed, undefined> {
    const place = placeOf(request);
    const known = this.#lines.get(keyOf(sourceKey, request, place)) ?? [];
    const isBack = ({ head }: Prediction): boolean => head.length > place.head.length;
    for (const prediction of [...known.filter((each) => !isBack(each)), ...known.filter(isBack)]) {
      const text = restAt(place, prediction);
      if (text !== undefined) yield { ...prediction.completed, text, origin: 'cache' };
    }
    return undefined;
  }

  add(request: CompletionRequest, sourceKey: string, completed: Completed): void {
    if (completed.origin !== 'model' || completed.text === '' || completed.isPartial) return;
    // One entry per line: when the first line was typed or taken, the cursor stands in the next one, with another key.
    for (const { place, rest } of linesFrom(placeOf(request), completed.text)) {
      const [head, tail] = [detached(place.head), detached(place.tail)];
      this.#put(keyOf(sourceKey, request, place), { head, tail, text: rest, completed });
    }
  }

  get bytes(): number {
    return this.#lines.calculatedSize;
  }

  evict(toBytes: number): void {
    while (this.bytes > toBytes) this.#lines.pop();
  }

  clear(): void {
    this.#lines.clear();
  }

  #put(key: string, prediction: Prediction): void {
    const others = (this.#lines.get(key) ?? []).filter(
      ({ head, tail, text }) => head !== prediction.head || tail !== prediction.tail || text !== prediction.text,
    );
    this.#lines.set(key, [prediction, ...others].slice(0, texts));
  }
}

/** The cursor's surroundings, by lines. */
export interface Place {
  /** All text before the cursor's line, with its line end. */
  readonly above: string;
  /** The line up to the cursor. */
  readonly head: string;
  /** The rest of the line. */
  readonly tail: string;
  /** All text after the line. */
  readonly below: string;
}

/** Where a request stands. */
export function placeOf({ prefix, suffix }: Pick<CompletionRequest, 'prefix' | 'suffix'>): Place {
  const lineStart = prefix.lastIndexOf('\n') + 1;
  const lineEnd = suffix.indexOf('\n');
  return {
    above: prefix.slice(0, lineStart),
    head: prefix.slice(lineStart),
    tail: lineEnd < 0 ? suffix : suffix.slice(0, lineEnd),
    below: lineEnd < 0 ? '' : suffix.slice(lineEnd),
  };
}

/** True when nothing but the cursor's own line differs between two places. */
export function isSameLine(a: Place, b: Place): boolean {
  return (
    a.above.slice(-keyReach.above) === b.above.slice(-keyReach.above) &&
    a.below.slice(0, keyReach.below) === b.below.slice(0, keyReach.below)
  );
}

/**
 * What of `text`, predicted at `head`|`tail`, is still to come at `place`; `undefined` when what was typed since is something else.
 * Fewer characters than at the prediction are a backspace: they come again.
 */
export function restAt(
  place: Pick<Place, 'head' | 'tail'>,
  predicted: { readonly head: string; readonly tail: string; readonly text: string },
): string | undefined {
  const whole = predicted.head + predicted.text;
  if (!whole.startsWith(place.head) || whole.length === place.head.length) return undefined;
  // Behind the cursor may only have come what the editor puts there by itself: the other half of a bracket or quote just typed.
  if (place.tail !== predicted.tail && !isClosedByEditor(place, predicted)) return undefined;
  // A backspace into the indentation asks for another level, not for the same again.
  if (place.head.length < predicted.head.length && place.head.trim() === '') return undefined;
  return whole.slice(place.head.length);
}

/** What of a text, predicted at `place`, is still to come at the beginning of each of its lines. */
export function* linesFrom(place: Place, text: string): Generator<{ readonly place: Place; readonly rest: string }> {
  let rest = text;
  for (let line = 0; line < linesKept && rest !== ''; line++) {
    yield { place, rest };
    const newline = rest.indexOf('\n');
    if (newline < 0) return;
    const head = /^[ \t]*/.exec(rest.slice(newline + 1))?.[0] ?? '';
    place = { ...place, above: `${place.above}${place.head}${rest.slice(0, newline + 1)}`, head };
    rest = rest.slice(newline + 1 + head.length);
  }
}

function isClosedByEditor(place: Pick<Place, 'head' | 'tail'>, predicted: { readonly head: string; readonly tail: string }): boolean {
  if (!place.tail.endsWith(predicted.tail) || place.head.length <= predicted.head.length) return false;
  const added = place.tail.slice(0, place.tail.length - predicted.tail.length);
  return /^[)\]}"'`]{1,8}$/.test(added);
}

/** With the document: its path is in the prompt, and at the top of two new files everything else is the same. */
function keyOf(sourceKey: string, { languageId, documentId }: CompletionRequest, { above, below }: Place): string {
  return [sourceKey, languageId, documentId, above.slice(-keyReach.above), below.slice(0, keyReach.below)].join('\u0000');
}
