import { printDuration } from '../../src/rollout/duration.ts';
import { allowedBy, type ManifestRule } from '../../src/rollout/manifestRule.ts';
import { manifestRules } from '../../src/rollout/manifestRules.ts';

/** The rows of docs/rollout-policy.md: every field of a policy file, as its rule has it. */
export function policyRows(rule: ManifestRule = manifestRules, path = ''): string[] {
  if (rule.kind === 'object')
    return Object.entries(rule.fields).flatMap(([name, field]) => policyRows(field, path === '' ? name : `${path}.${name}`));
  // The reasons of gates that are off are one field for each gate, and all alike.
  if (path.startsWith('off.'))
    return path === 'off.latency' ? [rowOf('off.GATE', { ...rule, description: 'Why this gate is switched off.' })] : [];
  const own = rowOf(path, rule);
  return rule.kind === 'list' && rule.of.kind === 'object' ? [own, ...policyRows(rule.of, `${path}[]`)] : [own];
}

function rowOf(path: string, rule: ManifestRule): string {
  const source = 'source' in rule && rule.default !== undefined ? (rule.source ?? '') : '';
  return `| \`${path}\` | ${rule.description} | ${defaultOf(rule)} | ${allowedOf(rule)} | ${source} |`;
}

function defaultOf(rule: ManifestRule): string {
  if (rule.isRequired) return '*required*';
  if (!('default' in rule) || rule.default === undefined) return 'none';
  if (rule.kind === 'duration') return `\`"${printDuration(rule.default)}"\``;
  if (rule.kind !== 'list') return `\`${JSON.stringify(rule.default)}\``;
  if (rule.default.length === 0) return '`[]`';
  const stages = rule.default as readonly { percent: number; dwell: number }[];
  return stages.map(({ percent, dwell }) => `${percent} % for ${printDuration(dwell)}`).join(', ');
}

function allowedOf(rule: ManifestRule): string {
  return rule.kind === 'duration' ? `"${printDuration(rule.minimum)}" to "${printDuration(rule.maximum)}"` : allowedBy(rule);
}
