import { editDistance } from './editDistance.ts';

/** Two letters that changed places are two edits; in a short word they are another word. */
const allowedEdits = (name: string): number => (name.length <= 3 ? 1 : Math.max(2, Math.floor(name.length / 3)));

/** The name that somebody most likely meant, whatever its case; `undefined` when none is near. */
export function nearestName(given: string, names: Iterable<string>): string | undefined {
  let best: { readonly name: string; readonly distance: number } | undefined;
  for (const name of names) {
    // Nobody mistypes a name to three times its length, and nothing long is compared.
    if (given.length > 3 * name.length) continue;
    const distance = editDistance(name.toLowerCase(), given.toLowerCase());
    if (distance <= allowedEdits(name) && (best === undefined || distance < best.distance)) best = { name, distance };
  }
  return best?.name;
}
