import type { CompletionCall, CompletionRequest, Outcome } from '../../src/domain/completion.ts';
import type { ModelRoute } from '../../src/domain/route.ts';

/** One keystroke on a route, with nothing before it: asks the models and serves what comes. */
export function answered(route: ModelRoute, request: CompletionRequest, call: CompletionCall): Promise<Outcome> {
  return route.serve(request, call, call.localOnly ? undefined : route.ask(request, call).outcome);
}
