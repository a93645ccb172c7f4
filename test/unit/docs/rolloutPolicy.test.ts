import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'mocha';
import { assignmentSources, gateNames } from '../../../src/domain/rollout.ts';
import { parseManifest } from '../../../src/rollout/manifest.ts';
import { FlagdFlags } from '../../../src/rollout/flagdFlags.ts';
import { policyRows } from '../../fakes/policyTable.ts';

const page = readFileSync(new URL('../../../docs/rollout-policy.md', import.meta.url), 'utf8');
const blocks = [...page.matchAll(/```jsonc?\n([\s\S]*?)```/g)].map(([, text = '']) => text);

describe('docs/rollout-policy.md', () => {
  it('has a row for every field, as its rule has it', () => {
    const rows = page.split('\n').filter((line) => /^\| `[\w$.[\]-]+` \|/.test(line) && line.split('|').length === 7);
    assert.deepEqual(rows, policyRows());
  });

  it('shows policies that are good', () => {
    const policies = blocks.filter((text) => text.includes('"candidate": {'));
    assert.notEqual(policies.length, 0);
    for (const text of policies) assert.ok('manifest' in parseManifest(text), JSON.stringify(parseManifest(text)));
  });

  it('shows a flag file that can be read', () => {
    const [file = ''] = blocks.filter((text) => text.includes('"flags"'));
    const flags = new FlagdFlags();
    assert.equal(flags.accept(file), undefined);
    assert.match(flags.resolveStringEvaluation('model-2', '', { targetingKey: 'u1' }).value, /^(candidate|baseline)$/);
  });

  it('names the sources in their order, and every gate', () => {
    const list = [...page.matchAll(/^\d\. \*\*([^*]+)\*\*/gm)].map(([, name = '']) => name.toLowerCase().replace(' ', '-'));
    assert.deepEqual(
      list,
      [...assignmentSources].map((name) => (name === 'ofrep' ? 'flag-server' : name)),
    );
    for (const gate of gateNames) assert.ok(page.includes(`\`${gate}\``), gate);
  });
});
