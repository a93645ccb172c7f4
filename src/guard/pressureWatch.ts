import type { Clock, Disposable, EpochMillis, Millis } from '../base/clock.ts';
import type { LagFigures, LagMeter, ProcessFigures } from '../base/processFigures.ts';
import { type ByteStore, ledgerBytes } from '../domain/byteStore.ts';
import { type Pressure, type PressureCause, type PressureLevel, pressureLevels, type Relief } from '../domain/pressure.ts';
import type { ProcessRecord } from '../domain/record.ts';
import { ByteLedger } from './byteLedger.ts';
import { Growth } from './growth.ts';
import { LevelGate, type Thresholds } from './levelGate.ts';
import { reasonFor, type Seen } from './pressureWords.ts';

/** When it is looked, from where on what is scarce, and what is kept then; figures and reasons in docs/settings.md. */
export const pressureDefaults = {
  /** Between two looks while somebody types, in ms. */
  lookEvery: 5000,
  /** Between two looks at high and critical, whether somebody types or not, in ms. */
  lookEveryWhenHigh: 15_000,
  /** Without a key for so long nobody types, in ms. */
  idleAfter: 10_000,
  /** Between two records for the journal, in ms. */
  recordEvery: 60_000,
  /** High for so long although the caches are empty: no model is asked any more. In ms. */
  localOnlyAfter: 30_000,
  /** Of all that the stores may hold, what is left to them at elevated; 0…1. At high and critical nothing is. */
  keptWhenElevated: 0.25,
} as const;

/** From where on each figure means which level. */
export const pressureThresholds = {
  /** Share of the limit of the heap. */
  heap: { elevated: 0.6, high: 0.75, critical: 0.88 },
  /** Share of what our own stores may hold. */
  ledger: { elevated: 0.75 },
  /** Resident memory, in MB a minute. */
  growth: { elevated: 30 },
  /** How late the event loop is in one of a hundred of its rounds, in ms. */
  lag: { high: 250 },
} as const satisfies Record<PressureCause, Thresholds>;

/** Looks in a row that must find the event loop late: one is a project being opened. */
const lagLooks = 3;

/** What the watch looks at and whom it tells. */
export interface PressureWatchPorts {
  readonly clock: Clock;
  readonly figures: ProcessFigures;
  /** All stores of ours; they come and go. */
  readonly stores: ReadonlySet<ByteStore>;
  /** What the index of the local engine holds, in bytes; it has a bound and a thread of its own. */
  readonly indexBytes: () => number;
  /** Something has changed about it; `undefined`: nothing is scarce. */
  readonly onDidChange: (pressure: Pressure | undefined) => void;
  readonly onDidRecord: (record: ProcessRecord) => void;
}

/**
 * Looks at memory and time of the extension host while somebody types, and decides what is given up. In an idle editor no timer runs,
 * unless a level is held that somebody has to see the end of.
 */
