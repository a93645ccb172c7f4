import { termsOf } from './terms.ts';

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
    const whole = back === 0 ? text.replace(/[\p{L}\p{N}_$]+$/u, '') : text;
    // The last name of a line is the nearest.
    for (const name of [...termsOf(whole)].reverse()) {
      if (found.size >= symbolReach.symbols) return [...found.values()];
      const character = whole.search(new RegExp(`(?<![\\p{L}\\p{N}_$])${escaped(name)}(?![\\p{L}\\p{N}_$])`, 'u'));
      if (!found.has(name)) found.set(name, { name, line: line - back, character: Math.max(0, character) });
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
      const name = /[\p{L}_$][\p{L}\p{N}_$]*$/u.exec(text.slice(0, at));
      const start = prefix.length - prefix.lastIndexOf('\n') - 1 - text.length;
      return name ? { name: name[0], line, character: start + name.index } : undefined;
    }
  }
  return undefined;
}

function isComment(text: string): boolean {
  return /^\s*(?:\/\/|#|--|\*|\/\*)/.test(text);
}

function escaped(name: string): string {
  return name.replaceAll('$', '\\$');
}
