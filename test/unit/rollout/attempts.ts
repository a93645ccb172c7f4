import type { Attempt } from '../../../src/domain/attempt.ts';
import type { Observation, Observed } from '../../../src/domain/observation.ts';

/** An attempt that was answered in 100 ms, but for what is said. */
export function attemptOf(more: Partial<Attempt> = {}): Attempt {
  return {
    at: 1_000_000_000_000,
    requestId: 'r',
    sourceId: 'team',
    model: 'coder-2',
    trigger: 'automatic',
    outcome: 'ok',
    elapsed: 100,
    censored: false,
    stage: 'done',
    bytes: 10,
    ...more,
  };
}

/** Something that became of a text of a model in a TypeScript file. */
export function observationOf(observed: Observed, more: Partial<Observation> = {}): Observation {
  const facts = { id: 'r', languageId: 'typescript', origin: 'model', sourceId: 'team', trigger: 'automatic' } as const;
  return { ...facts, at: 1_000_000_000_000, ...observed, ...more } as Observation;
}
