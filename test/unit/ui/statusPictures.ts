import type { EngineSnapshot } from '../../../src/domain/snapshot.ts';
import { consentNeeding, now, snapshot, source, unanswered } from './snapshots.ts';

const open = { kind: 'open', since: now - 14_000, probeAt: now + 8_000, cause: { kind: 'server', message: 'HTTP 502' } } as const;
export const secondary = source('team', 'healthy');

/** Every state as a person meets it: text and colour, what a screen reader says, the rows of the tooltip. How they look is in states.golden.txt. */
export const pictures: readonly { readonly name: string; readonly of: EngineSnapshot; readonly providerSays?: string }[] = [
  {
    name: 'that it is starting',
    of: snapshot([], { mode: 'starting' }),
  },
  {
    name: 'a ready service, calm and without a colour',
    of: snapshot([source('main', 'healthy'), secondary]),
  },
  {
    name: 'a backend that was not asked yet as just that',
    of: snapshot([unanswered('main', 'unknown', { latency: { p50: 400, p95: 900, p99: 1500, samples: 0 } })]),
  },
  {
    name: 'that it is working',
    of: snapshot([source('main', 'healthy')], { working: 1 }),
  },
  {
    name: 'a slow primary',
    of: snapshot([source('main', 'slow', { reason: 'P95 is 2.1 s, 4 times the usual' })], { working: 1 }),
  },
  {
    name: 'a degraded primary',
    of: snapshot([source('main', 'degraded', { reason: '3 of 10 requests failed in the last 30 s' })]),
  },
  {
    name: "capacity with the backend's own word for when it is over, and the secondary that serves",
    of: snapshot(
      [
        source('main', 'at-capacity', { reason: 'Selected model is at capacity', nextTryAt: now + 12_000, nextTrySource: 'backend' }),
        secondary,
      ],
      { serving: 'team' },
    ),
  },
  {
    name: 'capacity of which nobody said how long it lasts, served locally',
    of: snapshot([source('main', 'at-capacity', { reason: 'Selected model is at capacity' })], { serving: 'local' }),
  },
  {
    name: 'a rate limit',
    of: snapshot([source('main', 'rate-limited', { reason: 'too many requests', nextTryAt: now + 200_000, nextTrySource: 'default' })], {
      serving: 'local',
    }),
  },
  {
    name: 'a used-up quota',
    of: snapshot([source('main', 'quota', { reason: 'the monthly budget is spent' })], { serving: 'local' }),
  },
  {
    name: 'an open breaker with its probe',
    of: snapshot(
      [
        source('main', 'open', {
          reason: 'HTTP 502, 3 times in a row',
          nextTryAt: now + 8_000,
          nextTrySource: 'breaker',
          guard: { sourceId: 'main', model: 'coder-1b', breaker: open, inFlight: 0, limit: 1 },
        }),
      ],
      { serving: 'local' },
    ),
  },
  {
    name: 'a recovering primary while its probe runs',
    of: snapshot(
      [
        source('main', 'probing', {
          guard: {
            sourceId: 'main',
            model: 'coder-1b',
            breaker: { kind: 'half-open', since: now, cause: open.cause },
            inFlight: 1,
            limit: 1,
          },
        }),
      ],
      { serving: 'local' },
    ),
  },
  {
    name: 'a model that is loading',
    of: snapshot([source('main', 'loading', { reason: 'the server is loading the model' })], { serving: 'local' }),
  },
  {
    name: 'that the backend cannot be reached',
    of: snapshot([unanswered('main', 'offline', { reason: 'connection refused', nextTryAt: now - 1, nextTrySource: 'breaker' })], {
      serving: 'local',
    }),
  },
  {
    name: 'that a key is needed',
    of: snapshot([source('main', 'auth-needed', { reason: 'HTTP 401: the key was not accepted' })], { serving: 'local' }),
  },
  {
    name: 'that the editor has to be allowed to let us use its model',
    of: snapshot([consentNeeding('main', { reason: 'VS Code has not been asked yet' })], { serving: 'local' }),
  },
  {
    name: 'a retired model',
    of: snapshot([source('main', 'retired', { reason: 'the model does not exist' })], { serving: 'local' }),
  },
  {
    name: 'a healthy model that may be retired: a suspicion, with what it rests on, and no other state',
    of: snapshot([
      source('main', 'healthy', {
        retirement: { evidence: ['a Sunset header: gone after 2026-06-30', 'at capacity on 4 of the last 7 days'] },
      }),
    ]),
  },
  {
    name: 'local only, calm, with the reason',
    of: snapshot([], { mode: 'local-only', modeReason: 'no backend is configured' }),
  },
  {
    name: 'a pause with its end',
    of: snapshot([source('main', 'healthy')], { mode: 'paused', pausedUntil: now + 600_000 }),
  },
  {
    name: 'a pause without end, and no countdown of an unwell backend',
    of: snapshot([source('main', 'at-capacity', { nextTryAt: now + 5_000 })], { mode: 'paused' }),
  },
  {
    name: 'that it is off',
    of: snapshot([], { mode: 'off' }),
  },
  {
    name: 'a primary that is well again while the secondary still serves',
    of: snapshot([source('main', 'healthy'), secondary], { serving: 'team' }),
  },
  {
    name: 'three backends: the first at capacity, the second silent, the third answering',
    of: snapshot(
      [
        source('main', 'at-capacity', { reason: 'Selected model is at capacity', nextTryAt: now + 62_000, nextTrySource: 'route' }),
        source('team', 'slow', {
          reason: 'no answer within 452 ms, when spare had answered',
          nextTryAt: now + 9_000,
          nextTrySource: 'route',
        }),
        source('spare', 'healthy'),
      ],
      { serving: 'spare' },
    ),
  },
  {
    name: 'a fallback to which code may not go, and where code goes',
    of: snapshot([source('main', 'open', { reason: 'HTTP 502' }), source('team', 'not-allowed', { reason: 'not decided' })], {
      serving: 'local',
      boundaries: [
        { boundary: 'local', permission: 'not-needed', sources: ['main'] },
        { boundary: 'vendor:acme', permission: 'undecided', sources: ['team'] },
      ],
    }),
  },
  {
    name: 'a first backend that the person forbade for this workspace',
    of: snapshot([source('main', 'not-allowed', { reason: 'code would go to the vendor acme, forbidden for this workspace' })], {
      serving: 'local',
      boundaries: [{ boundary: 'vendor:acme', permission: 'denied', sources: ['main'] }],
    }),
  },
  {
    name: 'problems with the settings as a badge beside any state',
    of: snapshot([source('main', 'healthy')], {
      problems: ['failsoft.backends[1].baseUrl is "x", allowed is a URL', 'failsoft.enable is 1'],
    }),
  },
  {
    name: 'an outage of which the breaker knows the next try, earlier ones their length, and the provider nothing',
    of: snapshot(
      [
        source('main', 'open', {
          reason: 'HTTP 502',
          usual: { p50: 180, p95: 420, p99: 700, samples: 900 },
          likeOutages: { count: 4, median: 130_000 },
          ...{ nextTryAt: now + 8_000, nextTrySource: 'breaker' },
          guard: { sourceId: 'main', model: 'coder-1b', breaker: open, inFlight: 0, limit: 2 },
        }),
      ],
      { serving: 'local' },
    ),
    providerSays: 'all is fine (status.acme.example, 14:01:40)',
  },
  {
    name: 'a backend whose probe is running',
    of: snapshot([
      source('main', 'probing', {
        reason: 'HTTP 502',
        guard: { sourceId: 'main', model: 'coder-1b', breaker: { ...open, kind: 'half-open' }, inFlight: 1, limit: 2 },
      }),
    ]),
  },
];
