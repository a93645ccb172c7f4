import type { Disposable, EpochMillis } from '../base/clock.ts';
import type { Event } from '../base/event.ts';
import type { ByteStore } from './byteStore.ts';

/** How scarce memory or time of the extension host is; what each level does is in docs/guards.md. */
export const pressureLevels = ['normal', 'elevated', 'high', 'critical'] as const;

export type PressureLevel = (typeof pressureLevels)[number];

/** What is scarce: the memory of the extension host, our own share of it, memory that keeps growing, or the time of its one thread. */
export type PressureCause = 'heap' | 'ledger' | 'growth' | 'lag';

/**
 * What Failsoft does about it, each with all before it: nothing; empties its caches; asks nothing ahead of the person; asks no model;
 * offers nothing.
 */
export const reliefs = ['none', 'shed', 'no-speculation', 'local-only', 'pause'] as const;

export type Relief = (typeof reliefs)[number];

/** How scarce memory or time of the extension host is, and what is done about it. */
export interface Pressure {
  readonly level: Exclude<PressureLevel, 'normal'>;
  readonly cause: PressureCause;
  readonly relief: Exclude<Relief, 'none'>;
  /** One line for a person, with the figures of the last look. The extension host is shared, so it blames nobody. */
  readonly reason: string;
  /** Since when it is this level. */
  readonly since: EpochMillis;
}

/** Watches over memory and time while somebody types. None of its functions throws. */
export interface PressurePort {
  /** `undefined`: nothing is scarce. */
  readonly pressure: Pressure | undefined;
  /** Level, cause or relief has changed. */
  readonly onDidChange: Event<Pressure | undefined>;
  /** Counts a store from now on, until it is disposed of. */
  register(store: ByteStore): Disposable;
  /** A key was pressed: the only thing that makes the watch look. */
  typed(): void;
}

/** Whether so much is done already. */
export function isRelieved({ pressure }: Pick<PressurePort, 'pressure'>, by: Relief): boolean {
  return reliefs.indexOf(pressure?.relief ?? 'none') >= reliefs.indexOf(by);
}
