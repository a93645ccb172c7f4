import type { Clock, Disposable, EpochMillis } from './base/clock.ts';
import { Emitter, type Event } from './base/event.ts';
import type { Folder } from './base/folder.ts';
import { type Logger, messageOf } from './base/logger.ts';
import type { Random } from './base/random.ts';
import { namedRows } from './backend/namedRows.ts';
import type { Attempt } from './domain/attempt.ts';
import type { Observation } from './domain/observation.ts';
import type { JournalRecord } from './domain/record.ts';
import type { EngineSnapshot, HealthState } from './domain/snapshot.ts';
import { Journal } from './journal/journal.ts';
import type { KnownCode } from './journal/recordLine.ts';

export { folderAt } from './base/folder.ts';
export { exportRecords, sizeOfJournal } from './journal/exportRecords.ts';
export { readRecords } from './journal/readRecords.ts';

/** What recording touches. */
export interface RecordingPorts {
  readonly folder: Folder;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** Of the extension. */
  readonly version: string;
  /** When the window began. */
  readonly startedAt: EpochMillis;
}

/** Writes down what happens. None of its functions throws. */
export interface Recording extends Disposable {
  attempted(attempt: Attempt): void;
  observed(observation: Observation): void;
  /** Writes down what is different from the snapshot before. */
  changed(snapshot: EngineSnapshot): void;
  /** What is a record already. */
  add(record: JournalRecord): void;
  /** Room that the records take which wait for the disk, in bytes. */
  readonly waitingBytes: number;
  /** What is written down, as it is. */
  readonly onDidRecord: Event<JournalRecord>;
  /** Writes what waits. @returns whether everything until now is on the disk */
  write(): Promise<boolean>;
  /** Removes the journal of all windows and begins a new one. Never rejects. @returns files that could not be removed */
  clear(): Promise<number>;
}

/** Begins the journal of this window. Disposing writes the end of the session and whatever waits, before it returns. */
export function createRecording(ports: RecordingPorts): Recording {
  const { clock, version, startedAt } = ports;
  const journal = new Journal({ ...ports, knownCode });
  const written = new Emitter<JournalRecord>((error) => ports.logger.error(`journal: ${messageOf(error)}`));
  const note = (record: JournalRecord): void => {
    journal.add(record);
    written.fire(record);
  };
  const states = new Map<string, HealthState>();
  let serving = 'local';
  let isDisposed = false;
  const begin = (at: EpochMillis): void => note({ kind: 'session', at, phase: 'start', version });
  begin(startedAt);
  return {
    // Its reason may quote the server; what is no column is not written.
    attempted: (attempt) => note({ kind: 'attempt', ...attempt }),
    observed: (observation) => note({ kind: 'observation', at: observation.at, observation }),
    changed(snapshot) {
      for (const { sourceId, model, state, nextTryAt } of snapshot.sources) {
        const key = JSON.stringify([sourceId, model]);
        const before = states.get(key) ?? 'unknown';
        if (state === before) continue;
        states.set(key, state);
        const next = nextTryAt === undefined ? {} : { nextTryAt };
        note({ kind: 'state', at: snapshot.at, sourceId, model, before, state, ...next });
      }
      if (snapshot.serving === serving) return;
      note({ kind: 'route', at: snapshot.at, before: serving, serving: snapshot.serving });
      serving = snapshot.serving;
    },
    add: note,
    get waitingBytes() {
      return journal.waitingBytes;
    },
    onDidRecord: written.event,
    write: () => journal.write(),
    async clear() {
      const left = await journal.clear();
      begin(clock.now());
      await journal.write();
      return left;
    },
    dispose() {
      if (isDisposed) return;
      isDisposed = true;
      note({ kind: 'session', at: clock.now(), phase: 'end', version });
      journal.dispose();
      written.dispose();
    },
  };
}

/** Codes of ours. */
const ownCodes = ['answer_too_large', 'unreadable_stream', 'no_choices', 'out_of_memory', 'watched', 'consent_needed'];
const namedCodes = [...namedRows.flatMap(({ names = [] }) => names), ...ownCodes].map((name) => name.replace('*', ''));
const codes = new Set(namedCodes);
/** Rows that match a beginning. */
const beginnings = namedRows.flatMap(({ names = [] }) => names.filter((name) => name.endsWith('*')).map((name) => name.slice(0, -1)));

/** A code of the failure table; of one that the table knows by its beginning, the beginning. Transport codes are Node's own. */
export const knownCode: KnownCode = (code, { outcome, status }) => {
  if (codes.has(code)) return code;
  if (outcome === 'network' && status === undefined && /^[A-Z][A-Z_]{1,40}$/.test(code)) return code;
  return beginnings.find((beginning) => code.startsWith(beginning));
};
