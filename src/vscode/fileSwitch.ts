import { type Event, Emitter } from '../base/event.ts';
import { type Logger, messageOf } from '../base/logger.ts';
import type { WorkspaceState } from './boundaryConsent.ts';

/** Name of the entry in the workspace's state. */
export const filesOffKey = 'failsoft.filesOff';

/** So many files can be switched off in a workspace; beyond it the one that was switched off first is on again. */
export const maximumFilesOff = 200;

/** Names of documents without a file, and of notebooks without one. */
const unsaved = /^(?:untitled:|notebook:[^/])/;

/** The part of a `Uri` that names a file. */
export interface FileName {
  readonly scheme: string;
  with(change: { readonly scheme?: string; readonly fragment?: string }): FileName;
  toString(): string;
}

/** The files in which the person wants no suggestions; read on the keystroke path, from memory. */
export interface FileSwitch {
  isOff(uri: FileName): boolean;
  set(uri: FileName, isOff: boolean): void;
  readonly onDidChange: Event<void>;
  dispose(): void;
}

/**
 * Keeps them in the workspace's own state, so that nothing is written into the workspace. All cells of a notebook are one file. A
 * document without a file is switched off for this window only: its name is used again for another one.
 */
export function createFileSwitch(state: WorkspaceState, logger: Logger): FileSwitch {
  const changed = new Emitter<void>((error) => logger.error(`files: ${messageOf(error)}`));
  const stored = state.get(filesOffKey);
  const off = new Set(Array.isArray(stored) ? stored.filter((each) => typeof each === 'string') : []);
  return {
    isOff: (uri) => off.size > 0 && off.has(nameOf(uri)),
    set(uri, isOff) {
      const name = nameOf(uri);
      off.delete(name);
      if (isOff) off.add(name);
      const [oldest] = off;
      if (off.size > maximumFilesOff && oldest !== undefined) off.delete(oldest);
      const kept = [...off].filter((each) => !unsaved.test(each));
      state.update(filesOffKey, kept).then(undefined, (error: unknown) => {
        // It holds for this window all the same.
        logger.error(`files: which are switched off could not be kept: ${messageOf(error)}`);
      });
      changed.fire();
    },
    onDidChange: changed.event,
    dispose: () => changed.dispose(),
  };
}

/** A cell is named after its notebook; what was not saved yet has cells too. */
function nameOf(uri: FileName): string {
  return (uri.scheme === 'vscode-notebook-cell' ? uri.with({ scheme: 'notebook', fragment: '' }) : uri).toString();
}
