import type { Folder } from '../base/folder.ts';
import { allFiles } from './journalFiles.ts';
import { type ReadOptions, readRecords, type ReadSummary } from './readRecords.ts';
import { journalVersion } from './recordLine.ts';

/** Text that is handed over at once, in UTF-16 units. */
const pieceLength = 262_144;

/** What exporting needs. */
export interface ExportOptions extends ReadOptions {
  /** Of the extension. */
  readonly version: string;
  /** Takes the next piece of the text. May reject; then the export does. */
  readonly write: (text: string) => Promise<void>;
}

/**
 * The whole journal as one text: a line that says what it is, then one JSON object with named fields for each record, in order of time.
 * Rejects with what `write` does.
 */
export async function exportRecords(folder: Folder, options: ExportOptions): Promise<ReadSummary> {
  const { write, clock, version } = options;
  const header = { journal: 'failsoft', version: journalVersion, extension: version, exportedAt: new Date(clock.now()).toISOString() };
  let piece = `${JSON.stringify(header)}\n`;
  const summary = await readRecords(
    folder,
    0,
    (record) => {
      piece += `${JSON.stringify(record)}\n`;
      if (piece.length < pieceLength) return undefined;
      const full = piece;
      piece = '';
      return write(full);
    },
    options,
  );
  await write(piece);
  return summary;
}

/** How many files the journal has, and their bytes. */
export async function sizeOfJournal(folder: Folder): Promise<{ readonly files: number; readonly bytes: number }> {
  const files = allFiles(await folder.list());
  return { files: files.length, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0) };
}
