import assert from 'node:assert/strict';
import { describe, it } from 'mocha';

import { Emitter } from '../../../src/base/event.ts';
import { silentLogger } from '../../../src/base/logger.ts';
import { readKeyInput } from '../../../src/vscode/keyText.ts';
import { createSecretKeys } from '../../../src/vscode/secrets.ts';

/** A safe in memory that counts how often it is read. */
class FakeSafe {
  readonly stored = new Map<string, string>();
  readonly changed = new Emitter<{ key: string }>();
  reads = 0;
  isBroken = false;

  get(key: string): Promise<string | undefined> {
    this.reads += 1;
    return this.isBroken ? Promise.reject(new Error('no keyring')) : Promise.resolve(this.stored.get(key));
  }

  store(key: string, value: string): Promise<void> {
    this.stored.set(key, value);
    this.changed.fire({ key });
    return Promise.resolve();
  }

  delete(key: string): Promise<void> {
    this.stored.delete(key);
    this.changed.fire({ key });
    return Promise.resolve();
  }

  onDidChange = this.changed.event;
}

function keysOn(safe: FakeSafe): ReturnType<typeof createSecretKeys> {
  return createSecretKeys(safe, silentLogger);
}

describe('the keys', () => {
  it('are handed out for their own backend and origin only', async () => {
    const keys = keysOn(new FakeSafe());
    await keys.set('main', 'https://a.example.com', 'k1');
    assert.equal(await keys.get('main', 'https://a.example.com'), 'k1');
    assert.equal(await keys.get('main', 'https://b.example.com'), undefined);
    assert.equal(await keys.get('other', 'https://a.example.com'), undefined);
  });

  it('are read from the safe once, and again after a change in any window', async () => {
    const safe = new FakeSafe();
    const keys = keysOn(safe);
    let changes = 0;
    keys.onDidChange(() => (changes += 1));
    for (let round = 0; round < 3; round += 1) await keys.get('main', 'https://a');
    assert.equal(safe.reads, 1);
    await keys.set('main', 'https://a', 'k1');
    assert.equal(await keys.get('main', 'https://a'), 'k1');
    await keys.clear('main', 'https://a');
    assert.equal(await keys.get('main', 'https://a'), undefined);
    assert.equal(changes, 2);
  });

  it('are missing, not an error, where there is no keyring, and are looked for again', async () => {
    const safe = new FakeSafe();
    const keys = keysOn(safe);
    safe.isBroken = true;
    assert.equal(await keys.get('main', 'https://a'), undefined);
    safe.isBroken = false;
    safe.stored.set('failsoft.key:["https://a","main"]', 'k1');
    assert.equal(await keys.get('main', 'https://a'), 'k1');
  });

  it('leave nothing behind', () => {
    const safe = new FakeSafe();
    const keys = keysOn(safe);
    keys.dispose();
    keys.dispose();
    assert.equal(safe.changed.listenerCount, 0);
  });
});

describe('a typed key', () => {
  it('loses the spaces and line ends of pasting', () => {
    assert.deepEqual(readKeyInput('  sk-ab\r\n c1 \n'), { kind: 'key', key: 'sk-abc1' });
  });

  const wrong: readonly (readonly [string, string, RegExp])[] = [
    ['empty', '', /^The key is empty; nothing was changed/],
    ['only spaces', ' \n', /^The key is empty/],
    ['with a control character', 'sk-\u0000a', /control characters/],
    ['with letters outside of ASCII', 'sk-ä', /control characters or letters outside/],
    ['a pasted file', 'x'.repeat(5000), /^The key has 5000 characters, allowed are 4096/],
  ];
  for (const [name, input, message] of wrong) {
    it(`${name} is refused, and the message does not repeat it`, () => {
      const read = readKeyInput(input);
      assert.equal(read.kind, 'wrong');
      assert.match(read.kind === 'wrong' ? read.message : '', message);
    });
  }
});
