/**
 * A repository's history as a benchmark: what it held at one commit, and what each following commit changed. Kept as one JSON value
 * per line, compressed: the head, the files of the base, then the commits.
 */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';

/** Added lines by their letter: typed anew (n), trivial (t), moved (m), copied (c), edited (e), not measured (x). */
export type LineCategories = string;

/** A run of changed lines: `o`, `oc` first line and count in the old text, `n`, `nc` in the new one (1 based, as `diff -U0` says). */
export interface Hunk {
  readonly o: number;
  readonly oc: number;
  readonly n: number;
  readonly nc: number;
  readonly cat: LineCategories;
}

/** What a commit made of one file. */
export type FileChange =
  | { readonly path: string; readonly deleted: true }
  | {
      readonly path: string;
      readonly oldPath?: string;
      readonly lang: string;
      readonly text: string;
      readonly hunks: readonly Hunk[];
      readonly added?: boolean;
      readonly deleted?: undefined;
    };

export type TimelineRecord =
  | { readonly type: 'meta'; readonly name: string; readonly base: string; readonly head: string; readonly commits: number }
  | { readonly type: 'file'; readonly path: string; readonly lang: string; readonly text: string }
  | { readonly type: 'commit'; readonly sha: string; readonly changes: readonly FileChange[] };

/** A timeline, whole. */
export interface Timeline {
  readonly name: string;
  readonly files: readonly { readonly path: string; readonly lang: string; readonly text: string }[];
  readonly commits: readonly { readonly sha: string; readonly changes: readonly FileChange[] }[];
}

/** Puts records together. */
export async function timelineOf(records: AsyncIterable<TimelineRecord> | Iterable<TimelineRecord>): Promise<Timeline> {
  let name = '';
  const files: { path: string; lang: string; text: string }[] = [];
  const commits: { sha: string; changes: readonly FileChange[] }[] = [];
  for await (const record of records) {
    if (record.type === 'meta') name = record.name;
    else if (record.type === 'file') files.push({ path: record.path, lang: record.lang, text: record.text });
    else commits.push({ sha: record.sha, changes: record.changes });
  }
  return { name, files, commits };
}

async function* recordsIn(file: string): AsyncGenerator<TimelineRecord> {
  const lines = createInterface({ input: createReadStream(file).pipe(createGunzip()), crlfDelay: Infinity });
  for await (const line of lines) if (line !== '') yield JSON.parse(line) as TimelineRecord;
}

/** Reads a kept timeline. */
export function readTimeline(file: string): Promise<Timeline> {
  return timelineOf(recordsIn(file));
}
