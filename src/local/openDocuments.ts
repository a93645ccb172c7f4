import type { OpenDocument } from '../domain/workspace.ts';
import type { Place } from './candidate.ts';
import { isSameLanguage } from './language.ts';
import { Segment } from './segment.ts';

/** Bounds of what is kept of the open documents. */
export interface IndexBounds {
  /** Characters of text in total. */
  readonly characters: number;
  /** Bytes of the index in total, the text included. */
  readonly bytes: number;
}

/** Two million characters are some 60 000 lines: more than is open in practice. Eight MB is the local engine's own cap. */
export const indexBounds: IndexBounds = { characters: 2_000_000, bytes: 8_000_000 };

/** Characters that one keystroke may cut: about 4 ms, so that opening a window with 20 documents costs no pause. At least one document is cut. */
const charactersPerTurn = 64 * 1024;

/** Of documents larger than this only the first lines are kept. */
const largeDocument = 180 * 1024;
const linesOfLarge = 4000;

interface Entry {
  readonly version: number;
  readonly segment: Segment;
}

/** The other open documents, each cut once per version, the most recently used ones when not all fit. */
export class OpenDocuments {
  readonly #bounds: IndexBounds;
  readonly #entries = new Map<string, Entry>();
  /** Version of documents that did not fit, so that they are not read again at each keystroke. */
  readonly #tooMuch = new Map<string, { readonly version: number; readonly bytes: number; readonly characters: number }>();

  constructor(bounds: IndexBounds = indexBounds) {
    this.#bounds = bounds;
  }

  /** Bytes held. */
  get bytes(): number {
    return this.#sum(({ segment }) => segment.bytes);
  }

  /** Documents held. */
  get size(): number {
    return this.#entries.size;
  }

  /**
   * Brings the index nearer to what is open: forgets what was closed and cuts what is new, up to a bounded amount.
   *
   * @param exceptId the document being edited, which is not taken from here
   * @returns whether everything is up to date
   */
  refresh(documents: readonly OpenDocument[], exceptId: string | undefined): boolean {
    const open = new Set(documents.map(({ id }) => id));
    for (const id of this.#entries.keys()) if (!open.has(id)) this.#entries.delete(id);
    for (const id of this.#tooMuch.keys()) if (!open.has(id)) this.#tooMuch.delete(id);
    let left = charactersPerTurn;
    for (const document of documents) {
      if (document.id === exceptId || this.#isCurrent(document, documents)) continue;
      if (left <= 0) return false;
      left -= this.#take(document, documents);
    }
    return true;
  }

  /** The segments of the open documents but `exceptId`, the most recently used first. */
  places(documents: readonly OpenDocument[], languageId: string, exceptId: string): Place[] {
    const places: Place[] = [];
    for (const document of documents) {
      const entry = document.id === exceptId ? undefined : this.#entries.get(document.id);
      if (entry === undefined) continue;
      const scope = isSameLanguage(document.languageId, languageId) ? 'same-language' : 'other-language';
      places.push({ segment: entry.segment, scope, rank: places.length });
    }
    return places;
  }

  clear(): void {
    this.#entries.clear();
    this.#tooMuch.clear();
  }

  #isCurrent(document: OpenDocument, documents: readonly OpenDocument[]): boolean {
    if (this.#entries.get(document.id)?.version === document.version) return true;
    const refused = this.#tooMuch.get(document.id);
    return refused?.version === document.version && !this.#makesRoom(document.id, refused.bytes, refused.characters, documents, false);
  }

  /** Cuts one document and keeps it when it fits; returns the characters cut. */
  #take(document: OpenDocument, documents: readonly OpenDocument[]): number {
    this.#entries.delete(document.id);
    this.#tooMuch.delete(document.id);
    const text = boundedText(document.text());
    const segment = new Segment(text);
    if (this.#makesRoom(document.id, segment.bytes, text.length, documents, true)) {
      this.#entries.set(document.id, { version: document.version, segment });
    } else this.#tooMuch.set(document.id, { version: document.version, bytes: segment.bytes, characters: text.length });
    return Math.max(1, text.length);
  }

  /** Whether `id` fits when less recently used documents make room for it; with `evict` they do so. */
  #makesRoom(id: string, bytes: number, characters: number, documents: readonly OpenDocument[], evict: boolean): boolean {
    let bytesLeft = this.#bounds.bytes - bytes - this.bytes;
    let charactersLeft = this.#bounds.characters - characters - this.#sum(({ segment }) => segment.text.length);
    const victims: string[] = [];
    for (const { id: victim } of [...documents].reverse()) {
      if (victim === id || (bytesLeft >= 0 && charactersLeft >= 0)) break;
      const entry = this.#entries.get(victim);
      if (entry === undefined) continue;
      victims.push(victim);
      bytesLeft += entry.segment.bytes;
      charactersLeft += entry.segment.text.length;
    }
    const fits = bytesLeft >= 0 && charactersLeft >= 0;
    if (fits && evict) {
      for (const victim of victims) {
        const entry = this.#entries.get(victim);
        this.#entries.delete(victim);
        if (entry !== undefined)
          this.#tooMuch.set(victim, { version: entry.version, bytes: entry.segment.bytes, characters: entry.segment.text.length });
      }
    }
    return fits;
  }

  #sum(of: (entry: Entry) => number): number {
    let sum = 0;
    for (const entry of this.#entries.values()) sum += of(entry);
    return sum;
  }
}

function boundedText(raw: string): string {
  const text = raw.includes('\r') ? raw.replaceAll('\r\n', '\n') : raw;
  if (text.length <= largeDocument) return text;
  return text.slice(0, largeDocument).split('\n', linesOfLarge).join('\n');
}
