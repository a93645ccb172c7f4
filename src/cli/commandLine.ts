import { messageOf } from '../base/logger.ts';
import { readArgs } from './args.ts';
import {
  type Args,
  CannotBeDone,
  type Command,
  type CommandContext,
  type CommandResult,
  type ExitCode,
  exitCodes,
  type Flags,
  UsageError,
} from './command.ts';
import { absolutePath } from './flagFile.ts';
import { commonFlags, helpOf, helpOfAll } from './help.ts';
import { suggestion } from './nearest.ts';
import { ProgressLine, type TextOut } from './progressLine.ts';

/** The process around a command line. */
export interface Terminal extends Omit<CommandContext, 'args' | 'progress' | 'note'> {
  readonly out: TextOut;
  readonly err: TextOut;
  readonly version: string;
  /** Why a file could not be written, as far as that is known before; `undefined`: nothing speaks against it. */
  readonly writeProblem: (file: string) => string | undefined;
}

/**
 * Runs one command line, such as `['bench', '--json']`. Never rejects; everything that is said goes to the terminal's `out` and `err`.
 *
 * @returns the exit code
 */
export async function runCommandLine(words: readonly string[], terminal: Terminal, commands: readonly Command[]): Promise<ExitCode> {
  const [first, ...rest] = words;
  if (first === '--help' || first === '-h' || first === 'help') {
    const about = commands.find(({ name }) => name === rest[0]);
    return say(terminal, about ? helpOf(about) : helpOfAll(commands));
  }
  if (first === '--version') return say(terminal, `failsoft ${terminal.version}`);
  const command = commands.find(({ name }) => name === first);
  if (first === undefined || command === undefined) {
    const names = commands.map(({ name }) => name);
    const what = first === undefined ? 'a command is missing' : `"${first}" is no command`;
    return refuse(terminal, 'failsoft', `${what}, allowed is ${names.join(', ')}${suggestion(first ?? '', names)}`);
  }
  const progress = new ProgressLine(terminal.err, terminal.clock);
  try {
    return await runCommand(command, rest, terminal, progress);
  } catch (error) {
    progress.clear();
    if (terminal.signal.aborted) return interrupted(terminal, command);
    if (error instanceof UsageError) return refuse(terminal, `failsoft ${command.name}`, messageOf(error));
    const message = error instanceof CannotBeDone ? messageOf(error) : `a bug of ours: ${messageOf(error)}`;
    terminal.err.write(`failsoft ${command.name}: ${oneLine(message)}\n`);
    return exitCodes.inconclusive;
  }
}

async function runCommand(command: Command, words: readonly string[], terminal: Terminal, progress: ProgressLine): Promise<ExitCode> {
  if (words.includes('-h')) return say(terminal, helpOf(command));
  const args = readArgs(words, { ...command.flags, ...commonFlags });
  if (args.has('help')) return say(terminal, helpOf(command));
  checkFiles(args, { ...command.flags, ...commonFlags }, terminal);
  const isJson = args.has('json');
  const result = await command.run({
    ...terminal,
    args,
    progress: isJson ? () => undefined : (line) => progress.say(line),
    note(line) {
      progress.clear();
      terminal.err.write(`${oneLine(line)}\n`);
    },
  });
  progress.clear();
  if (terminal.signal.aborted) return interrupted(terminal, command);
  terminal.out.write(isJson ? `${JSON.stringify(result.json, null, 2)}\n` : `${plainLines(result.text)}\n`);
  writeReport(args, result, terminal);
  return result.exit;
}

/**
 * A report in the place of the settings or of the recording would cost the person one of both; one that cannot be written, what was found
 * out in many minutes. @throws UsageError
 */
function checkFiles(args: Args, flags: Flags, { folder, writeProblem }: Terminal): void {
  const taken = new Map<string, string>();
  for (const name of Object.keys(flags).filter((each) => flags[each]?.value === 'FILE')) {
    const given = args.text(name);
    if (given === undefined) continue;
    const file = absolutePath(folder, given);
    const other = taken.get(file);
    if (other !== undefined) throw new UsageError(`--${name} ${given} is the file of --${other}, allowed is another one`);
    taken.set(file, name);
    const problem = flags[name]?.isWritten === true ? writeProblem(file) : undefined;
    if (problem !== undefined) throw new UsageError(`--${name} ${given} cannot be written: ${problem}`);
  }
}

function writeReport(args: Args, { markdown }: CommandResult, { files, folder }: Terminal): void {
  const report = args.text('report');
  if (report === undefined) return;
  try {
    files.replace(absolutePath(folder, report), new TextEncoder().encode(`${markdown}\n`));
  } catch (error) {
    throw new CannotBeDone(`--report ${report} could not be written: ${messageOf(error)}`);
  }
}

function say({ out }: Terminal, text: string): ExitCode {
  out.write(`${text}\n`);
  return exitCodes.passed;
}

function refuse({ err }: Terminal, who: string, message: string): ExitCode {
  err.write(`${who}: ${oneLine(message)}\n`);
  return exitCodes.usage;
}

function interrupted({ err }: Terminal, command: Command): ExitCode {
  err.write(`failsoft ${command.name}: interrupted\n`);
  return exitCodes.interrupted;
}

/** Names of models and words of servers are in it, and nothing of them moves the cursor or colours the terminal. */
function plainLines(text: string): string {
  return text.replace(/[^\P{Cc}\n]/gu, ' ');
}

/** What servers and files say may have line breaks and escape sequences. */
function oneLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ').trim();
}
