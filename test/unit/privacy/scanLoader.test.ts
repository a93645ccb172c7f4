import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Completed, CompletionSource } from '../../../src/domain/completion.ts';
import { ScanLoader, withoutNewSecrets } from '../../../src/privacy/scanLoader.ts';
import { createSecretRules } from '../../../src/secretRules.ts';
import { quietCall, sampleRequest } from '../../fakes/request.ts';

const secret = "password = 'Xq7Zr2Lm9Tk4Vb8Nw3Hs';";
const text = (shown: string): Completed => ({ ok: true, text: shown, origin: 'local', sourceId: 'local', finish: 'stop' });

async function said(outcome: Completed): Promise<readonly string[]> {
  const source: CompletionSource = { id: 'local', complete: () => Promise.resolve(outcome) };
  const safe = await withoutNewSecrets(source, new ScanLoader(() => Promise.resolve(createSecretRules()))).complete(
    sampleRequest(),
    quietCall(),
  );
  assert.ok(safe.ok);
  return [safe, ...(safe.alternatives ?? [])].map((each) => each.text);
}

describe('local text', () => {
  it('never brings a secret from another file, neither first nor as an alternative', async () => {
    assert.deepEqual(await said(text(secret)), ['']);
    assert.deepEqual(await said({ ...text('plain'), alternatives: [text(secret), text('other')] }), ['plain', 'other']);
    assert.deepEqual(await said({ ...text(secret), alternatives: [text('other')] }), ['', 'other']);
  });
});
