import type { RolloutDecision, RolloutPhase } from '../domain/rollout.ts';
import type { LatencyFigures } from '../domain/guarded.ts';
import type { ArmCounts } from './evidence.ts';
import type { FrozenBaseline } from './gates.ts';
import type { Manifest } from './policy.ts';

/** What is assumed of a baseline of which nothing is known. @see docs/settings.md, the prior of the soft deadline */
export const priorP99 = 800;

/** Rates of fewer requests are chance. */
const leastForRates = 100;

/** Names under which a decision keeps the frozen baseline. */
const names = {
  p99: 'baseline.p99',
  errorRate: 'baseline.errors',
  filterRate: 'baseline.filtered',
  badRequestRate: 'baseline.badRequests',
} as const;

/** What the baseline is now: its P99 by the policy, else as learnt, else the prior; its rates by what was counted. */
export function baselineNow(manifest: Manifest, usual: LatencyFigures | undefined, counts: ArmCounts): FrozenBaseline {
  const rate = (bad: number, all: number): number => (all >= leastForRates ? bad / all : 0);
  return {
    p99: manifest.baselineP99 ?? usual?.p99 ?? priorP99,
    errorRate: rate(counts.errors, counts.errorTrials),
    filterRate: rate(counts.filtered, counts.answers),
    badRequestRate: rate(counts.badRequests, counts.answers),
  };
}

/** Whether the figures are to be kept with the decision that leads here: once before the copies, and once more, with what these showed, before the first stage. */
export function isFreezing(before: RolloutPhase, after: RolloutPhase): boolean {
  return (
    (after.kind === 'shadow' && before.kind === 'preflight') ||
    (after.kind === 'stage' && (before.kind === 'shadow' || before.kind === 'preflight'))
  );
}

/** The frozen baseline as figures of a decision. */
export function frozenFigures(frozen: FrozenBaseline): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(names).map(([field, name]) => [name, frozen[field as keyof FrozenBaseline]]));
}

/** The baseline as the newest decision that froze it says. @param history newest first */
export function frozenIn(history: readonly RolloutDecision[]): FrozenBaseline | undefined {
  const figures = history.find((decision) => decision.figures?.[names.p99] !== undefined)?.figures;
  if (!figures) return undefined;
  const [p99, errorRate, filterRate, badRequestRate] = Object.values(names).map((name) => figures[name] ?? 0);
  return { p99: p99 || priorP99, errorRate: errorRate ?? 0, filterRate: filterRate ?? 0, badRequestRate: badRequestRate ?? 0 };
}
