import type { LocalVoter } from '../domain/completion.ts';
import type { ServedFrom } from '../domain/snapshot.ts';
import { oneLine } from './plainText.ts';

const voterWords: Readonly<Record<LocalVoter, string>> = {
  document: 'copied from this file',
  near: 'copied from a file nearby',
  elsewhere: 'copied from another file',
  snippet: 'a snippet',
  template: 'a template of the language',
  closer: 'closes what is open',
};

/** Where a suggestion came from, and of a local one how sure it was. */
export function lastText({ origin, sourceId, basis }: ServedFrom): string {
  if (basis) return `local (${voterWords[basis.voter]}), ${Math.round(100 * basis.chance)} % sure`;
  const name = oneLine(sourceId, 60);
  return origin === 'cache' ? `${name}, from the cache` : name;
}
