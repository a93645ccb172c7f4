import type { Millis } from '../base/clock.ts';

/** Units of a policy file, the largest first, in milliseconds. */
const units: readonly (readonly [name: string, length: Millis])[] = [
  ['days', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1000],
  ['ms', 1],
];

/** How a length of time is written in a policy file: a number and its unit. Also the pattern of the schema. */
export const durationPattern = /^\d{1,9}(?:\.\d{1,3})? ?(?:ms|s|min|h|day|days)$/;

/** Reads a length of time such as `30 min`, `2 h` or `1.5 days`. @returns `undefined` when it is none */
export function parseDuration(text: string): Millis | undefined {
  if (!durationPattern.test(text)) return undefined;
  const unit = text.replace(/^[\d.]+ ?/, '');
  const length = units.find(([name]) => name === (unit === 'day' ? 'days' : unit))?.[1] ?? 1;
  return Math.round(Number.parseFloat(text) * length);
}

/** A length of time as a policy file has it, in the largest unit that leaves a whole number: `90 min`, `30 days`. */
export function printDuration(duration: Millis): string {
  const [name, length] = units.find(([, each]) => duration >= each && duration % each === 0) ?? (['ms', 1] as const);
  const count = duration / length;
  return `${count} ${name === 'days' && count === 1 ? 'day' : name}`;
}
