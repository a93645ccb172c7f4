import * as vscode from 'vscode';
import type { Disposable } from '../base/clock.ts';
import { messageOf } from '../base/logger.ts';
import { type MenuAction, menuOf, pauseMinutes } from '../ui/menu.ts';
import { allowLanguageModel } from './allowLanguageModel.ts';
import type { CommandPorts } from './commandPorts.ts';
import { manageDataBoundary } from './dataBoundary.ts';
import { clearApiKey, setApiKey } from './keyCommands.ts';
import { acceptedCommand } from './provider.ts';

/** Registers every command of the manifest and the internal one that records an accepted suggestion. */
export function registerCommands(ports: CommandPorts): Disposable[] {
  const { session, keys, languageModels, log, clock } = ports;
  const register = (name: string, run: (...given: readonly unknown[]) => unknown): Disposable =>
    vscode.commands.registerCommand(name, async (...given: unknown[]) => {
      try {
        await run(...given);
      } catch (error) {
        log.error(`command ${name}: ${messageOf(error)}`);
      }
    });
  return [
    register('failsoft.showMenu', () => showMenu(ports)),
    register('failsoft.retryNow', () => session.service.retryNow()),
    register('failsoft.pause', (minutes) => {
      session.service.pause(clock.now() + (typeof minutes === 'number' ? minutes : pauseMinutes) * 60_000);
    }),
    register('failsoft.pauseUntilResumed', () => session.service.pause()),
    register('failsoft.resume', () => session.service.resume()),
    register('failsoft.toggle', () => enable(!session.settings.enabled)),
    register('failsoft.setApiKey', (backend) => setApiKey(session, keys, textOf(backend))),
    register('failsoft.clearApiKey', (backend) => clearApiKey(session, keys, textOf(backend))),
    register('failsoft.manageDataBoundary', () => manageDataBoundary(session, ports.consent)),
    register('failsoft.allowLanguageModel', (backend) => allowLanguageModel(session, languageModels, textOf(backend))),
    register('failsoft.addBackend', async () => (await ports.backendCommands()).addBackend(ports)),
    register('failsoft.manageBackends', async () => (await ports.backendCommands()).manageBackends(ports)),
    register('failsoft.testBackends', async () => (await ports.backendCommands()).testBackends(ports)),
    register('failsoft.openWalkthrough', openWalkthrough),
    register('failsoft.showLog', () => log.show()),
    register('failsoft.openSettings', openSettings),
    register('failsoft.triggerCompletion', () => vscode.commands.executeCommand('editor.action.inlineSuggest.trigger')),
    register(acceptedCommand, (requestId, length) => {
      if (typeof requestId === 'string' && typeof length === 'number') session.service.accepted(requestId, length);
    }),
  ];
}

async function showMenu(ports: CommandPorts): Promise<void> {
  const items = menuOf(ports.session.snapshot()).map((item) =>
    item.kind === 'separator'
      ? { label: item.label, kind: vscode.QuickPickItemKind.Separator }
      : { label: item.label, ...(item.description ? { description: item.description } : {}), action: item.action },
  );
  const picked = await vscode.window.showQuickPick(items, { title: 'Failsoft', placeHolder: 'What should Failsoft do?' });
  if (picked && 'action' in picked) await act(picked.action, ports);
}

async function act(action: MenuAction, ports: CommandPorts): Promise<void> {
  const { session, keys, consent, languageModels, log, clock } = ports;
  switch (action.kind) {
    case 'retry-now':
      return session.service.retryNow();
    case 'pause':
      return session.service.pause(action.minutes === undefined ? undefined : clock.now() + action.minutes * 60_000);
    case 'resume':
      return session.service.resume();
    case 'enable':
      return enable(action.enabled);
    case 'set-key':
      return setApiKey(session, keys, action.backend);
    case 'manage-boundary':
      return manageDataBoundary(session, consent);
    case 'allow-model':
      return allowLanguageModel(session, languageModels, action.backend);
    case 'add-backend':
      return (await ports.backendCommands()).addBackend(ports);
    case 'manage-backends':
      return (await ports.backendCommands()).manageBackends(ports);
    case 'show-log':
      return log.show();
    case 'open-settings':
      return openSettings();
  }
}

/** Writes `failsoft.enable` where it is set now: a value in the workspace would win over one in the user settings. */
async function enable(enabled: boolean): Promise<void> {
  const configuration = vscode.workspace.getConfiguration('failsoft');
  const isInWorkspace = configuration.inspect('enable')?.workspaceValue !== undefined;
  await configuration.update('enable', enabled, isInWorkspace ? vscode.ConfigurationTarget.Workspace : vscode.ConfigurationTarget.Global);
}

async function openWalkthrough(): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.openWalkthrough', 'failsoft.failsoft#start', false);
}

async function openSettings(): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.openSettings', '@ext:failsoft.failsoft');
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
