import type { CompletionRequest } from '../domain/completion.ts';

/** Where the text goes, in the chat's words. */
const mark = '<|cursor|>';

/** The request as a chat, for models that only talk, and when their answer is enough. */
export function formatInsertion(request: CompletionRequest): { system: string; user: string; isEnough: (soFar: string) => boolean } {
  const wanted = request.shape === 'line' ? 'the rest of the line' : 'the rest of the block';
  return {
    system: `You complete ${request.languageId} code. Answer with the text that stands at ${mark} and nothing else: ${wanted}. No explanation, no Markdown, nothing that stands before or after ${mark} already.`,
    user: `File ${request.path}:\n${request.prefix}${mark}${request.suffix}`,
    isEnough: (soFar) => request.shape === 'line' && /^\s*[^\s`][^\n]*\n/.test(soFar),
  };
}
