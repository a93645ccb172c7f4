import { LRUCache } from 'lru-cache';
import type { ContextDocument } from '../domain/context.ts';
import { placesOfTerms } from './terms.ts';
import { windowsOf } from './windows.ts';

/** Bounds of what is kept of other documents. */
export const rankingBounds = {
  /** Longer documents are generated or data. In UTF-16 units. */
  document: 100_000,
  /** All windows with their names, estimated, in bytes. */
  bytes: 4_000_000,
  /** New text read for one request, in UTF-16 units, unless one document alone has more; the rest is read for the next requests. */
  perRequest: 60_000,
} as const;

interface IndexedDocument {
  readonly version: ContextDocument['version'];
  readonly windows: readonly string[];
  /** Names in each window. */
  readonly sizes: readonly number[];
  /** The windows that hold a name. */
  readonly postings: ReadonlyMap<string, readonly number[]>;
  readonly bytes: number;
}

/** A window of a document with its likeness to what was looked for. */
export interface RankedWindow {
  readonly document: ContextDocument;
  readonly text: string;
  /** Share of what was looked for that it has, rare names counting more: 0 (exclusive)…1. */
  readonly score: number;
}

/**
 * Finds windows of other documents that are like the text around the cursor, by the names they share: a name counts for more the fewer
 * windows hold it, and a window for less the more other names it has (the idea of BM25, with each name counted once).
 *
 * Each document is cut and indexed once per version, and kept within a cap.
 *
 * @see https://doi.org/10.1561/1500000019 for BM25
 */
export class WindowRanking {
  readonly #documents = new LRUCache<string, IndexedDocument>({
    maxSize: rankingBounds.bytes,
    sizeCalculation: ({ bytes }) => bytes,
  });

  /** @param wanted names with their weights */
  rank(wanted: ReadonlyMap<string, number>, documents: readonly ContextDocument[]): RankedWindow[] {
    const indexed = this.#indexed(documents);
    const weights = this.#weights(wanted, indexed);
    const total = [...weights.values()].reduce((sum, weight) => sum + weight, 0);
    if (total === 0) return [];
    const found = indexed.flatMap(([document, index]) => rankOne(document, index, weights, total));
    return found.sort((one, other) => other.score - one.score);
  }

  get bytes(): number {
    return this.#documents.calculatedSize;
  }

  /** Forgets all documents but these. */
  keepOnly(ids: ReadonlySet<string>): void {
    for (const id of [...this.#documents.keys()]) if (!ids.has(id)) this.#documents.delete(id);
  }

  clear(): void {
    this.#documents.clear();
  }

  #indexed(documents: readonly ContextDocument[]): [ContextDocument, IndexedDocument][] {
    let room: number = rankingBounds.perRequest;
    return documents.flatMap((document): [ContextDocument, IndexedDocument][] => {
      const known = this.#documents.get(document.id);
      if (known?.version === document.version) return [[document, known]];
      if (room <= 0) return [];
      const text = document.text();
      const isTooLong = text.length > rankingBounds.document;
      const isFirst = room === rankingBounds.perRequest;
      if (!isTooLong && text.length > room && !isFirst) return [];
      if (!isTooLong) room -= text.length;
      // One that is too long is kept as empty, so that it is not read again and again.
      const fresh = index(document.version, isTooLong ? '' : text);
      this.#documents.set(document.id, fresh);
      return [[document, fresh]];
    });
  }

  #weights(wanted: ReadonlyMap<string, number>, indexed: readonly [ContextDocument, IndexedDocument][]): Map<string, number> {
    const count = indexed.reduce((sum, [, { windows }]) => sum + windows.length, 0);
    const weights = new Map<string, number>();
    for (const [term, weight] of wanted) {
      let holding = 0;
      for (const [, { postings }] of indexed) holding += postings.get(term)?.length ?? 0;
      if (holding > 0) weights.set(term, weight * Math.log(1 + (count - holding + 0.5) / (holding + 0.5)));
    }
    return weights;
  }
}

function index(version: ContextDocument['version'], text: string): IndexedDocument {
  const windows = windowsOf(text);
  const postings = new Map<string, number[]>();
  const sizes: number[] = [];
  for (const [at, window] of windows.entries()) {
    const terms = placesOfTerms(window);
    sizes.push(terms.size);
    for (const term of terms.keys()) {
      const list = postings.get(term);
      if (list) list.push(at);
      else postings.set(term, [at]);
    }
  }
  // A map entry with its key and list takes some 120 bytes.
  const bytes = 200 + 2 * text.length + 120 * postings.size;
  return { version, windows, sizes, postings, bytes };
}

/** Names of a window beyond this many make it less likely that it was meant. */
const usualSize = 40;

function rankOne(document: ContextDocument, index: IndexedDocument, weights: ReadonlyMap<string, number>, total: number): RankedWindow[] {
  const sums = new Map<number, number>();
  for (const [term, weight] of weights) {
    for (const at of index.postings.get(term) ?? []) sums.set(at, (sums.get(at) ?? 0) + weight);
  }
  return [...sums].map(([at, sum]) => {
    const length = 0.6 + 0.4 * Math.max(1, (index.sizes[at] ?? 0) / usualSize);
    return { document, text: index.windows[at] ?? '', score: sum / total / length };
  });
}
