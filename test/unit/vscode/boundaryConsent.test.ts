import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { silentLogger } from '../../../src/base/logger.ts';
import { consentKey, createBoundaryConsent, type WorkspaceState } from '../../../src/vscode/boundaryConsent.ts';

class FakeState implements WorkspaceState {
  readonly values = new Map<string, unknown>();
  get(key: string): unknown {
    return this.values.get(key);
  }
  update(key: string, value: unknown): Promise<void> {
    this.values.set(key, structuredClone(value));
    return Promise.resolve();
  }
}

describe('the answers about the data boundary', () => {
  it('are remembered by the workspace, over a new window', () => {
    const state = new FakeState();
    const before = createBoundaryConsent(state, silentLogger);
    assert.equal(before.answerFor('vendor:acme'), 'undecided');
    before.set('vendor:acme', 'allowed');
    before.set('private', 'denied');
    before.closed('vendor:b');
    const after = createBoundaryConsent(state, silentLogger);
    assert.deepEqual(
      ['vendor:acme', 'private', 'vendor:b', 'vendor:c'].map((boundary) => after.answerFor(boundary)),
      ['allowed', 'denied', 'undecided', 'undecided'],
    );
    assert.deepEqual(
      ['vendor:b', 'vendor:c'].map((boundary) => after.wasAsked(boundary)),
      [true, false],
    );
  });

  it('can be changed, and say so', () => {
    const consent = createBoundaryConsent(new FakeState(), silentLogger);
    const heard: string[] = [];
    consent.onDidChange((boundary) => heard.push(`${boundary} ${consent.answerFor(boundary)}`));
    consent.set('private', 'allowed');
    consent.set('private', 'denied');
    assert.deepEqual(heard, ['private allowed', 'private denied']);
  });

  for (const value of ['allowed', ['private'], { private: 'yes', __proto__: { local: 'allowed' } }, null, 7]) {
    it(`count as none when the workspace kept ${JSON.stringify(value)}`, () => {
      const state = new FakeState();
      state.values.set(consentKey, value);
      const consent = createBoundaryConsent(state, silentLogger);
      assert.deepEqual(
        ['private', 'local', '0'].map((boundary) => consent.answerFor(boundary)),
        ['undecided', 'undecided', 'undecided'],
      );
    });
  }

  it('hold for this window when they cannot be kept', async () => {
    const errors: string[] = [];
    const state: WorkspaceState = { get: () => undefined, update: () => Promise.reject(new Error('disk full')) };
    const consent = createBoundaryConsent(state, { ...silentLogger, error: (line) => errors.push(line) });
    consent.set('private', 'allowed');
    await Promise.resolve();
    await Promise.resolve();
    assert.equal(consent.answerFor('private'), 'allowed');
    assert.match(errors.join(), /disk full/);
  });
});
