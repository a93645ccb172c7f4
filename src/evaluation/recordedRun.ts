import { isRecord, show } from '../settings/shownValue.ts';
import type { BenchmarkRun } from './benchmarkTypes.ts';

const kind = 'failsoft-benchmark-run';
const version = 1;

/**
 * A run as a file, from which the figures can be made again without asking anybody. It holds the texts around each position and both
 * answers, so it is as confidential as the code.
 */
export function printRun(run: BenchmarkRun): string {
  return `${JSON.stringify({ kind, version, ...run })}\n`;
}

/**
 * The run in a file.
 *
 * @throws Error with one line that says what is wrong and what is allowed
 */
export function parseRun(text: string): BenchmarkRun {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error('it is no JSON');
  }
  if (!isRecord(value) || value['kind'] !== kind) throw new Error(`it is no recorded run; allowed is what --record has written`);
  if (value['version'] !== version) throw new Error(`its version is ${show(value['version'])}, allowed is ${version}`);
  const problem = flawIn(value);
  if (problem !== undefined) throw new Error(problem);
  return value as unknown as BenchmarkRun;
}

/** What of a run is not as it was written; `undefined` when all of it is. */
function flawIn(run: Readonly<Record<string, unknown>>): string | undefined {
  const { at, took, seed, left, versions, pairs, stopped } = run;
  for (const [name, number] of Object.entries({ at, took, seed, left }))
    if (!isNumber(number)) return `${name} is ${show(number)}, allowed is a number`;
  if (stopped !== undefined && typeof stopped !== 'string') return `stopped is ${show(stopped)}, allowed is a text`;
  if (!isRecord(versions) || !isVersion(versions['baseline']) || !isVersion(versions['candidate']))
    return 'versions are not those of two models';
  if (!Array.isArray(pairs)) return `pairs is ${show(pairs)}, allowed is a list`;
  const wrong = pairs.findIndex((pair) => !isPair(pair));
  return wrong < 0 ? undefined : `pairs[${wrong}] is no position with two answers`;
}

function isVersion(value: unknown): boolean {
  return isRecord(value) && typeof value['backend'] === 'string' && typeof value['model'] === 'string';
}

function isPair(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { position, answers } = value;
  if (!isRecord(position) || !isRecord(answers)) return false;
  const texts = ['id', 'languageId', 'path', 'prefix', 'suffix', 'expected'].every((name) => typeof position[name] === 'string');
  return (
    texts && (position['set'] === 'own' || position['set'] === 'shipped') && isAnswer(answers['baseline']) && isAnswer(answers['candidate'])
  );
}

function isAnswer(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { outcome, text, elapsed, censored } = value;
  const numbers = ['firstTextAfter', 'promptTokens', 'completionTokens'].every(
    (name) => value[name] === undefined || isNumber(value[name]),
  );
  return numbers && typeof outcome === 'string' && typeof text === 'string' && isNumber(elapsed) && typeof censored === 'boolean';
}

function isNumber(value: unknown): boolean {
  return typeof value === 'number' && Number.isFinite(value);
}
