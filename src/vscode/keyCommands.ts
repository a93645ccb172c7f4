import * as vscode from 'vscode';
import { clearTextProblem, isOpenToReaders } from '../settings/clearText.ts';
import type { BackendSettings } from '../settings/settings.ts';
import type { CommandPorts } from './commandPorts.ts';
import { readKeyInput } from './keyText.ts';
import type { Session } from './session.ts';

/** Asks for a key and stores it for the backend and its origin; an unusable key changes nothing. */
export async function setApiKey({ session, keys }: CommandPorts, backendName?: string): Promise<void> {
  const backend = await pickBackend(session, 'Set the API key for which backend?', backendName);
  if (!backend) return;
  const input = await vscode.window.showInputBox({
    title: `API key for ${backend.name}`,
    prompt: `Kept in the safe of VS Code and sent to ${backend.origin} only.`,
    password: true,
    ignoreFocusOut: true,
  });
  // Left with Escape: the person knows that nothing was changed.
  if (input === undefined) return;
  const read = readKeyInput(input);
  if (read.kind === 'wrong') {
    void vscode.window.showWarningMessage(`Failsoft: ${read.message}`);
    return;
  }
  await keys.set(backend.name, backend.origin, read.key);
  if (isOpenToReaders(backend)) void vscode.window.showWarningMessage(`Failsoft: ${clearTextProblem('failsoft.backends', backend)}`);
  void vscode.window.setStatusBarMessage(`Failsoft: API key for ${backend.name} stored`, 5000);
}

/** Removes the stored key of a backend that the person picks. */
export async function clearApiKey({ session, keys }: CommandPorts, backendName?: string): Promise<void> {
  const backend = await pickBackend(session, 'Clear the API key of which backend?', backendName);
  if (!backend) return;
  await keys.clear(backend.name, backend.origin);
  void vscode.window.setStatusBarMessage(`Failsoft: API key for ${backend.name} cleared`, 5000);
}

/** The backend by name, or the one that the person picks; `undefined` when they pick none. */
async function pickBackend(session: Session, placeHolder: string, name: string | undefined): Promise<BackendSettings | undefined> {
  // The editor's own models take no key.
  const backends = session.settings.backends.filter(({ protocol }) => protocol !== 'vscode-lm');
  const named = backends.find((backend) => backend.name === name);
  if (named) return named;
  if (backends.length === 0) {
    const add = 'Add a Backend…';
    const message = 'Failsoft: no backend with a key is configured, so there is nothing a key could be for.';
    if ((await vscode.window.showInformationMessage(message, add)) === add) await vscode.commands.executeCommand('failsoft.addBackend');
    return undefined;
  }
  const items = backends.map((backend) => ({ label: backend.name, description: backend.origin, backend }));
  return (await vscode.window.showQuickPick(items, { placeHolder }))?.backend;
}
