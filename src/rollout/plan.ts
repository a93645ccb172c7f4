import { createHash } from 'node:crypto';
import type { Arm, ModelVersion } from '../domain/rollout.ts';
import type { CandidatePlan } from '../domain/rolloutPort.ts';
import type { Manifest, ManifestVersion } from './policy.ts';

/** Names both versions as they are asked: what was decided or proven about others is about others. 16 hexadecimal digits. */
export function versionsOf({ baseline, candidate }: Pick<Manifest, 'baseline' | 'candidate'>): string {
  const named = [baseline, candidate].map(({ backend, model, fim, maxTokens }: ManifestVersion) => [
    backend,
    model,
    fim ?? '',
    ...(maxTokens ? [maxTokens] : []),
  ]);
  return createHash('sha256').update(JSON.stringify(named)).digest('hex').slice(0, 16);
}

/** A version as `BACKEND/MODEL`. */
export function nameOf({ backend, model }: ModelVersion): string {
  return `${backend}/${model}`;
}

/** Whether a name in `blocked` or `pinned` means this version: `MODEL` of any backend, or `BACKEND/MODEL`. */
export function isNamed(version: ModelVersion, name: string): boolean {
  return name === version.model || name === nameOf(version);
}

/** Whether requests in this language are what the rollout is about. */
export function isMeant({ languages }: Pick<Manifest, 'languages'>, languageId: string): boolean {
  return languages.length === 0 || languages.includes(languageId);
}

/** What the engine has to build for it. */
export function candidatePlan({ baseline, candidate }: Pick<Manifest, 'baseline' | 'candidate'>): CandidatePlan {
  const { backend, model, fim, maxTokens } = candidate;
  const sourceId = `${backend} · ${model}`.slice(0, 100);
  return {
    baseline: baseline.backend,
    sourceId,
    backend,
    model,
    ...(fim === undefined ? {} : { fim }),
    ...(maxTokens === undefined ? {} : { maxTokens }),
  };
}

/** Why a policy cannot be followed with these backends, in one line; `undefined`: it can. */
export function planProblem(
  { name, baseline, candidate }: Manifest,
  backends: readonly { readonly name: string; readonly model: string }[],
): string | undefined {
  const names = backends.map((backend) => backend.name).join(', ') || 'none';
  for (const version of [baseline, candidate]) {
    if (!backends.some((backend) => backend.name === version.backend)) {
      return `rollout ${name}: its backend ${version.backend} is not among failsoft.backends (${names})`;
    }
  }
  const asked = backends.find((backend) => backend.name === baseline.backend)?.model;
  if (asked === baseline.model) return undefined;
  const hint = asked === candidate.model ? '; it is the candidate already, so there is nothing to roll out' : '';
  return `rollout ${name}: its baseline is ${baseline.model}, but the backend ${baseline.backend} asks ${asked}${hint}`;
}

/** Which version a source is; `undefined`: neither. */
export function armOf({ sourceId, baseline }: CandidatePlan, asked: string): Arm | undefined {
  if (asked === sourceId) return 'candidate';
  return asked === baseline ? 'baseline' : undefined;
}

/** Whether both versions run on one server of this machine, where one may stand in the other's way. */
export function isOneServer(
  { baseline, candidate }: Pick<Manifest, 'baseline' | 'candidate'>,
  backends: readonly { readonly name: string; readonly loopback: boolean; readonly origin: string }[],
): boolean {
  const [own, other] = [baseline, candidate].map(({ backend }) => backends.find(({ name }) => name === backend));
  return own !== undefined && own.loopback && own.origin === other?.origin;
}
