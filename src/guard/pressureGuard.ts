import type { Disposable } from '../base/clock.ts';
import { type Event, Emitter } from '../base/event.ts';
import { type Logger, messageOf } from '../base/logger.ts';
import type { ByteStore } from '../domain/byteStore.ts';
import type { Pressure, PressurePort } from '../domain/pressure.ts';
import type { ProcessRecord } from '../domain/record.ts';
import type { PressureWatch, PressureWatchPorts } from './pressureWatch.ts';

/** Keys before the code of the watch is loaded: whatever is loaded with the first one comes first. */
export const keysBeforeWatch = 20;

/** Makes the watch. */
export type CreateWatch = (ports: Omit<PressureWatchPorts, 'clock' | 'figures'>) => PressureWatch;

/** What the guard needs. */
export interface PressureGuardOptions {
  readonly logger: Logger;
  /** Loads the code of the watch; called once. */
  readonly load: () => Promise<CreateWatch>;
  readonly indexBytes: () => number;
}

/** Knows the stores from the start, and watches as soon as somebody has typed a little. Outlives the engine, whose stores it counts. */
export class PressureGuard implements PressurePort, Disposable {
  readonly #stores = new Set<ByteStore>();
  readonly #options: PressureGuardOptions;
  readonly #changed = new Emitter<Pressure | undefined>();
  readonly #recorded = new Emitter<ProcessRecord>();
  #watch: PressureWatch | undefined;
  #keys = 0;
  #isDisposed = false;
  readonly onDidChange: Event<Pressure | undefined> = this.#changed.event;
  /** What the extension host looks like, at most once a minute and only while somebody types: for the journal. */
  readonly onDidRecord: Event<ProcessRecord> = this.#recorded.event;

  constructor(options: PressureGuardOptions) {
    this.#options = options;
  }

  get pressure(): Pressure | undefined {
    return this.#watch?.pressure;
  }

  register(store: ByteStore): Disposable {
    this.#stores.add(store);
    return { dispose: () => this.#stores.delete(store) };
  }

  typed(): void {
    this.#watch?.typed();
    this.#keys += 1;
    if (this.#keys === keysBeforeWatch) void this.#start();
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#watch?.dispose();
    this.#changed.dispose();
    this.#recorded.dispose();
  }

  async #start(): Promise<void> {
    const { load, logger, indexBytes } = this.#options;
    try {
      const create = await load();
      if (this.#isDisposed) return;
      this.#watch = create({
        stores: this.#stores,
        indexBytes,
        onDidChange: (pressure) => {
          logger.info(`pressure: ${pressure ? `${pressure.level}, ${pressure.relief}: ${pressure.reason}` : 'over'}`);
          this.#changed.fire(pressure);
        },
        onDidRecord: (record) => this.#recorded.fire(record),
      });
    } catch (error) {
      logger.error(`pressure: nobody watches over the memory: ${messageOf(error)}`);
    }
  }
}
