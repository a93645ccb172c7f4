import path from 'node:path';
import * as vscode from 'vscode';
import type { Disposable } from '../base/clock.ts';
import { Emitter, type Event } from '../base/event.ts';
import { messageOf } from '../base/logger.ts';
import { stampedFolder } from '../base/stampedFolder.ts';
import { rolloutActions, type RolloutControl } from '../domain/rollout.ts';
import { rollbackToast } from '../ui/rolloutToast.ts';
import { rolloutLine } from '../ui/rolloutWords.ts';
import type { Log } from './log.ts';
import { camelCase, type LateRollout } from './rolloutPorts.ts';

const toldKey = 'failsoft.rollout.told';

/** Which rollbacks were told, one line each and window that would have; beside the decisions. */
const toldFile = 'told.txt';

/** Bytes; a line has some 150. */
const mostTold = 1024 * 1024;

/** Where it is kept what was told. */
type Told = Pick<vscode.ExtensionContext, 'globalState' | 'globalStorageUri'>;

/** What the status says of the rollout. */
export interface RolloutStatus extends Disposable {
  readonly onDidChange: Event<void>;
  /** For the tooltip; `undefined` while no policy is named. */
  line(): string | undefined;
}

/** Tells the status, the palette and, once, the person how the rollout is. */
export function createRolloutStatus(late: LateRollout, told: Told, log: Log): RolloutStatus {
  const changed = new Emitter<void>((error) => log.warn(`rollout: ${messageOf(error)}`));
  const owned: Disposable[] = [changed];
  const keys = createContextKeys();
  let control: RolloutControl | undefined;
  let isDisposed = false;
  const look = (): void => {
    keys(control);
    if (control) tellRollback(control, told, log);
    changed.fire();
  };
  void late.then((loaded) => {
    if (isDisposed || !loaded) return;
    control = loaded;
    // Only the window that is looked at tells; the others find that it was told.
    owned.push(
      loaded.onDidChange(look),
      vscode.window.onDidChangeWindowState(() => tellRollback(loaded, told, log)),
    );
    look();
  });
  return {
    onDidChange: changed.event,
    line() {
      const snapshot = control?.snapshot();
      const [problem] = control?.problems ?? [];
      return snapshot ? rolloutLine(snapshot) : problem === undefined ? undefined : `none; ${problem}`;
    },
    dispose() {
      isDisposed = true;
      for (const each of owned) each.dispose();
    },
  };
}

/** Sets `failsoft.rollout.planned` and `failsoft.rollout.can.<action>` for the `enablement` of the commands; only what differs. */
function createContextKeys(): (control: RolloutControl | undefined) => void {
  const shown = new Map<string, boolean>();
  const set = (key: string, value: boolean): void => {
    if ((shown.get(key) ?? false) === value) return;
    shown.set(key, value);
    void vscode.commands.executeCommand('setContext', `failsoft.rollout.${key}`, value);
  };
  return (control) => {
    const possible = control?.possible() ?? [];
    set('planned', control?.snapshot() !== undefined);
    for (const action of rolloutActions) set(`can.${camelCase(action)}`, possible.includes(action));
  };
}

/** Once for each rollback, in one of the windows, also when it happened while none was open. */
function tellRollback(control: RolloutControl, { globalState, globalStorageUri }: Told, log: Log): void {
  const snapshot = control.snapshot();
  const toast = snapshot && rollbackToast(snapshot);
  if (!toast || !vscode.window.state.focused || globalState.get(toldKey) === toast.key) return;
  const show = async (): Promise<void> => {
    await globalState.update(toldKey, toast.key);
    if (!isFirst(toast.key, globalStorageUri, log)) return;
    const what = 'What Happened';
    if ((await vscode.window.showInformationMessage(toast.message, what)) === what) {
      await vscode.commands.executeCommand('failsoft.rollout.show');
    }
  };
  show().catch((error: unknown) => log.warn(`rollout: ${messageOf(error)}`));
}

/** Whether no other window has told it: what the editor shares between windows comes to them too late. */
function isFirst(key: string, { fsPath }: vscode.Uri, log: Log): boolean {
  const mine = `${key} ${crypto.randomUUID()}`;
  try {
    const folder = stampedFolder(path.join(fsPath, 'rollout'));
    folder.append(toldFile, mine);
    const lines = folder.read(toldFile, mostTold)?.split('\n') ?? [];
    return (lines.find((line) => line.startsWith(`${key} `)) ?? mine) === mine;
  } catch (error) {
    log.warn(`rollout: ${toldFile} could not be written: ${messageOf(error)}`);
    return true;
  }
}
