import { failed, type CompletionRequest, type CompletionSource, type Outcome } from '../../../src/domain/completion.ts';
import { blockEnd } from '../../../src/pipeline/blockEnd.ts';
import { wait } from './modelledBackend.ts';

/** How long the plain client waits after each key, in ms. */
export const plainDebounce = 300;

/**
 * What Failsoft is compared with: waits after each key, asks anew, gives up at the next key. It neither reuses nor keeps anything. It
 * has Failsoft's block ends, and ends its requests there, so that only when it asks makes the difference.
 */
export function plainClient(backend: CompletionSource): CompletionSource {
  return {
    id: 'plain',
    async complete(request, call) {
      if (!(await wait(plainDebounce, call.signal))) return failed({ kind: 'cancelled', message: 'typed on' });
      const enough = (soFar: string): number | undefined => blockEnd(soFar, request, false);
      return shownText(await backend.complete(request, { ...call, enough }), request);
    },
  };
}

function shownText(outcome: Outcome, request: CompletionRequest): Outcome {
  if (!outcome.ok) return outcome;
  const end = blockEnd(outcome.text, request, true);
  return { ...outcome, text: outcome.text.slice(0, end).trimEnd() };
}
