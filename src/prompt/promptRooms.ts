import type { CompletionRequest, CompletionSource } from '../domain/completion.ts';
import { contextRoom, shapePrompt } from './promptRoom.ts';
import { SteadyStart } from './steadyStart.ts';
import { TokenMeter } from './tokenMeter.ts';

/** The room in the prompts of each source: a source has one model, and its own count of tokens. */
export class PromptRooms {
  readonly #meters = new Map<string, TokenMeter>();

  /**
   * A source whose requests are shaped for its model: context within the budget of tokens, a suffix that is not read anew at length, and
   * a prefix that begins where it began before. It learns from what the server counts.
   */
  wrap(source: CompletionSource): CompletionSource {
    const meter = new TokenMeter();
    const start = new SteadyStart();
    this.#meters.set(source.id, meter);
    return {
      id: source.id,
      async complete(request, call) {
        const startOf = (prefix: string, room: number): number => start.startOf(request.documentId, prefix, room);
        const shaped = shapePrompt(request, Infinity, contextRoom(meter), startOf);
        const outcome = await source.complete(shaped, call);
        if (outcome.ok) meter.measure(lengthOf(shaped), outcome.usage?.promptTokens);
        return outcome;
      },
    };
  }

  /** Room for the context of a prompt for this source, in UTF-16 units; 0 for a source that is not known. */
  contextRoom(sourceId: string): number {
    const meter = this.#meters.get(sourceId);
    return meter ? contextRoom(meter) : 0;
  }
}

function lengthOf({ prefix, suffix, context = [] }: CompletionRequest): number {
  return context.reduce((sum, { path, text }) => sum + path.length + text.length, prefix.length + suffix.length);
}
