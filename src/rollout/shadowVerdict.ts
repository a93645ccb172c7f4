import type { EpochMillis } from '../base/clock.ts';
import type { ReadinessEvidence } from '../domain/rollout.ts';
import type { Counted } from './evidenceFiles.ts';
import type { Verdict } from './gates.ts';

/** What the copies have proven, once they have proven anything. */
export function shadowEvidence(
  { candidate, shadow }: Counted,
  verdict: Verdict,
  at: EpochMillis,
): Omit<ReadinessEvidence, 'versions'> | undefined {
  if (verdict.kind === 'collecting') return undefined;
  const percent = (part: number, whole: number): string => `${((100 * part) / Math.max(1, whole)).toFixed(1)} %`;
  const seen =
    `${candidate.timed} copies, ${percent(candidate.slow, candidate.timed)} of them slow and ${percent(candidate.errors, candidate.errorTrials)} failed; ` +
    `${shadow.pairs} pairs of texts, ${percent(shadow.similarity, shadow.pairs)} alike, ${percent(shadow.sameFirstLine, shadow.pairs)} with the same first line`;
  if (verdict.kind === 'may-advance') return { check: 'shadow', at, verdict: 'passed', summary: seen };
  return { check: 'shadow', at, verdict: verdict.kind === 'pause' ? 'inconclusive' : 'failed', summary: `${verdict.reason}; ${seen}` };
}
