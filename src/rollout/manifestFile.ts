import type { GateName } from '../domain/rollout.ts';
import type { GatePolicy, Manifest } from './policy.ts';

/** A policy file as `manifestRules` read it: its own names, every default filled in. */
export interface ManifestFile extends Pick<
  Manifest,
  | 'name'
  | 'baseline'
  | 'candidate'
  | 'stages'
  | 'soak'
  | 'baselineP99'
  | 'readiness'
  | 'rehearsalFor'
  | 'shadow'
  | 'control'
  | 'languages'
  | 'blocked'
  | 'pinned'
> {
  readonly gates: Omit<GatePolicy, 'badRequest'> & { readonly 'bad-request': GatePolicy['badRequest'] };
  readonly off: Readonly<Partial<Record<GateName, string>>>;
  readonly evidence: { readonly kind: 'own' | 'fleet'; readonly url?: string };
}
