import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { systemClock } from '../../src/base/clock.ts';
import { silentLogger } from '../../src/base/logger.ts';
import { createRecording, exportRecords } from '../../src/recording.ts';
import { decision } from '../fakes/journalRecords.ts';
import { MemoryFolder } from '../fakes/memoryFolder.ts';
import { now, snapshot, source } from './ui/snapshots.ts';

function start(folder = new MemoryFolder()) {
  const ports = { folder, clock: systemClock, random: () => 0.5, logger: silentLogger, version: '0.1.0', startedAt: now };
  return { folder, recording: createRecording(ports) };
}

describe('the recording', () => {
  it('writes down the session, attempts, decisions and observations, and all of it before its disposal returns', () => {
    const { folder, recording } = start();
    const about = { requestId: 'k1', sourceId: 'team', model: 'm', trigger: 'automatic' } as const;
    const reason = 'const launchCodes = 1;';
    recording.attempted({
      at: now,
      ...about,
      outcome: 'server',
      elapsed: 5,
      censored: false,
      stage: 'headers',
      bytes: 3,
      status: 500,
      reason,
    });
    recording.add(decision(1));
    const suggestion = { id: 'k1', languageId: 'typescript', origin: 'local', sourceId: 'local', trigger: 'manual' } as const;
    recording.observed({ at: now, kind: 'ended', as: 'typed', visibleFor: 900, ...suggestion });
    recording.dispose();
    recording.dispose();
    assert.deepEqual(folder.lines(), [
      'session start 0.1.0',
      'attempt k1 team m automatic server 5 false headers 3    500',
      'decision k1 typescript automatic model team 312.5',
      'ended k1 typescript local local  manual typed 900',
      'session end 0.1.0',
    ]);
  });

  it('writes down a state and a route when they change, and only then', () => {
    const { folder, recording } = start();
    const well = snapshot([source('team', 'healthy'), source('spare', 'unknown')]);
    const ill = snapshot([source('team', 'at-capacity', { nextTryAt: now + 10_000 }), source('spare', 'unknown')], { serving: 'spare' });
    for (const each of [well, well, ill, ill, well]) recording.changed(each);
    recording.dispose();
    assert.deepEqual(folder.lines().slice(1, -1), [
      'state team coder-1b unknown healthy',
      'route local team',
      `state team coder-1b healthy at-capacity ${now + 10_000}`,
      'route team spare',
      'state team coder-1b at-capacity healthy',
      'route spare team',
    ]);
  });

  it('is deleted and begins with a new session', async () => {
    const { folder, recording } = start();
    recording.add(decision(1));
    await recording.write();
    assert.equal(folder.lines().length, 2);
    assert.equal(await recording.clear(), 0);
    assert.deepEqual(folder.lines(), ['session start 0.1.0']);
    recording.dispose();
  });

  it('is exported as a header and one object with names for each record', async () => {
    const { folder, recording } = start();
    for (let count = 0; count < 3; count++) recording.add(decision(count, now + count));
    recording.dispose();
    let text = '';
    const write = (piece: string): Promise<void> => {
      text += piece;
      return Promise.resolve();
    };
    const summary = await exportRecords(folder, { clock: systemClock, logger: silentLogger, version: '0.1.0', write });
    assert.equal(summary.records, 5);
    const lines = text.split('\n').filter(Boolean);
    assert.match(lines[0] ?? '', /^\{"journal":"failsoft","version":1,"extension":"0\.1\.0","exportedAt":"\d{4}-\d\d-\d\dT[\d:.]+Z"\}$/);
    assert.deepEqual(JSON.parse(lines[2] ?? ''), decision(0, now));
    assert.equal(lines.length, 6);
  });

  it('is exported no further when it cannot be written', async () => {
    const { folder, recording } = start();
    recording.dispose();
    const write = (): Promise<void> => Promise.reject(new Error('ENOSPC'));
    await assert.rejects(exportRecords(folder, { clock: systemClock, logger: silentLogger, version: '0.1.0', write }), /ENOSPC/);
  });
});
