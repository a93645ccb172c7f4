import type { LocalVoter, SnippetForm } from '../domain/completion.ts';
import { scopeAbove, scopeFolder } from './features.ts';
import type { Prediction } from './prediction.ts';
import type { SnippetMatch } from './snippetMatch.ts';

/** What one voter says. */
export interface Choice extends Prediction {
  readonly voter: LocalVoter;
  readonly snippet?: SnippetForm;
}

/**
 * How often the first line of a language template was what was typed, whatever stood in its placeholders; see docs/local-engine.md. For
 * other snippets nothing can be counted beforehand: whose name was typed is believed as much.
 */
export const snippetChances = { whole: 0.5, begun: 0.3 } as const;

/** What was copied, by where from. */
export function choiceOfCopied(copied: Prediction | undefined): Choice[] {
  if (copied === undefined || copied.text === '') return [];
  const { text, confidence, scope = scopeAbove } = copied;
  return [{ text, confidence, voter: scope < 2 ? 'document' : scope <= scopeFolder ? 'near' : 'elsewhere' }];
}

/** What a snippet adds, whole. */
export function choiceOfSnippet(match: SnippetMatch | undefined): Choice[] {
  if (match === undefined) return [];
  const { text, form, isWhole, voter } = match;
  const confidence = isWhole ? snippetChances.whole : snippetChances.begun;
  return [{ text, confidence, voter, ...(form ? { snippet: form } : {}) }];
}
