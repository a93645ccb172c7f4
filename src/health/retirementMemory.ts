import type { Clock, Disposable, Millis } from '../base/clock.ts';
import type { Attempt } from '../domain/attempt.ts';
import type { EngineMemory } from '../domain/service.ts';
import type { RetirementSuspicion } from '../domain/snapshot.ts';
import { emptyRecord, evidenceIn, isForgotten, type RetirementRecord, withAttempt, withShutdown } from './retirement.ts';
import { isObject, parseRecord } from './retirementRecord.ts';
import { shutdownDateIn } from './shutdownDate.ts';

/** Bounds of what is kept between sessions. */
export const memoryDefaults = {
  /** Written at most this often, and at the end. */
  writeInterval: 60_000 as Millis,
  /** (backend, model) pairs; the longest unused goes first. */
  maximumRecords: 32,
} as const;

/** What one backend's health knows of a coming end. */
export interface RetirementWatch {
  add(attempt: Attempt): void;
  /** @param list the parsed answer of `GET /v1/models`, whatever it is */
  listed(list: unknown): void;
  suspicion(): RetirementSuspicion | undefined;
}

const version = 1;

/**
 * The records of all backends, also between sessions. Read at first use and not before, so that a service that takes over from
 * another one finds what that one wrote at its end. Of several windows the last to write wins; a suspicion over days can bear it.
 */
export class RetirementMemory implements Disposable {
  readonly #clock: Clock;
  readonly #memory: EngineMemory | undefined;
  /** In the order of use, the latest last. */
  #records: Map<string, RetirementRecord> | undefined;
  #timer: Disposable | undefined;

  constructor(clock: Clock, memory?: EngineMemory) {
    this.#clock = clock;
    this.#memory = memory;
  }

  /** @param origin where the backend is; its name may change */
  watch(origin: string, model: string): RetirementWatch {
    const key = `${origin} ${model}`;
    return {
      add: (attempt) => this.#update(key, (record) => withAttempt(record, attempt, this.#clock.now())),
      listed: (list) => this.#update(key, (record) => withShutdown(record, shutdownDateIn(list, model))),
      suspicion: () => {
        const evidence = evidenceIn(this.#load().get(key) ?? emptyRecord, this.#clock.now());
        return evidence.length === 0 ? undefined : { evidence };
      },
    };
  }

  /** Writes what has not been written yet. */
  dispose(): void {
    if (this.#timer) this.#write();
  }

  #update(key: string, change: (record: RetirementRecord) => RetirementRecord): void {
    const records = this.#load();
    const before = records.get(key) ?? emptyRecord;
    const after = change(before);
    if (after === before) return;
    records.delete(key);
    records.set(key, after);
    if (this.#memory) this.#timer ??= this.#clock.after(memoryDefaults.writeInterval, () => this.#write());
  }

  #load(): Map<string, RetirementRecord> {
    if (this.#records) return this.#records;
    const stored = this.#memory?.read();
    const records = isObject(stored) && stored['version'] === version && Array.isArray(stored['records']) ? stored['records'] : [];
    this.#records = new Map(
      records.slice(-memoryDefaults.maximumRecords).flatMap((entry: unknown): [string, RetirementRecord][] => {
        const key: unknown = Array.isArray(entry) ? entry[0] : undefined;
        return typeof key === 'string' ? [[key, parseRecord((entry as readonly unknown[])[1])]] : [];
      }),
    );
    return this.#records;
  }

  #write(): void {
    this.#timer?.dispose();
    this.#timer = undefined;
    const now = this.#clock.now();
    const records = [...this.#load()].filter(([, record]) => !isForgotten(record, now)).slice(-memoryDefaults.maximumRecords);
    this.#memory?.write({ version, records });
  }
}
