import type { EpochMillis, Millis } from '../base/clock.ts';
import type { FailureKind } from './failure.ts';

/** How far an attempt got. The order is the order of events. */
export type Stage = 'waiting' | 'connected' | 'headers' | 'text' | 'done';

/** Why time passed that was nobody's fault but this machine's. */
export type Interruption = 'asleep' | 'blocked';

/** How an attempt ended: with text, with an orderly empty answer, or with one of the failures. */
export type AttemptOutcome = 'ok' | 'empty' | FailureKind;

/**
 * One call of one source, after it ended. Everything that is known about health, rollout and incidents is a fold over these.
 * Invariant: holds no source text and no key, so it may be written to disk.
 */
export interface Attempt {
  /** When it began. */
  readonly at: EpochMillis;
  readonly requestId: string;
  readonly sourceId: string;
  readonly model: string;
  /** A person's keystroke, a person's explicit trigger, or the breaker's own probe. */
  readonly trigger: 'automatic' | 'manual' | 'probe';
  /** Asked ahead of the person, for what follows a text on the screen. */
  readonly speculative?: boolean;
  /** A copy of a request that another model answered; nobody saw what this one said. */
  readonly isShadow?: boolean;
  readonly outcome: AttemptOutcome;
  /** From the call to its end. */
  readonly elapsed: Millis;
  /** True when `elapsed` is only a lower bound of the latency: it was cancelled or ran into a deadline (law 2). */
  readonly censored: boolean;
  /**
   * This machine slept, or its extension host stood still, during the attempt or just before it: what it waited for says nothing about
   * the backend, and no silence or broken connection is blamed on it.
   */
  readonly interrupted?: Interruption;
  /** From the call to the first real text. */
  readonly firstTextAfter?: Millis;
  readonly stage: Stage;
  /** Bytes received. */
  readonly bytes: number;
  readonly completionTokens?: number;
  readonly status?: number;
  /** The provider's code or type of a failure, cut to 60 characters. */
  readonly code?: string;
  /** The provider's request id. */
  readonly providerRequestId?: string;
  /** What the answer said about the end of its model, in our own words; ≤ 200 printable ASCII characters. */
  readonly deprecation?: string;
  /** Source id of the backend that was asked beside this one and answered first; this one was then given up. */
  readonly overtakenBy?: string;
  /** One line of reason for a person when it failed; may quote the server, so it is for the screen and not for the disk. */
  readonly reason?: string;
}

/** Whether its bad end is this machine's doing. What a server answered is the server's word, whenever it came. */
export function isInterrupted({ interrupted, outcome }: Pick<Attempt, 'interrupted' | 'outcome'>): boolean {
  return interrupted !== undefined && (outcome === 'timeout' || outcome === 'network' || outcome === 'cancelled');
}
