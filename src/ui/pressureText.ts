import type { Pressure, Relief } from '../domain/pressure.ts';
import type { ClockTime } from './times.ts';

/** What Failsoft does about it, in words that complete the sentence "so …". */
const done: Readonly<Record<Exclude<Relief, 'none'>, string>> = {
  shed: 'Failsoft has emptied its caches',
  'no-speculation': 'Failsoft asks nothing ahead of you',
  'local-only': 'Failsoft gives local suggestions only',
  pause: 'Failsoft waits and offers nothing',
};

/** How scarce memory or time is, why, and what is done about it, in one line. */
export function pressureText({ relief, reason, since, cause }: Pressure, clockTime: ClockTime): string {
  const what = cause === 'lag' ? 'time is scarce' : 'memory is scarce';
  return `${what} since ${clockTime(since)}, so ${done[relief]}: ${reason}`;
}
