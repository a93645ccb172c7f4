import { Emitter } from '../../src/base/event.ts';
import type {
  GateReading,
  ReadinessItem,
  RolloutAction,
  RolloutControl,
  RolloutDecision,
  RolloutPhase,
  RolloutSnapshot,
  RolloutWish,
} from '../../src/domain/rollout.ts';

/** The instant of every snapshot here: 22 November 2026, 14:02 UTC. */
export const at = Date.UTC(2026, 10, 22, 14, 2, 11);
const minute = 60_000;
const hour = 60 * minute;

/** Day and time in UTC, wherever the test runs. */
export const utcDayTime = (when: number): string => {
  const [, day, month, , time] = new Date(when).toUTCString().split(' ');
  return `${day} ${month} ${time?.slice(0, 5)}`;
};

const stage = (percent: number): RolloutPhase => ({ kind: 'stage', percent });

function decision(revision: number, ago: number, more: Partial<RolloutDecision>): RolloutDecision {
  return { revision, at: at - ago, action: 'advance', by: 'gates', manifest: 'a1b2c3', phase: stage(5), reason: '', ...more };
}

const begun: readonly RolloutDecision[] = [
  decision(4, 40 * minute, {
    phase: stage(5),
    reason: '312 pairs of shadow traffic without a slow answer.',
    figures: {
      'latency.samples': 312,
      'latency.value': 0,
      'latency.limit': 0.01,
      'dwell.samples': 312,
      'dwell.needed': 300,
      'dwell.value': 140 * minute,
      'dwell.limit': 3 * hour,
      'baseline.p99': 230,
      'baseline.errors': 0.0042,
      'baseline.filtered': 0,
      'baseline.badRequests': 0,
    },
  }),
  decision(3, 3 * hour, { phase: { kind: 'shadow' }, reason: 'Every check has passed or is overridden.' }),
  decision(2, 4 * hour, {
    action: 'override',
    by: 'person',
    phase: { kind: 'preflight' },
    subject: 'capacity',
    reason: 'the server is ours alone this week',
  }),
  decision(1, 5 * hour, { action: 'begin', by: 'person', phase: { kind: 'preflight' }, reason: 'the new model of November' }),
];

const gates: readonly GateReading[] = [
  {
    gate: 'latency',
    verdict: 'collecting',
    words: '1 of 112 answers took longer than 460 ms, twice the P99 of the baseline; 1 % may',
    samples: 112,
    needed: 473,
  },
  { gate: 'errors', verdict: 'holds', words: '0 of 160 requests failed; 2 % may', samples: 160, needed: 149 },
  { gate: 'capacity', verdict: 'holds', words: 'no capacity error in the last minute; 3 take it back' },
  { gate: 'acceptance', verdict: 'paused', words: '21 % accepted instead of 30 %; 15 % less may be', samples: 84, needed: 1283 },
  {
    gate: 'hallucination',
    verdict: 'unknown',
    words: 'no accepted text in this language yet; names that are not there, 2 points more may be',
    languageId: 'python',
  },
  { gate: 'dwell', verdict: 'collecting', words: '40 min of 30 min, and a busy period is still to come' },
];

