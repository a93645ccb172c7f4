import type { Observation } from '../domain/observation.ts';
import type { Bins } from './range.ts';
import { keptAfter, type UseRow } from './view.ts';

/** Names that are kept apart; what comes later is summed up. */
export const mostRows = 20;

const others = 'others';

interface Row {
  shown: number;
  accepted: number;
  partly: number;
  typed: number;
  rejected: number;
  readonly kept: { sum: number; texts: number }[];
}

/** What became of texts, by a name. Sums by bin, so that their order does not matter and old ones can go. */
export class UseFold {
  readonly #names = new Set<string>();
  readonly #bins = new Map<number, Map<string, Row>>();

  /** @param number of the bin since 1970 */
  add(number: number, name: string, observation: Observation): void {
    const row = this.#rowOf(number, name);
    switch (observation.kind) {
      case 'shown':
        row.shown++;
        break;
      case 'ended':
        if (observation.as === 'accepted') row.accepted++;
        else if (observation.as === 'partly-accepted') row.partly++;
        else if (observation.as === 'typed') row.typed++;
        else if (observation.as === 'rejected') row.rejected++;
        break;
      case 'kept': {
        const kept = row.kept[keptAfter.findIndex((after) => after === observation.afterSeconds)];
        if (!kept) break;
        kept.sum += observation.similarity;
        kept.texts++;
        break;
      }
      case 'accepted':
      case 'checked':
      case 'rated':
        break;
    }
  }

  /** Forgets bins before this one. */
  forget(oldest: number): void {
    for (const number of this.#bins.keys()) if (number < oldest) this.#bins.delete(number);
  }

  /** The most shown first. */
  view({ first, width, count }: Bins): readonly UseRow[] {
    const sums = new Map<string, Row>();
    for (let number = first / width; number < first / width + count; number++) {
      for (const [name, row] of this.#bins.get(number) ?? []) {
        const sum = sums.get(name) ?? emptyRow();
        sums.set(name, sum);
        addTo(sum, row);
      }
    }
    return [...sums]
      .map(([name, { kept, ...row }]) => ({
        name,
        ...row,
        kept: kept.map(({ sum, texts }) => ({ share: texts === 0 ? null : sum / texts, texts })),
      }))
      .filter(({ shown, kept }) => shown > 0 || kept.some(({ texts }) => texts > 0))
      .sort((one, other) => other.shown - one.shown || (one.name < other.name ? -1 : 1));
  }

  #rowOf(number: number, name: string): Row {
    if (this.#names.size < mostRows) this.#names.add(name);
    const key = this.#names.has(name) ? name : others;
    const bin = this.#bins.get(number) ?? new Map<string, Row>();
    this.#bins.set(number, bin);
    const row = bin.get(key) ?? emptyRow();
    bin.set(key, row);
    return row;
  }
}

function emptyRow(): Row {
  return { shown: 0, accepted: 0, partly: 0, typed: 0, rejected: 0, kept: keptAfter.map(() => ({ sum: 0, texts: 0 })) };
}

function addTo(sum: Row, row: Row): void {
  for (const field of ['shown', 'accepted', 'partly', 'typed', 'rejected'] as const) sum[field] += row[field];
  for (const [index, { sum: similarity, texts }] of row.kept.entries()) {
    const kept = sum.kept[index];
    if (!kept) continue;
    kept.sum += similarity;
    kept.texts += texts;
  }
}
