import * as vscode from 'vscode';
import { type MenuAction, menuOf, type MenuOptions } from '../ui/menu.ts';
import { addBackend } from './addBackend.ts';
import { allowLanguageModel } from './allowLanguageModel.ts';
import type { CommandPorts } from './commandPorts.ts';
import { setApiKey } from './keyCommands.ts';
import { manageBackends } from './manageBackends.ts';
import { manageDataBoundary } from './manageDataBoundary.ts';
import { runRollout } from './rolloutCommands.ts';
import { commandOf } from './rolloutPorts.ts';
import { enable, openSettings } from './settingsCommands.ts';
import { documentInFront, pauseFor, toggleFile, toggleLanguage } from './switchCommands.ts';

/** What can be done now, the most useful first; what the person picks is done. */
export async function showMenu(ports: CommandPorts): Promise<void> {
  const { session, indexing, safeMode } = ports;
  const isSafeMode = safeMode.reason !== undefined;
  const rollout = await rolloutNow(ports);
  const items = menuOf(session.snapshot(), { inFront: documentInFront(ports), index: indexing.view(), isSafeMode, rollout }).map((item) =>
    item.kind === 'separator'
      ? { label: item.label, kind: vscode.QuickPickItemKind.Separator }
      : { label: item.label, ...(item.description ? { description: item.description } : {}), action: item.action },
  );
  const picked = await vscode.window.showQuickPick(items, { title: 'Failsoft', placeHolder: 'What should Failsoft do?' });
  if (picked && 'action' in picked) await act(picked.action, ports);
}

/** Nobody waits for a menu: what is not loaded yet is not in it. */
async function rolloutNow({ rollout }: CommandPorts): Promise<MenuOptions['rollout']> {
  const control = await Promise.race([rollout?.control, Promise.resolve(undefined)]);
  const snapshot = control?.snapshot();
  return control && snapshot && { snapshot, possible: control.possible() };
}

async function act(action: MenuAction, ports: CommandPorts): Promise<void> {
  const { session, log, clock } = ports;
  switch (action.kind) {
    case 'retry-now':
      return session.service.retryNow();
    case 'pause':
      return session.service.pause(action.minutes === undefined ? undefined : clock.now() + action.minutes * 60_000);
    case 'pause-for':
      return pauseFor(ports);
    case 'toggle-language':
      return toggleLanguage();
    case 'toggle-file':
      return toggleFile(ports);
    case 'resume':
      return session.service.resume();
    case 'enable':
      return enable(action.enabled);
    case 'set-key':
      return setApiKey(ports, action.backend);
    case 'manage-boundary':
      return manageDataBoundary(ports);
    case 'allow-model':
      return allowLanguageModel(ports, action.backend);
    case 'add-backend':
      return addBackend(ports);
    case 'manage-backends':
      return manageBackends(ports);
    case 'pause-index':
      return ports.indexing.pause(action.isPaused);
    case 'leave-safe-mode':
      return ports.safeMode.leave();
    case 'show-rollout':
      return runRollout(ports, 'show');
    case 'rollout':
      await vscode.commands.executeCommand(commandOf(action.action));
      return;
    case 'show-dashboard':
      await vscode.commands.executeCommand('failsoft.showDashboard');
      return;
    case 'show-log':
      return log.show();
    case 'open-settings':
      return openSettings();
  }
}
