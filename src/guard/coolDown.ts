import type { EpochMillis, Millis } from '../base/clock.ts';
import { jitterUp, type Random } from '../base/random.ts';
import type { CoolDown } from '../domain/guarded.ts';
import { outOfMemory, watchedLoading, type Failure } from '../domain/failure.ts';

/** How long a backend is left alone when its answer does not say; the source of each is in docs/settings.md. */
export const coolDownDefaults = {
  rateLimit: 10_000,
  quota: 30 * 60_000,
  /** A retired model is looked at again once a day. */
  retired: 24 * 60 * 60_000,
  loading: 1000,
  loadingGrowth: 1.5,
  loadingCap: 15_000,
  /** Between two requests to the last backend there is, after what would have opened its breaker. */
  lastResort: 2000,
  /** A capacity answer that names a time of at least this long is believed without a second one. */
  capacityBelieved: 5000,
  /** Up to this share longer, never shorter, so that not all windows come back at one instant. */
  jitter: 0.2,
  /** Memory is freed when a person closes something, which no probe hastens. */
  memory: 5 * 60_000,
} as const;

/**
 * The pause that a failure asks for on its own, without the breaker; `undefined` when it asks for none.
 *
 * @param repeats how many failures of this kind came before in a row, ≥ 0
 */
export function coolDownFor(failure: Failure, now: EpochMillis, repeats: number, random: Random): CoolDown | undefined {
  const asked = failure.retryAfter;
  const coolDown = (kind: CoolDown['kind'], wait: Millis, source: CoolDown['source']): CoolDown => ({
    kind,
    ...told(failure),
    since: now,
    until: now + jitterUp(wait, coolDownDefaults.jitter, random),
    source,
  });
  switch (failure.kind) {
    case 'capacity':
      if (failure.code === outOfMemory) return coolDown('capacity', coolDownDefaults.memory, 'default');
      return asked !== undefined && asked >= coolDownDefaults.capacityBelieved ? coolDown('capacity', asked, 'backend') : undefined;
    case 'rate_limit':
      return asked === undefined ? coolDown('rate_limit', coolDownDefaults.rateLimit, 'default') : coolDown('rate_limit', asked, 'backend');
    case 'quota': {
      const until = failure.resetsAt === undefined ? asked : failure.resetsAt - now;
      return until === undefined || until <= 0 ? coolDown('quota', coolDownDefaults.quota, 'default') : coolDown('quota', until, 'backend');
    }
    case 'loading': {
      if (failure.code === watchedLoading) return { kind: 'loading', ...told(failure), since: now, source: 'default' };
      const wait = Math.min(coolDownDefaults.loadingCap, coolDownDefaults.loading * coolDownDefaults.loadingGrowth ** repeats);
      return coolDown('loading', asked ?? wait, asked === undefined ? 'default' : 'backend');
    }
    case 'model_retired':
      return coolDown('model_retired', coolDownDefaults.retired, 'default');
    case 'auth':
    case 'client_unsupported':
      // Only a person can mend these.
      return { kind: failure.kind, ...told(failure), since: now, source: 'default' };
    case 'bad_request':
    case 'context_length':
    case 'content_filter':
    case 'server':
    case 'network':
    case 'timeout':
    case 'cancelled':
    case 'refused':
    case 'internal':
      return undefined;
  }
}

function told({ message, code }: Failure): Pick<CoolDown, 'message' | 'code'> {
  return code === undefined ? { message } : { message, code };
}
