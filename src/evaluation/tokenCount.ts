import type { Outcome } from '../domain/completion.ts';
import { fine, type Judgement, unknown, wrongIf } from './promptCheck.ts';

/** Tokens of the candidate for one of the baseline, of the same prompt. Beyond it budgets, costs and the room for context are others. */
export const tokenRatio = { lowest: 0.8, highest: 1.25 } as const;

/** Both counts of one prompt; `undefined`: one of them is not known. */
export function ratioOf(candidate: Outcome, baseline: Outcome): number | undefined {
  const counts = [candidate, baseline].map((outcome) => (outcome.ok ? outcome.usage?.promptTokens : undefined));
  const [ours, theirs] = counts;
  return ours === undefined || theirs === undefined || theirs <= 0 ? undefined : ours / theirs;
}

/** Whether the candidate counts a prompt much as the baseline does. */
export function judgeRatio(ratio: number | undefined): Judgement {
  if (ratio === undefined) return unknown;
  const { lowest, highest } = tokenRatio;
  const isWithin = ratio >= lowest && ratio <= highest;
  return isWithin ? fine : wrongIf(`${ratio.toFixed(2)} times the tokens of the baseline, allowed is ${lowest} to ${highest}`);
}

/** The middle of some ratios; `undefined` of none. */
export function medianOf(ratios: readonly number[]): number | undefined {
  const sorted = [...ratios].sort((left, right) => left - right);
  const middle = sorted.length / 2;
  const [below, above] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return below === undefined || above === undefined ? undefined : (below + above) / 2;
}
