import type { EpochMillis } from '../base/clock.ts';
import type { JournalRecord } from '../domain/record.ts';

/** Records of one file, the oldest first, as far as they are not handed out yet. */
interface Run {
  readonly records: readonly JournalRecord[];
  index: number;
}

/** Puts the records of several files into one order of time. */
export class RecordMerge {
  #runs: Run[] = [];
  /** The run that has the oldest record, and up to when it has: what another run has first. */
  #current: Run | undefined;
  #until: EpochMillis = Number.NEGATIVE_INFINITY;

  /** @param records of one file, in the order in which they were written */
  add(records: JournalRecord[]): void {
    if (records.length === 0) return;
    // Nearly in order already: an attempt is written when it ends and has the time of its beginning.
    records.sort((one, other) => one.at - other.at);
    this.#runs.push({ records, index: 0 });
    this.#current = undefined;
  }

  /** The oldest record of all, if it is older than `end`. */
  next(end: EpochMillis): JournalRecord | undefined {
    let run = this.#current;
    let record = run?.records[run.index];
    if (!run || !record || record.at > this.#until) {
      run = this.#choose();
      record = run?.records[run.index];
    }
    if (!run || !record || !(record.at < end)) return undefined;
    run.index += 1;
    return record;
  }

  #choose(): Run | undefined {
    let best: Run | undefined;
    let bestAt = Number.POSITIVE_INFINITY;
    let until = Number.POSITIVE_INFINITY;
    let isOneEmpty = false;
    for (const run of this.#runs) {
      const at = run.records[run.index]?.at;
      if (at === undefined) {
        isOneEmpty = true;
      } else if (at < bestAt) {
        until = bestAt;
        bestAt = at;
        best = run;
      } else if (at < until) {
        until = at;
      }
    }
    if (isOneEmpty) this.#runs = this.#runs.filter(({ records, index }) => index < records.length);
    this.#until = until;
    this.#current = best;
    return best;
  }
}
