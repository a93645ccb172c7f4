import type { Clock, Disposable } from '../base/clock.ts';
import type { Attempt } from '../domain/attempt.ts';
import type { EngineMemory } from '../domain/service.ts';
import type { RetirementSuspicion } from '../domain/snapshot.ts';
import { RecordMemory } from './recordMemory.ts';
import { emptyRecord, evidenceIn, isForgotten, type RetirementRecord, withAttempt, withShutdown } from './retirement.ts';
import { parseRecord } from './retirementRecord.ts';
import { shutdownDateIn } from './shutdownDate.ts';

/** What one backend's health knows of a coming end. */
export interface RetirementWatch {
  add(attempt: Attempt): void;
  /** @param list the parsed answer of `GET /v1/models`, whatever it is */
  listed(list: unknown): void;
  suspicion(): RetirementSuspicion | undefined;
}

/** The records of all backends. Of several windows the last to write wins; a suspicion over days can bear it. */
export class RetirementMemory implements Disposable {
  readonly #clock: Clock;
  readonly #records: RecordMemory<RetirementRecord>;

  constructor(clock: Clock, memory?: EngineMemory) {
    this.#clock = clock;
    this.#records = new RecordMemory(clock, memory, { version: 1, empty: emptyRecord, parse: parseRecord, isForgotten });
  }

  /** @param origin where the backend is; its name may change */
  watch(origin: string, model: string): RetirementWatch {
    const key = `${origin} ${model}`;
    return {
      add: (attempt) => this.#records.update(key, (record) => withAttempt(record, attempt, this.#clock.now())),
      listed: (list) => this.#records.update(key, (record) => withShutdown(record, shutdownDateIn(list, model))),
      suspicion: () => {
        const evidence = evidenceIn(this.#records.get(key), this.#clock.now());
        return evidence.length === 0 ? undefined : { evidence };
      },
    };
  }

  /** Writes what has not been written yet. */
  dispose(): void {
    this.#records.dispose();
  }
}
