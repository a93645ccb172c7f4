import { textHash } from '../base/textHash.ts';
import { opensBlock, syntaxOf } from '../domain/syntax.ts';
import type { Position } from './benchmarkTypes.ts';

/** How positions are drawn from files. */
export const ownPositionDefaults = {
  /** From one file: more of it would be about that file alone. */
  ofFile: 3,
  /** Shorter files say too little about what should follow. In characters. */
  shortest: 200,
  /** The pipeline sends nothing of longer ones. In characters. */
  longest: 180 * 1024,
  /** On average; longer lines are written by programs. In characters. */
  longestMeanLine: 200,
  /** What is sent around the cursor, in characters. */
  before: 8000,
  after: 4000,
  /** A block that is taken out has at most so many lines. */
  blockLines: 8,
  /** Of the positions, so many take out a block. 0…1. */
  blockShare: 0.3,
} as const;

/** Files that may be asked about: those of the repository less what is never sent. */
export interface OwnFiles {
  /** Paths relative to the folder, with forward slashes; in any order. */
  readonly paths: readonly string[];
  /** `undefined`: it cannot be read, or is no text. */
  read(path: string): string | undefined;
  /** Whether a text holds something that looks like a secret. */
  hasSecret(text: string): boolean;
}

/**
 * Places in a person's own files, each with a piece taken out: the rest of a line, or a block. The same seed gives the same places in
 * the same files, whatever other files there are.
 *
 * @param count at most so many
 * @param except languages of which nothing is asked about
 */
export function ownPositions(files: OwnFiles, count: number, seed: number, except: readonly string[] = []): readonly Position[] {
  const ordered = files.paths
    .flatMap((path) => {
      const languageId = languageOf(path);
      return languageId === undefined || except.includes(languageId) ? [] : [{ path, languageId, rank: textHash(`${seed} ${path}`) }];
    })
    .sort((left, right) => left.rank - right.rank);
  const positions: Position[] = [];
  for (const { path, languageId } of ordered) {
    if (positions.length >= count) break;
    const text = files.read(path);
    if (text === undefined || !isAskedAbout(text)) continue;
    const found = positionsIn({ path, languageId, text: text.replace(/\r\n?/g, '\n') }, seed);
    const safe = found.filter(({ prefix, expected, suffix }) => !files.hasSecret(prefix + expected + suffix));
    positions.push(...safe.slice(0, Math.min(ownPositionDefaults.ofFile, count - positions.length)));
  }
  return positions;
}

/** The language that a file is asked about in; `undefined` for what is no program. */
export function languageOf(path: string): string | undefined {
  return byEnding[/\.([a-z]+)$/i.exec(path)?.[1]?.toLowerCase() ?? ''];
}

const byEnding: Readonly<Record<string, string>> = {
  ...{ ts: 'typescript', mts: 'typescript', cts: 'typescript', tsx: 'typescriptreact' },
  ...{ js: 'javascript', mjs: 'javascript', cjs: 'javascript', jsx: 'javascriptreact' },
  ...{ py: 'python', go: 'go', java: 'java', rs: 'rust', cs: 'csharp', rb: 'ruby', php: 'php', kt: 'kotlin', swift: 'swift' },
  ...{ c: 'c', h: 'c', cc: 'cpp', cpp: 'cpp', cxx: 'cpp', hpp: 'cpp', scala: 'scala', dart: 'dart', lua: 'lua', sh: 'shellscript' },
  ...{ vue: 'vue', svelte: 'svelte', sql: 'sql', css: 'css', scss: 'scss', html: 'html' },
};

function isAskedAbout(text: string): boolean {
  const { shortest, longest, longestMeanLine } = ownPositionDefaults;
  if (text.length < shortest || text.length > longest || text.includes('\0')) return false;
  return text.length / text.split('\n').length <= longestMeanLine;
}

interface OwnFile {
  readonly path: string;
  readonly languageId: string;
  readonly text: string;
}

/** All places of a file, in the order of the seed: rests of lines, and now and then a block while there is one. */
function positionsIn(file: OwnFile, seed: number): Position[] {
  const lines = file.text.split('\n');
  const places = lines
    .map((_line, index) => ({ index, rank: textHash(`${seed} ${file.path} ${index}`) }))
    .sort((left, right) => left.rank - right.rank);
  const blocks = places.flatMap(({ index }) => blockAt(file, lines, index) ?? []);
  return places.flatMap(({ index, rank }) => {
    const wantsBlock = (rank % 1000) / 1000 < ownPositionDefaults.blockShare;
    return (wantsBlock ? blocks.shift() : undefined) ?? restOfLine(file, lines, index, rank) ?? [];
  });
}

/** The cursor behind some words of a line, at the end of a name or of white space. */
function restOfLine(file: OwnFile, lines: readonly string[], index: number, rank: number): Position | undefined {
  const line = lines[index] ?? '';
  if (!isCode(line, file.languageId)) return undefined;
  const ends = [...line.matchAll(/[\w$]+|[^\w\s]\s?/g)].map((match) => match.index + match[0].length);
  // The first words say what the line is about, and something has to be left.
  const places = ends.slice(1).filter((at) => line.slice(at).trim().length >= 4);
  const at = places[(rank >>> 10) % Math.max(1, places.length)];
  return at === undefined ? undefined : positionOf(file, offsetOf(lines, index) + at, line.slice(at).trimEnd());
}

/** The body of what the line before opens, with the cursor at its indentation. */
function blockAt(file: OwnFile, lines: readonly string[], index: number): Position | undefined {
  const opener = lines[index] ?? '';
  const first = lines[index + 1] ?? '';
  if (!isCode(opener, file.languageId) || !opensBlock(opener, syntaxOf(file.languageId))) return undefined;
  const indent = indentOf(first);
  if (first.trim() === '' || indent <= indentOf(opener)) return undefined;
  const rest = lines.slice(index + 1);
  const end = rest.findIndex((line) => line.trim() === '' || indentOf(line) < indent);
  const body = end < 0 ? rest : rest.slice(0, end);
  if (body.length > ownPositionDefaults.blockLines) return undefined;
  const expected = body.join('\n').slice(indent).trimEnd();
  return positionOf(file, offsetOf(lines, index + 1) + indent, expected);
}

function isCode(line: string, languageId: string): boolean {
  const text = line.trim();
  const { lineComments, blockComments } = syntaxOf(languageId);
  const isComment = [...lineComments, ...blockComments.map(([open]) => open), '*'].some((mark) => text.startsWith(mark));
  return !isComment && /[\p{L}_]/u.test(text);
}

function positionOf({ path, languageId, text }: OwnFile, at: number, expected: string): Position {
  const { before, after } = ownPositionDefaults;
  const end = at + expected.length;
  // From the beginning of a line, as the pipeline cuts.
  const from = at <= before ? 0 : text.indexOf('\n', at - before) + 1;
  return {
    id: `own ${path} ${at}`,
    set: 'own',
    languageId,
    path,
    prefix: text.slice(Math.min(from, at), at),
    suffix: text.slice(end, end + after),
    expected,
  };
}

function offsetOf(lines: readonly string[], index: number): number {
  return lines.slice(0, index).reduce((sum, line) => sum + line.length + 1, 0);
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}
