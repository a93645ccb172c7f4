import type { Clock, Disposable, EpochMillis, Millis } from '../base/clock.ts';
import { type Logger, messageOf } from '../base/logger.ts';
import type { Processes, SmallFile, SmallFiles } from '../base/smallFiles.ts';
import { type PressureLevel, pressureLevels } from '../domain/pressure.ts';

/** When windows that ended uncleanly put the next one into safe mode; reasons in docs/safe-mode.md. */
export const crashDefaults = {
  /** Two ends within this time, and the last of them no longer ago. VS Code itself gives up after three in five minutes. */
  within: 300_000,
  /** While something changes the marker is written at least this often: it says how long the window lived. */
  writeEvery: 10_000,
  /** Ends that are remembered. */
  kept: 10,
  /** Markers of other machines, and ends, are forgotten after this time. */
  forgetAfter: 2_592_000_000,
} as const;

/** What a window was doing when it was last heard of. */
export interface MarkerFacts {
  /** That the next keystroke would have asked; absent: none. */
  readonly model?: string;
  readonly level: PressureLevel;
  readonly during: 'starting' | 'idle' | 'working';
}

/** A window that ended without saying so. */
export interface UncleanEnd extends MarkerFacts {
  readonly startedAt: EpochMillis;
  /** Last sign of life. */
  readonly endedAt: EpochMillis;
  /** Start of the window that found it. */
  readonly foundAt: EpochMillis;
  /** Of the extension. */
  readonly version: string;
}

/** What a marker needs. */
export interface CrashMarkerOptions {
  readonly files: SmallFiles;
  readonly processes: Processes;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly version: string;
}

const starting: MarkerFacts = { level: 'normal', during: 'starting' };

/**
 * A file that is there as long as the window lives: one that is found without its window says how that ended. Renamed to an end by
 * whoever finds it first, so that two windows never count one end twice; nothing is read, changed and written back. Never throws.
 */
export class CrashMarker implements Disposable {
  readonly #options: CrashMarkerOptions;
  readonly #startedAt: EpochMillis;
  readonly #name: string;
  #facts = starting;
  #writtenAt: Millis | undefined;
  #isDisposed = false;
  /** Ends that this window found, the oldest first. */
  readonly found: readonly UncleanEnd[];
  /** Two windows, one after the other, have just ended uncleanly. */
  readonly isSafeMode: boolean;

