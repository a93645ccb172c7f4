import * as vscode from 'vscode';
import type { Clock, Disposable, Millis } from '../base/clock.ts';
import { type Event, Emitter } from '../base/event.ts';
import { type Logger, messageOf } from '../base/logger.ts';
import { realPathOf } from '../base/realPath.ts';
import { type Denial, denialText, ignoreBounds, ignoreFileName, IgnoreTree } from '../engine.ts';
import { lengthOf } from './editorDocumentText.ts';
import { maximumModelLength } from './eligibility.ts';
import { fileOf } from './notebook.ts';

/** Which documents must not be sent to backends, and why. */
export interface IgnoreFiles extends Disposable {
  denialOf(document: Pick<vscode.TextDocument, 'uri'>): Denial | undefined;
  /** The same, but waits until it is known; gives up after a second. */
  knownDenialOf(document: Pick<vscode.TextDocument, 'uri'>): Promise<Denial | undefined>;
  /** Why this document gets no text of a model: it is ignored, or too long; `undefined` when it may be sent. */
  noteOn(document: vscode.TextDocument): string | undefined;
  problems(): readonly string[];
  readonly onDidChange: Event<void>;
}

/**
 * Reads the ignore files of the workspace as documents are asked about, and again when one changes.
 *
 * @param onDidChangeProblems called when the list of problems has changed
 */
export function createIgnoreFiles(onDidChangeProblems: () => void, clock: Clock, logger: Logger): IgnoreFiles {
  const tree = new IgnoreTree(readIgnoreFileIn, (error) => logger.error(`ignore files: ${messageOf(error)}`));
  const changed = new Emitter<void>((error) => logger.error(`ignore files: ${messageOf(error)}`));
  const links = realUris(() => changed.fire());
  const problems = (): string[] => tree.problems(nameOfFolder);
  let told = '';
  const subscriptions = [
    tree.onDidChange(() => {
      changed.fire();
      const now = problems().join('\n');
      if (now === told) return;
      told = now;
      onDidChangeProblems();
    }),
    ...watch(() => {
      links.clear();
      tree.forget();
    }),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => links.delete(uri)),
  ];
  const denialOf = (document: Pick<vscode.TextDocument, 'uri'>): Denial | undefined => {
    const uri = fileOf(document.uri);
    const denial = tree.denialOf(placeOf(uri));
    if (denial || uri.scheme !== 'file') return denial;
    // `notes.txt` may be a link to `.env`.
    const real = links.get(uri);
    if (real === undefined) return { kind: 'reading' };
    return real === 'itself' ? undefined : tree.denialOf(placeOf(real));
  };
  const knownDenialOf = async (document: Pick<vscode.TextDocument, 'uri'>): Promise<Denial | undefined> => {
    for (const end = clock.monotonic() + patience; clock.monotonic() < end;) {
      const denial = denialOf(document);
      if (denial?.kind !== 'reading') return denial;
      await nextChange(changed.event, clock);
    }
    return denialOf(document);
  };
  return {
    denialOf,
    knownDenialOf,
    noteOn(document) {
      const denial = denialOf(document);
      if (denial) return denialText(denial);
      return lengthOf(document) > maximumModelLength ? `it is longer than ${maximumModelLength} characters` : undefined;
    },
    problems,
    onDidChange: changed.event,
    dispose() {
      for (const subscription of subscriptions) subscription.dispose();
      tree.dispose();
      links.clear();
      changed.dispose();
    },
  };
}

/** How long a file waits for its ignore files at most. */
const patience: Millis = 1000;

/** Resolves when something has become known, or after a tenth of the patience. */
function nextChange(event: Event<void>, clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    const finish = (): void => {
      subscription.dispose();
      timer.dispose();
      resolve();
    };
    const subscription = event(finish);
    const timer = clock.after(patience / 10, finish);
  });
}

/** Files looked at behind their links; then all are forgotten and found out anew. */
const maximumLinks = 5000;

/** The file behind symbolic links, by document. */
interface RealUris {
  /** `undefined` while it is being found out. */
  get(uri: vscode.Uri): vscode.Uri | 'itself' | undefined;
  delete(uri: vscode.Uri): void;
  clear(): void;
}

function realUris(onDidFind: () => void): RealUris {
  const known = new Map<string, vscode.Uri | 'itself' | undefined>();
  return {
    get(uri) {
      const key = uri.toString();
      if (known.has(key)) return known.get(key);
      if (known.size >= maximumLinks) known.clear();
      known.set(key, undefined);
      void realPathOf(uri.fsPath).then((path) => {
        if (!known.has(key)) return;
        known.set(key, path === uri.fsPath ? 'itself' : vscode.Uri.file(path));
        onDidFind();
      });
      return undefined;
    },
    delete: (uri) => void known.delete(uri.toString()),
    clear: () => known.clear(),
  };
}

function watch(changed: () => void): Disposable[] {
  const watcher = vscode.workspace.createFileSystemWatcher(`**/${ignoreFileName}`);
  return [
    watcher,
    watcher.onDidChange(changed),
    watcher.onDidCreate(changed),
    watcher.onDidDelete(changed),
    vscode.workspace.onDidChangeWorkspaceFolders(changed),
    // The watcher may be told to leave folders out; a save in the editor is always seen.
    vscode.workspace.onDidSaveTextDocument(({ uri }) => {
      if (uri.path.endsWith(`/${ignoreFileName}`)) changed();
    }),
  ];
}

function placeOf(uri: vscode.Uri): { root?: string; path: string } {
  const folder = vscode.workspace.getWorkspaceFolder(uri)?.uri;
  if (!folder) return { path: uri.path.replace(/^\/+/, '') };
  return { root: folder.toString(), path: uri.path.slice(folder.path.length).replace(/^\/+/, '') };
}

async function readIgnoreFileIn(root: string, folder: string): Promise<Uint8Array | undefined> {
  const file = vscode.Uri.joinPath(vscode.Uri.parse(root), folder, ignoreFileName);
  try {
    const { size } = await vscode.workspace.fs.stat(file);
    if (size > ignoreBounds.bytes) throw new Error(`it has ${size} bytes, allowed are ${ignoreBounds.bytes}`);
    return await vscode.workspace.fs.readFile(file);
  } catch (error) {
    if (error instanceof vscode.FileSystemError && error.code === 'FileNotFound') return undefined;
    throw error;
  }
}

function nameOfFolder(root: string): string {
  const folder = vscode.workspace.workspaceFolders?.find(({ uri }) => uri.toString() === root);
  return folder?.name ?? '';
}
