import * as vscode from 'vscode';
import type { Clock, Disposable, Millis } from '../base/clock.ts';
import { type Logger, messageOf } from '../base/logger.ts';
import type { Snippet } from '../domain/workspace.ts';
import { loadSnippets, type ParseSnippetFile, type SnippetFileAccess } from './snippetLoader.ts';
import { contributedSnippets, languagesOfUserFile, type SnippetSource } from './snippetSource.ts';

/** The snippets known so far; empty until the first load has ended. */
export interface SnippetFiles extends Disposable {
  snippets(): readonly Snippet[];
  /** What they hold, in bytes: their files, of which little is left out. */
  readonly bytes: number;
  /** Resolves when the first load has ended, well or not. */
  readonly ready: Promise<void>;
}

/** Several changes within this time are one reload: installing an extension or a checkout fires many events. */
const reloadDelay: Millis = 300;

/** Loads all snippet files in the background, and again when they may have changed. */
export function createSnippetFiles(
  globalStorage: vscode.Uri,
  parser: () => Promise<ParseSnippetFile>,
  clock: Clock,
  logger: Logger,
): SnippetFiles {
  // The editor keeps `<User>/globalStorage/<extension>` and `<User>/snippets`, in each profile alike.
  const userFolder = vscode.Uri.joinPath(globalStorage, '..', '..', 'snippets');
  const told = new Set<string>();
  let snippets: readonly Snippet[] = [];
  let bytes = 0;
  let isDisposed = false;
  let loads = 0;
  const load = async (): Promise<void> => {
    const number = ++loads;
    const loaded = await loadSnippets(await findSources(userFolder), fileAccess, await parser());
    // A later load has seen newer files.
    if (isDisposed || number !== loads) return;
    snippets = loaded.snippets;
    bytes = loaded.bytes;
    logger.debug(`snippets: ${snippets.length} loaded`);
    for (const problem of loaded.problems) {
      if (told.has(problem)) continue;
      told.add(problem);
      logger.warn(`snippets: ${problem}`);
    }
  };
  let setReady: () => void = () => undefined;
  const ready = new Promise<void>((resolve) => (setReady = resolve));
  const start = (): void =>
    void load()
      .catch((error: unknown) => logger.error(`snippets: ${messageOf(error)}`))
      .finally(setReady);
  let timer = clock.after(0, start);
  const reload = (): void => {
    timer.dispose();
    timer = clock.after(reloadDelay, start);
  };
  const subscriptions = watchFiles(userFolder, reload);
  return {
    snippets: () => snippets,
    get bytes() {
      return bytes;
    },
    ready,
    dispose() {
      setReady();
      isDisposed = true;
      timer.dispose();
      for (const subscription of subscriptions) subscription.dispose();
      snippets = [];
    },
  };
}

function watchFiles(userFolder: vscode.Uri, reload: () => void): Disposable[] {
  const watcher = vscode.workspace.createFileSystemWatcher('**/.vscode/*.code-snippets');
  return [
    watcher,
    watcher.onDidChange(reload),
    watcher.onDidCreate(reload),
    watcher.onDidDelete(reload),
    vscode.extensions.onDidChange(reload),
    vscode.workspace.onDidChangeWorkspaceFolders(reload),
    // The person's own folder is outside of the workspace; it is edited in the editor, so a save tells enough.
    vscode.workspace.onDidSaveTextDocument((document) => {
      if (document.uri.path.startsWith(`${userFolder.path}/`)) reload();
    }),
  ];
}

async function findSources(userFolder: vscode.Uri): Promise<SnippetSource<vscode.Uri>[]> {
  const user = (await filesIn(userFolder)).flatMap((name) => {
    const languageIds = languagesOfUserFile(name);
    return languageIds ? [{ file: vscode.Uri.joinPath(userFolder, name), languageIds, origin: 'user' as const }] : [];
  });
  const folders = (vscode.workspace.workspaceFolders ?? []).map((folder) => vscode.Uri.joinPath(folder.uri, '.vscode'));
  const workspace = await Promise.all(folders.map(workspaceSources));
  const extensions = vscode.extensions.all.flatMap((extension) =>
    contributedSnippets(extension.packageJSON).map(({ path, languageIds }) => ({
      file: vscode.Uri.joinPath(extension.extensionUri, path),
      languageIds,
      origin: 'extension' as const,
    })),
  );
  return [...user, ...workspace.flat(), ...extensions];
}

async function workspaceSources(folder: vscode.Uri): Promise<SnippetSource<vscode.Uri>[]> {
  const names = (await filesIn(folder)).filter((name) => name.endsWith('.code-snippets'));
  return names.map((name) => ({ file: vscode.Uri.joinPath(folder, name), languageIds: [], origin: 'workspace' }));
}

/** Names of the files in a folder; a folder that is not there has none. */
async function filesIn(folder: vscode.Uri): Promise<string[]> {
  try {
    const entries = await vscode.workspace.fs.readDirectory(folder);
    return entries.filter(([, type]) => (type & vscode.FileType.File) !== 0).map(([name]) => name);
  } catch {
    return [];
  }
}

const fileAccess: SnippetFileAccess<vscode.Uri> = {
  size: async (file) => (await vscode.workspace.fs.stat(file)).size,
  read: async (file) => new TextDecoder().decode(await vscode.workspace.fs.readFile(file)),
  nameOf: (file) => file.path.split('/').slice(-3).join('/'),
};