export class PressureWatch implements Disposable {
  readonly #ports: PressureWatchPorts;
  readonly #gates: Readonly<Record<PressureCause, LevelGate>> = {
    heap: new LevelGate(pressureThresholds.heap),
    ledger: new LevelGate(pressureThresholds.ledger),
    growth: new LevelGate(pressureThresholds.growth),
    lag: new LevelGate(pressureThresholds.lag, lagLooks),
  };
  readonly #ledger: ByteLedger;
  readonly #growth = new Growth();
  #lag: LagMeter | undefined;
  #lagSince: LagFigures = { max: 0, p99: 0 };
  #typedAt: Millis = -Infinity;
  #lookedAt: Millis;
  #recordedAt: Millis = -Infinity;
  #idle: Disposable | undefined;
  #look: Disposable | undefined;
  #level: PressureLevel = 'normal';
  #since: EpochMillis = 0;
  /** Monotonic time since which memory is high or worse. */
  #highSince: Millis | undefined;
  #pressure: Pressure | undefined;

  constructor(ports: PressureWatchPorts) {
    this.#ports = ports;
    this.#ledger = new ByteLedger(ports.stores);
    // The first figures are those of the start, with everybody's loading in them.
    this.#lookedAt = ports.clock.monotonic();
  }

  /** With the figures of the last look. */
  get pressure(): Pressure | undefined {
    return this.#pressure;
  }

  /** A key was pressed. */
  typed(): void {
    const { clock, figures } = this.#ports;
    this.#typedAt = clock.monotonic();
    this.#lag ??= figures.startLag();
    if (!this.#idle) this.#waitForIdle(pressureDefaults.idleAfter);
    if (this.#typedAt - this.#lookedAt < pressureDefaults.lookEvery) return;
    this.#lookedAt = this.#typedAt;
    this.#look?.dispose();
    // Not within the keystroke.
    this.#look = clock.after(0, () => this.look());
  }

  /** Looks now. */
  look(): void {
    const { clock, figures } = this.#ports;
    const now = clock.monotonic();
    this.#lookedAt = now;
    const memory = figures.memory();
    const lag = this.#lag?.take();
    if (lag) this.#lagSince = { max: Math.max(lag.max, this.#lagSince.max), p99: Math.max(lag.p99, this.#lagSince.p99) };
    this.#ledger.keepShares();
    this.#growth.add(now, memory.rss);
    const seen: Seen = { memory, ledger: this.#ledger.total, growth: (this.#growth.perMinute ?? 0) / 1024 / 1024, lag: lag?.p99 ?? 0 };
    this.#gates.heap.look(memory.heap / memory.heapLimit, now);
    this.#gates.ledger.look(seen.ledger / ledgerBytes, now);
    this.#gates.growth.look(seen.growth, now);
    this.#gates.lag.look(lag?.p99, now);
    this.#decide(seen, now);
    this.#record(seen, now);
    this.#lookAgain();
  }

  dispose(): void {
    this.#look?.dispose();
    this.#rest();
  }

  #decide(seen: Seen, now: Millis): void {
    const ofMemory = this.#worstOf(['heap', 'ledger', 'growth']);
    const cause = this.#worstOf([ofMemory, 'lag']);
    const { level } = this.#gates[cause];
    if (this.#rank(ofMemory) >= rankOf('high')) this.#highSince ??= now;
    else this.#highSince = undefined;
    const before = this.#pressure;
    if (level !== this.#level) this.#since = this.#ports.clock.now();
    this.#level = level;
    const relief = this.#reliefAt(level, now);
    // Again at each look: what comes in between is little.
    if (this.#rank(ofMemory) > 0) this.#ledger.shedTo(this.#highSince === undefined ? pressureDefaults.keptWhenElevated * ledgerBytes : 0);
    this.#pressure =
      level === 'normal' || relief === undefined ? undefined : { level, cause, relief, reason: reasonFor(cause, seen), since: this.#since };
    const isNew = before?.level !== this.#pressure?.level || before?.relief !== relief || before?.cause !== this.#pressure?.cause;
    if (isNew) this.#ports.onDidChange(this.#pressure);
  }

  #reliefAt(level: PressureLevel, now: Millis): Pressure['relief'] | undefined {
    const byLevel: Readonly<Record<PressureLevel, Relief>> = {
      normal: 'none',
      elevated: 'shed',
      high: 'no-speculation',
      critical: 'pause',
    };
    const relief = byLevel[level];
    if (relief === 'none') return undefined;
    const isLasting = this.#highSince !== undefined && now - this.#highSince >= pressureDefaults.localOnlyAfter;
    return relief === 'no-speculation' && isLasting ? 'local-only' : relief;
  }

  #worstOf(causes: readonly [PressureCause, ...PressureCause[]]): PressureCause {
    return causes.reduce((worst, each) => (this.#rank(each) > this.#rank(worst) ? each : worst));
  }

  #rank(cause: PressureCause): number {
    return rankOf(this.#gates[cause].level);
  }

  #record({ memory, ledger }: Seen, now: Millis): void {
    const { clock, indexBytes, onDidRecord } = this.#ports;
    if (now - this.#recordedAt < pressureDefaults.recordEvery || !this.#isTyping(now)) return;
    this.#recordedAt = now;
    const { max: lagMax, p99: lagP99 } = this.#lagSince;
    this.#lagSince = { max: 0, p99: 0 };
    onDidRecord({ kind: 'process', at: clock.now(), ...memory, ledger, index: indexBytes(), lagMax, lagP99, level: this.#level });
  }

  #isTyping(now: Millis): boolean {
    return now - this.#typedAt < pressureDefaults.idleAfter;
  }

  /** Whoever is told to wait must be told when it is over, also when they do not type meanwhile. */
  #lookAgain(): void {
    this.#look?.dispose();
    const isHigh = rankOf(this.#level) >= rankOf('high');
    this.#look = isHigh ? this.#ports.clock.after(pressureDefaults.lookEveryWhenHigh, () => this.look()) : undefined;
  }

  #waitForIdle(wait: Millis): void {
    const { clock } = this.#ports;
    this.#idle = clock.after(wait, () => {
      const left = this.#typedAt + pressureDefaults.idleAfter - clock.monotonic();
      if (left > 0) this.#waitForIdle(left);
      else this.#rest();
    });
  }

  /** Nobody types: nothing is measured. */
  #rest(): void {
    this.#idle?.dispose();
    this.#idle = undefined;
    this.#lag?.dispose();
    this.#lag = undefined;
  }
}

function rankOf(level: PressureLevel): number {
  return pressureLevels.indexOf(level);
}
