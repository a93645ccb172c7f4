import { LRUCache } from 'lru-cache';
import { textBytes } from '../domain/byteStore.ts';
import { type ContextKind, type ContextPiece, sizeOfPiece } from '../domain/completion.ts';

/** When a piece gives way to another one. */
export const steadyDefaults = {
  /** A piece that was sent stays until one comes that is this many times as likely to help. */
  advantage: 2,
  /** Documents whose pieces are remembered. */
  documents: 8,
  /** Pieces in a prompt at most: more small ones only distract. */
  pieces: 10,
} as const;

/** What changes often goes last, so that it does not move what a server knows already. */
const order: Readonly<Record<ContextKind, number>> = { import: 0, 'open-file': 0, definition: 0, 'recent-edit': 1, diagnostic: 2 };

/**
 * Chooses the pieces of a prompt so that successive prompts begin alike: pieces stay, in their order, until they have changed or
 * something clearly better needs their room. Servers keep what they have read of a prompt up to the first difference, and reading a
 * prompt is most of the time to the first token.
 *
 * @see https://docs.vllm.ai/en/latest/features/automatic_prefix_caching.html
 */
export class SteadySelection {
  readonly #chosen = new LRUCache<string, readonly ContextPiece[]>({ max: steadyDefaults.documents });

  /**
   * @param candidates the best first
   * @param characters room for the texts and paths of all pieces together
   * @param isUsable the last check, for those that would be taken
   */
  choose(
    documentId: string,
    candidates: readonly ContextPiece[],
    characters: number,
    isUsable: (piece: ContextPiece) => boolean,
  ): readonly ContextPiece[] {
    const before = this.#chosen.get(documentId) ?? [];
    let kept = before.flatMap((piece) => candidates.find((now) => isSame(now, piece)) ?? []).filter(isUsable);
    // The room may have become smaller.
    while (sizeOf(kept) > characters) kept = without(kept, leastOf(kept));
    for (const piece of candidates) {
      // Cheap questions first: there may be thousands of candidates.
      const rest = kept.includes(piece) ? undefined : withRoomFor(piece, kept, characters);
      if (!rest || kept.some(({ text }) => text.includes(piece.text) || piece.text.includes(text))) continue;
      if (isUsable(piece)) kept = [...rest, piece];
    }
    const chosen = kept.map((piece, index) => ({ piece, index }));
    chosen.sort((one, other) => order[one.piece.kind] - order[other.piece.kind] || one.index - other.index);
    const pieces = chosen.map(({ piece }) => piece);
    this.#chosen.set(documentId, pieces);
    return pieces;
  }

  get bytes(): number {
    return [...this.#chosen.values()].flat().reduce((sum, { path, text }) => sum + textBytes(path, text), 0);
  }

  clear(): void {
    this.#chosen.clear();
  }
}

/** The pieces that stay when this one comes, or `undefined` when it may not push others out. */
function withRoomFor(piece: ContextPiece, kept: readonly ContextPiece[], characters: number): readonly ContextPiece[] | undefined {
  let rest = kept;
  while (rest.length >= steadyDefaults.pieces || sizeOf(rest) + sizeOfPiece(piece) > characters) {
    const least = leastOf(rest);
    if (!least || least.score * steadyDefaults.advantage > piece.score) return undefined;
    rest = without(rest, least);
  }
  return rest;
}

/** The one with the lowest score; of equal ones the last, because nothing behind it has to move. */
function leastOf(pieces: readonly ContextPiece[]): ContextPiece | undefined {
  return pieces.reduce<ContextPiece | undefined>((least, piece) => (least && least.score < piece.score ? least : piece), undefined);
}

function without(pieces: readonly ContextPiece[], gone: ContextPiece | undefined): ContextPiece[] {
  return pieces.filter((piece) => piece !== gone);
}

function sizeOf(pieces: readonly ContextPiece[]): number {
  return pieces.reduce((sum, piece) => sum + sizeOfPiece(piece), 0);
}

function isSame(one: ContextPiece, other: ContextPiece): boolean {
  return one.kind === other.kind && one.path === other.path && one.text === other.text;
}
