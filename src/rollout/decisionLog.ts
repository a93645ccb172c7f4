import { messageOf } from '../base/logger.ts';
import type { StampedFolder } from '../base/stampedFolder.ts';
import type { RolloutDecision } from '../domain/rollout.ts';
import { isDecision } from '../domain/rolloutShape.ts';

/** Of the form of a line. A file with lines of a later one is left alone: nobody knows what it says. */
export const decisionVersion = 1;

/** A rollout has some dozen decisions of some hundred bytes. */
const largest = 4 * 1024 * 1024;

/** What a file of decisions says. */
export interface ReadDecisions {
  /** In the order in which they were written. */
  readonly decisions: readonly RolloutDecision[];
  /** Written by a later version of Failsoft, or not to be read just now: nothing may be decided here. */
  readonly isNewer: boolean;
  /** What is wrong with the file, one line each. */
  readonly problems: readonly string[];
}

/** A decision as one line. */
export function lineOfDecision(decision: RolloutDecision): string {
  return JSON.stringify({ v: decisionVersion, ...decision });
}

/** The decisions of a file. What is torn or damaged is skipped and told. */
export function readDecisions(text: string): ReadDecisions {
  const decisions: RolloutDecision[] = [];
  let isNewer = false;
  let damaged = 0;
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  for (const line of lines) {
    const value = parsed(line);
    const version = typeof value === 'object' && value !== null && 'v' in value ? value.v : undefined;
    if (typeof version === 'number' && version > decisionVersion) isNewer = true;
    else if (version === decisionVersion && isDecision(value)) decisions.push(decisionOf(value));
    else damaged++;
  }
  const problems = [
    ...(isNewer
      ? [`the state of this rollout was written by a later version of Failsoft; everybody keeps the baseline until that one runs here`]
      : []),
    ...(damaged > 0 ? [`${damaged} of ${lines.length} decisions of this rollout could not be read and are left out`] : []),
  ];
  return { decisions, isNewer, problems };
}

/** The log on the disk. */
export class DecisionLog {
  readonly #folder: StampedFolder;
  readonly #name: string;
  #stamp: string | undefined;
  #read: ReadDecisions = { decisions: [], isNewer: false, problems: [] };
  /** Decided, but the disk did not take them. They hold in this window all the same. */
  readonly #unwritten: RolloutDecision[] = [];
  readonly #onSetAside: () => void;
  #aside: string | undefined;
  #isUnread = false;

  /** @param name of the file @param onSetAside what belonged to the decisions means nothing any more */
  constructor(folder: StampedFolder, name: string, onSetAside: () => void) {
    this.#folder = folder;
    this.#name = name;
    this.#onSetAside = onSetAside;
  }

  /** Looks whether somebody has written. @returns whether there is something new */
  look(): boolean {
    const stamp = this.#stampNow();
    if (stamp === this.#stamp && !this.#isUnread) return false;
    this.#stamp = stamp;
    this.#isUnread = false;
    this.#read = this.#readNow();
    return true;
  }

  get decisions(): readonly RolloutDecision[] {
    return [...this.#read.decisions, ...this.#unwritten];
  }

  get isNewer(): boolean {
    return this.#read.isNewer;
  }

  get problems(): readonly string[] {
    const unwritten =
      this.#unwritten.length === 0 ? [] : ['the last decision could not be written to the disk; it holds in this window only'];
    return [...this.#read.problems, ...(this.#aside === undefined ? [] : [this.#aside]), ...unwritten];
  }

  /** Writes a decision and reads what holds now: another window may have been first. */
  add(decision: RolloutDecision): void {
    this.#unwritten.push(decision);
    this.retry();
  }

  /**
   * Writes what the disk has not taken, in the order in which it was decided: a roll-back has to survive this window, and a decision does
   * not apply before the one that it was made after. @returns whether there is something new
   */
  retry(): boolean {
    const before = this.#unwritten.length;
    try {
      for (const decision of [...this.#unwritten]) {
        this.#folder.append(this.#name, lineOfDecision(decision));
        this.#unwritten.shift();
      }
    } catch {
      // A full disk: it holds in this window, and is tried again.
    }
    if (this.#unwritten.length === before) return false;
    this.look();
    return true;
  }

  #stampNow(): string {
    try {
      return this.#folder.stamp(this.#name);
    } catch {
      return 'unreadable';
    }
  }

  #readNow(): ReadDecisions {
    try {
      const text = this.#folder.read(this.#name, largest) ?? '';
      const read = readDecisions(text);
      if (text.trim() === '' || read.decisions.length > 0 || read.isNewer) return read;
      return this.#setAside('nothing in it is a decision');
    } catch (error) {
      const why = messageOf(error);
      // The system could not read it, this time; what it says may be that the candidate was taken back.
      return error instanceof Error && 'code' in error ? this.#unreadable(why) : this.#setAside(why);
    }
  }

  #unreadable(why: string): ReadDecisions {
    this.#isUnread = true;
    const problem = `the state of this rollout could not be read (${why}); everybody keeps the baseline until it can`;
    return { decisions: this.#read.decisions, isNewer: true, problems: [problem] };
  }

  /** Kept for who wants to look at it; without it everybody has the baseline. */
  #setAside(why: string): ReadDecisions {
    const isMoved = this.#folder.rename(this.#name, `${this.#name}.damaged`);
    this.#aside = `the state of this rollout could not be read (${why}) and was ${isMoved ? 'set aside' : 'left alone'}; everybody keeps the baseline`;
    this.#stamp = this.#stampNow();
    this.#onSetAside();
    return { decisions: [], isNewer: false, problems: [] };
  }
}

function decisionOf({ revision, at, action, by, manifest, phase, reason, gate, figures, subject }: RolloutDecision): RolloutDecision {
  return {
    ...{ revision, at, action, by, manifest, phase, reason },
    ...(gate === undefined ? {} : { gate }),
    ...(figures === undefined ? {} : { figures }),
    ...(subject === undefined ? {} : { subject }),
  };
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return undefined;
  }
}
