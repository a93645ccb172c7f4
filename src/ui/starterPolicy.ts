import type { ModelVersion } from '../domain/rollout.ts';

/**
 * A policy file to begin with: the first backend as the baseline and the second one as the candidate; everything else is a default.
 *
 * @param versions as they are configured, in the order of the route; at least one
 */
export function starterPolicy(versions: readonly ModelVersion[]): string {
  const [baseline, second] = versions;
  const plain = ({ backend, model }: ModelVersion): ModelVersion => ({ backend, model });
  const candidate = second ? plain(second) : { backend: baseline?.backend ?? '', model: 'name-of-the-new-model' };
  return `${JSON.stringify({ name: nameOf(candidate.model), baseline: baseline ? plain(baseline) : candidate, candidate }, undefined, 2)}\n`;
}

/** Letters, digits, `_`, dots and hyphens, at most 60, and a letter or digit first, as the name of a flag has to be. */
function nameOf(model: string): string {
  const name = model
    .replaceAll(/[^\w.-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, 60)
    .replace(/-+$/, '');
  return name === '' ? 'rollout' : name;
}
