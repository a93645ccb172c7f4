import { nearestName } from '../domain/nearestName.ts';

/** The name that was probably meant as the end of a sentence: `; did you mean --settings?`, or nothing. */
export function suggestion(given: string, names: Iterable<string>, before = ''): string {
  const nearest = nearestName(given, names);
  return nearest === undefined ? '' : `; did you mean ${before}${nearest}?`;
}
