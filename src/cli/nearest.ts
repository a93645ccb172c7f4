import { editDistance } from '../domain/editDistance.ts';

/** Two letters that changed places are two edits; in a short word they are another word. */
const allowedEdits = (name: string): number => (name.length <= 3 ? 1 : Math.max(2, Math.floor(name.length / 3)));

/** The name that somebody most likely meant; `undefined` when none is near. */
export function nearestOf(given: string, names: Iterable<string>): string | undefined {
  let best: { readonly name: string; readonly distance: number } | undefined;
  for (const name of names) {
    const distance = editDistance(given.toLowerCase(), name.toLowerCase());
    if (distance <= allowedEdits(name) && (best === undefined || distance < best.distance)) best = { name, distance };
  }
  return best?.name;
}

/** The same as the end of a sentence: `; did you mean --settings?`, or nothing. */
export function suggestion(given: string, names: Iterable<string>, before = ''): string {
  const nearest = nearestOf(given, names);
  return nearest === undefined ? '' : `; did you mean ${before}${nearest}?`;
}
