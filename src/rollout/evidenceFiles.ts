import type { Clock, Millis } from '../base/clock.ts';
import type { StampedFolder } from '../base/stampedFolder.ts';
import { isNumber, isText, listOf, maybe, recordOf, type Shape, valuesOf } from '../base/valueShape.ts';
import { type ArmCounts, type BlockCounts, type Evidence, type LanguageCounts, merged, type TrialCounts } from './evidence.ts';

/** What copies to the candidate have shown. */
export interface ShadowCounts {
  /** Requests that both versions answered. */
  readonly pairs: number;
  /** Sum of the similarity of both texts, 0…1 each. */
  readonly similarity: number;
  /** Pairs with the same text, and with the same first line. */
  readonly same: number;
  readonly sameFirstLine: number;
  /** Copies that were sent, and the tokens that they made. */
  readonly copies: number;
  readonly tokens: number;
}

export const noShadow: ShadowCounts = { pairs: 0, similarity: 0, same: 0, sameFirstLine: 0, copies: 0, tokens: 0 };

/** What one window or all of them have counted in one phase. */
export interface Counted extends Evidence {
  readonly shadow: ShadowCounts;
}

export const evidenceDefaults = {
  /** Counts are written at most this often; what a kill loses is the evidence of so long. */
  writeEvery: 2000 as Millis,
  /** Counts of other windows are looked at again after so long. */
  lookEvery: 2000 as Millis,
  /** A file of counts has some hundred bytes for each language. */
  largest: 256 * 1024,
  /** Windows of one phase; each start of the editor is one. */
  files: 500,
} as const;

/** A count beyond that is a mistake or malice. */
const mostCounted = 1e9;
const isCount: Shape<number> = (value): value is number => isNumber(value) && value >= 0 && value <= mostCounted;
const isLanguage: Shape<LanguageCounts> = (value): value is LanguageCounts =>
  recordOf<LanguageCounts>({ checked: isCount, unknown: isCount })(value) && value.unknown <= value.checked;
const trials = {
  ...{ timed: isCount, slow: isCount, slowAside: isCount, errorTrials: isCount, errors: isCount, errorsAside: isCount },
};
const isBlock: Shape<BlockCounts> = (value): value is BlockCounts =>
  recordOf<BlockCounts>({ ...trials, block: isNumber })(value) && arePossible(value);

/** Counts that came from outside: another window's file, or a fleet's server. Negative ones or more bad ones than trials are none. */
export const isArmCounts: Shape<ArmCounts> = (value): value is ArmCounts => {
  const hasShape = recordOf<ArmCounts>({
    ...trials,
    ...{ requests: isCount, answers: isCount, empty: isCount, filtered: isCount, badRequests: isCount, capacity: isCount },
    ...{ capacityAt: listOf(isNumber), shown: isCount, accepted: isCount, kept: isCount, keptShare: isCount, keptSquares: isCount },
    ...{ languages: valuesOf(isLanguage), firstAt: maybe(isNumber), lastAt: maybe(isNumber) },
    recent: listOf(isBlock),
  });
  if (!hasShape(value) || !arePossible(value)) return false;
  const { answers, empty, filtered, badRequests, kept, keptShare, keptSquares } = value;
  return empty + filtered + badRequests <= answers && Math.max(keptShare, keptSquares) <= kept;
};

function arePossible({ timed, slow, errorTrials, errors }: TrialCounts): boolean {
  return slow <= timed && errors <= errorTrials;
}

const isShadow: Shape<ShadowCounts> = (value): value is ShadowCounts => {
  const hasShape = recordOf<ShadowCounts>({
    ...{ pairs: isCount, similarity: isCount, same: isCount, sameFirstLine: isCount, copies: isCount, tokens: isCount },
  });
  return hasShape(value) && Math.max(value.similarity, value.same, value.sameFirstLine) <= value.pairs;
};

interface CountsFile extends Counted {
  readonly v: 1;
  readonly from: number;
  readonly window: string;
}
const isCountsFile = recordOf<CountsFile>({
  v: (value): value is 1 => value === 1,
  from: isNumber,
  window: isText,
  candidate: isArmCounts,
  control: isArmCounts,
  shadow: isShadow,
});

