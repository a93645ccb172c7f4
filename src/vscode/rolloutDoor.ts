import * as vscode from 'vscode';
import type { Disposable } from '../base/clock.ts';
import { messageOf } from '../base/logger.ts';
import type { CommandPorts } from './commandPorts.ts';
import { rolloutCommands } from './rolloutPorts.ts';

/** The commands of a rollout; their code is loaded by the first of them. Each takes the model, the check or the reason that it is about. */
export function registerRollout(ports: CommandPorts): Disposable[] {
  return rolloutCommands.map((name) =>
    vscode.commands.registerCommand(`failsoft.rollout.${name}`, async (given: unknown) => {
      try {
        await (await ports.dialogs()).runRollout(ports, name, typeof given === 'string' ? given : undefined);
      } catch (error) {
        ports.log.error(`command failsoft.rollout.${name}: ${messageOf(error)}`);
      }
    }),
  );
}
