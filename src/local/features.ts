/** What a place in the code, compared with the cursor, is described by: numbers of features that are there or not. */

/** Where a place is, seen from the cursor; 1 is below it. */
export const scopeAbove = 0;
export const scopeSibling = 2;
export const scopeFolder = 3;
export const scopeFamily = 4;
export const scopeOther = 5;

/** How a place was found: 0…3 by the chains (tokenSequence.ts), then by a word of the document, of the vocabulary, and by going on. */
export const foundInDocument = 4;
export const foundInVocabulary = 5;
export const foundBefore = 6;

const exactBins = 12;
const fuzzyBins = 6;
const groups = 3;
const kinds = 13;
const scopes = 6;
const partials = 6;

/** Each group of features with the number of its values. Weights are fitted for exactly this layout. */
const sizes = {
  exactInScope: exactBins * scopes,
  fuzzy: fuzzyBins * groups,
  distance: 9 * 2,
  age: 6,
  overlapLive: 8,
  overlapStore: 8,
  lineShape: 2 * 5,
  kind: kinds * groups,
  renamed: 3 * groups,
  partialRest: partials * 5,
  partialExact: partials * groups,
  bracket: 4,
  foundBy: 7,
  rankInOption: 6 * groups,
  space: 3,
  mode: 4,
  repeated: 2,
  whole: partials * 2,
  wholeKind: kinds,
  nothingStep: 3,
  nothingExact: exactBins * 3,
  nothingPartial: partials * 3,
  nothingLastKind: kinds,
  nothingMode: 3,
  nothingCount: 7,
  nothingScope: scopes,
} as const;

type GroupName = keyof typeof sizes;

function offsetsOf(): Readonly<Record<GroupName, number>> {
  const offsets = {} as Record<GroupName, number>;
  let next = 0;
  for (const [name, size] of Object.entries(sizes) as [GroupName, number][]) {
    offsets[name] = next;
    next += size;
  }
  return offsets;
}

/** First number of each group. */
export const offsets = offsetsOf();

/** How many features there are. */
export const featureCount = Object.values(sizes).reduce((sum, size) => sum + size, 0);

/** The layout as text; weights carry it, so that weights of another layout are not taken. */
export const layoutText = Object.entries(sizes)
  .map(([name, size]) => `${name}:${size}`)
  .join(' ');

const exactBinOf = Uint8Array.from({ length: 65 }, (_, length) => {
  if (length < 6) return length;
  if (length < 8) return 6;
  if (length < 11) return 7;
  if (length < 16) return 8;
  if (length < 24) return 9;
  return length < 40 ? 10 : 11;
});

/** Bin of the number of equal tokens, 0…11. */
export function exactBin(length: number): number {
  return exactBinOf[Math.min(64, length)] ?? 0;
}

/** Few, some or many equal tokens. */
export function exactGroup(length: number): number {
  return length < 2 ? 0 : length < 6 ? 1 : 2;
}

/** Bin of the tokens that are equal only up to names, 0…5. */
export function fuzzyBin(length: number): number {
  return length < 3 ? length : length < 5 ? 3 : length < 9 ? 4 : 5;
}

/** 0 for 0, then one more for each doubling, at most `maximum`. */
export function logBin(value: number, maximum: number): number {
  return Math.min(maximum, 32 - Math.clz32(value));
}

/** Bin of the characters typed of a word, 0…5. */
export function partialBin(length: number): number {
  return length < 4 ? length : length < 7 ? 4 : 5;
}

/** Bin of the characters that are still to be typed of a word, 0…4. */
export function restBin(length: number): number {
  return length < 1 ? 0 : length < 3 ? 1 : length < 6 ? 2 : length < 10 ? 3 : 4;
}
