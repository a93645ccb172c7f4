import type { BenchEngine } from './benchEngine.ts';

const wordCharacter = /[A-Za-z0-9_$]/;

/** What the editor's own word suggestions would put first: the nearest word of the document that begins as the typed one does. */
export function wordEngine(): BenchEngine {
  return {
    index: () => undefined,
    update: () => undefined,
    complete({ prefix, suffix }) {
      const begun = /[A-Za-z_$][\w$]*$/.exec(prefix.slice(-100))?.[0];
      if (begun === undefined || begun.length < 2) return undefined;
      const before = prefix.slice(0, prefix.length - begun.length);
      const found = lastWord(before, begun) ?? firstWord(suffix, begun);
      return found === undefined ? undefined : { text: found.slice(begun.length), confidence: begun.length / found.length };
    },
  };
}

function wordAt(text: string, at: number, begun: string): string | undefined {
  if (at > 0 && wordCharacter.test(text.charAt(at - 1))) return undefined;
  let end = at + begun.length;
  while (end < text.length && wordCharacter.test(text.charAt(end))) end += 1;
  return end > at + begun.length ? text.slice(at, end) : undefined;
}

function lastWord(text: string, begun: string): string | undefined {
  for (let at = text.lastIndexOf(begun); at >= 0; at = at === 0 ? -1 : text.lastIndexOf(begun, at - 1)) {
    const word = wordAt(text, at, begun);
    if (word !== undefined) return word;
  }
  return undefined;
}

function firstWord(text: string, begun: string): string | undefined {
  for (let at = text.indexOf(begun); at >= 0; at = text.indexOf(begun, at + 1)) {
    const word = wordAt(text, at, begun);
    if (word !== undefined) return word;
  }
  return undefined;
}

/** Characters by which lines of the workspace are found. */
const keyLength = 3;

/**
 * The most recent line with the same beginning: in the document upward, then below, then in the workspace. On an empty line, what
 * came after the last line that is like the one above.
 */
export function lineEngine(): BenchEngine {
  /** Lines by their first characters, the newest last. */
  const lines = new Map<string, Set<string>>();
  const following = new Map<string, string>();
  const add = (text: string): void => {
    let before = '';
    for (const raw of text.split('\n')) {
      const line = raw.trim();
      if (line === '') continue;
      if (before !== '') following.set(before, line);
      before = line;
      const key = line.slice(0, keyLength);
      const same = lines.get(key) ?? new Set();
      same.delete(line);
      same.add(line);
      lines.set(key, same);
    }
  };
  const sure = (known: number, whole: number): number => Math.min(1, known / whole);
  return {
    index: (_path, _languageId, text) => add(text),
    update: (_path, text) => (text === undefined ? undefined : add(text)),
    complete({ prefix, suffix }) {
      const above = prefix.split('\n');
      const typed = (above.pop() ?? '').trimStart();
      above.reverse();
      if (typed === '') {
        const past = above.map((line) => line.trim()).filter((line) => line !== '');
        const last = past[0];
        if (last === undefined) return undefined;
        const again = past.indexOf(last, 1);
        const next = again > 1 ? past[again - 1] : following.get(last);
        return next === undefined ? undefined : { text: next, confidence: Math.min(0.9, 0.2 + last.length / 100) };
      }
      for (const raw of [...above, ...suffix.split('\n')]) {
        const line = raw.trim();
        if (line.length > typed.length && line.startsWith(typed))
          return { text: line.slice(typed.length), confidence: sure(typed.length, line.length) };
      }
      if (typed.length < keyLength) return undefined;
      let found: string | undefined;
      for (const line of lines.get(typed.slice(0, keyLength)) ?? []) if (line.length > typed.length && line.startsWith(typed)) found = line;
      return found === undefined ? undefined : { text: found.slice(typed.length), confidence: 0.8 * sure(typed.length, found.length) };
    },
  };
}
