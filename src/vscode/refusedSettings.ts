import * as vscode from 'vscode';
import type { Disposable } from '../base/clock.ts';
import { machineScoped } from '../settings/schema.ts';
import { refusedProblem } from './settingsReader.ts';

/** Settings files larger than this are not looked at, in bytes. */
const maximumBytes = 512 * 1024;

/** The names of the settings in a settings file's text. */
export type NamesInSettingsFile = (text: string) => ReadonlySet<string>;

/** Looks for machine-scoped settings in the workspace's own files. */
export interface RefusedSettings extends Disposable {
  problems(): readonly string[];
}

/**
 * VS Code drops a machine-scoped setting of a workspace before `inspect` can see it, so the refusal would be silent.
 * This reads the files themselves, after activation, and says it.
 *
 * @param load called when there is a file to read
 * @param onDidChange called when the list of problems has changed
 */
export function watchRefusedSettings(load: () => Promise<NamesInSettingsFile>, onDidChange: () => void): RefusedSettings {
  let problems: readonly string[] = [];
  let isDisposed = false;
  const check = async (): Promise<void> => {
    const found = await findProblems(load);
    if (isDisposed || found.join('\n') === problems.join('\n')) return;
    problems = found;
    onDidChange();
  };
  const recheck = (): void => void check();
  const watcher = vscode.workspace.createFileSystemWatcher('**/.vscode/settings.json');
  const subscriptions = [
    watcher,
    watcher.onDidChange(recheck),
    watcher.onDidCreate(recheck),
    watcher.onDidDelete(recheck),
    vscode.workspace.onDidChangeWorkspaceFolders(recheck),
  ];
  recheck();
  return {
    problems: () => problems,
    dispose() {
      isDisposed = true;
      for (const subscription of subscriptions) subscription.dispose();
    },
  };
}

async function findProblems(load: () => Promise<NamesInSettingsFile>): Promise<string[]> {
  const { workspaceFolders = [], workspaceFile } = vscode.workspace;
  const files = workspaceFolders.map((folder) => vscode.Uri.joinPath(folder.uri, '.vscode', 'settings.json'));
  if (workspaceFile && workspaceFile.scheme !== 'untitled') files.push(workspaceFile);
  const names = await Promise.all(files.map((file) => namesOf(file, load)));
  const refused = machineScoped.filter((name) => names.some((inFile) => inFile.has(`failsoft.${name}`)));
  return refused.map((name) => refusedProblem(name, 'workspace'));
}

/** A file that is not there or cannot be read sets nothing. */
async function namesOf(file: vscode.Uri, load: () => Promise<NamesInSettingsFile>): Promise<ReadonlySet<string>> {
  try {
    const { size } = await vscode.workspace.fs.stat(file);
    if (size > maximumBytes) return new Set();
    const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(file));
    return (await load())(text);
  } catch {
    return new Set();
  }
}
