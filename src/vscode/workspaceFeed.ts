import * as vscode from 'vscode';
import type { Disposable } from '../base/clock.ts';
import {
  excludedPatterns,
  type FolderPlace,
  foldersLeftOut,
  plainlyIgnored,
  type SourcePlace,
  WorkspaceFeed,
  type WorkspaceFiles,
} from '../sources.ts';
import type { FeedPorts } from './indexControl.ts';

/** A larger ignore file is not looked into for what the search may leave out, in bytes. */
const maximumGitIgnore = 64 * 1024;

/** Feeds the index with the files of the workspace and what changes of them. */
export function createWorkspaceFeed({ index, inOrderOfUse, clock, logger }: FeedPorts): Disposable {
  const files = workspaceFiles(inOrderOfUse);
  const feed = new WorkspaceFeed({ index, files, clock, logger });
  const watcher = vscode.workspace.createFileSystemWatcher('**/*');
  const change = (uri: vscode.Uri): void => {
    if (uri.scheme === 'file') feed.changed(uri);
  };
  const subscriptions = [
    feed,
    watcher,
    watcher.onDidCreate(change),
    watcher.onDidChange(change),
    watcher.onDidDelete(change),
    // The watcher may be told to leave folders out; a save in the editor is always seen.
    vscode.workspace.onDidSaveTextDocument(({ uri }) => change(uri)),
    vscode.workspace.onDidChangeWorkspaceFolders(() => feed.relist()),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('files.exclude') || event.affectsConfiguration('search.exclude')) feed.relist();
    }),
  ];
  return {
    dispose() {
      for (const subscription of subscriptions) subscription.dispose();
    },
  };
}

/** Only folders on this machine's disk: another file system may be a network. */
function foldersOnDisk(): readonly vscode.WorkspaceFolder[] {
  return (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
}

function workspaceFiles(inOrderOfUse: () => readonly vscode.TextDocument[]): WorkspaceFiles<vscode.Uri> {
  let folders = foldersOnDisk();
  /** By URI of the folder. */
  let numbers = new Map<string, number>();
  const uriOf = ({ folder, name }: FolderPlace): vscode.Uri | undefined => {
    const root = folders[folder]?.uri;
    return root && name !== '' ? vscode.Uri.joinPath(root, name) : root;
  };
  const placeOf = (uri: vscode.Uri): SourcePlace | undefined => {
    const root = uri.scheme === 'file' ? vscode.workspace.getWorkspaceFolder(uri)?.uri : undefined;
    const folder = root && numbers.get(root.toString());
    if (root === undefined || folder === undefined) return undefined;
    const name = uri.path.slice(root.path.length).replace(/^\//, '');
    return name === '' ? undefined : { path: uri.toString(), folder, name };
  };
  return {
    folders() {
      folders = foldersOnDisk();
      numbers = new Map(folders.map(({ uri }, index) => [uri.toString(), index]));
      return folders.map(({ uri }) => {
        const settingsOf = (section: string): unknown => vscode.workspace.getConfiguration(section, uri).get('exclude');
        return { root: uri.fsPath, excluded: excludedPatterns(settingsOf('files'), settingsOf('search')) };
      });
    },
    near: () =>
      inOrderOfUse().flatMap(({ uri }) => {
        const place = placeOf(uri);
        return place ? [{ folder: place.folder, name: place.name.slice(0, Math.max(0, place.name.lastIndexOf('/'))) }] : [];
      }),
    async search(place, isDeep, atMost) {
      const uri = uriOf(place);
      const root = folders[place.folder]?.uri;
      if (!uri || !root) return [];
      const left = [...foldersLeftOut().map((name) => `**/${name}`), ...(await ignoredAt(root))];
      return vscode.workspace.findFiles(new vscode.RelativePattern(uri, isDeep ? '**/*' : '*'), `{${left.join(',')}}`, atMost);
    },
    async foldersIn(place) {
      const uri = uriOf(place);
      const entries = uri ? await vscode.workspace.fs.readDirectory(uri) : [];
      return entries.flatMap(([name, type]) => (type === vscode.FileType.Directory ? [name] : []));
    },
    placeOf,
  };
}

/** What the search may leave out because git ignores it: a folder of what a build makes can hold more files than all others. */
async function ignoredAt(root: vscode.Uri): Promise<string[]> {
  try {
    const file = vscode.Uri.joinPath(root, '.gitignore');
    const { size } = await vscode.workspace.fs.stat(file);
    return size > maximumGitIgnore ? [] : plainlyIgnored(new TextDecoder().decode(await vscode.workspace.fs.readFile(file)));
  } catch {
    return [];
  }
}
