import { editDistance } from '../domain/editDistance.ts';

/** The name that somebody most likely meant; `undefined` when none is near: at most a third of it is wrong. */
export function nearestOf(given: string, names: Iterable<string>): string | undefined {
  let best: { readonly name: string; readonly distance: number } | undefined;
  for (const name of names) {
    const distance = editDistance(given.toLowerCase(), name.toLowerCase());
    if (distance <= Math.max(1, Math.floor(name.length / 3)) && (best === undefined || distance < best.distance)) best = { name, distance };
  }
  return best?.name;
}

/** The same as the end of a sentence: `; did you mean --settings?`, or nothing. */
export function suggestion(given: string, names: Iterable<string>, before = ''): string {
  const nearest = nearestOf(given, names);
  return nearest === undefined ? '' : `; did you mean ${before}${nearest}?`;
}
