import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, it } from 'mocha';
import { systemClock } from '../../src/base/clock.ts';
import { folderAt } from '../../src/base/folder.ts';
import type { Logger } from '../../src/base/logger.ts';
import { seededRandom } from '../../src/base/random.ts';
import type { Observation } from '../../src/domain/observation.ts';
import { readRecords } from '../../src/journal/readRecords.ts';
import { createObserving } from '../../src/observing.ts';
import { createRecording } from '../../src/recording.ts';

const canary = 'launchCodes';
const documentId = `file:///home/${canary}/${canary}.ts`;
const text = `const ${canary} = "${canary}";\nreturn ${canary};`;

describe('what is observed', () => {
  it('is in the journal and told, and holds no source text and no path: not in a file, not in the log (law 13)', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'observing-'));
    const logged: string[] = [];
    const log = (message: string): void => void logged.push(message);
    const logger: Logger = { debug: log, info: log, warn: log, error: log };
    const told: Observation[] = [];
    const files = folderAt(folder);
    const clock = systemClock;
    const recording = createRecording({ folder: files, clock, random: seededRandom(1), logger, version: '0.1.0', startedAt: clock.now() });
    const observing = createObserving({
      clock: systemClock,
      logger,
      isInView: () => true,
      mayBeSent: () => true,
      view: {
        textOf: () => text,
        problems: () => [{ severity: 'error', start: 0, end: 5, code: canary, message: `Cannot find name '${canary}'.` }],
        isDefined: () => Promise.reject(new Error(canary)),
      },
      pipeline: { shown: () => undefined, rejected: () => undefined, accepted: () => undefined },
      onDidObserve(observation) {
        told.push(observation);
        recording.observed(observation);
      },
    });
    const { ledger } = observing;
    const offer = (requestId: string, anchor: number): void => {
      // A server may put whatever it likes into the name of its model.
      const facts = {
        id: requestId,
        languageId: `${canary} ${canary}`,
        origin: 'model',
        sourceId: 'team',
        model: text,
        trigger: 'automatic',
      } as const;
      ledger.offered({ documentId, anchor, typed: '', requestId, candidates: [{ text, facts }] });
    };
    offer('k1', 0);
    ledger.changed(documentId, [{ offset: 0, removed: 0, text: text.slice(0, 6) }]);
    ledger.changed(documentId, [{ offset: 6, removed: 0, text: text.slice(6) }]);
    ledger.accepted('k1', 0, text.length);
    ledger.rate('down');
    offer('k2', 1000);
    ledger.accepted('k2', 0, text.length);
    observing.dispose();
    recording.dispose();
    const records: Observation[] = [];
    const { skippedLines } = await readRecords(
      files,
      0,
      (record) => {
        if (record.kind === 'observation') records.push(record.observation);
      },
      { clock: systemClock, logger },
    );
    assert.equal(skippedLines, 0);
    assert.deepEqual(
      records.map(({ kind, id }) => `${id} ${kind}`),
      told.map(({ kind, id }) => `${id} ${kind}`),
    );
    assert.ok(['shown', 'accepted', 'ended', 'rated'].every((kind) => records.some((each) => each.kind === kind)));
    const names = await readdir(folder);
    const everything = [...names, ...logged, ...(await Promise.all(names.map((file) => readFile(path.join(folder, file), 'utf8'))))].join(
      '\n',
    );
    assert.ok(!everything.includes(canary), everything);
    await rm(folder, { recursive: true });
  });
});
