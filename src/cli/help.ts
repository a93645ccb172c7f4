import { type Command, exitCodes, type Flags } from './command.ts';

/** What every command has. */
export const commonFlags: Flags = {
  json: { type: 'boolean', help: 'one JSON document on standard output, and no progress' },
  report: { type: 'string', value: 'FILE', isWritten: true, help: 'also write the result as Markdown into FILE' },
  help: { type: 'boolean', help: 'this help' },
};

const codes = `Exit codes: ${exitCodes.passed} passed, ${exitCodes.failed} failed, ${exitCodes.usage} wrong flag or file, ${exitCodes.inconclusive} inconclusive or could not be done, ${exitCodes.interrupted} interrupted.`;

/** The help about everything. */
export function helpOfAll(commands: readonly Command[]): string {
  const widest = Math.max(...commands.map(({ name }) => name.length));
  return [
    'failsoft: checks a new model version before people get it.',
    '',
    'failsoft COMMAND [--flag VALUE]…',
    '',
    ...commands.map(({ name, summary }) => `  ${name.padEnd(widest)}  ${summary}`),
    '',
    'failsoft COMMAND --help says which flags a command has; failsoft --version says the version.',
    codes,
  ].join('\n');
}

/** The help about one command. */
export function helpOf(command: Command): string {
  const rows = Object.entries({ ...command.flags, ...commonFlags }).map(([name, { value, help, multiple }]) => ({
    flag: `--${name}${value === undefined ? '' : ` ${value}`}${multiple === true ? ' …' : ''}`,
    help,
  }));
  const widest = Math.max(...rows.map(({ flag }) => flag.length));
  return [
    `failsoft ${command.name}: ${command.summary}`,
    '',
    command.description,
    '',
    ...rows.map(({ flag, help }) => `  ${flag.padEnd(widest)}  ${help}`),
    '',
    ...command.examples.map((example) => `  failsoft ${example}`),
    '',
    codes,
  ].join('\n');
}