const readiness: readonly ReadinessItem[] = [
  {
    check: 'benchmark',
    severity: 'blocks',
    state: 'passed',
    evidence: {
      check: 'benchmark',
      at: at - 26 * hour,
      verdict: 'passed',
      versions: '0123456789abcdef',
      summary: 'exact match 41 % against 38 %, 240 positions; P99 210 ms against 230 ms',
      took: 8 * minute,
    },
  },
  {
    check: 'capacity',
    severity: 'blocks',
    state: 'overridden',
    override: 'the server is ours alone this week',
    evidence: {
      check: 'capacity',
      at: at - 25 * hour,
      verdict: 'failed',
      versions: '0123456789abcdef',
      summary: 'at 25 % the slots are full: load 1.08 of 1, P99 4.0 times as long',
      took: 95_000,
    },
  },
  {
    check: 'prompt-compatibility',
    severity: 'blocks',
    state: 'failed',
    evidence: {
      check: 'prompt-compatibility',
      at: at - 24 * hour,
      verdict: 'failed',
      versions: '0123456789abcdef',
      summary: '2 of 44 prompts echo the suffix',
    },
  },
  {
    check: 'rollback-rehearsal',
    severity: 'blocks',
    state: 'expired',
    evidence: {
      check: 'rollback-rehearsal',
      at: at - 31 * 24 * hour,
      verdict: 'passed',
      versions: '0123456789abcdef',
      summary: 'detected, rolled back and restarted in 31 s',
      took: 31_000,
    },
  },
  { check: 'shadow', severity: 'warns', state: 'missing' },
];

/** A rollout at 5 %, this installation among them. */
export function rolloutSnapshot(more: Partial<RolloutSnapshot> = {}): RolloutSnapshot {
  return {
    at,
    name: 'november-coder',
    baseline: { backend: 'team-server', model: 'qwen2.5-coder-14b' },
    candidate: { backend: 'team-next', model: 'qwen3-coder-30b' },
    phase: stage(5),
    since: at - 40 * minute,
    reason: 'Latency has 112 of 473 samples.',
    assignment: { arm: 'candidate', source: 'flag-file' },
    stages: [5, 25, 50, 100],
    gates,
    readiness,
    history: begun,
    blocked: [],
    problems: [],
    ...more,
  };
}

/** The same, taken back by the gate of latency at 25 %. */
export function rolledBack(more: Partial<RolloutSnapshot> = {}): RolloutSnapshot {
  const phase: RolloutPhase = { kind: 'rolled-back', until: at + 24 * hour };
  const reason = '4 of 12 answers took longer than 460 ms, 1 % may.';
  return rolloutSnapshot({
    phase,
    since: at,
    reason,
    assignment: { arm: 'baseline', source: 'kill-switch' },
    gates: [{ gate: 'latency', verdict: 'tripped', words: reason.slice(0, -1), samples: 12, needed: 473 }],
    history: [
      decision(6, 0, {
        action: 'roll-back',
        phase,
        gate: 'latency',
        reason,
        figures: { 'latency.samples': 12, 'latency.needed': 473, 'latency.value': 1 / 3, 'latency.limit': 0.01 },
      }),
      decision(5, 10 * minute, { phase: stage(25), reason: 'Every gate holds at 5 %.' }),
      ...begun,
    ],
    ...more,
  });
}

/** A rollout that a test moves by hand, and that remembers what it was asked for. */
export class FakeRolloutControl implements RolloutControl {
  readonly #changed = new Emitter<RolloutSnapshot | undefined>();
  readonly onDidChange = this.#changed.event;
  readonly wishes: RolloutWish[] = [];
  allowed: readonly RolloutAction[] = ['advance', 'pause', 'roll-back', 'pin', 'block', 'override'];
  /** Why what is asked for next is not done. */
  refusal: string | undefined;
  problems: readonly string[] = [];
  #snapshot: RolloutSnapshot | undefined;

  constructor(snapshot: RolloutSnapshot | undefined = rolloutSnapshot()) {
    this.#snapshot = snapshot;
  }

  get listeners(): number {
    return this.#changed.listenerCount;
  }

  set(snapshot: RolloutSnapshot | undefined, allowed: readonly RolloutAction[] = this.allowed): void {
    this.#snapshot = snapshot;
    this.allowed = allowed;
    this.#changed.fire(snapshot);
  }

  snapshot(): RolloutSnapshot | undefined {
    return this.#snapshot;
  }

  possible(): readonly RolloutAction[] {
    return this.#snapshot ? this.allowed : [];
  }

  ask(wish: RolloutWish): Promise<string | undefined> {
    this.wishes.push(wish);
    return Promise.resolve(this.refusal);
  }
}
