import type { Millis } from '../base/clock.ts';

/** A share for a person: `12.5 %`. @param share 0…1 and beyond */
export function percentWords(share: number): string {
  const percent = share * 100;
  const digits = Math.abs(percent) < 1 ? 2 : 1;
  return `${Number(percent.toFixed(digits))} %`;
}

/** A duration for a person: `45 s`, `12 min`, `2 h 5 min`. */
export function durationWords(duration: Millis): string {
  const minutes = Math.floor(duration / 60_000);
  if (minutes === 0) return `${Math.max(0, Math.round(duration / 1000))} s`;
  if (minutes < 60) return `${minutes} min`;
  const rest = minutes % 60;
  return `${Math.floor(minutes / 60)} h${rest === 0 ? '' : ` ${rest} min`}`;
}

/** `1 request`, `7 requests`. */
export function counted(count: number, one: string): string {
  return `${count} ${count === 1 ? one : `${one}s`}`;
}
