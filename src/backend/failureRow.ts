import type { Millis } from '../base/clock.ts';
import type { Failure } from '../domain/failure.ts';

/** The kinds that a server's answer can have; the others are ours. `network` here is always a proxy or a login page. */
export type AnsweredKind = Exclude<Failure['kind'], 'cancelled' | 'refused' | 'internal'>;

/**
 * How a row is known: **S** read in source, **T** tried or recorded against the real program, **D** official documentation, **C** a
 * third-party catalogue, **M** from memory. C and M wait for a real answer.
 */
export type Evidence = 'S' | 'T' | 'D' | 'C' | 'M';

/**
 * One row of the table of failures: when all its conditions hold, the answer is of its kind. A condition that is absent holds always.
 * Within a stage (names, details, words, status, content) the first row that matches wins.
 */
export interface FailureRow {
  readonly kind: AnsweredKind;
  /** `same`: this backend may be asked again after the wait; `other`: only elsewhere for now; `no`: not without a change. */
  readonly retry: 'same' | 'other' | 'no';
  /** Who is known to answer so, and how it is known. */
  readonly seen: Readonly<Record<string, Evidence>>;
  /** One of these is the error's code or type; a `*` at the end stands for any rest. */
  readonly names?: readonly string[];
  /** One of the error's details contains one of these. */
  readonly details?: readonly string[];
  /** The message says one of these: whole words in lower case, ` … ` for up to 40 characters between, `^` for the beginning. */
  readonly words?: readonly string[];
  /** It also says one of these. */
  readonly about?: readonly string[];
  readonly status?: readonly number[];
  /** This header is there. */
  readonly header?: string;
  /** `page`: HTML; `not-json`: a page or anything else that is no JSON. */
  readonly content?: 'page' | 'not-json';
  /** The answer asks for a longer wait than this. */
  readonly delayAbove?: Millis;
  /** When the quota is whole again, where the row itself says so. */
  readonly resets?: 'next-month';
}

/** Every status from `first` to `last`. */
export function statuses(first: number, last: number): readonly number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
