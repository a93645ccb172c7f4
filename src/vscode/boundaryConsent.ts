import { Emitter } from '../base/event.ts';
import { type Logger, messageOf } from '../base/logger.ts';
import type { BoundaryConsent, ConsentAnswer } from '../domain/service.ts';

/** The part of the editor's `Memento` that is used: the workspace's own. */
export interface WorkspaceState {
  get(key: string): unknown;
  update(key: string, value: unknown): PromiseLike<void>;
}

/** The person's answers about the data boundary, for this workspace. */
export interface BoundaryConsentStore extends BoundaryConsent {
  set(boundary: string, answer: Exclude<ConsentAnswer, 'undecided'>): void;
  /** True once the person has seen the question about it, answered or closed. */
  wasAsked(boundary: string): boolean;
  closed(boundary: string): void;
  dispose(): void;
}

/** Name of the entry in the workspace's state. */
export const consentKey = 'failsoft.dataBoundary';

/** `closed`: the question was closed without an answer. */
type Kept = 'allowed' | 'denied' | 'closed';

/**
 * Reads the answers once and keeps them in memory and in the workspace's state. What stands there in another form counts as no
 * answer: then nothing is sent.
 */
export function createBoundaryConsent(state: WorkspaceState, logger: Logger): BoundaryConsentStore {
  const kept = new Map(readKept(state.get(consentKey)));
  const changed = new Emitter<string>((error) => logger.error(`data boundary: ${messageOf(error)}`));
  const keep = (boundary: string, answer: Kept): void => {
    kept.set(boundary, answer);
    logger.info(`data boundary: ${boundary} ${answer}`);
    state.update(consentKey, Object.fromEntries(kept)).then(undefined, (error: unknown) => {
      // It holds for this window all the same.
      logger.error(`data boundary: the answer could not be kept: ${messageOf(error)}`);
    });
    changed.fire(boundary);
  };
  return {
    answerFor(boundary) {
      const answer = kept.get(boundary);
      return answer === 'allowed' || answer === 'denied' ? answer : 'undecided';
    },
    onDidChange: changed.event,
    set: keep,
    wasAsked: (boundary) => kept.has(boundary),
    closed: (boundary) => keep(boundary, 'closed'),
    dispose: () => changed.dispose(),
  };
}

function readKept(value: unknown): [string, Kept][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).filter((entry): entry is [string, Kept] => ['allowed', 'denied', 'closed'].includes(entry[1] as string));
}
