import * as vscode from 'vscode';
import type { Disposable } from '../base/clock.ts';
import type { Event } from '../base/event.ts';
import { Emitter } from '../base/event.ts';
import { messageOf, type Logger } from '../base/logger.ts';
import type { OffHere } from '../ui/offHere.ts';
import type { FileSwitch } from './fileSwitch.ts';
import { isLanguageOff } from './languageOff.ts';
import { fileOf } from './notebook.ts';

/** Where the person has switched suggestions off. */
export interface Switches extends Disposable {
  offAt(document: vscode.TextDocument): OffHere | undefined;
  /** The same of a file that may not be open; yes where that is not known. */
  isOff(uri: vscode.Uri): boolean;
  readonly onDidChange: Event<void>;
}

/** What the settings say for the files of one folder of the workspace. */
interface FolderSettings {
  readonly isOn: boolean;
  readonly disabledLanguages: readonly unknown[];
}

/** Answers on the keystroke path, so what each folder's settings say is kept until they change. */
export function createSwitches(files: FileSwitch, logger: Logger): Switches {
  const folders = new Map<string, FolderSettings>();
  const changed = new Emitter<void>((error) => logger.error(`switches: ${messageOf(error)}`));
  const forget = (): void => {
    folders.clear();
    changed.fire();
  };
  const subscriptions = [
    files.onDidChange(() => changed.fire()),
    vscode.workspace.onDidChangeConfiguration((event) => event.affectsConfiguration('failsoft') && forget()),
    vscode.workspace.onDidChangeWorkspaceFolders(forget),
  ];
  const settingsOf = (uri: vscode.Uri): FolderSettings => {
    const folder = vscode.workspace.getWorkspaceFolder(fileOf(uri))?.uri;
    const key = folder?.toString() ?? '';
    const known = folders.get(key) ?? read(folder);
    folders.set(key, known);
    return known;
  };
  return {
    offAt(document) {
      if (files.isOff(document.uri)) return 'file';
      const { isOn, disabledLanguages } = settingsOf(document.uri);
      if (!isOn) return 'folder';
      return disabledLanguages.includes(document.languageId) ? 'language' : undefined;
    },
    isOff(uri) {
      const { isOn, disabledLanguages } = settingsOf(uri);
      return files.isOff(uri) || !isOn || isLanguageOff(uri, disabledLanguages, vscode.workspace.textDocuments);
    },
    onDidChange: changed.event,
    dispose() {
      for (const subscription of subscriptions) subscription.dispose();
      changed.dispose();
    },
  };
}

function read(folder: vscode.Uri | undefined): FolderSettings {
  const configuration = vscode.workspace.getConfiguration('failsoft', folder ?? null);
  const disabledLanguages = configuration.get<unknown>('disabledLanguages');
  return {
    isOn: configuration.get<unknown>('enable') !== false,
    disabledLanguages: Array.isArray(disabledLanguages) ? disabledLanguages : [],
  };
}
