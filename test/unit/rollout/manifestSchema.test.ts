import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'mocha';
import { gateNames, readinessChecks } from '../../../src/domain/rollout.ts';
import { parseManifest } from '../../../src/rollout/manifest.ts';
import type { ManifestRule } from '../../../src/rollout/manifestRule.ts';
import { manifestRules } from '../../../src/rollout/manifestRules.ts';
import { fimFormats } from '../../../src/settings/settings.ts';
import { rolloutSchema } from '../../fakes/rolloutSchema.ts';

const root = new URL('../../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');

interface Validation {
  readonly fileMatch: readonly string[];
  readonly url: string;
}

/** Every rule of the table with its path. */
function everyRule(rule: ManifestRule, path = ''): readonly (readonly [string, ManifestRule])[] {
  const inner =
    rule.kind === 'object'
      ? Object.entries(rule.fields).flatMap(([name, field]) => everyRule(field, `${path}.${name}`))
      : rule.kind === 'list'
        ? everyRule(rule.of, `${path}[]`)
        : [];
  return [[path, rule], ...inner];
}

describe('the published schema of policy files', () => {
  it('says what the rules say, no more and no less (write it anew with test/fakes/rolloutSchemaCli.ts)', () => {
    assert.deepEqual(JSON.parse(read('schemas/rollout.schema.json')), JSON.parse(JSON.stringify(rolloutSchema())));
  });

  it('is what the editor checks policy files with, and is in the package', () => {
    const { contributes } = JSON.parse(read('package.json')) as { contributes: { jsonValidation: readonly Validation[] } };
    assert.deepEqual(contributes.jsonValidation, [
      { fileMatch: ['**/failsoft-rollout.json', '**/*.failsoft-rollout.json'], url: './schemas/rollout.schema.json' },
    ]);
    assert.match(read('.vscodeignore'), /^!schemas\/\*\*$/m);
  });

  it('has a starter that is a good policy', () => {
    const { defaultSnippets } = rolloutSchema() as { defaultSnippets: readonly { body: unknown }[] };
    const filled = JSON.stringify(defaultSnippets[0]?.body).replace(/\$\{\d:([^}]*)\}/g, '$1');
    assert.ok('manifest' in parseManifest(filled), filled);
  });
});

describe('the rules of policy files', () => {
  it('give each default a source, and each field a description', () => {
    for (const [path, rule] of everyRule(manifestRules)) {
      assert.ok(rule.description.endsWith('.'), path);
      if ('default' in rule && rule.default !== undefined) assert.match(rule.source ?? '', /^(chosen|arithmetic|the only)/, path);
    }
  });

  it('have their defaults within their bounds', () => {
    for (const [path, rule] of everyRule(manifestRules)) {
      if (rule.kind !== 'number' && rule.kind !== 'duration') continue;
      assert.ok(rule.minimum <= rule.maximum, path);
      if (rule.default !== undefined) assert.ok(rule.default >= rule.minimum && rule.default <= rule.maximum, path);
    }
  });

  it('know the gates, checks and formats of the domain', () => {
    const { off, readiness, candidate, gates } = manifestRules.fields;
    assert.ok(off?.kind === 'object' && readiness?.kind === 'object' && candidate?.kind === 'object' && gates?.kind === 'object');
    assert.deepEqual(Object.keys(off.fields), gateNames);
    assert.deepEqual(Object.keys(readiness.fields).sort(), [...readinessChecks].sort());
    for (const name of Object.keys(gates.fields)) assert.ok((gateNames as readonly string[]).includes(name), name);
    const fim = candidate.fields['fim'];
    assert.deepEqual(fim?.kind === 'choice' ? Object.keys(fim.values) : [], fimFormats);
  });
});
