import { parse, type ParseError, printParseErrorCode } from 'jsonc-parser';
import { jsonWords } from '../domain/jsonWords.ts';
import type { RawSettings } from '../settings/parse.ts';
import { isRecord, show } from '../settings/shownValue.ts';
import { type CommandContext, UsageError } from './command.ts';
import { readFlagFile } from './flagFile.ts';

/**
 * The backends, deadlines and switched-off languages of a settings file: dotted or nested names, also in the `settings` block of a `.code-workspace`.
 *
 * @throws UsageError with line and column where it is no JSON with comments
 */
export function readSettingsFile(context: Pick<CommandContext, 'files' | 'folder'>, given: string): RawSettings {
  const whole = readJsonFile(context, 'settings', given);
  const settings = isRecord(whole['settings']) ? whole['settings'] : whole;
  const nested = isRecord(settings['failsoft']) ? settings['failsoft'] : {};
  const backends = settings['failsoft.backends'] ?? nested['backends'];
  if (backends === undefined) throw new UsageError(`--settings ${given} holds no "failsoft.backends"`);
  const deadlines = settings['failsoft.deadlines'] ?? nested['deadlines'];
  const disabledLanguages = settings['failsoft.disabledLanguages'] ?? nested['disabledLanguages'];
  return { backends, deadlines, disabledLanguages };
}

/**
 * The object in a file of JSON with comments that a flag names.
 *
 * @throws UsageError
 */
export function readJsonFile(
  context: Pick<CommandContext, 'files' | 'folder'>,
  flag: string,
  given: string,
): Readonly<Record<string, unknown>> {
  const text = readFlagFile(context, flag, given);
  const errors: ParseError[] = [];
  let value: unknown;
  try {
    value = parse(text, errors, { allowTrailingComma: true });
  } catch {
    // Thousands of nested brackets exhaust the parser's stack.
    throw new UsageError(`--${flag} ${given} is nested too deeply to be read`);
  }
  const [error] = errors;
  if (error !== undefined) {
    const before = text.slice(0, error.offset).split('\n');
    const place = `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
    throw new UsageError(`--${flag} ${given} ${place}: it is no JSON here: ${jsonWords(printParseErrorCode(error.error))}`);
  }
  if (!isRecord(value)) throw new UsageError(`--${flag} ${given} is ${show(value)}, allowed is a JSON object`);
  return value;
}
