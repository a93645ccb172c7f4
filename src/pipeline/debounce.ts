import type { Millis } from '../base/clock.ts';
import type { CompletionRequest } from '../domain/completion.ts';
import type { Rhythm } from './rhythm.ts';

/** How long a keystroke waits for the next one before a backend is asked; figures and reasons in docs/settings.md. */
export const debounceDefaults = {
  /** A gap that is longer than this share of the person's gaps is a pause. */
  quantile: 0.75,
  /** Assumed gap while the rhythm is not known, in ms. */
  prior: 150,
  minimum: 30,
  maximum: 300,
  /** Never longer than the backend usually needs, times this. */
  ofUsual: 1.25,
  /** Factor after a sign after which people look for help, or on a new line. */
  afterSign: 0.5,
  /** Factor in the middle of a word. */
  insideWord: 1.5,
  /** A key after so long a pause is not one of many, in ms. */
  idle: 500,
  /** Factor for each rejection in a row … */
  rejectionGrowth: 1.5,
  /** … up to this. */
  rejectionCap: 4,
} as const;

/** What the wait depends on. */
export interface KeyFacts {
  /** The text before the cursor. */
  readonly prefix: string;
  /** Since the key before; infinite for the first. */
  readonly gap: Millis;
  /** The cursor is in another line or document than before, and not by a new line. */
  readonly isJump: boolean;
  /** What the backend usually needs. */
  readonly usual: Millis;
  /** It runs on this machine and costs nothing. */
  readonly isLoopback: boolean;
  /** Nothing runs. The limit of requests is another wait. */
  readonly isQuiet: boolean;
  readonly rejectedInARow: number;
}

/** 0: ask at once (the leading edge). */
export function debounceOf(facts: KeyFacts, rhythm: Rhythm): Millis {
  const { quantile, prior, minimum, maximum, ofUsual, idle, rejectionGrowth, rejectionCap } = debounceDefaults;
  const isCheap = facts.isLoopback || facts.isJump || facts.gap >= idle;
  if (isCheap && facts.isQuiet && facts.rejectedInARow === 0) return 0;
  const gap = (rhythm.quantile(quantile) ?? prior) * placeFactor(facts.prefix);
  const wait = Math.min(maximum, Math.max(minimum, Math.min(gap, facts.usual * ofUsual)));
  return wait * Math.min(rejectionCap, rejectionGrowth ** facts.rejectedInARow);
}

function placeFactor(prefix: string): number {
  if (/(?:[.(]|\n[ \t]*)$/.test(prefix.slice(-200))) return debounceDefaults.afterSign;
  return /\w\w$/.test(prefix.slice(-2)) ? debounceDefaults.insideWord : 1;
}

/** True when the cursor got to another place in another way than by typing. */
export function isJumpBetween(before: CompletionRequest | undefined, now: CompletionRequest): boolean {
  if (!before) return true;
  if (before.documentId !== now.documentId) return true;
  if (/(?:^|\n)[ \t]*$/.test(now.prefix.slice(-200))) return false;
  return lineAbove(before) !== lineAbove(now);
}

/** The text above the cursor's line, as far as it tells lines apart. */
function lineAbove({ prefix }: CompletionRequest): string {
  return prefix.slice(0, prefix.lastIndexOf('\n') + 1).slice(-200);
}
