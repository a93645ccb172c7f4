import type { CompletionRequest, CompletionSource } from '../domain/completion.ts';
import { contextRoom, shapePrompt } from './promptRoom.ts';
import { SteadyStart } from './steadyStart.ts';
import type { TokenMeter } from './tokenMeter.ts';

/**
 * A source whose requests are shaped for one model: context within its budget of tokens, a suffix that is not read anew at length, and a
 * prefix that begins where it began before.
 *
 * @param meter learns from what the server counts
 */
export function withPromptRoom(source: CompletionSource, meter: TokenMeter): CompletionSource {
  const start = new SteadyStart();
  return {
    id: source.id,
    async complete(request, call) {
      const shaped = shapePrompt(request, Infinity, contextRoom(meter), (prefix, room) => start.startOf(request.documentId, prefix, room));
      const outcome = await source.complete(shaped, call);
      if (outcome.ok) meter.measure(lengthOf(shaped), outcome.usage?.promptTokens);
      return outcome;
    },
  };
}

function lengthOf({ prefix, suffix, context = [] }: CompletionRequest): number {
  return context.reduce((sum, { path, text }) => sum + path.length + text.length, prefix.length + suffix.length);
}
