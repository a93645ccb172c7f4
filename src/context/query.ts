import type { CompletionRequest } from '../domain/completion.ts';
import { placesOfTerms, startOfLastWord } from './terms.ts';

/** How far around the cursor the names are looked at that other text is compared with, in UTF-16 units. */
export const queryReach = { prefix: 1500, suffix: 400 } as const;

/** The lines nearest to the cursor count twice. */
const nearLines = 3;

/** The names around the cursor with their weights. The word that is being typed is none yet. */
export function namesAround({ prefix, suffix }: Pick<CompletionRequest, 'prefix' | 'suffix'>): Map<string, number> {
  const reached = prefix.slice(-queryReach.prefix);
  const before = reached.slice(0, startOfLastWord(reached));
  const near = before.split('\n').slice(-nearLines).join('\n');
  const weights = new Map<string, number>();
  for (const term of placesOfTerms(before).keys()) weights.set(term, 1);
  for (const term of placesOfTerms(suffix.slice(0, queryReach.suffix)).keys()) weights.set(term, 1);
  for (const term of placesOfTerms(near).keys()) weights.set(term, 2);
  return weights;
}
