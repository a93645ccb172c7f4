import type { EpochMillis, Millis } from '../base/clock.ts';
import type { FailureKind } from '../domain/failure.ts';
import type { PromptCheckName } from './promptCheck.ts';

/** When prompts are compatible. Shares 0…1. */
export const compatibilityLimits = {
  /** A share of wrong answers may be so much greater than the baseline's. */
  worseThanBaseline: 0.02,
  /** Fewer answers prove nothing, whatever they say. */
  answers: 40,
  /** Of the prompts that are judged for a check at least. */
  judged: 0.5,
  /** After so many failures in a row that say nothing about prompts, a model is not asked any more. */
  failuresInARow: 5,
  /** A server whose rate is used up is waited for so long, once for each prompt. In ms. */
  longestWait: 60_000,
  /** Examples of each check in a report. */
  examples: 3,
  /** Of an answer in a report. Characters. */
  shownAnswer: 120,
} as const;

/** What is said in the end. `inconclusive`: too little is known to say anything. */
export type Verdict = 'passed' | 'failed' | 'inconclusive';

/** How many of the answers that could be judged are wrong. */
export interface WrongRate {
  readonly wrong: number;
  readonly judged: number;
}

/** One wrong answer of the candidate. */
export interface WrongAnswer {
  /** Id of the golden prompt, or of a length at the end of the context. */
  readonly prompt: string;
  readonly words: string;
  /** What it said, cut; golden prompts are made up, so this is nobody's code. */
  readonly answer?: string;
}

/** What one check found. */
export interface CheckResult {
  readonly check: PromptCheckName;
  readonly title: string;
  readonly about: string;
  readonly verdict: Verdict;
  /** One line for a person: what was seen against what is allowed, or why nothing can be said. */
  readonly words: string;
  readonly candidate: WrongRate;
  readonly baseline?: WrongRate;
  /** Share of wrong answers that was allowed. */
  readonly allowed: number;
  /** The first ones. */
  readonly examples: readonly WrongAnswer[];
}

/** How one model did as a whole. */
export interface ModelResult {
  readonly name: string;
  readonly answered: number;
  /** How often each kind of failure came instead. */
  readonly failures: Readonly<Partial<Record<FailureKind, number>>>;
  /** Why it was not asked to the end. */
  readonly stopped?: string;
  /** What the last failure said, where the model was not asked to the end or never answered; one line. */
  readonly lastFailure?: string;
}

/** Whether the prompts of Failsoft suit a model, with the evidence. */
export interface CompatibilityReport {
  readonly at: EpochMillis;
  readonly took: Millis;
  readonly verdict: Verdict;
  /** One line for a person. */
  readonly summary: string;
  readonly candidate: ModelResult;
  readonly baseline?: ModelResult;
  /** How many golden prompts there are. */
  readonly prompts: number;
  readonly checks: readonly CheckResult[];
  /** Tokens of the candidate for one of the baseline, the middle of all prompts. */
  readonly tokenRatio?: number;
}

/** What the rates of a check come to. @param alone share that is allowed without a baseline @param wanted how many could be judged */
export function weigh(
  candidate: WrongRate,
  baseline: WrongRate | undefined,
  alone: number,
  wanted: number,
): Pick<CheckResult, 'verdict' | 'allowed' | 'words'> {
  const allowed = baseline ? shareOf(baseline) + compatibilityLimits.worseThanBaseline : alone;
  const seen = `${candidate.wrong} of ${candidate.judged} wrong`;
  const against = baseline
    ? `the baseline ${baseline.wrong} of ${baseline.judged}, allowed is ${percent(allowed)}`
    : `allowed is ${percent(allowed)}`;
  // A hair of tolerance, because shares are fractions.
  if (candidate.wrong > 0 && shareOf(candidate) > allowed + 1e-9) return { verdict: 'failed', allowed, words: `${seen}; ${against}` };
  if (candidate.judged < Math.max(1, compatibilityLimits.judged * wanted)) {
    return { verdict: 'inconclusive', allowed, words: `only ${candidate.judged} of ${wanted} answers could be judged` };
  }
  return { verdict: 'passed', allowed, words: `${seen}; ${against}` };
}

const shareOf = ({ wrong, judged }: WrongRate): number => (judged === 0 ? 0 : wrong / judged);

/** A share as people read it. */
export const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

/** Checks that need figures which many servers do not give; without them the others still say much. */
const needsFigures: ReadonlySet<PromptCheckName> = new Set(['context-window', 'token-count']);

/** What all checks come to, and one line about it. */
export function conclude(
  checks: readonly CheckResult[],
  candidate: ModelResult,
  baseline: ModelResult | undefined,
): Pick<CompatibilityReport, 'verdict' | 'summary'> {
  const failed = checks.filter(({ verdict }) => verdict === 'failed');
  const open = checks.filter(({ verdict }) => verdict === 'inconclusive');
  const names = (results: readonly CheckResult[]): string => results.map(({ title }) => title.toLowerCase()).join(', ');
  if (failed.length > 0) return { verdict: 'failed', summary: `${failed.length} of ${checks.length} checks failed: ${names(failed)}` };
  const short = [candidate, ...(baseline ? [baseline] : [])].find(({ answered }) => answered < compatibilityLimits.answers);
  if (short) {
    const why = short.stopped === undefined ? '' : `; ${short.stopped}`;
    return {
      verdict: 'inconclusive',
      summary: `${short.name} gave ${short.answered} answers, ${compatibilityLimits.answers} are wanted${why}`,
    };
  }
  const missing = open.filter(({ check }) => !needsFigures.has(check));
  if (missing.length > 0) return { verdict: 'inconclusive', summary: `too little is known about: ${names(missing)}` };
  const rest = open.length === 0 ? '' : `; not known: ${names(open)}`;
  return { verdict: 'passed', summary: `${checks.length - open.length} of ${checks.length} checks passed, none failed${rest}` };
}
