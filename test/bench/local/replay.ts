import { seededRandom } from '../../../src/base/random.ts';
import type { BenchEngine } from './benchEngine.ts';
import type { FileChange, Hunk, Timeline } from './timeline.ts';

/** A line that is being typed. */
export interface TypedLine {
  readonly path: string;
  readonly languageId: string;
  /** The whole new text; what stands after the hunk in it is not known yet. */
  readonly text: string;
  /** Where the line begins in `text`, its indentation and its end without blanks, in characters from there. */
  readonly start: number;
  readonly indent: number;
  readonly end: number;
  readonly line: string;
  /** What stands after the line while it is typed: the old text after the hunk. */
  readonly suffix: string;
  /** End of the hunk in `text`. */
  readonly hunkEnd: number;
}

export interface ReplayOptions {
  readonly timeline: Timeline;
  readonly engine: BenchEngine;
  /** How many lines to measure at most; hunks are drawn until there are so many. 0: all. */
  readonly lines: number;
  readonly onLine: (line: TypedLine) => void;
}

/** What replaying cost, in milliseconds of processor time. */
export interface ReplayCosts {
  readonly sourceBytes: number;
  readonly indexMs: number;
  readonly updateMs: readonly number[];
  readonly syncMs: readonly number[];
}

/** Processor time of this process so far, in milliseconds. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Types the timeline's new lines into an engine that never sees the future. */
export function replay({ timeline, engine, lines, onLine }: ReplayOptions): ReplayCosts {
  const texts = new Map<string, string>();
  const began = cpuMs();
  let sourceBytes = 0;
  for (const { path, lang, text } of timeline.files) {
    texts.set(path, text);
    sourceBytes += text.length;
    engine.index(path, lang, text);
  }
  engine.ready?.();
  const indexMs = cpuMs() - began;
  const updateMs: number[] = [];
  const syncMs: number[] = [];
  const share = lines === 0 ? 1 : Math.min(1, lines / Math.max(1, countNew(timeline)));
  for (const { sha, changes } of timeline.commits) {
    for (const change of changes) {
      if (change.deleted === true) {
        texts.delete(change.path);
        engine.update(change.path, undefined);
        continue;
      }
      const old = texts.get(change.oldPath ?? change.path) ?? '';
      for (const [number, hunk] of change.hunks.entries()) {
        if (!hunk.cat.includes('n')) continue;
        if (share < 1 && seededRandom(seedOf(`${sha}${change.path}${number}`))() >= share) continue;
        typeHunk(change, hunk, old, engine, onLine, syncMs);
      }
      if (change.oldPath !== undefined) {
        texts.delete(change.oldPath);
        engine.update(change.oldPath, undefined);
      }
      texts.set(change.path, change.text);
      const before = cpuMs();
      engine.update(change.path, change.text, change.lang);
      updateMs.push(cpuMs() - before);
    }
  }
  return { sourceBytes, indexMs, updateMs, syncMs };
}

type Edit = Extract<FileChange, { text: string }>;

function typeHunk(change: Edit, hunk: Hunk, old: string, engine: BenchEngine, onLine: (line: TypedLine) => void, syncMs: number[]): void {
  const { path, lang: languageId, text } = change;
  const after = offsetOfLine(old, hunk.oc > 0 ? hunk.o - 1 + hunk.oc : hunk.o);
  const suffix = after < 0 ? '' : `\n${old.slice(after)}`;
  let start = offsetOfLine(text, hunk.n - 1);
  const past = offsetOfLine(text, hunk.n - 1 + hunk.nc);
  const hunkEnd = past < 0 ? text.length : past - 1;
  const before = cpuMs();
  engine.sync?.({ path, languageId, prefix: text.slice(0, start), suffix });
  syncMs.push(cpuMs() - before);
  for (const category of hunk.cat) {
    const lineBreak = text.indexOf('\n', start);
    const line = text.slice(start, lineBreak < 0 ? text.length : lineBreak);
    if (category === 'n') {
      const indent = line.length - line.trimStart().length;
      onLine({ path, languageId, text, start, indent, end: line.trimEnd().length, line, suffix, hunkEnd });
    }
    start += line.length + 1;
  }
}

/** Where the line with this number (0 based) begins, or -1 when there is none. */
function offsetOfLine(text: string, number: number): number {
  let offset = 0;
  for (let line = 0; line < number; line += 1) {
    const lineBreak = text.indexOf('\n', offset);
    if (lineBreak < 0) return -1;
    offset = lineBreak + 1;
  }
  return offset;
}

function countNew({ commits }: Timeline): number {
  let count = 0;
  for (const { changes } of commits) {
    for (const change of changes) {
      if (change.deleted === true) continue;
      for (const { cat } of change.hunks) for (const letter of cat) if (letter === 'n') count += 1;
    }
  }
  return count;
}

/** A number for a text, the same on every machine. */
export function seedOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash >>> 0;
}
