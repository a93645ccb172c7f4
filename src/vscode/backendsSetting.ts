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

/**
 * Writes a change of the list that a person was shown, unless it has been changed meanwhile by hand or in another window: their
 * places would no longer be those that the person saw.
 *
 * @param shown the list that the change was made from
 * @returns whether it was written
 */
export async function writeChange(shown: readonly unknown[], changed: readonly unknown[]): Promise<boolean> {
  if (JSON.stringify(readRoute()) !== JSON.stringify(shown)) {
    void vscode.window.showWarningMessage(
      'Failsoft: the list of backends was changed elsewhere meanwhile, so nothing was changed here. Please do it again.',
    );
    return false;
  }
  await writeRoute(changed);
  return true;
}

/** Says that the setting is no list, and offers to open it: it is never overwritten unasked. */
export async function sayNoList(): Promise<void> {
  const open = 'Open settings';
  const message = 'Failsoft: failsoft.backends is not a list in your settings, so nothing was changed. Correct it first.';
  if ((await vscode.window.showWarningMessage(message, open)) === open) await vscode.commands.executeCommand('failsoft.openSettings');
}
