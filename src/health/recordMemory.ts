import type { Clock, Disposable, EpochMillis, Millis } from '../base/clock.ts';
import type { EngineMemory } from '../domain/service.ts';
import { isObject } from './retirementRecord.ts';

/** Bounds of what is kept between sessions. */
export const memoryDefaults = {
  /** Written at most this often, and at the end. */
  writeInterval: 60_000 as Millis,
  /** (backend, model) pairs; the longest unused goes first. */
  maximumRecords: 32,
} as const;

/** What one kind of record is. */
export interface RecordKind<Entry> {
  readonly version: number;
  readonly empty: Entry;
  /** Reads what an earlier session stored, whatever is there now. */
  parse(value: unknown): Entry;
  /** Whether nothing in it is of use any more. */
  isForgotten(entry: Entry, now: EpochMillis): boolean;
}

/**
 * One record for each (backend, model), also between sessions. Read at first use and not before, so that a service that takes over from
 * another one finds what that one wrote at its end. Of several windows the last to write wins. What is stored in another version or
 * cannot be read counts as not stored.
 */
export class RecordMemory<Entry> implements Disposable {
  readonly #clock: Clock;
  readonly #memory: EngineMemory | undefined;
  readonly #kind: RecordKind<Entry>;
  /** In the order of use, the latest last. */
  #records: Map<string, Entry> | undefined;
  #timer: Disposable | undefined;

  constructor(clock: Clock, memory: EngineMemory | undefined, kind: RecordKind<Entry>) {
    this.#clock = clock;
    this.#memory = memory;
    this.#kind = kind;
  }

  get(key: string): Entry {
    return this.#load().get(key) ?? this.#kind.empty;
  }

  /** @param change returns the same object where nothing is to be written */
  update(key: string, change: (entry: Entry) => Entry): void {
    const records = this.#load();
    const before = this.get(key);
    const after = change(before);
    if (after === before) return;
    records.delete(key);
    records.set(key, after);
    if (this.#memory) this.#timer ??= this.#clock.after(memoryDefaults.writeInterval, () => this.#write());
  }

  /** Writes what has not been written yet. */
  dispose(): void {
    if (this.#timer) this.#write();
  }

  #load(): Map<string, Entry> {
    if (this.#records) return this.#records;
    const stored = this.#memory?.read();
    const { version } = this.#kind;
    const records = isObject(stored) && stored['version'] === version && Array.isArray(stored['records']) ? stored['records'] : [];
    this.#records = new Map(
      records.slice(-memoryDefaults.maximumRecords).flatMap((entry: unknown): [string, Entry][] => {
        const key: unknown = Array.isArray(entry) ? entry[0] : undefined;
        return typeof key === 'string' ? [[key, this.#kind.parse((entry as readonly unknown[])[1])]] : [];
      }),
    );
    return this.#records;
  }

  #write(): void {
    this.#timer?.dispose();
    this.#timer = undefined;
    const now = this.#clock.now();
    const kept = [...this.#load()].filter(([, entry]) => !this.#kind.isForgotten(entry, now));
    this.#memory?.write({ version: this.#kind.version, records: kept.slice(-memoryDefaults.maximumRecords) });
  }
}