/** A file as it was read; one that says nothing usable is known, too. */
interface KnownFile {
  readonly stamp: string | undefined;
  readonly file: CountsFile | undefined;
}

/** The counts of all windows of this installation in the present phase, restarts included: only sums are kept. */
export class EvidenceFiles {
  readonly #folder: StampedFolder;
  readonly #clock: Clock;
  readonly #prefix: string;
  readonly #window: string;
  /** What was read, whatever phase it is of, so that a file that stays as it is is read once. */
  #known: ReadonlyMap<string, KnownFile> = new Map();
  #from = -1;
  #lookedAt = -Infinity;
  #writtenAt = -Infinity;
  #others: readonly Counted[] = [];

  /** @param window unique for this window and start */
  constructor(folder: StampedFolder, clock: Clock, prefix: string, window: string) {
    this.#folder = folder;
    this.#clock = clock;
    this.#prefix = prefix;
    this.#window = window;
  }

  /** What all windows have counted. @param from revision at which the present phase's evidence begins @param own of this window */
  sum(from: number, own: Counted): Counted {
    const now = this.#clock.monotonic();
    if (from !== this.#from || now - this.#lookedAt >= evidenceDefaults.lookEvery) {
      this.#from = from;
      this.#lookedAt = now;
      this.#others = this.#look();
    }
    if (this.#others.length === 0) return own;
    const all = [own, ...this.#others];
    return {
      candidate: merged(all.map(({ candidate }) => candidate)),
      control: merged(all.map(({ control }) => control)),
      shadow: all.map(({ shadow }) => shadow).reduce(added),
    };
  }

  /** Writes what this window has counted, now and then. @param isNow it ends; whatever there is has to be written */
  keep(from: number, own: Counted, isNow = false): void {
    const now = this.#clock.monotonic();
    if (!isNow && now - this.#writtenAt < evidenceDefaults.writeEvery) return;
    this.#writtenAt = now;
    if (own.candidate.requests + own.control.requests + own.shadow.copies === 0) return;
    try {
      this.#folder.replace(this.#ownName, JSON.stringify({ v: 1, from, window: this.#window, ...own }));
    } catch {
      // A full disk: what was counted holds in this window.
    }
  }

  /** Drops what all windows have counted: nobody knows any more in which phase that was. */
  forget(): void {
    for (const name of this.#names()) this.#folder.remove(name);
  }

  #names(): readonly string[] {
    return this.#folder.names().filter((name) => name.startsWith(this.#prefix) && name.endsWith('.json'));
  }

  get #ownName(): string {
    return `${this.#prefix}${this.#window}.json`;
  }

  /** Counts of an earlier phase are evidence of nothing any more, and go. */
  #look(): Counted[] {
    const names = this.#names().filter((name) => name !== this.#ownName);
    const known = names.slice(0, evidenceDefaults.files).map((name) => [name, this.#at(name)] as const);
    this.#known = new Map(known);
    for (const [name, { file }] of known) if (file && file.from < this.#from) this.#folder.remove(name);
    return known.flatMap(([, { file }]) => (file?.from === this.#from ? [file] : []));
  }

  #at(name: string): KnownFile {
    try {
      const stamp = this.#folder.stamp(name);
      const known = this.#known.get(name);
      return known?.stamp === stamp ? known : { stamp, file: this.#read(name) };
    } catch {
      return { stamp: undefined, file: undefined };
    }
  }

  #read(name: string): CountsFile | undefined {
    try {
      const value: unknown = JSON.parse(this.#folder.read(name, evidenceDefaults.largest) ?? 'null');
      return isCountsFile(value) ? value : undefined;
    } catch {
      // Half of one, or none at all: it is not read again before it changes.
      return undefined;
    }
  }
}

function added(left: ShadowCounts, right: ShadowCounts): ShadowCounts {
  return {
    pairs: left.pairs + right.pairs,
    similarity: left.similarity + right.similarity,
    same: left.same + right.same,
    sameFirstLine: left.sameFirstLine + right.sameFirstLine,
    copies: left.copies + right.copies,
    tokens: left.tokens + right.tokens,
  };
}
