/** The figures of a replay: an ideal person types each line and takes what is offered exactly when all of it is right. */

/** What was offered at one column. */
export interface Offer {
  readonly confidence: number;
  readonly length: number;
  /** All of it is right; it is the whole rest of the line. */
  readonly isRight: boolean;
  readonly isWhole: boolean;
  /** It is what was offered a column before, less the character that was typed. */
  readonly goesOn: boolean;
}

/** One measured line. */
export interface MeasuredLine {
  readonly languageId: string;
  /** Without indentation and blanks at the end. */
  readonly text: string;
  /** By column. */
  readonly offers: readonly (Offer | undefined)[];
}

/** Keystrokes of one or many lines. */
export interface Keystrokes {
  readonly keys: number;
  readonly characters: number;
  readonly shown: number;
  readonly taken: number;
}

const shortest = 2;
const word = /[A-Za-z0-9_$]/;

/** Types a line with offers of at least this confidence: a key for each character, for each offer taken, and for Enter. */
export function typeLine({ text, offers }: MeasuredLine, threshold: number): Keystrokes {
  let keys = 1;
  let shown = 0;
  let taken = 0;
  let isFresh = true;
  const isShown = (offer: Offer | undefined): offer is Offer =>
    offer !== undefined && offer.confidence >= threshold && offer.length >= shortest;
  for (let column = 0; column < text.length;) {
    const offer = offers[column];
    keys += 1;
    if (isShown(offer)) {
      if (isFresh || !offer.goesOn || !isShown(offers[column - 1])) shown += 1;
      if (offer.isRight) {
        taken += 1;
        column += offer.length;
        isFresh = true;
        continue;
      }
    }
    column += 1;
    isFresh = false;
  }
  return { keys, characters: text.length + 1, shown, taken };
}

/** All lines together. */
export function typeAll(lines: readonly MeasuredLine[], threshold: number): Keystrokes & { saved: number; acceptance: number } {
  const sum = { keys: 0, characters: 0, shown: 0, taken: 0 };
  for (const line of lines) {
    const one = typeLine(line, threshold);
    sum.keys += one.keys;
    sum.characters += one.characters;
    sum.shown += one.shown;
    sum.taken += one.taken;
  }
  return { ...sum, saved: 1 - sum.keys / Math.max(1, sum.characters), acceptance: sum.shown === 0 ? 0 : sum.taken / sum.shown };
}

/** The threshold that saves most keystrokes while at least `acceptance` of what is shown is taken; 2 (nothing is shown) when none does. */
export function thresholdFor(lines: readonly MeasuredLine[], acceptance: number): number {
  const all = lines
    .flatMap(({ offers }) => offers.flatMap((offer) => (offer === undefined ? [] : [offer.confidence])))
    .sort((one, other) => one - other);
  const steps = 60;
  const candidates = new Set([
    0,
    ...Array.from({ length: steps }, (_, step) => all[Math.floor((all.length * step) / steps)] ?? 0),
    ...[0.985, 0.99, 0.995].map((share) => all[Math.floor(all.length * share)] ?? 0),
  ]);
  let best = { saved: 0, threshold: 2 };
  for (const threshold of candidates) {
    const figures = typeAll(lines, threshold);
    if (figures.acceptance >= acceptance && figures.saved > best.saved) best = { saved: figures.saved, threshold };
  }
  return best.threshold;
}

/** Where in a line an offer is asked for: at the indentation, after the first token, at later token boundaries, inside words. */
export type Position = 'P0' | 'P1' | 'P2' | 'P3';

/** Share of the places at which the offer is exactly the rest of the line; each line weighs the same. */
export function exactShare(lines: readonly MeasuredLine[], position: Position): number {
  let sum = 0;
  let count = 0;
  for (const { text, offers } of lines) {
    const columns = columnsOf(text, position);
    if (columns.length === 0) continue;
    count += 1;
    sum += columns.filter((column) => offers[column]?.isWhole === true).length / columns.length;
  }
  return count === 0 ? 0 : sum / count;
}

function columnsOf(text: string, position: Position): number[] {
  if (position === 'P0') return [0];
  const isWord = (index: number): boolean => word.test(text[index] ?? '');
  if (position === 'P3')
    return Array.from(text, (_, column) => column).filter(
      (column) => column > 1 && isWord(column) && isWord(column - 1) && isWord(column - 2),
    );
  if (position === 'P1') {
    let end = 1;
    while (isWord(0) && end < text.length && isWord(end)) end += 1;
    return end < text.length ? [end] : [];
  }
  const boundaries = Array.from(text, (_, column) => column).filter(
    (column) => column > 0 && text[column] !== ' ' && !(isWord(column - 1) && isWord(column)),
  );
  return boundaries.slice(1);
}

/** How far the confidence is from what comes true, over ten bins. */
export function calibrationError(lines: readonly MeasuredLine[]): number {
  const bins = Array.from({ length: 10 }, () => ({ count: 0, said: 0, right: 0 }));
  for (const { offers } of lines) {
    for (const offer of offers) {
      const bin = offer === undefined ? undefined : bins[Math.min(9, Math.floor(offer.confidence * 10))];
      if (bin === undefined || offer === undefined) continue;
      bin.count += 1;
      bin.said += offer.confidence;
      bin.right += offer.isRight ? 1 : 0;
    }
  }
  const count = bins.reduce((sum, bin) => sum + bin.count, 0);
  return bins.reduce((sum, bin) => sum + Math.abs(bin.said - bin.right), 0) / Math.max(1, count);
}
