import type { Clock, Disposable, Millis } from '../base/clock.ts';
import { Emitter, type Event } from '../base/event.ts';
import type { FileReading, WatchFile } from '../base/watchedFile.ts';
import type { Assignment, AssignmentSource } from '../domain/rollout.ts';
import type { RolloutSettings } from '../settings/settings.ts';
import { FlagdFlags, stagedFlag } from './flagdFlags.ts';
import { createFlagApi, type FlagContext, type FlagDomain, type FlagReading } from './openFeature.ts';
import { type OfrepPorts, pollServer, type ServerWord } from './ofrepSource.ts';
import { isNews, rememberedWord, type ServerMemory } from './serverMemory.ts';

/** A longer flag file is not read, in bytes. */
export const flagFileBytes = 256 * 1024;

/** The world as assignments are found out in it. */
export interface AssignmentPorts extends OfrepPorts {
  readonly clock: Clock;
  readonly watchFile: WatchFile;
  /** Keeps what a flag server said last, so that it holds after a restart, too. */
  readonly memory?: ServerMemory;
}

/** Which flag it is, and who asks. */
export interface FlagIdentity extends FlagContext {
  /** Name of the rollout. */
  readonly flag: string;
}

/** The settings that decide about an assignment. */
export type AssignmentSettings = Pick<RolloutSettings, 'assignment' | 'flagFile' | 'ofrep'>;

/** Which version this installation gets. None of its functions throws. */
export interface RolloutFlag extends Disposable {
  /** From memory: what was decided when something changed last. */
  assignment(): Assignment;
  /** Share of all installations that are in by the built-in flag, whole, 0…100; `undefined`: nobody. */
  setStage(percent: number | undefined): void;
  /** @param why one line for a person */
  setKill(isOn: boolean, why?: string): void;
  setSettings(settings: AssignmentSettings): void;
  /** What is wrong with the flag file and the flag server, at most one line each. */
  problems(): readonly string[];
  /** The arm, its source or a problem has become another. */
  readonly onDidChange: Event<Assignment>;
}

/**
 * Finds out which version this installation gets: kill switch, then setting, then flag server, then flag file, then the built-in flag of
 * the stage; the first that says something decides. The last good word of a server or a file holds while it says nothing usable.
 */
export function createAssignment(identity: FlagIdentity, ports: AssignmentPorts): RolloutFlag {
  return new SourcesInOrder(identity, ports);
}

/** Flags that are evaluated in this process. */
interface EvaluatedHere {
  readonly flags: FlagdFlags;
  readonly domain: FlagDomain;
}

/** What a flag file has said last, and what is wrong with it now. */
interface FileWord {
  readonly reading?: FlagReading;
  readonly trouble?: string;
}

class SourcesInOrder implements RolloutFlag {
  readonly #flag: string;
  readonly #ports: AssignmentPorts;
  readonly #api: ReturnType<typeof createFlagApi>;
  readonly #builtIn: EvaluatedHere;
  readonly #changed = new Emitter<Assignment>();
  readonly onDidChange = this.#changed.event;
  #settings: AssignmentSettings = { assignment: 'auto' };
  #kill: string | undefined;
  #stage: FlagReading = { kind: 'nothing', why: 'no stage has begun' };
  #server: ServerWord = {};
  #file: FileWord = {};
  #polling: Disposable | undefined;
  #watching: Disposable | undefined;
  #current: Assignment = { arm: 'baseline', source: 'built-in', note: 'no stage has begun' };
  #problems: readonly string[] = [];
  /** Counts the domains: one that is closed is never used again, so a late answer of it reaches nobody. */
  #domains = 0;

  constructor({ flag, targetingKey, extensionVersion, platform }: FlagIdentity, ports: AssignmentPorts) {
    this.#flag = flag;
    this.#ports = ports;
    this.#api = createFlagApi({ targetingKey, extensionVersion, platform });
    this.#builtIn = this.#evaluatedHere();
  }

  assignment(): Assignment {
    return this.#current;
  }

  problems(): readonly string[] {
    return this.#problems;
  }

  setStage(percent: number | undefined): void {
    this.#stage =
      percent === undefined
        ? { kind: 'nothing', why: 'no stage has begun' }
        : this.#evaluate(this.#builtIn, stagedFlag(this.#flag, Math.min(100, Math.max(0, Math.floor(percent)))));
    this.#decide();
  }

  setKill(isOn: boolean, why = 'the kill switch is on'): void {
    this.#kill = isOn ? why : undefined;
    this.#decide();
  }

  setSettings(settings: AssignmentSettings): void {
    const before = this.#settings;
    this.#settings = settings;
    if (before.flagFile !== settings.flagFile) this.#watch(settings.flagFile);
    const isSameServer = before.ofrep?.url === settings.ofrep?.url;
    if (!isSameServer) this.#server = {};
    if (!isSameServer || before.ofrep?.interval !== settings.ofrep?.interval) this.#poll(settings.ofrep);
    this.#decide();
  }

