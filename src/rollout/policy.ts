import type { Millis } from '../base/clock.ts';
import type { GateName, ModelVersion, ReadinessCheck } from '../domain/rollout.ts';
import type { FimFormat } from '../settings/settings.ts';

/** A model version in a manifest: how its backend is asked differs from the setting in these. */
export interface ManifestVersion extends ModelVersion {
  readonly fim?: FimFormat;
  /** Of the candidate: its answers are at most so long, 1…1024. */
  readonly maxTokens?: number;
}

/** One step of the way to everybody. */
export interface Stage {
  /** Share of all installations that are in, 1…100; greater than that of the stage before. */
  readonly percent: number;
  /** It lasts at least so long: one busy period. */
  readonly dwell: Millis;
}

/** What is allowed before the candidate is taken back, and what is wanted before it gets further. All shares 0…1. */
export interface GatePolicy {
  readonly latency: {
    /** An answer is slow beyond this multiple of the frozen P99 of the baseline. */
    readonly factor: number;
    /** Share of slow answers that is allowed. */
    readonly share: number;
  };
  readonly errors: {
    /** Share that is allowed, or `factor` times that of the baseline if that is more. */
    readonly share: number;
    readonly factor: number;
  };
  /** So many capacity errors within a minute, while the baseline has none, take it back. */
  readonly capacity: { readonly count: number; readonly within: Millis };
  /** So much more than the baseline, as a share of all requests. */
  readonly filter: { readonly margin: number };
  readonly badRequest: { readonly margin: number };
  /** So much less than the baseline, relative to it. */
  readonly acceptance: { readonly margin: number };
  readonly retention: { readonly margin: number };
  /** So much more than the baseline, as a share of the accepted texts of a language that name something that is not there. */
  readonly hallucination: { readonly margin: number };
  /** So long at the level high takes it back. */
  readonly memory: { readonly highFor: Millis };
}

/** What copies of requests to the candidate may cost. */
export interface ShadowBudget {
  /** Copies for each real request, 0…1. */
  readonly share: number;
  readonly requestsPerHour: number;
  readonly tokensPerHour: number;
  /** Pairs that are wanted before the first stage. */
  readonly pairs: number;
}

/** A rollout as it is planned: validated, with every default filled in. */
export interface Manifest {
  /** Word characters, dots and hyphens, ≤ 60; also the name of its flag. */
  readonly name: string;
  readonly baseline: ManifestVersion;
  readonly candidate: ManifestVersion;
  readonly stages: readonly Stage[];
  readonly soak: Millis;
  readonly gates: GatePolicy;
  /** Gates that a person switched off, each with a reason in the file. */
  readonly off: readonly GateName[];
  /** Why each of them is. */
  readonly offReasons?: Readonly<Partial<Record<GateName, string>>>;
  /** What the frozen baseline is, where it is not learnt: P99 in ms. */
  readonly baselineP99?: Millis;
  readonly readiness: Readonly<Record<ReadinessCheck, 'block' | 'warn'>>;
  /** A rehearsal is good for so long. */
  readonly rehearsalFor: Millis;
  readonly shadow: ShadowBudget;
  /** Share of the requests of those who are in that still go to the baseline, as a concurrent control; 0.1…0.5. */
  readonly control: number;
  /** Only for requests in these languages; empty: all. */
  readonly languages: readonly string[];
  /** What the capacity check has to know. Rate: requests per second of everybody at the busiest time. */
  readonly capacity: {
    readonly peakRate?: number;
    readonly servers: number;
    readonly leastServers: number;
    readonly slots?: number;
    readonly ramp: 'this-machine' | 'anywhere';
  };
  /** Where gates get their counts from: this installation's own requests, or counts that a fleet has put together. */
  readonly evidence: { readonly kind: 'own' } | { readonly kind: 'fleet'; readonly url: string };
  /** Models that never become a candidate. */
  readonly blocked: readonly string[];
  /** The model that stays, whatever else is said. */
  readonly pinned?: string;
  /** SHA-256 of what it says, hexadecimal: two manifests that say the same have the same. */
  readonly hash: string;
}
