import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Pressure, PressureCause } from '../../../src/domain/pressure.ts';
import { healthStates } from '../../../src/domain/snapshot.ts';
import { HighMemory, isFitForCopies } from '../../../src/rollout/windowSigns.ts';

const pressure = (level: Pressure['level'], cause: PressureCause, since: number): Pressure => ({
  ...{ level, cause, since },
  relief: 'shed',
  reason: '',
});

/** How long memory was high at a time, after these changes. */
function highFor(now: number, ...changes: readonly (Pressure | undefined)[]): number {
  const memory = new HighMemory();
  for (const change of changes) memory.see(change);
  return memory.highFor(now);
}

describe('memory that is high', () => {
  it('is so since it began, whether it is high or critical meanwhile', () => {
    assert.equal(highFor(70_000, pressure('high', 'heap', 10_000)), 60_000);
    assert.equal(highFor(70_000, pressure('high', 'heap', 10_000), pressure('critical', 'heap', 60_000)), 60_000);
    const back = [pressure('critical', 'heap', 40_000), pressure('high', 'heap', 60_000)];
    assert.equal(highFor(70_000, pressure('high', 'heap', 10_000), ...back), 60_000);
  });

  it('begins anew after it was over, and is not while it is elevated only', () => {
    assert.equal(highFor(70_000, pressure('high', 'heap', 10_000), undefined), 0);
    assert.equal(highFor(70_000, pressure('high', 'heap', 10_000), undefined, pressure('high', 'heap', 50_000)), 20_000);
    assert.equal(highFor(70_000, pressure('high', 'heap', 10_000), pressure('elevated', 'heap', 50_000)), 0);
    assert.equal(highFor(70_000, pressure('elevated', 'ledger', 10_000)), 0);
  });

  it('is taken for so after ten times as long when it only keeps growing', () => {
    assert.equal(highFor(610_000, pressure('elevated', 'growth', 10_000)), 60_000);
    assert.equal(highFor(610_000, pressure('elevated', 'growth', 10_000), pressure('high', 'heap', 600_000)), 10_000);
  });

  it('is no event loop that is late: nobody takes a model back for another extension', () => {
    assert.equal(highFor(700_000, pressure('high', 'lag', 10_000)), 0);
  });

  it('does not become longer or negative by a clock that is set back', () => {
    assert.equal(highFor(5000, pressure('high', 'heap', 10_000)), 0);
  });
});

describe('copies of requests', () => {
  it('may be made while nothing is scarce and the baseline is well as far as anybody knows', () => {
    const fit = [...healthStates, undefined].filter((state) => isFitForCopies(undefined, state));
    assert.deepEqual(fit, ['healthy', 'unknown', undefined]);
    assert.equal(isFitForCopies(pressure('elevated', 'ledger', 0), 'healthy'), false);
  });
});