  dispose(): void {
    this.#polling?.dispose();
    this.#watching?.dispose();
    this.#changed.dispose();
  }

  #poll(server: AssignmentSettings['ofrep']): void {
    this.#polling?.dispose();
    this.#polling = undefined;
    if (server === undefined) return;
    const key = `${server.url} ${this.#flag}`;
    if (this.#server.arm === undefined) this.#server = rememberedWord(this.#ports.memory?.load(), key);
    let saved = this.#server;
    const domain = this.#api.domain(`ofrep ${(this.#domains += 1)}`);
    this.#polling = pollServer({ ...server, flag: this.#flag }, domain, this.#ports, this.#server, (word) => {
      this.#server = word;
      // Of a word that is repeated only the time is news; once an hour is often enough on disk.
      if (isNews(word, saved)) this.#ports.memory?.save({ key, ...(saved = word) });
      this.#decide();
    });
  }

  #watch(file: string | undefined): void {
    this.#watching?.dispose();
    this.#watching = undefined;
    this.#file = {};
    if (file === undefined) return;
    const flags = this.#evaluatedHere();
    this.#watching = this.#ports.watchFile(file, flagFileBytes, (found) => {
      this.#file = this.#fileWord(flags, found);
      this.#decide();
    });
  }

  #fileWord(flags: EvaluatedHere, found: FileReading): FileWord {
    const { reading: last } = this.#file;
    const kept = last === undefined ? {} : { reading: last };
    if (found.kind !== 'text') return { ...kept, trouble: fileTrouble(found) };
    const reading = this.#evaluate(flags, found.text);
    if (reading.kind === 'arm') return { reading };
    return { ...kept, trouble: reading.why };
  }

  #evaluatedHere(): EvaluatedHere {
    const flags = new FlagdFlags();
    const domain = this.#api.domain(`flagd ${(this.#domains += 1)}`);
    // A provider that needs no beginning is ready when the call returns.
    domain.bind(flags).catch(() => undefined);
    return { flags, domain };
  }

  #evaluate({ flags, domain }: EvaluatedHere, definition: string): FlagReading {
    const trouble = flags.accept(definition);
    return trouble === undefined ? domain.read(this.#flag) : { kind: 'nothing', why: `it cannot be read: ${trouble}` };
  }

  #decide(): void {
    const { assignment, problems } = this.#decision();
    const isSame =
      assignment.arm === this.#current.arm && assignment.source === this.#current.source && problems.join() === this.#problems.join();
    this.#current = assignment;
    this.#problems = problems;
    if (!isSame) this.#changed.fire(assignment);
  }

  #decision(): { readonly assignment: Assignment; readonly problems: readonly string[] } {
    const { assignment: set, ofrep, flagFile } = this.#settings;
    const server = this.#server.trouble === undefined ? undefined : `the flag server ${ofrep?.url ?? ''} ${this.#server.trouble}`;
    const file = this.#file.trouble === undefined ? undefined : `the flag file ${flagFile ?? ''} is of no use: ${this.#file.trouble}`;
    const problems = [server, file].filter((line) => line !== undefined);
    const notes: string[] = [];
    const decided = (arm: Assignment['arm'], source: AssignmentSource): { assignment: Assignment; problems: readonly string[] } => ({
      assignment: Object.freeze({ arm, source, ...(notes.length === 0 ? {} : { note: notes.join('; ') }) }),
      problems,
    });
    if (this.#kill !== undefined) {
      notes.push(this.#kill);
      return decided('baseline', 'kill-switch');
    }
    if (set !== 'auto') return decided(set, 'setting');
    if (server !== undefined) notes.push(server);
    else if (ofrep !== undefined && this.#server.arm === undefined) notes.push(`the flag server ${ofrep.url} has not answered yet`);
    if (this.#server.arm !== undefined) {
      if (server !== undefined) notes.push(`what it said ${this.#since(this.#server.at)} ago holds`);
      return decided(this.#server.arm, 'ofrep');
    }
    if (file !== undefined) notes.push(file);
    if (this.#file.reading?.kind === 'arm') {
      if (file !== undefined) notes.push('what it said before holds');
      return decided(this.#file.reading.arm, 'flag-file');
    }
    if (this.#stage.kind === 'arm') return decided(this.#stage.arm, 'built-in');
    notes.push(this.#stage.why);
    return decided('baseline', 'built-in');
  }

  #since(at: number | undefined): string {
    const ago: Millis = Math.max(0, this.#ports.clock.now() - (at ?? 0));
    if (ago < 120_000) return `${Math.round(ago / 1000)} s`;
    return ago < 7_200_000 ? `${Math.round(ago / 60_000)} min` : `${Math.round(ago / 3_600_000)} h`;
  }
}

function fileTrouble(found: Exclude<FileReading, { kind: 'text' }>): string {
  switch (found.kind) {
    case 'missing':
      return 'there is no such file';
    case 'too-large':
      return `it has ${found.bytes} bytes, allowed are ${flagFileBytes}`;
    case 'unreadable':
      return `it cannot be read (${found.why})`;
  }
}
