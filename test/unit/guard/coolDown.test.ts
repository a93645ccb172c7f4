import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { consentNeeded, outOfMemory, watchedLoading } from '../../../src/domain/failure.ts';
import { coolDownDefaults, coolDownFor } from '../../../src/guard/coolDown.ts';

describe('the cool-down', () => {
  it('leaves a server alone for minutes that has too little memory for the model', () => {
    const coolDown = coolDownFor({ kind: 'capacity', code: outOfMemory, message: 'too little' }, 1000, 0);
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
    const coolDown = coolDownFor({ kind: 'loading', code: watchedLoading, message: 'loading' }, 1000, 3);
    assert.deepEqual(coolDown, { kind: 'loading', code: watchedLoading, message: 'loading', since: 1000, source: 'default' });
  });

  it('keeps the code that tells what a person has to do', () => {
    const coolDown = coolDownFor({ kind: 'auth', code: consentNeeded, message: 'not allowed yet' }, 1000, 0);
    assert.deepEqual(coolDown, { kind: 'auth', code: consentNeeded, message: 'not allowed yet', since: 1000, source: 'default' });
  });
});
