import * as vscode from 'vscode';

/** Writes `failsoft.enable` where it is set now: a value in the workspace would win over one in the user settings. */
export async function enable(enabled: boolean): Promise<void> {
  const configuration = vscode.workspace.getConfiguration('failsoft');
  const isInWorkspace = configuration.inspect('enable')?.workspaceValue !== undefined;
  await configuration.update('enable', enabled, isInWorkspace ? vscode.ConfigurationTarget.Workspace : vscode.ConfigurationTarget.Global);
}

/** The settings of this extension. */
export async function openSettings(): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.openSettings', '@ext:failsoft.failsoft');
}
