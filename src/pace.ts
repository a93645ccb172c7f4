import type { Clock } from './base/clock.ts';
import type { Random } from './base/random.ts';
import type { GuardedSource } from './domain/guarded.ts';
import type { BackendNow } from './pipeline/keystrokeOptions.ts';
import { hedgeDefaults } from './router/hedgeBudget.ts';
import { type RouterOptions, softDeadlineBounds } from './router/router.ts';
import type { Member } from './service.ts';
import type { Settings } from './settings/settings.ts';

/** The backends as the router asks them, and how long it waits for each. */
export function routeOver(
  members: readonly Member[],
  settings: Settings,
  { clock, random }: { readonly clock: Clock; readonly random: Random },
): Pick<RouterOptions, 'sources' | 'clock' | 'random' | 'softDeadline' | 'hedgeAfter'> {
  return {
    sources: members.map(({ source }) => source),
    clock,
    random,
    softDeadline: (source) => softDeadlineOf(members, source),
    hedgeAfter: settings.hedge ? (source) => patienceWith(members, source) : undefined,
  };
}

/** What the pipeline has to know of the backend that is asked first. */
export function backendNow(members: readonly Member[], active: GuardedSource | undefined): BackendNow | undefined {
  const member = members.find(({ source }) => source === active);
  if (!member) return undefined;
  const { backend, fold, source } = member;
  return {
    usual: fold.usual().p50,
    isLoopback: backend.loopback,
    limit: source.snapshot().limit,
    isHealthy: fold.health(source.snapshot()).state === 'healthy',
  };
}

/**
 * What the source usually needs, within the bounds; its P95 of this very moment would let an outage stretch the wait. One that let
 * the last wait go unanswered gets the least: the first pause of a hang may cost a wait, the next ones not.
 */
function softDeadlineOf(members: readonly Member[], source: GuardedSource): number {
  const usual = usualP95Of(members, source);
  return Math.min(softDeadlineBounds.maximum, Math.max(softDeadlineBounds.minimum, usual));
}

/** How long a source may be silent before another is asked beside it; not before local text would be shown anyway. */
function patienceWith(members: readonly Member[], source: GuardedSource): number {
  return Math.max(softDeadlineBounds.minimum, usualP95Of(members, source) * hedgeDefaults.patience);
}

/** 0 for one that let the last wait go unanswered. */
function usualP95Of(members: readonly Member[], source: GuardedSource): number {
  const fold = members.find((member) => member.source === source)?.fold;
  if (fold?.isUnanswered) return 0;
  return fold?.usual().p95 ?? softDeadlineBounds.maximum;
}
