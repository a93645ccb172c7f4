import { LatencyCounts, type Quantile, quantilesOf } from '../base/latencyCounts.ts';
import { isInterrupted } from '../domain/attempt.ts';
import type { AttemptRecord } from '../domain/record.ts';
import { type OutcomeClass, outcomeClassOf, outcomeClasses } from './outcomeClass.ts';
import type { Bins } from './range.ts';
import type { ModelView } from './view.ts';

const shares = [0.5, 0.95, 0.99] as const;

interface Bin {
  readonly outcomes: Uint32Array;
  probes: number;
  /** Made with the first sample: a failure that came at once has no latency. */
  latency?: LatencyCounts;
}

/** Attempts of one (backend, model), by bin. Sums, so that their order does not matter. */
export class ModelFold {
  readonly #sourceId: string;
  readonly #model: string;
  readonly #bins = new Map<number, Bin>();

  constructor(sourceId: string, model: string) {
    this.#sourceId = sourceId;
    this.#model = model;
  }

  /** @param number of the bin since 1970 */
  add(number: number, attempt: AttemptRecord): void {
    const { outcome, trigger, elapsed, censored } = attempt;
    let bin = this.#bins.get(number);
    if (!bin) {
      bin = { outcomes: new Uint32Array(outcomeClasses.length), probes: 0 };
      this.#bins.set(number, bin);
    }
    if (trigger === 'probe') {
      bin.probes++;
      return;
    }
    // What this computer slept through is nobody's failure, and no latency of anybody's.
    const isOurs = isInterrupted(attempt);
    const index = outcomeClasses.indexOf(isOurs ? 'other' : outcomeClassOf(outcome));
    bin.outcomes[index] = (bin.outcomes[index] ?? 0) + 1;
    // As in SourceHealthFold: what failed at once says nothing about how long answers take.
    if (outcome === 'ok' || outcome === 'empty' || (censored && !isOurs)) (bin.latency ??= new LatencyCounts()).add(elapsed, censored);
  }

  /** Forgets bins before this one. */
  forget(oldest: number): void {
    for (const number of this.#bins.keys()) if (number < oldest) this.#bins.delete(number);
  }

  view({ first, width, count }: Bins): ModelView {
    const start = first / width;
    const bins = Array.from({ length: count }, (_, index) => this.#bins.get(start + index));
    const latencies = bins.map((bin) => (bin?.latency ? quantilesOf([bin.latency], shares) : undefined));
    const quantile = (index: number): (number | null)[] => latencies.map((each) => rounded(each?.[index]?.value));
    const outcomes = Object.fromEntries(
      outcomeClasses.map((name, index) => [name, bins.map((bin) => (bin ? (bin.outcomes[index] ?? 0) : null))]),
    ) as Record<OutcomeClass, (number | null)[]>;
    const sum = (name: OutcomeClass): number => outcomes[name].reduce((total: number, each) => total + (each ?? 0), 0);
    const attempts = outcomeClasses.reduce((total, name) => total + sum(name), 0);
    const settled = attempts - sum('cancelled');
    return {
      sourceId: this.#sourceId,
      model: this.#model,
      attempts,
      answered: settled === 0 ? null : (sum('ok') + sum('empty')) / settled,
      probes: bins.reduce((total, bin) => total + (bin?.probes ?? 0), 0),
      p50: quantile(0),
      p95: quantile(1),
      p99: quantile(2),
      censored: bins.map((bin) => (bin?.latency ? toThousandth(bin.latency.censoredSamples / bin.latency.samples) : null)),
      ...overallOf(bins.flatMap((bin) => bin?.latency ?? [])),
      outcomes,
    };
  }
}

function overallOf(parts: readonly LatencyCounts[]): Pick<ModelView, 'overall'> {
  const samples = parts.reduce((total, part) => total + part.samples, 0);
  const given = parts.reduce((total, part) => total + part.censoredSamples, 0);
  const [p50, p95, p99] = quantilesOf(parts, shares);
  return p50 && p95 && p99 ? { overall: { p50: figure(p50), p95: figure(p95), p99: figure(p99), censored: given / samples, samples } } : {};
}

function figure({ value, isAtLeast }: Quantile): Quantile {
  return { value: Math.round(value), isAtLeast };
}

/** The counters are off by up to 2 %; more digits would only make the message longer. */
function rounded(value: number | undefined): number | null {
  return value === undefined ? null : Math.round(value);
}

function toThousandth(share: number): number {
  return Math.round(share * 1000) / 1000;
}
