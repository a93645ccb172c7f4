import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'mocha';
import { boundConfidence, splitDefaults } from '../../../src/rollout/binomial.ts';
import { capacityKnownBeyond } from '../../../src/domain/rollout.ts';
import { longestReason } from '../../../src/rollout/decisions.ts';
import { eProcessDefaults } from '../../../src/rollout/eProcess.ts';
import { evidenceDefaults } from '../../../src/rollout/evidence.ts';
import { gateDefaults } from '../../../src/rollout/gates.ts';
import { silentFailureFloor } from '../../../src/rollout/judgement.ts';
import { sequenceDefaults } from '../../../src/rollout/sequence.ts';
import { freezeFor } from '../../../src/rollout/state.ts';
import { trialDefaults } from '../../../src/rollout/trialGates.ts';

const text = readFileSync(new URL('../../../docs/rollout.md', import.meta.url), 'utf8');

const named = (name: string, values: object): [string, number][] =>
  Object.entries(values).flatMap(([key, value]: [string, unknown]): [string, number][] =>
    typeof value === 'number' ? [[`${name}.${key}`, value]] : [],
  );

const inCode = new Map<string, number>([
  ...named('eProcess', eProcessDefaults),
  ...named('trial', trialDefaults),
  ...named('evidence', evidenceDefaults),
  ...named('split', splitDefaults),
  ...named('sequence', sequenceDefaults),
  ...named('gate', gateDefaults),
  ...Object.entries({ silentFailureFloor, boundConfidence, capacityKnownBeyond, freezeFor, longestReason }),
]);

describe('docs/rollout.md', () => {
  it('has every figure of the gates and states, and no other', () => {
    const [, table = ''] = /\n### Figures\n([^#]*)/.exec(text) ?? [];
    const rows = [...table.matchAll(/^\| `([\w.]+)` \| ([\d.]+) \|/gm)].map(([, name, value]): [string, number] => [
      String(name),
      Number(value),
    ]);
    assert.deepEqual(Object.fromEntries(rows), Object.fromEntries(inCode));
  });

  it('names the alternatives of the e-process', () => assert.ok(text.includes(`m = ${eProcessDefaults.multiples.join(', ')}:`)));
});
