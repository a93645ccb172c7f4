import * as vscode from 'vscode';
import { messageOf } from '../base/logger.ts';
import type { BackendSettings } from '../settings/settings.ts';
import type { CommandPorts } from './commandPorts.ts';
import { findModel, modelNameOf, requestOptions } from './languageModelSource.ts';
import type { Session } from './session.ts';

/** Asks one of the editor's models a first time, by which the editor asks the person; only ever called by a command of theirs. */
export async function allowLanguageModel({ session, languageModels }: CommandPorts, backendName?: string): Promise<void> {
  const { models, consent } = languageModels;
  const backend = await pickBackend(session, backendName);
  if (!backend) return;
  if (!models) {
    void vscode.window.showWarningMessage('Failsoft: this editor offers no language models to extensions.');
    return;
  }
  const { vendor } = modelNameOf(backend);
  const model = await findModel(models, backend);
  if (!model) {
    void vscode.window.showWarningMessage(`Failsoft: VS Code has no model ${backend.model}; its extension may be missing or signed out.`);
    return;
  }
  const cancellation = models.cancellation();
  try {
    const response = await model.sendRequest([models.message('Answer with OK.')], requestOptions, cancellation.token);
    for await (const piece of response.text) if (piece !== '') break;
  } catch (error) {
    if (error instanceof vscode.LanguageModelError && error.code === vscode.LanguageModelError.NoPermissions.name) {
      consent.set(vendor, false);
      void vscode.window.showWarningMessage(`Failsoft: VS Code does not let it use ${backend.model}: ${messageOf(error)}`);
      return;
    }
    // It was allowed and failed of something else, which the retry below shows in the status.
  } finally {
    cancellation.cancel();
    cancellation.dispose();
  }
  consent.set(vendor, true);
  await session.service.retryNow(backend.name);
}

/** The backend by name, the only one, or the one that the person picks; `undefined` when they pick none. */
async function pickBackend(session: Session, name: string | undefined): Promise<BackendSettings | undefined> {
  const backends = session.settings.backends.filter(({ protocol }) => protocol === 'vscode-lm');
  const named = backends.find((backend) => backend.name === name);
  if (named) return named;
  if (backends.length === 0) {
    const message = 'Failsoft: no backend has the protocol vscode-lm, so there is no model of VS Code to allow.';
    void vscode.window.showInformationMessage(message);
    return undefined;
  }
  if (backends.length === 1) return backends[0];
  const items = backends.map((backend) => ({ label: backend.name, description: backend.model, backend }));
  return (await vscode.window.showQuickPick(items, { placeHolder: 'Allow the model of which backend?' }))?.backend;
}
