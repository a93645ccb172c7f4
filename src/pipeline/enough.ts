import type { CompletionRequest, Enough } from '../domain/completion.ts';
import { blockEnd } from './blockEnd.ts';
import { codeSpan } from './leadIn.ts';

/**
 * Where the text of a model that still comes is enough: at the end of the line or of the block that was asked for. What stands ahead
 * of the code, such as a thought, is waited for.
 */
export function enoughFor(request: CompletionRequest): Enough {
  return (soFar) => {
    const span = codeSpan(soFar, request);
    if (!span) return undefined;
    const end = blockEnd(soFar.slice(span.start, span.end), request, false);
    return end === undefined ? span.end : span.start + end;
  };
}
