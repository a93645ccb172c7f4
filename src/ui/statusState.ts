import { consentNeeded } from '../domain/failure.ts';
import type { EngineSnapshot, HealthState, SourceHealth } from '../domain/snapshot.ts';

/** How one state looks. `icon` is a codicon; `words` completes the sentence "Failsoft is …". */
export interface StateLook {
  readonly icon: string;
  readonly words: string;
  /** Coloured only where a person has to act or the backend is taken out; capacity passes by itself. Never the error colour. */
  readonly background: 'none' | 'warning';
  /** True when the primary route does not do what it should. */
  readonly unwell: boolean;
}

/** Every state that the status item can be in. */
export const stateLooks = {
  starting: look('loading~spin', 'starting'),
  ready: look('sparkle', 'ready'),
  working: look('loading~spin', 'working'),
  slow: look('watch', 'slow', 'none', true),
  degraded: look('pulse', 'degraded', 'none', true),
  'at-capacity': look('dashboard', 'at capacity', 'none', true),
  'rate-limited': look('clock', 'rate limited', 'none', true),
  quota: look('credit-card', 'quota used up', 'warning', true),
  open: look('stop-circle', 'backend failing', 'warning', true),
  recovering: look('sync', 'recovering', 'none', true),
  loading: look('cloud-download', 'model loading', 'none', true),
  offline: look('debug-disconnect', 'offline', 'none', true),
  'auth-needed': look('key', 'API key needed', 'warning', true),
  'consent-needed': look('shield', 'permission needed', 'warning', true),
  retired: look('archive', 'model retired', 'warning', true),
  'not-allowed': look('shield', 'not allowed here', 'none', true),
  'local-only': look('home', 'local'),
  paused: look('debug-pause', 'paused'),
  off: look('circle-slash', 'off'),
} as const satisfies Record<string, StateLook>;

export type StatusState = keyof typeof stateLooks;

function look(icon: string, words: string, background: StateLook['background'] = 'none', unwell = false): StateLook {
  return { icon, words, background, unwell };
}

/** One entry per health: a new health is a compile error here. */
const stateOfHealth: { readonly [Health in HealthState]: StatusState } = {
  'not-allowed': 'not-allowed',
  retired: 'retired',
  'auth-needed': 'auth-needed',
  quota: 'quota',
  offline: 'offline',
  open: 'open',
  probing: 'recovering',
  'at-capacity': 'at-capacity',
  'rate-limited': 'rate-limited',
  loading: 'loading',
  degraded: 'degraded',
  slow: 'slow',
  healthy: 'ready',
  unknown: 'ready',
};

/** A health as a person reads it. `unknown` is not `ready`: nothing has been seen yet (law 9). */
export function healthWords(health: HealthState): string {
  if (health === 'unknown') return 'not asked yet';
  if (health === 'healthy') return 'healthy';
  return stateLooks[stateOfHealth[health]].words;
}

/** Whether the editor has to be allowed to let us use its model: then a key is no help. */
export function needsConsent(source: SourceHealth): boolean {
  return source.state === 'auth-needed' && source.guard.coolDown?.code === consentNeeded;
}

/** The words for one source, as in its line of the tooltip. */
export function sourceWords(source: SourceHealth): string {
  return needsConsent(source) ? stateLooks['consent-needed'].words : healthWords(source.state);
}

/** Whether it does not do what it should. */
export function isUnwell(source: SourceHealth): boolean {
  return stateLooks[stateOfHealth[source.state]].unwell;
}

/** Whether a person would want it tried again; what they did not allow is not tried at all. */
export function isRetryable(source: SourceHealth): boolean {
  return isUnwell(source) && source.state !== 'not-allowed';
}

/** The first source of the route: the one whose state is the service's state. */
export function primaryOf(snapshot: EngineSnapshot): SourceHealth | undefined {
  return snapshot.sources[0];
}

/** The one state machine: the person's own choice first, then the health of the primary route, then whether something runs. */
export function stateOf(snapshot: EngineSnapshot): StatusState {
  if (snapshot.mode !== 'on') return snapshot.mode;
  const primary = primaryOf(snapshot);
  if (!primary) return 'local-only';
  const state = needsConsent(primary) ? 'consent-needed' : stateOfHealth[primary.state];
  return state === 'ready' && snapshot.working > 0 ? 'working' : state;
}

/** Who answers while it is not the primary route; `undefined` while it is. */
export type Substitute = { readonly kind: 'source'; readonly name: string } | { readonly kind: 'local' };

/** What serves instead of the first backend of the route; `undefined` when that one serves itself. */
export function substituteOf(snapshot: EngineSnapshot): Substitute | undefined {
  const primary = primaryOf(snapshot);
  if (snapshot.mode !== 'on' || !primary || snapshot.serving === primary.sourceId) return undefined;
  const other = snapshot.sources.find((source) => source.sourceId === snapshot.serving);
  if (other) return { kind: 'source', name: other.sourceId };
  // A well primary with all its slots taken is busy, not replaced: it is asked again as soon as one is free.
  const isBusy = primary.guard.inFlight > 0 && primary.guard.inFlight >= primary.guard.limit;
  return isBusy && !isUnwell(primary) ? undefined : { kind: 'local' };
}
