import type { Clock, Disposable, EpochMillis, Millis } from '../base/clock.ts';
import type { LatencyFigures } from '../domain/guarded.ts';
import type { EngineMemory } from '../domain/service.ts';
import { type LikeOutages, type OutageKind, outageKinds } from '../domain/snapshot.ts';
import { RecordMemory } from './recordMemory.ts';
import { isObject } from './retirementRecord.ts';

/** What is kept of a backend's usual days and of its outages; docs/health.md says why. */
export const usualDefaults = {
  /** Figures that were not confirmed for so long are not the usual any more. */
  historyDays: 30,
  /** Lengths of outages of each kind. */
  outagesKept: 20,
  /** From so many on their median is shown. */
  outagesShown: 3,
} as const;

/** What is remembered of one (backend, model). Numbers only. */
export interface UsualRecord {
  readonly figures?: LatencyFigures;
  /** When something was last added. */
  readonly at: EpochMillis;
  /** Lengths in ms, the latest last. */
  readonly outages: Readonly<Partial<Record<OutageKind, readonly Millis[]>>>;
}

/** What one backend's health remembers. */
export interface UsualWatch {
  figures(): LatencyFigures | undefined;
  learn(figures: LatencyFigures): void;
  outageEnded(kind: OutageKind, length: Millis): void;
  /** How long outages of this kind lasted; `undefined` below `outagesShown`. */
  like(kind: OutageKind): LikeOutages | undefined;
}

const day: Millis = 86_400_000;
const emptyUsual: UsualRecord = { at: 0, outages: {} };

/** What is usual for each backend and model, learnt over sessions. */
export class UsualMemory implements Disposable {
  readonly #clock: Clock;
  readonly #records: RecordMemory<UsualRecord>;

  constructor(clock: Clock, memory?: EngineMemory) {
    this.#clock = clock;
    this.#records = new RecordMemory(clock, memory, { version: 1, empty: emptyUsual, parse: parseUsual, isForgotten });
  }

  /** @param origin where the backend is; its name may change */
  watch(origin: string, model: string): UsualWatch {
    const key = `${origin} ${model}`;
    return {
      figures: () => {
        const record = this.#records.get(key);
        return isForgotten(record, this.#clock.now()) ? undefined : record.figures;
      },
      learn: (figures) => this.#records.update(key, (record) => ({ ...record, figures, at: this.#clock.now() })),
      outageEnded: (kind, length) =>
        this.#records.update(key, (record) => {
          const lengths = [...(record.outages[kind] ?? []), Math.round(length)].slice(-usualDefaults.outagesKept);
          return { ...record, at: this.#clock.now(), outages: { ...record.outages, [kind]: lengths } };
        }),
      like: (kind) => likeOutages(this.#records.get(key).outages[kind] ?? []),
    };
  }

  /** Writes what has not been written yet. */
  dispose(): void {
    this.#records.dispose();
  }
}

/** The middle one of the lengths, the lower of two. */
function likeOutages(lengths: readonly Millis[]): LikeOutages | undefined {
  const sorted = [...lengths].sort((one, other) => one - other);
  const median = sorted[Math.floor((sorted.length - 1) / 2)];
  return median === undefined || sorted.length < usualDefaults.outagesShown ? undefined : { count: sorted.length, median };
}

/** A clock that was set back leaves nothing of the future. */
function isForgotten(record: UsualRecord, now: EpochMillis): boolean {
  return now - record.at > usualDefaults.historyDays * day || record.at > now + day;
}

/** Reads what an earlier session stored, whatever is there now: what does not have the right shape counts as not stored. */
export function parseUsual(value: unknown): UsualRecord {
  if (!isObject(value) || !isPositive(value['at'])) return emptyUsual;
  const figures = parseFigures(value['figures']);
  const stored = isObject(value['outages']) ? value['outages'] : {};
  const outages = outageKinds.flatMap((kind): [OutageKind, readonly Millis[]][] => {
    const lengths = stored[kind];
    return Array.isArray(lengths) ? [[kind, lengths.filter(isPositive).slice(-usualDefaults.outagesKept)]] : [];
  });
  return { at: value['at'], outages: Object.fromEntries(outages), ...(figures ? { figures } : {}) };
}

function parseFigures(value: unknown): LatencyFigures | undefined {
  if (!isObject(value)) return undefined;
  const { p50, p95, p99, samples } = value;
  if (!isPositive(p50) || !isPositive(p95) || !isPositive(p99) || !isPositive(samples)) return undefined;
  return p50 <= p95 && p95 <= p99 && p99 <= 600_000 ? { p50, p95, p99, samples } : undefined;
}

function isPositive(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value > 0;
}
