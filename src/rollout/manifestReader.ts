import type { Node } from 'jsonc-parser';
import { show } from '../settings/shownValue.ts';
import { parseDuration } from './duration.ts';
import type { ManifestProblems } from './manifestProblem.ts';
import { allowedBy, type ListRule, type ManifestRule, type ObjectRule } from './manifestRule.ts';
import { nearestName } from '../domain/nearestName.ts';

/**
 * The value of a node as its rule wants it, every default filled in; lengths of time in milliseconds. What is wrong goes to `problems`,
 * and then the value is not to be used.
 *
 * @param node `undefined`: the field is not in the file
 * @param path of the node, such as `stages[1].percent`
 */
export function readByRule(rule: ManifestRule, node: Node | undefined, path: string, problems: ManifestProblems): unknown {
  if (node === undefined)
    return rule.kind === 'object' ? readFields(rule, [], path, problems) : 'default' in rule ? rule.default : undefined;
  if (rule.kind === 'object' && node.type === 'object') {
    reportStrangers(rule, node, path, problems);
    return readFields(rule, node.children ?? [], path, problems, node);
  }
  if (rule.kind === 'list' && node.type === 'array') return readList(rule, node, path, problems);
  const value = readScalar(rule, node.value);
  if (value === undefined) problems.add(path, node, `${path || 'the file'} is ${shown(node)}, allowed is ${allowedBy(rule)}`);
  return value;
}

function readScalar(rule: ManifestRule, value: unknown): unknown {
  switch (rule.kind) {
    case 'number': {
      const isAllowed =
        typeof value === 'number' && value >= rule.minimum && value <= rule.maximum && (!rule.isWhole || Number.isInteger(value));
      return isAllowed ? value : undefined;
    }
    case 'duration': {
      const duration = typeof value === 'string' ? parseDuration(value) : undefined;
      return duration !== undefined && duration >= rule.minimum && duration <= rule.maximum ? duration : undefined;
    }
    case 'text':
      return typeof value === 'string' && value.length <= rule.maximumLength && rule.pattern.test(value) ? value : undefined;
    case 'choice':
      return typeof value === 'string' && Object.hasOwn(rule.values, value) ? value : undefined;
    case 'list':
    case 'object':
      return undefined;
  }
}

function readList(rule: ListRule, node: Node, path: string, problems: ManifestProblems): unknown[] {
  const items = node.children ?? [];
  if (items.length < rule.minimumCount || items.length > rule.maximumCount) {
    problems.add(path, node, `${path} has ${items.length} entries, allowed is ${allowedBy(rule)}`);
    return [];
  }
  return items.map((item, index) => readByRule(rule.of, item, `${path}[${index}]`, problems));
}

function readFields(
  rule: ObjectRule,
  properties: readonly Node[],
  path: string,
  problems: ManifestProblems,
  owner?: Node,
): Readonly<Record<string, unknown>> {
  const fields: Record<string, unknown> = {};
  for (const [name, inner] of Object.entries(rule.fields)) {
    const at = path === '' ? name : `${path}.${name}`;
    const node = properties.find((property) => property.children?.[0]?.value === name)?.children?.[1];
    if (node === undefined && inner.isRequired) {
      // Said once, where the field should stand: what is inside of it is not missed as well.
      if (owner) problems.add(at, { offset: owner.offset, length: 1 }, `${at} is missing, allowed is ${allowedBy(inner)}`);
      continue;
    }
    const value = readByRule(inner, node, at, problems);
    if (value !== undefined) fields[name] = value;
  }
  return fields;
}

/** Fields that are not known or stand twice: of two values nobody can say which one was meant. */
function reportStrangers(rule: ObjectRule, node: Node, path: string, problems: ManifestProblems): void {
  const seen = new Set<string>();
  for (const { children } of node.children ?? []) {
    const [key] = children ?? [];
    if (key === undefined) continue;
    const name = String(key.value);
    const at = path === '' ? name : `${path}.${name}`;
    if (seen.has(name)) problems.add(at, key, `${at} stands here twice, allowed is once`);
    seen.add(name);
    if (Object.hasOwn(rule.fields, name)) continue;
    const known = Object.keys(rule.fields);
    const meant = nearestName(name, known);
    const hint = meant === undefined ? '' : ` did you mean ${meant}?`;
    problems.add(at, key, `${at.slice(0, 100)} is not known;${hint} allowed are ${known.join(', ')}`);
  }
}

function shown(node: Node): string {
  if (node.type === 'object') return 'an object';
  if (node.type === 'array') return 'a list';
  // What is beyond every number, such as 1e400, has no JSON.
  return typeof node.value === 'number' ? String(node.value) : show(node.value as unknown);
}
