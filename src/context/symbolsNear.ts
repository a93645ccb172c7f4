import { placesOfTerms, startOfLastWord } from './terms.ts';

/** How far from the cursor names are looked up at the language server. */
export const symbolReach = { lines: 8, symbols: 8 } as const;

/** A name in a document, at one of the places where it stands. */
export interface NearSymbol {
  readonly name: string;
  /** Zero-based. */
  readonly line: number;
  readonly character: number;
}

/**
 * Names on the cursor's line and those above it, the nearest first; not the word that is being typed.
 *
 * @param line zero-based line of the cursor
 */
export function symbolsNear(prefix: string, line: number): NearSymbol[] {
  const lines = prefix.split('\n').slice(-symbolReach.lines);
  const found = new Map<string, NearSymbol>();
  for (const [back, text] of [...lines].reverse().entries()) {
    if (line - back < 0 || text.length > 1000 || isComment(text)) continue;
    const whole = back === 0 ? text.slice(0, startOfLastWord(text)) : text;
    // The last name of a line is the nearest.
    for (const [name, character] of [...placesOfTerms(whole)].reverse()) {
      if (found.size >= symbolReach.symbols) return [...found.values()];
      if (!found.has(name)) found.set(name, { name, line: line - back, character });
    }
  }
  return [...found.values()];
}

/** The name of the function in whose arguments the cursor is, on the cursor's line; `undefined` when it is in none. */
export function calleeAt(prefix: string, line: number): NearSymbol | undefined {
  const text = prefix.slice(prefix.lastIndexOf('\n') + 1).slice(-1000);
  let depth = 0;
  for (let at = text.length - 1; at >= 0; at -= 1) {
    if (text[at] === ')') depth += 1;
    if (text[at] !== '(') continue;
    if (depth > 0) depth -= 1;
    else {
      const from = startOfLastWord(text.slice(0, at));
      const name = text.slice(from, at);
      const start = prefix.length - prefix.lastIndexOf('\n') - 1 - text.length;
      return /^[\p{L}_$]/u.test(name) ? { name, line, character: start + from } : undefined;
    }
  }
  return undefined;
}

function isComment(text: string): boolean {
  return /^\s*(?:\/\/|#|--|\*|\/\*)/.test(text);
}
