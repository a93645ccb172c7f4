import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import fc from 'fast-check';
import { jitterCap } from '../../../src/base/random.ts';
import { consentNeeded, outOfMemory, watchedLoading, type Failure } from '../../../src/domain/failure.ts';
import { coolDownDefaults, coolDownFor } from '../../../src/guard/coolDown.ts';

const now = Date.UTC(2026, 0, 1);

describe('the pause that a failure asks for', () => {
  it('is never shorter than asked, at most a fifth and a minute longer, and differs between windows', () => {
    const kinds = fc.constantFrom<Failure['kind'] & ('rate_limit' | 'quota' | 'capacity' | 'loading')>(
      'rate_limit',
      'quota',
      'capacity',
      'loading',
    );
    const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(kinds, fc.integer({ min: coolDownDefaults.capacityBelieved, max: 900_000 }), random, (kind, retryAfter, drawn) => {
        const wait = (coolDownFor({ kind, message: 'x', retryAfter }, now, 0, () => drawn)?.until ?? 0) - now;
        const longest = retryAfter + Math.min(jitterCap, retryAfter * coolDownDefaults.jitter);
        assert.ok(wait >= retryAfter && wait <= longest + 1, `${wait}`);
        assert.ok(Math.abs(wait - (retryAfter + drawn * (longest - retryAfter))) < 1, 'spread evenly');
      }),
    );
  });

  it('ends at the reset time of a quota, not before and at most a minute later', () => {
    const resetsAt = now + 20 * 86_400_000;
    assert.equal(coolDownFor({ kind: 'quota', message: 'x', resetsAt }, now, 0, () => 0)?.until, resetsAt);
    assert.equal(coolDownFor({ kind: 'quota', message: 'x', resetsAt }, now, 0, () => 1)?.until, resetsAt + jitterCap);
  });

  it('has our own length where the answer names none, or a time that has passed', () => {
    const until = (failure: Failure) => (coolDownFor(failure, now, 0, () => 0)?.until ?? 0) - now;
    assert.equal(until({ kind: 'rate_limit', message: 'x' }), coolDownDefaults.rateLimit);
    assert.equal(until({ kind: 'quota', message: 'x', resetsAt: now - 1 }), coolDownDefaults.quota);
    assert.equal(until({ kind: 'model_retired', message: 'x' }), coolDownDefaults.retired);
    assert.equal(coolDownFor({ kind: 'auth', message: 'x' }, now, 0, () => 0)?.until, undefined);
    assert.equal(
      coolDownFor({ kind: 'capacity', message: 'x' }, now, 0, () => 0),
      undefined,
    );
  });

  it('leaves a server alone for minutes that has too little memory for the model', () => {
    const coolDown = coolDownFor({ kind: 'capacity', code: outOfMemory, message: 'too little' }, 1000, 0, () => 0);
    assert.deepEqual(coolDown, {
      kind: 'capacity',
      code: outOfMemory,
      message: 'too little',
      since: 1000,
      until: 1000 + coolDownDefaults.memory,
      source: 'default',
    });
  });

  it('sets no time for a loading that its source watches', () => {
    const coolDown = coolDownFor({ kind: 'loading', code: watchedLoading, message: 'loading' }, 1000, 3, () => 0);
    assert.deepEqual(coolDown, { kind: 'loading', code: watchedLoading, message: 'loading', since: 1000, source: 'default' });
  });

  it('keeps the code that tells what a person has to do', () => {
    const coolDown = coolDownFor({ kind: 'auth', code: consentNeeded, message: 'not allowed yet' }, 1000, 0, () => 0);
    assert.deepEqual(coolDown, { kind: 'auth', code: consentNeeded, message: 'not allowed yet', since: 1000, source: 'default' });
  });
});
