import type { Event } from './base/event.ts';
import type { CompletionRequest, Outcome } from './domain/completion.ts';
import { failed } from './domain/completion.ts';
import { CancelledByEditor } from './domain/failure.ts';
import type { GuardedSource } from './domain/guarded.ts';
import type { CandidatePlan, RolloutPort } from './domain/rolloutPort.ts';
import { createMember, type MemberPorts, type Shared } from './member.ts';
import type { RouterOptions } from './router/router.ts';
import type { Member } from './service.ts';
import type { BackendSettings, FimFormat, Settings } from './settings/settings.ts';

/** The candidate of a rollout, built beside the backends of the route. */
export interface Candidate {
  readonly member: Member;
  /** For the router: who is asked, and what is told of an answer. */
  readonly steps: Pick<RouterOptions, 'arms' | 'onAnswered'>;
}

/** The backend that a candidate is; `undefined` when its own backend or the baseline is not configured. */
export function candidateBackend(backends: readonly BackendSettings[], plan: CandidatePlan | undefined): BackendSettings | undefined {
  const backend = backends.find(({ name }) => name === plan?.backend);
  if (!plan || !backend || !backends.some(({ name }) => name === plan.baseline)) return undefined;
  // The policy was checked when it was read.
  const fim = (plan.fim as FimFormat | undefined) ?? backend.fim;
  return { ...backend, name: plan.sourceId, model: plan.model, fim };
}

/** What of the world and of the engine a candidate touches. */
export interface CandidatePorts {
  readonly settings: Settings;
  readonly shared: Shared;
  readonly ports: MemberPorts & { readonly rollout?: RolloutPort };
  /** Makes its texts fit to be shown, as the router does. */
  readonly clean: (text: string, request: CompletionRequest, sourceId: string) => string;
}

/**
 * Builds the candidate: a member with a guard and a health of its own, so that nothing it does is held against the baseline. It is asked
 * before the baseline; where it fails, the baseline answers the same keystroke.
 */
export function createCandidate(
  backend: BackendSettings | undefined,
  plan: CandidatePlan | undefined,
  on: CandidatePorts,
): Candidate | undefined {
  const { rollout, keys } = on.ports;
  if (!backend || !plan || !rollout) return undefined;
  // The key belongs to the backend it was given for.
  const ownKeys = { get: (_name: string, origin: string) => keys.get(plan.backend, origin) };
  const built = createMember(backend, on.settings, on.shared, { ...on.ports, keys: ownKeys });
  const source = stoppable(built.source, rollout.onDidStop, plan.maxTokens);
  return { member: { ...built, source, isListed: () => rollout.isShown }, steps: stepsOf(source, plan.baseline, rollout, on.clean) };
}

function stepsOf(source: GuardedSource, baseline: string, rollout: RolloutPort, clean: CandidatePorts['clean']): Candidate['steps'] {
  return {
    arms: (asked, request) => (asked.id === baseline && rollout.armFor(request) === 'candidate' ? [source, asked] : [asked]),
    onAnswered(request, by, outcome) {
      if (by.id !== baseline || request.speculative || request.trigger !== 'automatic' || outcome.isPartial) return;
      const copy: CompletionRequest = { ...request, isShadow: true };
      const ask = async (signal: AbortSignal): Promise<Outcome> => {
        const said = await source.complete(copy, { signal });
        return said.ok ? { ...said, text: clean(said.text, copy, source.id) } : said;
      };
      rollout.answered({ request, text: outcome.text, ask });
    },
  };
}

/**
 * The source with a way to end everything that runs on it at once; to who waits that is a refusal, so the next one is asked. Its answers may
 * have a bound of their own, in tokens.
 */
export function stoppable(source: GuardedSource, onDidStop: Event<void>, maxTokens = Infinity): GuardedSource {
  const running = new Set<AbortController>();
  const stops = onDidStop(() => {
    for (const controller of running) controller.abort(new CancelledByEditor());
  });
  return {
    id: source.id,
    model: source.model,
    onDidAttempt: source.onDidAttempt,
    onDidChange: source.onDidChange,
    availability: () => source.availability(),
    snapshot: () => source.snapshot(),
    retryNow: () => source.retryNow(),
    probe: () => source.probe(),
    async complete(request, call) {
      const controller = new AbortController();
      running.add(controller);
      const asked = { ...request, maxTokens: Math.min(request.maxTokens, maxTokens) };
      const outcome = await source.complete(asked, { ...call, signal: AbortSignal.any([call.signal, controller.signal]) });
      running.delete(controller);
      return controller.signal.aborted && !call.signal.aborted ? stopped(outcome) : outcome;
    },
    dispose() {
      stops.dispose();
      source.dispose();
    },
  };
}

function stopped(outcome: Outcome): Outcome {
  return outcome.ok ? outcome : failed({ kind: 'refused', reason: 'disposed', message: 'taken back' });
}
