import type { CompletionRequest, Enough } from '../domain/completion.ts';
import { blockEnd } from './blockEnd.ts';
import type { Filter } from './filter.ts';
import { codeSpan } from './leadIn.ts';

/** More is never shown: a block of 1024 tokens has some 4000 characters. In UTF-16 units. */
const longestText = 8192;

/**
 * Where the text of a model that still comes is enough: at the end of the line or of the block that was asked for. What stands ahead
 * of the code, such as a thought, is waited for; a server that writes on and on is left.
 */
export function enoughFor(request: CompletionRequest): Enough {
  return (soFar) => {
    const span = codeSpan(soFar, request);
    if (!span) return undefined;
    const code = soFar.slice(span.start, span.end);
    const end = blockEnd(bounded(code, request), request, false) ?? (code.length > longestText ? longestText : undefined);
    return end === undefined ? span.end : span.start + end;
  };
}

/** Up to the last line end within a length that a person reads, so that what comes after has little to do whatever a server sends. */
export const bounded: Filter = (text) => {
  if (text.length <= longestText) return text;
  const end = text.lastIndexOf('\n', longestText);
  return text.slice(0, end < 0 ? longestText : end).trimEnd();
};
