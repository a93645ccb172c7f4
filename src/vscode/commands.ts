import * as vscode from 'vscode';
import type { Disposable } from '../base/clock.ts';
import { messageOf } from '../base/logger.ts';
import { pauseMinutes } from '../ui/menu.ts';
import type { CommandPorts } from './commandPorts.ts';
import { acceptedCommand } from './provider.ts';
import { rolloutCommands } from './rolloutPorts.ts';
import { enable, openSettings } from './settingsCommands.ts';

/** Registers every command of the manifest and the internal one that records an accepted suggestion. */
export function registerCommands(ports: CommandPorts): Disposable[] {
  const { session, dialogs, watch, log, clock, trigger } = ports;
  const register = (name: string, run: (...given: readonly unknown[]) => unknown): Disposable =>
    vscode.commands.registerCommand(name, async (...given: unknown[]) => {
      try {
        await run(...given);
      } catch (error) {
        log.error(`command ${name}: ${messageOf(error)}`);
      }
    });
  return [
    register('failsoft.showMenu', async () => (await dialogs()).showMenu(ports)),
    register('failsoft.retryNow', () => session.service.retryNow()),
    register('failsoft.pause', (minutes) => {
      session.service.pause(clock.now() + (typeof minutes === 'number' ? minutes : pauseMinutes) * 60_000);
    }),
    register('failsoft.pauseUntilResumed', () => session.service.pause()),
    register('failsoft.pauseFor', async () => (await dialogs()).pauseFor(ports)),
    register('failsoft.toggleLanguage', async () => (await dialogs()).toggleLanguage(ports)),
    register('failsoft.toggleFile', async () => (await dialogs()).toggleFile(ports)),
    register('failsoft.resume', () => session.service.resume()),
    register('failsoft.toggle', () => enable(!session.settings.enabled)),
    register('failsoft.setApiKey', async (backend) => (await dialogs()).setApiKey(ports, textOf(backend))),
    register('failsoft.clearApiKey', async (backend) => (await dialogs()).clearApiKey(ports, textOf(backend))),
    register('failsoft.manageDataBoundary', async () => (await dialogs()).manageDataBoundary(ports)),
    register('failsoft.allowLanguageModel', async (backend) => (await dialogs()).allowLanguageModel(ports, textOf(backend))),
    register('failsoft.addBackend', async () => (await dialogs()).addBackend(ports)),
    register('failsoft.manageBackends', async () => (await dialogs()).manageBackends(ports)),
    register('failsoft.testBackends', async () => (await dialogs()).testBackends(ports)),
    register('failsoft.exportJournal', async () => (await dialogs()).exportJournal(ports)),
    register('failsoft.deleteJournal', async () => (await dialogs()).deleteJournal(ports)),
    register('failsoft.openWalkthrough', openWalkthrough),
    register('failsoft.forgetLearned', () => {
      ports.local.forgetLearned();
      void vscode.window.setStatusBarMessage('Failsoft: local suggestions are as at the beginning', 5000);
    }),
    register('failsoft.leaveSafeMode', () => ports.safeMode.leave()),
    register('failsoft.showLog', () => log.show()),
    register('failsoft.openSettings', openSettings),
    register('failsoft.triggerCompletion', () => trigger.run()),
    register('failsoft.rateUp', () => watch((on) => on.rate('up'))),
    register('failsoft.rateDown', () => watch((on) => on.rate('down'))),
    ...rolloutCommands.map((name) =>
      register(`failsoft.rollout.${name}`, async (given) => (await dialogs()).runRollout(ports, name, textOf(given))),
    ),
    register(acceptedCommand, (requestId, length, candidate) => {
      watch((on) => on.accepted(String(requestId), Number(length), Number(candidate)));
    }),
  ];
}

async function openWalkthrough(): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.openWalkthrough', 'failsoft.failsoft#start', false);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
