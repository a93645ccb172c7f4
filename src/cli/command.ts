import type { Clock } from '../base/clock.ts';
import type { HttpClient } from '../base/http.ts';
import type { Random } from '../base/random.ts';
import type { SourceDisk } from '../base/sourceDisk.ts';
import type { SourceFolders } from '../base/sourceFolders.ts';
import type { WholeFiles } from '../base/wholeFile.ts';

/**
 * What a command ends with, for CI. `failed`: the check says no. `usage`: a flag or a file is wrong, nothing was done.
 * `inconclusive`: too little is known to say, or it could not be done. `interrupted`: as shells have it for Ctrl+C.
 */
export const exitCodes = { passed: 0, failed: 1, usage: 2, inconclusive: 3, interrupted: 130 } as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** A flag as it is read and as the help shows it. */
export interface Flag {
  readonly type: 'string' | 'boolean';
  /** What its value is, in the help: `FILE`, `N`, `NAME[=MODEL]`. Of strings only. */
  readonly value?: string;
  /** May be given more than once. */
  readonly multiple?: boolean;
  /** Its file is written when all is done; one that cannot be is told before anything is. */
  readonly isWritten?: boolean;
  /** One line, with the default and what is allowed. */
  readonly help: string;
}

/** Flags by their name without the dashes. */
export type Flags = Readonly<Record<string, Flag>>;

/** What a number may be. */
export interface NumberBounds {
  readonly default: number;
  readonly minimum: number;
  readonly maximum: number;
  /** Only whole numbers. */
  readonly whole?: boolean;
}

/** The flags of one call, read. Asking for a flag that the command does not have is a bug, and throws. */
export interface Args {
  /** Whether the flag was given at all. */
  has(name: string): boolean;
  /** `undefined`: it was not given. */
  text(name: string): string | undefined;
  /** @throws UsageError when it was not given */
  needed(name: string): string;
  /** All of a flag that may be repeated. */
  texts(name: string): readonly string[];
  /** @throws UsageError when it is no number or out of bounds */
  number(name: string, bounds: NumberBounds): number;
  /** @throws UsageError when it is none of the words */
  oneOf<Word extends string>(name: string, words: readonly Word[], fallback: Word): Word;
}

/** What a command has found; the frame prints it as it was asked to. */
export interface CommandResult {
  readonly exit: Exclude<ExitCode, typeof exitCodes.usage | typeof exitCodes.interrupted>;
  /** For a person, some lines; without a line end behind the last. */
  readonly text: string;
  /** What came out, in one line without the verdict's word. */
  readonly summary: string;
  /** What `--json` prints: one document. Never a key; source text only where a flag of the command asks for it. */
  readonly json: unknown;
  /** What `--report FILE` gets. */
  readonly markdown: string;
}

/** What a command has of the world. */
export interface CommandContext {
  readonly args: Args;
  /**
   * How far it is, in one line. On a terminal the line is rewritten, elsewhere a line comes every few seconds; nothing with `--json`.
   */
  readonly progress: (line: string) => void;
  /** A line for a person that is no result, such as a warning; on standard error. */
  readonly note: (line: string) => void;
  /** Aborted by Ctrl+C. The command settles soon after; what it answers then is not printed. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly random: Random;
  readonly http: HttpClient;
  /** Whole files by absolute path; see `readFlagFile` for those that flags name. */
  readonly files: WholeFiles;
  readonly disk: SourceDisk & SourceFolders;
  /** The environment variables. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The folder that paths are relative to, absolute. */
  readonly folder: string;
}

/** One command of the command line. It throws `UsageError` and `CannotBeDone` and nothing else on purpose. */
export interface Command {
  readonly name: string;
  /** Half a line for the list of commands. */
  readonly summary: string;
  /** Some lines for its own help: what it does, and to whom. */
  readonly description: string;
  /** Beside those that every command has. */
  readonly flags: Flags;
  /** Whole command lines, without `failsoft` at the beginning. */
  readonly examples: readonly string[];
  run(context: CommandContext): Promise<CommandResult>;
}

/** A flag or a file is wrong: one line that says what, the value, and what is allowed. Ends with the exit code `usage`. */
export class UsageError extends Error {}

/** It could not be done, for a reason outside of the flags: one line. Ends with the exit code `inconclusive`. */
export class CannotBeDone extends Error {}
