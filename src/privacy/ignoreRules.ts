import ignore, { type Ignore } from 'ignore';
import { defaultDenied } from './defaultDenied.ts';

/** Name of the file that says which files are never sent. */
export const ignoreFileName = '.failsoftignore';

/** More is no ignore file; a file over these bounds is not read, and then nothing of its folder is sent. */
export const ignoreBounds = { bytes: 64 * 1024, rules: 1000 } as const;

/** One ignore file, read. */
export type IgnoreFile = { readonly kind: 'rules'; readonly rules: Ignore } | { readonly kind: 'unreadable'; readonly why: string };

/** Why the text of a file must not leave this machine. */
export type Denial =
  | { readonly kind: 'default'; readonly pattern: string }
  | { readonly kind: 'file'; readonly file: string; readonly line: number; readonly pattern: string }
  | { readonly kind: 'unreadable'; readonly file: string; readonly why: string }
  /** Still being read: nothing is sent until it is known. */
  | { readonly kind: 'reading' };

/** An ignore file with the folder it lies in, relative to the workspace folder, '' for the folder itself. */
export interface PlacedIgnoreFile {
  readonly folder: string;
  readonly content: IgnoreFile | 'absent' | 'reading';
}

/** Upper and lower case are one, as on most disks people work on: a denial too many costs a suggestion, one too few a secret. */
const newRules = (): Ignore => ignore({ ignorecase: true });

/**
 * Reads an ignore file: patterns of gitignore, one per line.
 *
 * @see https://git-scm.com/docs/gitignore
 */
export function readIgnoreFile(bytes: Uint8Array): IgnoreFile {
  if (bytes.length > ignoreBounds.bytes) return unreadable(`it has ${bytes.length} bytes, allowed are ${ignoreBounds.bytes}`);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return unreadable('it is not UTF-8');
  }
  if (text.includes('\u0000')) return unreadable('it is not a text');
  const rules = newRules();
  let count = 0;
  for (const [index, line] of text.split(/\r\n?|\n/).entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    count += 1;
    if (count > ignoreBounds.rules) return unreadable(`it has more than ${ignoreBounds.rules} rules`);
    try {
      rules.add({ pattern: line, mark: String(index + 1) });
      // A pattern is compiled at its first use.
      rules.test('x');
    } catch {
      return unreadable(`line ${index + 1} is no pattern`);
    }
  }
  return { kind: 'rules', rules };
}

function unreadable(why: string): IgnoreFile {
  return { kind: 'unreadable', why };
}

let builtIn: Ignore | undefined;

/**
 * Why a file must not be sent, or `undefined` when it may. The file nearest to it that has a word on it wins, then those above,
 * then the built-in list. Whatever is not known yet or cannot be read denies.
 *
 * @param path of the file, relative to the workspace folder, with forward slashes
 * @param files the ignore files on the way from the workspace folder to the file, in this order
 */
export function denialOf(path: string, files: readonly PlacedIgnoreFile[]): Denial | undefined {
  let denial = byDefault(path);
  for (const { folder, content } of files) {
    if (content === 'reading') return { kind: 'reading' };
    if (content === 'absent') continue;
    const file = folder === '' ? ignoreFileName : `${folder}/${ignoreFileName}`;
    if (content.kind === 'unreadable') return { kind: 'unreadable', file, why: content.why };
    const inside = folder === '' ? path : path.slice(folder.length + 1);
    if (!ignore.isPathValid(inside)) continue;
    const { ignored, unignored, rule } = content.rules.test(inside);
    if (ignored) denial = { kind: 'file', file, line: Number(rule?.mark ?? 0), pattern: rule?.pattern ?? '' };
    else if (unignored) denial = undefined;
  }
  return denial;
}

function byDefault(path: string): Denial | undefined {
  builtIn ??= newRules().add(defaultDenied);
  if (!ignore.isPathValid(path)) return undefined;
  const { ignored, rule } = builtIn.test(path);
  return ignored ? { kind: 'default', pattern: rule?.pattern ?? '' } : undefined;
}

/** A denial in words that complete "this file is not sent to backends: …". */
export function denialText(denial: Denial): string {
  switch (denial.kind) {
    case 'default':
      return `files like ${denial.pattern} often hold secrets; "!${denial.pattern}" in a ${ignoreFileName} would allow it`;
    case 'file':
      return `${denial.file} line ${denial.line} says ${denial.pattern}`;
    case 'unreadable':
      return `${denial.file} cannot be used: ${denial.why}`;
    case 'reading':
      return `${ignoreFileName} is still being read`;
  }
}
