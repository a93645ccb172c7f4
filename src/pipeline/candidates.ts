import type { Completed } from '../domain/completion.ts';

/** So many texts at most are offered for one place; who has seen them all is not helped by one more. */
export const maximumCandidates = 5;

/**
 * One text with the others as its alternatives: the first that is left, then the rest, each once. Texts that differ only in white
 * space at their end count as one.
 *
 * @param isWanted false for a text that is not to be offered
 * @returns `undefined` when none is left
 */
export function candidatesOf(texts: readonly Completed[], isWanted: (text: string) => boolean): Completed | undefined {
  const seen = new Set<string>();
  const left = texts.filter(({ text }) => {
    const shown = text.trimEnd();
    if (shown.trim() === '' || seen.has(shown) || !isWanted(text)) return false;
    seen.add(shown);
    return true;
  });
  const [first, ...others] = left.slice(0, maximumCandidates).map(alone);
  return first && (others.length > 0 ? { ...first, alternatives: others } : first);
}

/** The text without its alternatives. */
export function alone(completed: Completed): Completed {
  const copy: Omit<Completed, 'alternatives'> & { alternatives?: unknown } = { ...completed };
  delete copy.alternatives;
  return copy as Completed;
}
