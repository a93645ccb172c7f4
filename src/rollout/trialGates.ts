import type { GateName, GateReading } from '../domain/rollout.ts';
import { cpUpper95, isSurelyBelow } from './binomial.ts';
import { hasTripped } from './eProcess.ts';
import type { ArmCounts, TrialCounts } from './evidence.ts';
import { counted, percentWords } from './words.ts';

/** How counts become a verdict; docs/rollout.md says why. */
export const trialDefaults = {
  /** Of the samples at most this share is believed to be the trouble of this machine; what is beyond it counts again. */
  asideAtMost: 0.1,
  /** No promotion while more than this share is set aside. */
  asideForPromotion: 0.05,
  /** E-value of the latest blocks alone that proves harm: they are looked at again and again, so more is asked of them. */
  recentTripAt: 1000,
} as const;

/** Bad ones among requests, after it was decided how much of what was set aside is believed. */
export interface JudgedTrials {
  readonly bad: number;
  readonly requests: number;
  readonly aside: number;
}

/**
 * The trials that a gate reads. What is set aside is limited to a tenth: servers that both versions share slow both down, which looks
 * like trouble of this machine, and is not.
 */
export function judgedTrials(bad: number, requests: number, aside: number): JudgedTrials {
  const believed = Math.min(aside, Math.floor(trialDefaults.asideAtMost * (requests + aside)));
  return { bad: bad + aside - believed, requests: requests + aside - believed, aside: believed };
}

const slowTrials = (counts: TrialCounts): JudgedTrials => judgedTrials(counts.slow, counts.timed, counts.slowAside);
const errorTrials = (counts: TrialCounts): JudgedTrials => judgedTrials(counts.errors, counts.errorTrials, counts.errorsAside);

interface TrialRule {
  readonly gate: GateName;
  readonly trialsOf: (counts: TrialCounts) => JudgedTrials;
  /** Share that is allowed, 0…1. */
  readonly limit: number;
  /** What is counted: `took longer than 400 ms`. */
  readonly what: string;
  /** Before any person is served nothing has to be proven but that there is no harm. */
  readonly isShadow: boolean;
}

/** Requests that took longer than `slowBeyond` milliseconds. */
export function readLatency(counts: ArmCounts, limit: number, slowBeyond: number, isShadow: boolean): GateReading {
  return readTrials(counts, {
    gate: 'latency',
    trialsOf: slowTrials,
    limit,
    what: `took longer than ${Math.round(slowBeyond)} ms`,
    isShadow,
  });
}

/** Requests that failed. */
export function readErrors(counts: ArmCounts, limit: number, isShadow: boolean): GateReading {
  return readTrials(counts, { gate: 'errors', trialsOf: errorTrials, limit, what: 'failed', isShadow });
}

function readTrials(counts: ArmCounts, { gate, trialsOf, limit, what, isShadow }: TrialRule): GateReading {
  const { bad, requests, aside } = trialsOf(counts);
  const span = spanOf(counts);
  const recent = recentTrials(counts, trialsOf);
  const seen = `${bad} of ${counted(requests, 'request')} ${what}`;
  const allowed = `up to ${percentWords(limit)} is allowed`;
  const value = requests === 0 ? 0 : bad / requests;
  if (hasTripped({ bad, requests, nullRate: limit, span })) {
    return { gate, verdict: 'tripped', words: `${seen}; ${allowed}`, samples: requests, value, limit };
  }
  if (hasTripped({ ...recent, nullRate: limit, span }, trialDefaults.recentTripAt)) {
    const words = `${recent.bad} of the latest ${counted(recent.requests, 'request')} ${what}; ${allowed}`;
    return { gate, verdict: 'tripped', words, samples: recent.requests, value: recent.bad / recent.requests, limit };
  }
  if (isShadow) return { gate, verdict: 'holds', words: `${seen}; ${allowed}`, samples: requests, value, limit };
  const needed = neededFor(bad, limit);
  const reading = { gate, samples: requests, needed, value, limit };
  if (aside > trialDefaults.asideForPromotion * (requests + aside)) {
    const words = `${seen}, but ${aside} more were set aside because others were in trouble, too: too many to tell`;
    return { ...reading, verdict: 'collecting', words };
  }
  const holds = isSurelyBelow(bad, requests, limit);
  const words = holds
    ? `${seen}: surely fewer than ${percentWords(cpUpper95(bad, requests))}; ${allowed}`
    : `${seen}; ${allowed}, and ${needed} requests are needed to be sure`;
  return { ...reading, verdict: holds ? 'holds' : 'collecting', words };
}

/** The latest blocks as one. */
function recentTrials(counts: ArmCounts, trialsOf: TrialRule['trialsOf']): JudgedTrials {
  const sum = { timed: 0, slow: 0, slowAside: 0, errorTrials: 0, errors: 0, errorsAside: 0 };
  for (const block of counts.recent) for (const field of Object.keys(sum) as (keyof typeof sum)[]) sum[field] += block[field];
  return trialsOf(sum);
}

/** Answers of a kind that a model should not give more often than the baseline does. */
export function readAnswers(gate: 'filter' | 'bad-request', bad: number, counts: ArmCounts, limit: number, what: string): GateReading {
  const { answers } = counts;
  const tripped = hasTripped({ bad, requests: answers, nullRate: limit, span: spanOf(counts) });
  const words = `${bad} of ${counted(answers, 'request')} ${what}; up to ${percentWords(limit)} is allowed`;
  const verdict = tripped ? 'tripped' : answers === 0 ? 'collecting' : 'holds';
  return { gate, verdict, words, samples: answers, value: answers === 0 ? 0 : bad / answers, limit };
}

function spanOf({ firstAt, lastAt }: ArmCounts): number {
  return firstAt === undefined || lastAt === undefined ? 0 : lastAt - firstAt;
}

/** More requests than any phase has. */
const mostTrials = 1e9;

/** Requests with which so many bad ones are surely fewer than the limit, if no more come. */
export function neededFor(bad: number, limit: number): number {
  let high = Math.ceil(1 / limit);
  while (!isSurelyBelow(bad, high, limit)) {
    high *= 2;
    // Nobody makes so many; counts that come from outside may say so, and the fraction behind the bound does not converge there.
    if (high > mostTrials) return high;
  }
  let low = Math.floor(high / 2);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (isSurelyBelow(bad, middle, limit)) high = middle;
    else low = middle;
  }
  return high;
}
