/**
 * A token as it is stored: its number, whether a space stands before it (before a line end: whether blank lines follow), where it
 * stands (code, string, comment), and for a line end by how many columns the indentation changes, at most 63.
 */
export const idMask = 0x7fffff;
export const spaceBit = 0x800000;
const extraShift = 24;
const extraMask = 0x3f;

/** Packs a token of a line. */
export function tokenOf(id: number, isSpaced: boolean, mode: number): number {
  return id | (isSpaced ? spaceBit : 0) | (mode << extraShift);
}

/** Packs a line end. */
export function lineEndOf(id: number, isBlank: boolean, columns: number): number {
  return id | (isBlank ? spaceBit : 0) | (Math.min(extraMask, columns) << extraShift);
}

/** The same token with another number for its word. */
export function renumbered(token: number, numbers: Int32Array): number {
  return (token & ~idMask) | (numbers[token & idMask] ?? 0);
}

/** Where the token stands, or the columns of a line end. */
export function extraOf(token: number): number {
  return (token >>> extraShift) & extraMask;
}
