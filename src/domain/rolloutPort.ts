import type { Event } from '../base/event.ts';
import type { CompletionRequest, Outcome } from './completion.ts';
import type { Arm } from './rollout.ts';

/** What the engine has to build for a rollout: one more model beside a backend of the route. Plain data, so that plans can be compared. */
export interface CandidatePlan {
  /** Name of the backend whose requests the candidate gets a share of. */
  readonly baseline: string;
  /** Source id of the candidate. */
  readonly sourceId: string;
  /** Name of the backend that the candidate is asked at; its address, key and boundary are those of that backend. */
  readonly backend: string;
  readonly model: string;
  /** How its prompts are put, where that is not as with the backend. */
  readonly fim?: string;
  /** Its answers are at most so long, in tokens. */
  readonly maxTokens?: number;
}

/** A request that the baseline has answered, and the way to ask the candidate for the same. Held until the copy has ended. */
export interface ShadowOffer {
  readonly request: CompletionRequest;
  /** What the baseline said, made fit to be shown. */
  readonly text: string;
  /** Asks the candidate for the same, nobody sees the answer; made fit to be shown like the other. Never rejects. */
  ask(signal: AbortSignal): Promise<Outcome>;
}

/** A running rollout as the engine sees it. All of it is read on the keystroke path: it answers from memory and never throws. */
export interface RolloutPort {
  /** Which version is asked first. The same request always gets the same answer while nothing is decided. */
  armFor(request: Pick<CompletionRequest, 'id' | 'languageId' | 'trigger'>): Arm;
  /** Whether texts of the candidate may be shown. */
  readonly isShown: boolean;
  /** The candidate was taken back: what runs on it ends now. */
  readonly onDidStop: Event<void>;
  /** The baseline has answered; whether the candidate is asked too is up to the rollout. Returns at once. */
  answered(offer: ShadowOffer): void;
}
