import { parseArgs } from 'node:util';
import { show } from '../settings/shownValue.ts';
import { type Args, type Flag, type Flags, type NumberBounds, UsageError } from './command.ts';
import { suggestion } from './nearest.ts';

class GivenArgs implements Args {
  readonly #flags: Flags;
  readonly #values: ReadonlyMap<string, readonly string[]>;

  constructor(flags: Flags, values: ReadonlyMap<string, readonly string[]>) {
    this.#flags = flags;
    this.#values = values;
  }

  has(name: string): boolean {
    return this.texts(name).length > 0;
  }

  text(name: string): string | undefined {
    return this.texts(name)[0];
  }

  needed(name: string): string {
    const text = this.text(name);
    if (text === undefined)
      throw new UsageError(`--${name} is missing, and it is needed: --${name} ${this.#flags[name]?.value ?? ''}`.trim());
    return text;
  }

  texts(name: string): readonly string[] {
    if (!Object.hasOwn(this.#flags, name)) throw new Error(`the command has no flag --${name}`);
    return this.#values.get(name) ?? [];
  }

  number(name: string, bounds: NumberBounds): number {
    const text = this.text(name);
    if (text === undefined) return bounds.default;
    const value = /^-?\d+(?:\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
    const isFine = value >= bounds.minimum && value <= bounds.maximum && (bounds.whole !== true || Number.isInteger(value));
    if (isFine) return value;
    const kind = bounds.whole === true ? 'a whole number' : 'a number';
    throw new UsageError(`--${name} is ${show(text)}, allowed is ${kind} from ${bounds.minimum} to ${bounds.maximum}`);
  }

  oneOf<Word extends string>(name: string, words: readonly Word[], fallback: Word): Word {
    const text = this.text(name);
    if (text === undefined) return fallback;
    const word = words.find((each) => each === text);
    if (word !== undefined) return word;
    throw new UsageError(`--${name} is ${show(text)}, allowed is ${words.join(', ')}${suggestion(text, words)}`);
  }
}

/**
 * Reads the words behind a command.
 *
 * @throws UsageError for a flag that is not known, has no value, has one too many or is given twice, and for a word that is no flag
 * @see docs/decisions/0047-the-command-line-by-parseargs.md
 */
export function readArgs(words: readonly string[], flags: Flags): Args {
  const options = Object.fromEntries(Object.entries(flags).map(([name, { type }]) => [name, { type, multiple: true }]));
  // Not strict: its own messages fill several lines and name nothing that is near.
  const { tokens } = parseArgs({ args: [...words], options, strict: false, tokens: true });
  const values = new Map<string, string[]>();
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue;
    if (token.kind === 'positional')
      throw new UsageError(
        `"${token.value}" is one word too many: everything is said by flags${suggestion(token.value.replace(/^-+/, ''), Object.keys(flags), '--')}`,
      );
    const flag = flags[token.name];
    if (flag === undefined || !Object.hasOwn(flags, token.name)) {
      throw new UsageError(`${token.rawName} is not known${suggestion(token.name, Object.keys(flags), '--')}`);
    }
    const value = valueOf(token, flag);
    const before = values.get(token.name) ?? [];
    if (before.length > 0 && flag.multiple !== true) throw new UsageError(`--${token.name} is given twice, allowed is once`);
    values.set(token.name, [...before, value]);
  }
  return new GivenArgs(flags, values);
}

interface GivenFlag {
  readonly name: string;
  readonly value: string | undefined;
  readonly inlineValue: boolean | undefined;
}

function valueOf({ name, value, inlineValue }: GivenFlag, flag: Flag): string {
  if (flag.type === 'boolean') {
    if (value !== undefined) throw new UsageError(`--${name} has the value ${show(value)}, allowed is none`);
    return 'true';
  }
  const isAnotherFlag = inlineValue !== true && value?.startsWith('--') === true;
  if (value === undefined || value === '' || isAnotherFlag) {
    throw new UsageError(`--${name} has no value, allowed is --${name} ${flag.value ?? 'VALUE'}`);
  }
  return value;
}
