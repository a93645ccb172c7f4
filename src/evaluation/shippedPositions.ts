import { textHash } from '../base/textHash.ts';
import type { Position } from './benchmarkTypes.ts';
import { csharpSnippets } from './shipped/csharp.ts';
import { goSnippets } from './shipped/go.ts';
import { javaSnippets } from './shipped/java.ts';
import { javascriptSnippets } from './shipped/javascript.ts';
import { pythonSnippets } from './shipped/python.ts';
import { rubySnippets } from './shipped/ruby.ts';
import { rustSnippets } from './shipped/rust.ts';
import { typescriptSnippets } from './shipped/typescript.ts';

/** The snippets that come with us: short programs, written for this purpose, in which `⟦…⟧` marks what is taken out. */
const sets: readonly { readonly languageId: string; readonly ending: string; readonly snippets: readonly string[] }[] = [
  { languageId: 'typescript', ending: 'ts', snippets: typescriptSnippets },
  { languageId: 'javascript', ending: 'js', snippets: javascriptSnippets },
  { languageId: 'python', ending: 'py', snippets: pythonSnippets },
  { languageId: 'go', ending: 'go', snippets: goSnippets },
  { languageId: 'java', ending: 'java', snippets: javaSnippets },
  { languageId: 'rust', ending: 'rs', snippets: rustSnippets },
  { languageId: 'csharp', ending: 'cs', snippets: csharpSnippets },
  { languageId: 'ruby', ending: 'rb', snippets: rubySnippets },
];

/** How many snippets there are. */
export const shippedSnippetCount = sets.reduce((sum, { snippets }) => sum + snippets.length, 0);

/**
 * Positions in the shipped snippets.
 *
 * @param count at most so many; with fewer than there are, the seed says which
 */
export function shippedPositions(count: number, seed: number): readonly Position[] {
  const all = sets.flatMap(({ languageId, ending, snippets }) =>
    snippets.flatMap((snippet, index) => holesOf(snippet, languageId, `${languageId}${index + 1}.${ending}`)),
  );
  const rank = (position: Position): number => textHash(`${seed} ${position.id}`);
  return all.length <= count ? all : all.sort((left, right) => rank(left) - rank(right)).slice(0, count);
}

const hole = /⟦([\s\S]*?)⟧/g;

/** One position per hole; the other holes are filled. */
function holesOf(snippet: string, languageId: string, path: string): Position[] {
  const plain = (text: string): string => text.replace(hole, '$1');
  const text = `${snippet.trim()}\n`;
  return [...text.matchAll(hole)].map((match, index) => ({
    id: `shipped ${path} ${index + 1}`,
    set: 'shipped',
    languageId,
    path,
    prefix: plain(text.slice(0, match.index)),
    suffix: plain(text.slice(match.index + match[0].length)),
    expected: match[1] ?? '',
  }));
}