  constructor(options: CrashMarkerOptions) {
    const { files, clock, processes } = options;
    this.#options = options;
    this.#startedAt = clock.now();
    this.#name = `window-${processes.own}-${this.#startedAt}.json`;
    const { found, known } = this.#look(files.list());
    this.found = found;
    this.isSafeMode = isLoop(known, this.#startedAt);
    this.#write();
  }

  /** Something has changed; written at once when it tells more about an end, else with the next writing. */
  note(facts: MarkerFacts): void {
    if (this.#isDisposed) return;
    const before = this.#facts;
    this.#facts = facts;
    const isNew = before.model !== facts.model || before.level !== facts.level || before.during === 'starting';
    if (isNew || this.#writtenAt === undefined || this.#options.clock.monotonic() - this.#writtenAt >= crashDefaults.writeEvery) {
      this.#write();
    }
  }

  /** The person wants no safe mode: what led to it is forgotten. */
  forget(): void {
    const { files } = this.#options;
    for (const { name } of files.list()) if (isEnd(name)) files.remove(name);
  }

  /** The window ends as it should. */
  dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    this.#options.files.remove(this.#name);
  }

  #look(all: readonly SmallFile[]): { found: UncleanEnd[]; known: UncleanEnd[] } {
    const { files } = this.#options;
    const known: UncleanEnd[] = [];
    const found: UncleanEnd[] = [];
    for (const file of all) {
      if (isEnd(file.name)) {
        const end = endOf(file, foundAtOf(file.name));
        if (end && this.#startedAt - end.foundAt < crashDefaults.forgetAfter) known.push(end);
        else files.remove(file.name);
      } else {
        const end = this.#claim(file);
        if (end) found.push(end);
      }
    }
    const ends = [...known, ...found].sort((one, other) => one.endedAt - other.endedAt);
    this.#forgetAllBut(ends.slice(-crashDefaults.kept));
    return { found: found.sort((one, other) => one.endedAt - other.endedAt), known: ends };
  }

  /** The end that a marker tells of; `undefined` when its window lives, it is not ours to judge, or another window was first. */
  #claim(file: SmallFile): UncleanEnd | undefined {
    const { files, processes, logger } = this.#options;
    const values = valuesOf(file.text);
    const process = values?.['process'];
    // Torn, half replaced, or of another machine.
    if (!isMarker(file.name) || typeof process !== 'number' || values?.['host'] !== processes.host) {
      if (this.#startedAt - file.modifiedAt > crashDefaults.forgetAfter) files.remove(file.name);
      return undefined;
    }
    if (process !== processes.own && file.modifiedAt >= processes.bootedAt() && processes.isRunning(process)) return undefined;
    // The machine went down, and everything with it.
    if (file.modifiedAt < processes.bootedAt()) {
      files.remove(file.name);
      return undefined;
    }
    if (!files.rename(file.name, `ended-${this.#startedAt}-${file.name}`)) return undefined;
    const end = endOf(file, this.#startedAt);
    if (end) logger.warn(`guard: ${endText(end)}`);
    return end;
  }

  #forgetAllBut(kept: readonly UncleanEnd[]): void {
    const { files } = this.#options;
    const oldest = kept[0];
    if (kept.length < crashDefaults.kept || !oldest) return;
    for (const { name, modifiedAt } of files.list()) if (isEnd(name) && modifiedAt < oldest.endedAt) files.remove(name);
  }

  #write(): void {
    const { files, processes, version, clock, logger } = this.#options;
    const { own, host } = processes;
    const isFirst = this.#writtenAt === undefined;
    this.#writtenAt = clock.monotonic();
    try {
      files.replace(this.#name, JSON.stringify({ process: own, host, version, startedAt: this.#startedAt, ...this.#facts }));
    } catch (error) {
      if (isFirst) logger.warn(`guard: an unclean end of this window will not be noticed: ${messageOf(error)}`);
    }
  }
}

/** One line about an end, for the log. */
export function endText({ endedAt, startedAt, version, model, level, during }: UncleanEnd): string {
  const seconds = Math.round((endedAt - startedAt) / 1000);
  const facts = [`version ${version}`, model === undefined ? 'no model' : `model ${model}`, `memory ${level}`, during].join(', ');
  return `an earlier window ended without saying so, at least ${seconds} s after it began (${facts})`;
}

/**
 * Whether windows end soon after each other: the second began after the first was found, so that windows which were killed
 * together, or that a computer took with it, are one end and not two.
 */
function isLoop(ends: readonly UncleanEnd[], now: EpochMillis): boolean {
  const { within } = crashDefaults;
  return ends.some(
    (last) =>
      now - last.foundAt <= within &&
      now - last.endedAt <= within &&
      ends.some((first) => first.foundAt <= last.startedAt && last.endedAt - first.endedAt <= within),
  );
}

function isMarker(name: string): boolean {
  return /^window-\d+-\d+\.json$/.test(name);
}

function isEnd(name: string): boolean {
  return /^ended-\d+-/.test(name);
}

function foundAtOf(name: string): EpochMillis {
  return Number(/^ended-(\d+)-/.exec(name)?.[1]);
}

function endOf({ text, modifiedAt }: SmallFile, foundAt: EpochMillis): UncleanEnd | undefined {
  const values = valuesOf(text);
  const { startedAt, version, model, during } = values ?? {};
  const level = pressureLevels.find((each) => each === values?.['level']);
  if (typeof startedAt !== 'number' || typeof version !== 'string' || !level) return undefined;
  if (during !== 'starting' && during !== 'idle' && during !== 'working') return undefined;
  return { startedAt, endedAt: modifiedAt, foundAt, version, level, during, ...(typeof model === 'string' ? { model } : {}) };
}

function valuesOf(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
