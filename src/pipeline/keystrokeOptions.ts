import type { Clock, Millis } from '../base/clock.ts';
import type { CompletionRequest, CompletionSource, LocalBasis } from '../domain/completion.ts';
import type { ModelRoute } from '../domain/route.ts';
import type { Predictions } from './predictions.ts';

/** What can be switched off, to measure what each is worth. Not a setting. */
export type Mechanism = 'reuse' | 'cache' | 'debounce' | 'speculation' | 'context' | 'earlyStop' | 'local';

/** Which of them are on; those that are not named are. */
export type Mechanisms = Partial<Readonly<Record<Mechanism, boolean>>>;

/** What is known of the backend that the next request would go to. */
export interface BackendNow {
  /** Its usual P50. */
  readonly usual: Millis;
  readonly isLoopback: boolean;
  /** How many requests its guard lets run at once, at this moment. */
  readonly limit: number;
  /** Healthy, with nothing else known of it. */
  readonly isHealthy: boolean;
}

/** What a keystroke passes through. */
export interface KeystrokeOptions {
  readonly clock: Clock;
  readonly route: ModelRoute;
  readonly predictions: Predictions;
  /** The sources whose known texts may be served now, best first: `backend | model | prompt format`. */
  readonly cacheKeys: () => readonly string[];
  readonly keyOfSource: (sourceId: string) => string | undefined;
  /** `undefined`: none may be asked. */
  readonly backend: () => BackendNow | undefined;
  /** Makes a text fit for a place it was not made for; '' when nothing of it fits. */
  readonly clean: (text: string, request: CompletionRequest, sourceId: string) => string;
  /** Adds what other files know. Within its own time; never rejects. Default: nothing is added. */
  readonly gather?: (request: CompletionRequest, signal: AbortSignal) => Promise<CompletionRequest>;
  /** Texts that need no model, for who asks by hand. Default: none. */
  readonly local?: CompletionSource | undefined;
  /** The person took a local text, or did not want it. */
  readonly onVerdict?: (languageId: string, basis: LocalBasis, isTaken: boolean) => void;
  /** Whether anything may be asked ahead of the person now. Default: always. */
  readonly maySpeculate?: () => boolean;
  readonly mechanisms?: Mechanisms;
}
