import * as vscode from 'vscode';
import { rawRoute } from '../settings/route.ts';

/** The person's own list of backends, as it stands in their settings; `undefined` when it is no list. */
export function readRoute(): readonly unknown[] | undefined {
  return rawRoute(vscode.workspace.getConfiguration('failsoft').inspect('backends')?.globalValue);
}

/**
 * Writes the list to the person's own settings; in a remote window VS Code puts a machine-scoped setting into those of that machine.
 * Rejects with the editor's own words, for example when the settings file holds a mistake.
 */
export async function writeRoute(raw: readonly unknown[]): Promise<void> {
  await vscode.workspace.getConfiguration('failsoft').update('backends', raw, vscode.ConfigurationTarget.Global);
}

/** Says that the setting is no list, and offers to open it: it is never overwritten unasked. */
export async function sayNoList(): Promise<void> {
  const open = 'Open settings';
  const message = 'Failsoft: failsoft.backends is not a list in your settings, so nothing was changed. Correct it first.';
  if ((await vscode.window.showWarningMessage(message, open)) === open) await vscode.commands.executeCommand('failsoft.openSettings');
}
