import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, it } from 'mocha';
import type { ReadinessItem } from '../../../src/domain/rollout.ts';
import { conclusion, readinessDocument } from '../../../src/ui/readinessDocument.ts';
import { rolloutSnapshot, utcDayTime } from '../../fakes/rolloutControl.ts';

const goldenFile = new URL('readiness.golden.txt', import.meta.url);

describe('the readiness as a document', () => {
  it('has each check with its evidence, date, verdict and override', () => {
    const text = readinessDocument(rolloutSnapshot(), utcDayTime);
    if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(goldenFile, text);
    assert.equal(text, readFileSync(goldenFile, 'utf8'));
  });

  it('says in one sentence what the list comes to', () => {
    const item = (check: ReadinessItem['check'], state: ReadinessItem['state'], severity: ReadinessItem['severity'] = 'blocks') => ({
      check,
      state,
      severity,
    });
    assert.equal(conclusion([]), 'No check is asked for.');
    assert.equal(conclusion([item('benchmark', 'passed')]), 'Ready.');
    assert.equal(conclusion([item('benchmark', 'passed'), item('shadow', 'missing', 'warns')]), 'Ready, with a warning: shadow traffic.');
    assert.equal(
      conclusion([item('benchmark', 'expired'), item('capacity', 'overridden'), item('shadow', 'failed', 'warns')]),
      'Not ready: benchmark. Overridden: capacity.',
    );
  });

  it('makes no Markdown of what others wrote', () => {
    const [first] = rolloutSnapshot().readiness;
    assert.ok(first?.evidence);
    const evidence = { ...first.evidence, summary: '[x](command:y)\n# title | cell' };
    const text = readinessDocument(rolloutSnapshot({ name: '[x](command:y)', readiness: [{ ...first, evidence }] }), utcDayTime);
    assert.doesNotMatch(text, /[^\\]\]\(|^# title/m);
  });
});
