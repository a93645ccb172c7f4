import { type CompletionRequest, type ContextPiece, sizeOfPiece } from '../domain/completion.ts';
import type { TokenMeter } from './tokenMeter.ts';

/** How the room in a prompt is shared. */
export const promptRoomDefaults = {
  /** Tokens of context: what is further down the list seldom helps, and is read and paid for all the same. */
  contextTokens: 1500,
  /** Context gets at most this share of a prompt that has a bound: what is around the cursor comes first. */
  contextShare: 0.28,
  /**
   * What follows the cursor gets at most this share of the prompt. In most formats it stands behind what grows with each keystroke, so
   * a server reads it anew each time.
   */
  suffixShare: 0.15,
  /** But these UTF-16 units in any case … */
  suffixMinimum: 1000,
  /** … and no more than these. */
  suffixMaximum: 4000,
  /** Of a prompt that has a bound, the suffix gets this share, or what the prefix does not need. */
  suffixOfBound: 0.25,
} as const;

/** The room for context changes by steps of this many UTF-16 units, so that a new count of tokens does not make pieces come and go. */
const contextStep = 500;

/** Room for the context of a prompt for one model, in UTF-16 units. */
export function contextRoom(meter: TokenMeter): number {
  return Math.floor((promptRoomDefaults.contextTokens * meter.bytesPerToken) / contextStep) * contextStep;
}

/** What the bound of a prompt is when nobody knows one, in UTF-16 units: the text around the cursor has its own bounds. */
const unbounded = Number.MAX_SAFE_INTEGER;

/**
 * The request with texts that fit into a prompt. Context gives way first, the least helpful piece before the others; then the far ends of
 * prefix and suffix, on line boundaries.
 *
 * @param characters room for context, prefix and suffix together, in UTF-16 units; Infinity when no bound is known
 * @param contextCharacters room for the context, whatever else there is
 * @param startOf where in a prefix that is too long the part to send begins; default: as near to its beginning as fits
 */
export function shapePrompt(
  request: CompletionRequest,
  characters: number,
  contextCharacters: number,
  startOf: (prefix: string, room: number) => number = lineStartWithin,
): CompletionRequest {
  const room = Math.min(characters, unbounded);
  const shareOfContext = Math.floor(room * promptRoomDefaults.contextShare);
  const context = fitContext(request.context ?? [], Math.min(contextCharacters, shareOfContext));
  const text = room - sizeOfContext(context);
  const suffix = headOf(request.suffix, suffixRoom(request.prefix.length, sizeOfContext(context), text));
  const prefix = request.prefix.slice(startOf(request.prefix, text - suffix.length));
  return { ...request, prefix, suffix, ...(request.context ? { context } : {}) };
}

function suffixRoom(prefix: number, context: number, text: number): number {
  const { suffixShare, suffixMinimum, suffixMaximum, suffixOfBound } = promptRoomDefaults;
  const wanted = ((prefix + context) * suffixShare) / (1 - suffixShare);
  // Where there is too little room for both, three parts go to the prefix and one to the suffix; what one does not need, the other may have.
  const share = Math.max(text * suffixOfBound, text - prefix);
  return Math.floor(Math.min(suffixMaximum, Math.max(suffixMinimum, wanted), share));
}

/** The pieces that fit, in their order: the lowest scores are left out. */
export function fitContext(context: readonly ContextPiece[], characters: number): readonly ContextPiece[] {
  let kept = context;
  while (kept.length > 0 && sizeOfContext(kept) > characters) {
    const least = kept.reduce((one, other) => (one.score < other.score ? one : other));
    kept = kept.filter((piece) => piece !== least);
  }
  return kept;
}

/** Room that pieces take together, in UTF-16 units. */
export function sizeOfContext(context: readonly ContextPiece[]): number {
  return context.reduce((sum, piece) => sum + sizeOfPiece(piece), 0);
}

/** Where the last whole lines within a room begin; within a line only where whole ones would leave less than half. */
export function lineStartWithin(text: string, room: number): number {
  if (text.length <= room) return 0;
  const start = text.length - Math.max(0, room);
  const line = text.indexOf('\n', Math.max(0, start - 1)) + 1;
  if (line > 0 && text.length - line >= room / 2) return line;
  return isLow(text.charCodeAt(start)) ? start + 1 : start;
}

function headOf(text: string, room: number): string {
  if (room <= 0) return '';
  if (text.length <= room) return text;
  const end = text.lastIndexOf('\n', room - 1) + 1;
  if (end >= room / 2) return text.slice(0, end);
  return text.slice(0, isLow(text.charCodeAt(room)) ? room - 1 : room);
}

/** The second half of a character outside the basic plane. */
function isLow(code: number): boolean {
  return code >= 0xdc00 && code <= 0xdfff;
}
