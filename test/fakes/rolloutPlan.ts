import type { FrozenBaseline } from '../../src/rollout/gates.ts';
import type { Manifest } from '../../src/rollout/policy.ts';

const minute = 60_000;
const hour = 60 * minute;

/** The plan of docs/rollout.md: every gate, stage and dwell at its default. */
export const plan: Manifest = {
  name: 'coder-2',
  baseline: { backend: 'team', model: 'coder-1' },
  candidate: { backend: 'team', model: 'coder-2' },
  stages: [
    { percent: 5, dwell: 30 * minute },
    { percent: 25, dwell: 2 * hour },
    { percent: 50, dwell: 6 * hour },
    { percent: 100, dwell: 24 * hour },
  ],
  soak: 24 * hour,
  gates: {
    latency: { factor: 2, share: 0.01 },
    errors: { share: 0.02, factor: 2 },
    capacity: { count: 3, within: minute },
    filter: { margin: 0.02 },
    badRequest: { margin: 0.02 },
    acceptance: { margin: 0.15 },
    retention: { margin: 0.15 },
    hallucination: { margin: 0.1 },
    memory: { highFor: minute },
  },
  off: [],
  readiness: { benchmark: 'block', capacity: 'block', 'prompt-compatibility': 'block', 'rollback-rehearsal': 'block', shadow: 'block' },
  rehearsalFor: 30 * 24 * hour,
  shadow: { share: 0.1, requestsPerHour: 120, tokensPerHour: 100_000, pairs: 300 },
  capacity: { servers: 1, leastServers: 1, ramp: 'this-machine' },
  control: 0.1,
  languages: [],
  evidence: { kind: 'own' },
  blocked: [],
  hash: 'f'.repeat(64),
};

/** P99 of a baseline whose latencies are log-normal with a P50 of 93 ms: that of the smaller model in the founding story. */
export const frozen: FrozenBaseline = { p99: 200, errorRate: 0.005, filterRate: 0.001, badRequestRate: 0.001 };
