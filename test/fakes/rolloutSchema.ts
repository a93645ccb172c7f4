import { durationPattern, printDuration } from '../../src/rollout/duration.ts';
import type { ManifestRule, ObjectRule } from '../../src/rollout/manifestRule.ts';
import { allowedBy } from '../../src/rollout/manifestRule.ts';
import { manifestRules } from '../../src/rollout/manifestRules.ts';

type Schema = Readonly<Record<string, unknown>>;

const starter = {
  label: 'A rollout in four stages',
  description: 'Baseline, candidate, and the defaults for everything else',
  body: {
    name: '${1:my-rollout}',
    baseline: { backend: '${2:team}', model: '${3:model-1}' },
    candidate: { backend: '${2:team}', model: '${4:model-2}' },
    stages: [
      { percent: 5, dwell: '30 min' },
      { percent: 25, dwell: '2 h' },
      { percent: 50, dwell: '6 h' },
      { percent: 100, dwell: '6 h' },
    ],
  },
};

/** The JSON schema that says what `manifestRules` says; what is published is compared with it. */
export function rolloutSchema(): Schema {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Failsoft rollout policy',
    allowComments: true,
    allowTrailingCommas: true,
    ...schemaOf(manifestRules),
    defaultSnippets: [starter],
  };
}

function schemaOf(rule: ManifestRule): Schema {
  const common = { description: describe(rule) };
  switch (rule.kind) {
    case 'number':
      return { type: rule.isWhole ? 'integer' : 'number', ...defaultOf(rule), minimum: rule.minimum, maximum: rule.maximum, ...common };
    case 'duration':
      return {
        type: 'string',
        ...defaultOf(rule),
        pattern: durationPattern.source,
        patternErrorMessage: 'A number and ms, s, min, h or days, such as "30 min"',
        ...common,
      };
    case 'text':
      return {
        type: 'string',
        pattern: rule.pattern.source,
        patternErrorMessage: capital(rule.allowed),
        maxLength: rule.maximumLength,
        ...common,
      };
    case 'choice':
      return {
        type: 'string',
        ...defaultOf(rule),
        enum: Object.keys(rule.values),
        enumDescriptions: Object.values(rule.values),
        ...common,
      };
    case 'list':
      return {
        type: 'array',
        ...defaultOf(rule),
        minItems: rule.minimumCount,
        maxItems: rule.maximumCount,
        items: schemaOf(rule.of),
        ...common,
      };
    case 'object':
      return { type: 'object', additionalProperties: false, ...requiredOf(rule), properties: propertiesOf(rule), ...common };
  }
}

function propertiesOf(rule: ObjectRule): Schema {
  return Object.fromEntries(Object.entries(rule.fields).map(([name, inner]) => [name, schemaOf(inner)]));
}

function requiredOf(rule: ObjectRule): Schema {
  const required = Object.entries(rule.fields).flatMap(([name, { isRequired }]) => (isRequired ? [name] : []));
  return required.length === 0 ? {} : { required };
}

function defaultOf(rule: Exclude<ManifestRule, ObjectRule | { kind: 'text' }>): Schema {
  return rule.default === undefined ? {} : { default: inFile(rule, rule.default) };
}

/** A value as the file has it. */
function inFile(rule: ManifestRule, value: unknown): unknown {
  if (rule.kind === 'duration') return printDuration(value as number);
  if (rule.kind === 'list') return (value as unknown[]).map((item) => inFile(rule.of, item));
  if (rule.kind !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value as Schema).map(([name, inner]) => [name, rule.fields[name] ? inFile(rule.fields[name], inner) : inner]),
  );
}

function describe(rule: ManifestRule): string {
  if (rule.kind !== 'number' && rule.kind !== 'duration') return rule.description;
  return `${rule.description} Allowed is ${allowedBy(rule)}.`;
}

const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
