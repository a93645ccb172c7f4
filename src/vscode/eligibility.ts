import type { OffHere } from '../ui/offHere.ts';

/** Kinds of documents in which code is written. Not: output, SCM input, chat boxes, search results, git's read-only versions. */
export const writingSchemes = [
  'file',
  'untitled',
  'vscode-notebook-cell',
  'vscode-remote',
  'vscode-userdata',
  // Repositories on a host of code, opened without a clone.
  'vscode-vfs',
  // Files of somebody else's machine, shared by Live Share.
  'vsls',
] as const;

/** Longer documents are served locally only, in UTF-16 units: 180 KiB of plain text. */
export const maximumModelLength = 180 * 1024;

/** What decides whether a keystroke is answered. */
export interface Occasion {
  readonly scheme: string;
  /** Cursors in the editor, 1…; 0 when the editor is not known. */
  readonly cursors: number;
  /** False when the file system says that nothing can be written; `undefined` when it does not say. */
  readonly writable: boolean | undefined;
  readonly off: OffHere | undefined;
  /** Keys are commands now, as in the normal mode of vim. */
  readonly isCommandMode: boolean;
  /** The person asked by hand. */
  readonly isManual: boolean;
}

export type SkipReason = 'scheme' | 'read-only' | 'multi-cursor' | 'off' | 'command-mode';

/** Why nothing is offered here; `undefined` when something may be. */
export function skipReasonOf(occasion: Occasion): SkipReason | undefined {
  if (!(writingSchemes as readonly string[]).includes(occasion.scheme)) return 'scheme';
  if (occasion.writable === false) return 'read-only';
  // Ghost text is drawn at one cursor, accepted at all of them: with several it is a surprise.
  if (occasion.cursors > 1) return 'multi-cursor';
  if (occasion.off) return 'off';
  return occasion.isCommandMode && !occasion.isManual ? 'command-mode' : undefined;
}
