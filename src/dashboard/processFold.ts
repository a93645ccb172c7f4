import { type PressureLevel, pressureLevels } from '../domain/pressure.ts';
import type { ProcessRecord } from '../domain/record.ts';
import type { Bins } from './range.ts';
import type { ProcessView, Series } from './view.ts';

type Measured = Pick<ProcessRecord, 'heap' | 'rss' | 'ledger' | 'index' | 'lagP99' | 'lagMax' | 'heapLimit' | 'level'>;

const figures = ['heap', 'rss', 'ledger', 'index', 'lagP99', 'lagMax', 'heapLimit'] as const;

/** The worst of each bin, over all windows: the order does not matter. */
export class ProcessFold {
  readonly #bins = new Map<number, Measured>();

  /** @param number of the bin since 1970 */
  add(number: number, record: ProcessRecord): void {
    const known = this.#bins.get(number);
    this.#bins.set(number, known ? worse(known, record) : record);
  }

  /** Forgets bins before this one. */
  forget(oldest: number): void {
    for (const number of this.#bins.keys()) if (number < oldest) this.#bins.delete(number);
  }

  view({ first, width, count }: Bins): ProcessView {
    const bins = Array.from({ length: count }, (_, index) => this.#bins.get(first / width + index));
    const series = (name: (typeof figures)[number], digits = 0): Series =>
      bins.map((bin) => (bin ? Number(bin[name].toFixed(digits)) : null));
    const seen = bins.filter((bin) => bin !== undefined);
    const worst = pressureLevels.findLast((level) => seen.some((bin) => bin.level === level));
    return {
      heap: series('heap'),
      rss: series('rss'),
      ledger: series('ledger'),
      index: series('index'),
      lagP99: series('lagP99', 1),
      lagMax: series('lagMax', 1),
      ...(worst === undefined ? {} : { worst, heapLimit: Math.max(...seen.map(({ heapLimit }) => heapLimit)) }),
    };
  }
}

function worse(one: Measured, other: Measured): Measured {
  const largest = Object.fromEntries(figures.map((name) => [name, Math.max(one[name], other[name])])) as Omit<Measured, 'level'>;
  return { ...largest, level: worseLevel(one.level, other.level) };
}

function worseLevel(one: PressureLevel, other: PressureLevel): PressureLevel {
  return pressureLevels.indexOf(one) < pressureLevels.indexOf(other) ? other : one;
}
