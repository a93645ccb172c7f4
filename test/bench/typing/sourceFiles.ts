import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { seededRandom } from '../../../src/base/random.ts';

/** A file that somebody writes parts of. */
export interface SourceFile {
  readonly path: string;
  readonly languageId: string;
  readonly text: string;
}

/** A part of a file that is not there yet: whole lines. UTF-16 offsets in the finished file. */
export interface Gap {
  readonly start: number;
  readonly end: number;
}

/** The files as they were at one time, kept beside this one so that later changes of the code do not change the figures. */
const folder = new URL('./files/', import.meta.url);

const paths: Readonly<Record<string, string>> = {
  'src/router/walk.ts': 'typescript',
  'src/local/predict.ts': 'typescript',
  'src/ui/status.ts': 'typescript',
  'test/host/control.mjs': 'javascript',
  'test/host/recipes.mjs': 'javascript',
  'test/demo/workspace/inventory/stock.py': 'python',
  'package.json': 'json',
  'docs/health.md': 'markdown',
};

/** The files of the benchmark. */
export function sourceFiles(): readonly SourceFile[] {
  return Object.entries(paths).map(([path, languageId]) => ({
    path,
    languageId,
    text: readFileSync(new URL(`${basename(path)}.txt`, folder), 'utf8'),
  }));
}

/**
 * Parts of a file to be written, in the order of the file: each of whole lines, none touching another.
 *
 * @param size about so many characters each; at most 0.7 of the file's share
 */
export function gapsOf(text: string, count: number, wantedSize: number, seed: number): readonly Gap[] {
  const random = seededRandom(seed);
  const share = text.length / count;
  const size = Math.min(wantedSize, share * 0.7);
  return Array.from({ length: count }, (_, index): Gap => {
    const from = index * share + random() * Math.max(0, share - size * 1.2);
    const lineStart = text.indexOf('\n', from) + 1;
    // The editor indents the first line.
    const start = lineStart + (/^[ \t]*/.exec(text.slice(lineStart))?.[0].length ?? 0);
    const end = text.indexOf('\n', Math.min(text.length - 1, start + size));
    return { start, end: end < 0 ? text.length : end };
  }).filter(({ start, end }) => start > 0 && end - start > size / 2);
}
