import * as vscode from 'vscode';
import { type DocumentInFront, pauseChoices } from '../ui/menu.ts';
import type { CommandPorts } from './commandPorts.ts';

/** VS Code's own snooze, of the inline suggestions of all extensions; it is not there in older versions. */
const snooze = 'editor.action.inlineSuggest.snooze';

/** The document in front with its switches; `undefined` when there is none. */
export function documentInFront({ files }: CommandPorts): DocumentInFront | undefined {
  const document = vscode.window.activeTextEditor?.document;
  if (!document) return undefined;
  const { languageId, uri } = document;
  return { languageId, isFileOff: files.isOff(uri), isLanguageOff: disabledLanguages(uri).includes(languageId) };
}

/** Switches suggestions off for the file in front, or on again. */
export async function toggleFile({ files }: CommandPorts): Promise<void> {
  const document = vscode.window.activeTextEditor?.document;
  if (!document) return sayNoDocument();
  const isOff = !files.isOff(document.uri);
  files.set(document.uri, isOff);
  if (isOff) await hideSuggestion();
}

/** Puts the language of the file in front into `failsoft.disabledLanguages`, or takes it out, where that is set now. */
export async function toggleLanguage(): Promise<void> {
  const document = vscode.window.activeTextEditor?.document;
  if (!document) return sayNoDocument();
  const { languageId, uri } = document;
  const now = disabledLanguages(uri);
  const isOff = !now.includes(languageId);
  const next = isOff ? [...now, languageId] : now.filter((each) => each !== languageId);
  const configuration = vscode.workspace.getConfiguration('failsoft', uri);
  const inspected = configuration.inspect('disabledLanguages');
  const { WorkspaceFolder, Workspace, Global } = vscode.ConfigurationTarget;
  const target =
    inspected?.workspaceFolderValue !== undefined ? WorkspaceFolder : inspected?.workspaceValue !== undefined ? Workspace : Global;
  await configuration.update('disabledLanguages', next, target);
  if (isOff) await hideSuggestion();
}

/** Asks how long to pause. */
export async function pauseFor({ session, clock }: CommandPorts): Promise<void> {
  const hasSnooze = (await vscode.commands.getCommands(true)).includes(snooze);
  const items: readonly (vscode.QuickPickItem & { readonly minutes?: number; readonly isSnooze?: true })[] = [
    ...pauseChoices.map((minutes) => ({ label: durationLabel(minutes), minutes })),
    { label: 'Until resumed' },
    ...(hasSnooze ? [{ label: 'Snooze the inline suggestions of every extension…', description: 'VS Code', isSnooze: true as const }] : []),
  ];
  const picked = await vscode.window.showQuickPick(items, { title: 'Pause Failsoft', placeHolder: 'For how long?' });
  if (!picked) return;
  if (picked.isSnooze) await vscode.commands.executeCommand(snooze);
  else session.service.pause(picked.minutes === undefined ? undefined : clock.now() + picked.minutes * 60_000);
}

function durationLabel(minutes: number): string {
  if (minutes < 60) return `${minutes} minutes`;
  return minutes === 60 ? '1 hour' : `${minutes / 60} hours`;
}

function disabledLanguages(uri: vscode.Uri): readonly unknown[] {
  const value = vscode.workspace.getConfiguration('failsoft', uri).get<unknown>('disabledLanguages');
  return Array.isArray(value) ? value : [];
}

async function hideSuggestion(): Promise<void> {
  await vscode.commands.executeCommand('editor.action.inlineSuggest.hide');
}

function sayNoDocument(): void {
  void vscode.window.showInformationMessage('No text editor is active. Open the file first, then run the command again.');
}
