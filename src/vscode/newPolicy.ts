import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { messageOf } from '../base/logger.ts';
import { starterPolicy } from '../ui/starterPolicy.ts';
import type { CommandPorts } from './commandPorts.ts';
import type { RolloutPorts } from './rolloutPorts.ts';

/** Under this name the editor completes and checks it. */
const policyName = 'failsoft-rollout.json';

/** Opens the policy of the rollout; where there is none, writes one to begin with and names it in the person's settings. */
export async function newPolicy({ session, log }: CommandPorts, { policyFile }: RolloutPorts): Promise<void> {
  const known = fileOf(policyFile());
  if (known && (await exists(known))) {
    await vscode.window.showTextDocument(known);
    vscode.window.setStatusBarMessage('Failsoft: this is the policy that there is already', 8000);
    return;
  }
  const versions = session.settings.backends.map(({ name, model }) => ({ backend: name, model }));
  if (versions.length === 0) return offerBackend();
  const file = known ?? (await askWhere());
  if (!file) return;
  try {
    // The dialogue has asked about a file that is there; it may be a policy all the same.
    const isThere = await exists(file);
    if (!isThere) await vscode.workspace.fs.writeFile(file, new TextEncoder().encode(starterPolicy(versions)));
    if (!known) {
      const { Global } = vscode.ConfigurationTarget;
      await vscode.workspace.getConfiguration('failsoft').update('rollout.policy', file.fsPath, Global);
    }
    await vscode.window.showTextDocument(file);
    if (!isThere && versions.length === 1) {
      void vscode.window.showInformationMessage(
        'Failsoft: only one backend is configured. Write the name of the new model into “candidate”, or add it as a backend first.',
      );
    }
  } catch (error) {
    log.warn(`rollout: the policy could not be written: ${messageOf(error)}`);
    void vscode.window.showErrorMessage(`Failsoft: the policy could not be written to ${file.fsPath}: ${messageOf(error)}`);
  }
}

/** The file at a path that is absolute or begins with `~`. */
function fileOf(place: string | undefined): vscode.Uri | undefined {
  return place === undefined ? undefined : vscode.Uri.file(place.replace(/^~(?=[\\/])/, os.homedir()));
}

async function askWhere(): Promise<vscode.Uri | undefined> {
  const target = await vscode.window.showSaveDialog({
    title: 'Where is the policy of the rollout to be kept?',
    saveLabel: 'Use This File',
    filters: { JSON: ['json'] },
    defaultUri: vscode.Uri.file(path.join(os.homedir(), policyName)),
  });
  if (!target || target.scheme === 'file') return target;
  void vscode.window.showErrorMessage(`Failsoft: a policy cannot be kept in "${target.scheme}:"; choose a folder on a disk.`);
  return undefined;
}

async function exists(file: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(file);
    return true;
  } catch {
    return false;
  }
}

async function offerBackend(): Promise<void> {
  const add = 'Add a Backend…';
  const message = 'Failsoft: no backend is configured, so there is no model to roll out.';
  if ((await vscode.window.showInformationMessage(message, add)) === add) await vscode.commands.executeCommand('failsoft.addBackend');
}
