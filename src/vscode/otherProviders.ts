import * as vscode from 'vscode';
import type { Disposable } from '../base/clock.ts';
import { messageOf } from '../base/logger.ts';
import { copilotIds, otherAnswers, type OtherProvider, otherProviders, otherQuestion } from '../ui/otherProviders.ts';
import type { OtherProviderPorts } from './lookForOthers.ts';
import { enable } from './settingsCommands.ts';

/** Name of the entry in the storage of this machine: who was spoken of. */
export const toldKey = 'failsoft.otherProviders';

/** Extensions are activated at any time, and nothing says so: after a change of the editor in front they are looked at, so seldom at most. In ms. */
export const lookInterval = 30_000;

/** Looks now and from time to time for others that offer inline suggestions, and speaks of each once, ever. */
export function watchOtherProviders(ports: OtherProviderPorts): Disposable {
  const { clock, log } = ports;
  let lookedAt = -Infinity;
  let isAsking = false;
  const look = async (): Promise<void> => {
    if (isAsking || clock.monotonic() - lookedAt < lookInterval) return;
    const { mode } = ports.session.snapshot();
    if (mode !== 'on' && mode !== 'local-only') return;
    lookedAt = clock.monotonic();
    isAsking = true;
    try {
      await ask(ports);
    } catch (error) {
      log.error(`other extensions: ${messageOf(error)}`);
    } finally {
      isAsking = false;
    }
  };
  const subscriptions = [vscode.window.onDidChangeActiveTextEditor(() => void look()), vscode.extensions.onDidChange(() => void look())];
  void look();
  return {
    dispose() {
      for (const subscription of subscriptions) subscription.dispose();
    },
  };
}

async function ask({ state, log }: OtherProviderPorts): Promise<void> {
  const found = otherProviders(vscode.extensions.all, (name) => vscode.workspace.getConfiguration(undefined, null).get(name));
  const stored = state.get<unknown>(toldKey);
  const told = Array.isArray(stored) ? stored.filter((each) => typeof each === 'string') : [];
  const others = (await withoutIdleCopilot(found)).filter(({ id }) => !told.includes(id));
  if (others.length === 0) return;
  log.info(`other extensions with inline suggestions: ${others.map(({ id }) => id).join(', ')}`);
  // Kept before the answer: who closes the window has been told too.
  await state.update(toldKey, [...told, ...others.map(({ id }) => id)]);
  const { both, off, show } = otherAnswers;
  const picked = await vscode.window.showInformationMessage(otherQuestion(others), both, off, show);
  if (picked === off) await enable(false);
  if (picked === show) {
    await vscode.commands.executeCommand('workbench.extensions.search', others.map(({ id }) => `@id:${id}`).join(' '));
  }
}

/** Copilot is there and active in every VS Code; it offers something once a person is signed in, and then it has models. */
async function withoutIdleCopilot(others: readonly OtherProvider[]): Promise<readonly OtherProvider[]> {
  const isCopilot = ({ id }: OtherProvider): boolean => copilotIds.includes(id.toLowerCase());
  if (!others.some(isCopilot)) return others;
  const isOff = vscode.workspace.getConfiguration('chat').get('disableAIFeatures') === true;
  const models = isOff ? [] : await vscode.lm.selectChatModels({ vendor: 'copilot' });
  const without = others.filter((other) => !isCopilot(other));
  // One word for both of its extensions is enough.
  const copilot = others.find(isCopilot);
  return models.length === 0 || !copilot ? without : [copilot, ...without];
}
