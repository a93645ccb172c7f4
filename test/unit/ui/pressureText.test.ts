import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Pressure } from '../../../src/domain/pressure.ts';
import { menuOf } from '../../../src/ui/menu.ts';
import { tooltipOf } from '../../../src/ui/tooltip.ts';
import { now, snapshot, source, utcTime } from './snapshots.ts';

const pressure = (more: Partial<Pressure> = {}): Pressure => ({
  level: 'high',
  cause: 'heap',
  relief: 'no-speculation',
  reason: 'the extension host uses much',
  since: now - 60_000,
  ...more,
});

describe('scarce memory or time', () => {
  const rows = (more: Partial<Pressure>): string[] =>
    tooltipOf(snapshot([source('main', 'healthy')], { pressure: pressure(more) }), now, { clockTime: utcTime })
      .rows.filter(({ label }) => label === 'Memory' || label === 'Extension host')
      .map(({ label, value }) => `${label}: ${value}`);

  it('is a row of the tooltip, with what is done about it and why', () => {
    assert.deepEqual(rows({}), [
      'Memory: memory is scarce since 14:01:11, so Failsoft asks nothing ahead of you: the extension host uses much',
    ]);
    assert.match(rows({ relief: 'shed' })[0] ?? '', /so Failsoft has emptied its caches:/);
    assert.match(rows({ relief: 'local-only' })[0] ?? '', /so Failsoft gives local suggestions only:/);
    assert.match(rows({ relief: 'pause' })[0] ?? '', /so Failsoft waits and offers nothing:/);
    assert.match(rows({ cause: 'lag' })[0] ?? '', /^Extension host: time is scarce since/);
  });

  it('is a line of the menu, and nothing is said while there is enough', () => {
    const options = { clockTime: utcTime };
    const labels = (of?: Pressure): string[] =>
      menuOf(snapshot([source('main', 'healthy')], of ? { pressure: of } : {}), options)
        .map(({ label }) => label)
        .filter((label) => label.startsWith('$(warning)'));
    assert.deepEqual(labels(pressure()), ['$(warning) Memory is scarce']);
    assert.deepEqual(labels(pressure({ cause: 'lag' })), ['$(warning) The extension host is busy']);
    assert.deepEqual(labels(), []);
    assert.equal(
      tooltipOf(snapshot([source('main', 'healthy')]), now).rows.some(({ label }) => label === 'Memory'),
      false,
    );
  });
});
