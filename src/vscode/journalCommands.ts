import path from 'node:path';
import * as vscode from 'vscode';
import { messageOf } from '../base/logger.ts';
import { exportRecords, folderAt, sizeOfJournal } from '../recording.ts';
import type { CommandPorts } from './commandPorts.ts';

/** Asks for a file and writes the whole journal into it. */
export async function exportJournal(ports: CommandPorts): Promise<void> {
  await (await ports.recording.loaded)?.write();
  if ((await sizeOfJournal(folderAt(ports.recording.path))).bytes === 0) {
    void vscode.window.showInformationMessage('Failsoft: the journal is empty, so there is nothing to export.');
    return;
  }
  const day = new Date(ports.clock.now()).toISOString().slice(0, 10);
  const target = await vscode.window.showSaveDialog({
    title: 'Export the journal of Failsoft',
    saveLabel: 'Export',
    filters: { 'JSON lines': ['jsonl'] },
    defaultUri: vscode.Uri.file(path.join(folderToBeginWith(), `failsoft-journal-${day}.jsonl`)),
  });
  if (!target) return;
  if (target.scheme !== 'file') {
    void vscode.window.showErrorMessage(`Failsoft: the journal cannot be exported to "${target.scheme}:"; choose a folder on a disk.`);
    return;
  }
  await exportTo(target.fsPath, ports);
}

/** Written beside the target first: whatever is there stays whole until the export is. */
async function exportTo(target: string, ports: CommandPorts): Promise<void> {
  const folder = folderAt(path.dirname(target));
  const name = path.basename(target);
  const part = `${name}.part`;
  const stopped = new AbortController();
  try {
    await folder.remove(part);
    const { records, skippedLines } = await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title: 'Failsoft: exporting the journal', cancellable: true },
      (progress, token) => {
        token.onCancellationRequested(() => stopped.abort());
        let last = 0;
        return exportRecords(folderAt(ports.recording.path), {
          clock: ports.clock,
          logger: ports.log,
          version: ports.recording.version,
          signal: stopped.signal,
          write: (text) => folder.append(part, text),
          onProgress(share) {
            progress.report({ increment: (share - last) * 100 });
            last = share;
          },
        });
      },
    );
    if (stopped.signal.aborted) {
      await folder.remove(part);
      vscode.window.setStatusBarMessage('Failsoft: export stopped, nothing was kept', 5000);
      return;
    }
    await folder.rename(part, name);
    const torn = skippedLines === 0 ? '' : ` ${inWords(skippedLines, 'line was', 'lines were')} unreadable and left out.`;
    void vscode.window.showInformationMessage(`Failsoft: ${inWords(records, 'record is', 'records are')} in ${target}.${torn}`);
  } catch (error) {
    await folder.remove(part);
    void vscode.window.showErrorMessage(`Failsoft: the journal could not be written to ${target}: ${messageOf(error)}`);
  }
}

/** Asks once, then removes the journal of all windows. */
export async function deleteJournal(ports: CommandPorts): Promise<void> {
  const journal = await ports.recording.loaded;
  await journal?.write();
  const { files, bytes } = await sizeOfJournal(folderAt(ports.recording.path));
  if (!journal || files === 0) {
    void vscode.window.showInformationMessage('Failsoft: there is no journal, so there is nothing to delete.');
    return;
  }
  const size = bytes < 100_000 ? `${Math.ceil(bytes / 1000)} KB` : `${(bytes / 1e6).toFixed(1)} MB`;
  const answer = await vscode.window.showWarningMessage(
    'Delete the journal of Failsoft?',
    {
      modal: true,
      detail: `${inWords(files, 'file', 'files')} of all windows, ${size}: what became of requests and suggestions on this machine. The figures begin anew. This cannot be undone.`,
    },
    'Delete',
  );
  if (answer !== 'Delete') return;
  const left = await journal.clear();
  if (left === 0) vscode.window.setStatusBarMessage('Failsoft: the journal is deleted and begins anew', 5000);
  else
    void vscode.window.showErrorMessage(
      `Failsoft: ${inWords(left, 'file', 'files')} in ${ports.recording.path} could not be deleted; you can delete the folder by hand.`,
    );
}

/** Where a person keeps files. */
function folderToBeginWith(): string {
  const folder = vscode.workspace.workspaceFolders?.find(({ uri }) => uri.scheme === 'file')?.uri.fsPath;
  return folder ?? process.env['HOME'] ?? process.env['USERPROFILE'] ?? '';
}

function inWords(count: number, one: string, many: string): string {
  return `${count.toLocaleString('en-GB')} ${count === 1 ? one : many}`;
}
