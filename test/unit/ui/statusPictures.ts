import type { EngineSnapshot } from '../../../src/domain/snapshot.ts';
import { consentNeeding, now, snapshot, source, unanswered } from './snapshots.ts';

const wellLine = 'P50 230 ms, P99 1.2 s of 41 · breaker closed · last good answer 14:01:31';
const served = 'Served: 12 by models, 3 local, 1 from the cache; 5 accepted';
const open = { kind: 'open', since: now - 14_000, probeAt: now + 8_000, cause: { kind: 'server', message: 'HTTP 502' } } as const;
export const secondary = source('team', 'healthy');

/** Every state as a person meets it: text and colour, what a screen reader says, the rows of the tooltip. */
export const pictures: readonly { readonly name: string; readonly of: EngineSnapshot; readonly shows: readonly string[] }[] = [
  {
    name: 'that it is starting',
    of: snapshot([], { mode: 'starting' }),
    shows: ['$(loading~spin) Failsoft: starting', 'says: Failsoft: starting', 'Status: starting', served],
  },
  {
    name: 'a ready service, calm and without a colour',
    of: snapshot([source('main', 'healthy'), secondary]),
    shows: [
      '$(sparkle) Failsoft',
      'says: Failsoft: ready',
      'Status: ready',
      `main: coder-1b · healthy · ${wellLine}`,
      `team: coder-1b · healthy · ${wellLine}`,
      served,
    ],
  },
  {
    name: 'a backend that was not asked yet as just that',
    of: snapshot([unanswered('main', 'unknown', { latency: { p50: 400, p95: 900, p99: 1500, samples: 0 } })]),
    shows: [
      '$(sparkle) Failsoft',
      'says: Failsoft: ready',
      'Status: ready',
      'main: coder-1b · not asked yet · no latency measured yet · breaker closed · no good answer yet',
      served,
    ],
  },
  {
    name: 'that it is working',
    of: snapshot([source('main', 'healthy')], { working: 1 }),
    shows: ['$(loading~spin) Failsoft', 'says: Failsoft: working', 'Status: working', `main: coder-1b · healthy · ${wellLine}`, served],
  },
  {
    name: 'a slow primary',
    of: snapshot([source('main', 'slow', { reason: 'P95 is 2.1 s, 4 times the usual' })], { working: 1 }),
    shows: [
      '$(watch) Failsoft: slow',
      'says: Failsoft: slow',
      'Status: slow since 14:01:57',
      'Why: P95 is 2.1 s, 4 times the usual',
      `main: coder-1b · slow · ${wellLine}`,
      served,
    ],
  },
  {
    name: 'a degraded primary',
    of: snapshot([source('main', 'degraded', { reason: '3 of 10 requests failed in the last 30 s' })]),
    shows: [
      '$(pulse) Failsoft: degraded',
      'says: Failsoft: degraded',
      'Status: degraded since 14:01:57',
      'Why: 3 of 10 requests failed in the last 30 s',
      `main: coder-1b · degraded · ${wellLine}`,
      served,
    ],
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
    shows: [
      '$(dashboard) Failsoft: at capacity, using team',
      'says: Failsoft: at capacity, using team',
      'Status: at capacity since 14:01:57',
      'Why: Selected model is at capacity',
      'Using instead: team',
      'Tried again: in 12 s (said by the backend)',
      `main: coder-1b · at capacity · ${wellLine}`,
      `team: coder-1b · healthy, answering · ${wellLine}`,
      served,
    ],
  },
  {
    name: 'capacity of which nobody said how long it lasts, served locally',
    of: snapshot([source('main', 'at-capacity', { reason: 'Selected model is at capacity' })], { serving: 'local' }),
    shows: [
      '$(dashboard) Failsoft: at capacity',
      'says: Failsoft: at capacity, using local suggestions',
      'Status: at capacity since 14:01:57',
      'Why: Selected model is at capacity',
      'Using instead: local suggestions',
      'Tried again: with the next keystroke',
      `main: coder-1b · at capacity · ${wellLine}`,
      served,
    ],
  },
  {
    name: 'a rate limit',
    of: snapshot([source('main', 'rate-limited', { reason: 'too many requests', nextTryAt: now + 200_000, nextTrySource: 'default' })], {
      serving: 'local',
    }),
    shows: [
      '$(clock) Failsoft: rate limited',
      'says: Failsoft: rate limited, using local suggestions',
      'Status: rate limited since 14:01:57',
      'Why: too many requests',
      'Using instead: local suggestions',
      'Tried again: in 3 min 20 s (our own waiting time)',
      `main: coder-1b · rate limited · ${wellLine}`,
      served,
    ],
  },
  {
    name: 'a used-up quota',
    of: snapshot([source('main', 'quota', { reason: 'the monthly budget is spent' })], { serving: 'local' }),
    shows: [
      '$(credit-card) Failsoft: quota used up [warning]',
      'says: Failsoft: quota used up, using local suggestions',
      'Status: quota used up since 14:01:57',
      'Why: the monthly budget is spent',
      'Using instead: local suggestions',
      'Tried again: not known',
      `main: coder-1b · quota used up · ${wellLine}`,
      served,
    ],
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
    shows: [
      '$(stop-circle) Failsoft: backend failing [warning]',
      'says: Failsoft: backend failing, using local suggestions',
      'Status: backend failing since 14:01:57',
      'Why: HTTP 502, 3 times in a row',
      'Using instead: local suggestions',
      'Tried again: in 8 s (a probe by the breaker)',
      'main: coder-1b · backend failing · P50 230 ms, P99 1.2 s of 41 · breaker open, probe at 14:02:19 · last good answer 14:01:31',
      served,
    ],
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
    shows: [
      '$(sync) Failsoft: recovering',
      'says: Failsoft: recovering, using local suggestions',
      'Status: recovering since 14:01:57',
      'Using instead: local suggestions',
      'Tried again: now, a probe is running',
      'main: coder-1b · recovering · P50 230 ms, P99 1.2 s of 41 · breaker half-open, probing · last good answer 14:01:31',
      served,
    ],
  },
  {
    name: 'a model that is loading',
    of: snapshot([source('main', 'loading', { reason: 'the server is loading the model' })], { serving: 'local' }),
    shows: [
      '$(cloud-download) Failsoft: model loading',
      'says: Failsoft: model loading, using local suggestions',
      'Status: model loading since 14:01:57',
      'Why: the server is loading the model',
      'Using instead: local suggestions',
      'Tried again: as soon as the model is loaded',
      `main: coder-1b · model loading · ${wellLine}`,
      served,
    ],
  },
  {
    name: 'that the backend cannot be reached',
    of: snapshot([unanswered('main', 'offline', { reason: 'connection refused', nextTryAt: now - 1, nextTrySource: 'breaker' })], {
      serving: 'local',
    }),
    shows: [
      '$(debug-disconnect) Failsoft: offline',
      'says: Failsoft: offline, using local suggestions',
      'Status: offline since 14:01:57',
      'Why: connection refused',
      'Using instead: local suggestions',
      'Tried again: any moment now (a probe by the breaker)',
      'main: coder-1b · offline · P50 230 ms, P99 1.2 s of 41 · breaker closed · no good answer yet',
      served,
    ],
  },
  {
    name: 'that a key is needed',
    of: snapshot([source('main', 'auth-needed', { reason: 'HTTP 401: the key was not accepted' })], { serving: 'local' }),
    shows: [
      '$(key) Failsoft: API key needed [warning]',
      'says: Failsoft: API key needed, using local suggestions',
      'Status: API key needed since 14:01:57',
      'Why: HTTP 401: the key was not accepted',
      'Using instead: local suggestions',
      'Tried again: as soon as an API key is set',
      `main: coder-1b · API key needed · ${wellLine}`,
      served,
    ],
  },
  {
    name: 'that the editor has to be allowed to let us use its model',
    of: snapshot([consentNeeding('main', { reason: 'VS Code has not been asked yet' })], { serving: 'local' }),
    shows: [
      '$(shield) Failsoft: permission needed [warning]',
      'says: Failsoft: permission needed, using local suggestions',
      'Status: permission needed since 14:01:57',
      'Why: VS Code has not been asked yet',
      'Using instead: local suggestions',
      'Tried again: as soon as you allow it in the menu',
      `main: coder-1b · permission needed · ${wellLine}`,
      served,
    ],
  },
  {
    name: 'a retired model',
    of: snapshot([source('main', 'retired', { reason: 'the model does not exist' })], { serving: 'local' }),
    shows: [
      '$(archive) Failsoft: model retired [warning]',
      'says: Failsoft: model retired, using local suggestions',
      'Status: model retired since 14:01:57',
      'Why: the model does not exist',
      'Using instead: local suggestions',
      'Tried again: as soon as the settings name another model',
      `main: coder-1b · model retired · ${wellLine}`,
      served,
    ],
  },
  {
    name: 'a healthy model that may be retired: a suspicion, with what it rests on, and no other state',
    of: snapshot([
      source('main', 'healthy', {
        retirement: { evidence: ['a Sunset header: gone after 2026-06-30', 'at capacity on 4 of the last 7 days'] },
      }),
    ]),
    shows: [
      '$(sparkle) Failsoft',
      'says: Failsoft: ready',
      'Status: ready',
      'main: coder-1b · healthy · P50 230 ms, P99 1.2 s of 41 · breaker closed · may be retired: a Sunset header: gone after 2026-06-30; at capacity on 4 of the last 7 days · last good answer 14:01:31',
      served,
    ],
  },
  {
    name: 'local only, calm, with the reason',
    of: snapshot([], { mode: 'local-only', modeReason: 'no backend is configured' }),
    shows: ['$(home) Failsoft: local', 'says: Failsoft: local', 'Status: local suggestions only', 'Why: no backend is configured', served],
  },
  {
    name: 'a pause with its end',
    of: snapshot([source('main', 'healthy')], { mode: 'paused', pausedUntil: now + 600_000 }),
    shows: [
      '$(debug-pause) Failsoft: paused',
      'says: Failsoft: paused',
      'Status: paused until 14:12:11',
      `main: coder-1b · healthy · ${wellLine}`,
      served,
    ],
  },
  {
    name: 'a pause without end, and no countdown of an unwell backend',
    of: snapshot([source('main', 'at-capacity', { nextTryAt: now + 5_000 })], { mode: 'paused' }),
    shows: [
      '$(debug-pause) Failsoft: paused',
      'says: Failsoft: paused',
      'Status: paused until you resume',
      `main: coder-1b · at capacity · ${wellLine}`,
      served,
    ],
  },
  {
    name: 'that it is off',
    of: snapshot([], { mode: 'off' }),
    shows: ['$(circle-slash) Failsoft: off', 'says: Failsoft: off', 'Status: off, switched off in the settings (failsoft.enable)', served],
  },
  {
    name: 'a primary that is well again while the secondary still serves',
    of: snapshot([source('main', 'healthy'), secondary], { serving: 'team' }),
    shows: [
      '$(sparkle) Failsoft: using team',
      'says: Failsoft: ready, using team',
      'Status: ready',
      'Using: team',
      `main: coder-1b · healthy · ${wellLine}`,
      `team: coder-1b · healthy, answering · ${wellLine}`,
      served,
    ],
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
    shows: [
      '$(dashboard) Failsoft: at capacity, using spare',
      'says: Failsoft: at capacity, using spare',
      'Status: at capacity since 14:01:57',
      'Why: Selected model is at capacity',
      'Using instead: spare',
      'Tried again: in 1 min 2 s (its turn in the route)',
      `main: coder-1b · at capacity · ${wellLine}`,
      `team: coder-1b · slow (no answer within 452 ms, when spare had answered), next try 14:02:20 · ${wellLine}`,
      `spare: coder-1b · healthy, answering · ${wellLine}`,
      served,
    ],
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
    shows: [
      '$(stop-circle) Failsoft: backend failing [warning]',
      'says: Failsoft: backend failing, using local suggestions',
      'Status: backend failing since 14:01:57',
      'Why: HTTP 502',
      'Using instead: local suggestions',
      'Tried again: not known',
      `main: coder-1b · backend failing · ${wellLine}`,
      `team: coder-1b · not allowed here (not decided) · ${wellLine}`,
      'Code goes to: this machine; not decided: the vendor acme',
      served,
    ],
  },
  {
    name: 'a first backend that the person forbade for this workspace',
    of: snapshot([source('main', 'not-allowed', { reason: 'code would go to the vendor acme, forbidden for this workspace' })], {
      serving: 'local',
      boundaries: [{ boundary: 'vendor:acme', permission: 'denied', sources: ['main'] }],
    }),
    shows: [
      '$(shield) Failsoft: not allowed here',
      'says: Failsoft: not allowed here, using local suggestions',
      'Status: not allowed here since 14:01:57',
      'Why: code would go to the vendor acme, forbidden for this workspace',
      'Using instead: local suggestions',
      `main: coder-1b · not allowed here · ${wellLine}`,
      'Code goes to: nowhere; forbidden: the vendor acme',
      served,
    ],
  },
  {
    name: 'problems with the settings as a badge beside any state',
    of: snapshot([source('main', 'healthy')], {
      problems: ['failsoft.backends[1].baseUrl is "x", allowed is a URL', 'failsoft.enable is 1'],
    }),
    shows: [
      '$(sparkle) Failsoft $(warning)',
      'says: Failsoft: ready, 2 problems with the settings',
      'Status: ready',
      `main: coder-1b · healthy · ${wellLine}`,
      served,
      'Settings: failsoft.backends[1].baseUrl is "x", allowed is a URL',
      'Settings: failsoft.enable is 1',
    ],
  },
];
