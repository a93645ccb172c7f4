import * as vscode from 'vscode';
import type { Disposable } from '../base/clock.ts';
import { messageOf } from '../base/logger.ts';
import type { EngineSnapshot } from '../domain/snapshot.ts';
import { type Toast, ToastFold } from '../ui/toast.ts';
import type { Log } from './log.ts';
import type { Session } from './session.ts';

const quietKey = 'failsoft.quietToasts';
/** Most that is remembered; the oldest is forgotten. */
const maximumQuiet = 64;
const never = 'Don’t show again for this';

/** One toast an outage, for what needs a person; nothing when the person said so. */
export function createToasts(session: Session, state: vscode.Memento, log: Log): Disposable {
  const fold = new ToastFold();
  const quiet = (): string[] => {
    const stored = state.get<unknown>(quietKey);
    return Array.isArray(stored) ? stored.filter((key): key is string => typeof key === 'string').slice(-maximumQuiet) : [];
  };
  const show = async ({ key, message, action }: Toast): Promise<void> => {
    const picked = await vscode.window.showWarningMessage(message, action.label, never);
    if (picked === action.label) await vscode.commands.executeCommand(action.command);
    if (picked === never) await state.update(quietKey, [...quiet().filter((each) => each !== key), key].slice(-maximumQuiet));
  };
  const look = (snapshot: EngineSnapshot): void => {
    const toast = fold.next(snapshot, (key) => quiet().includes(key));
    if (toast) show(toast).catch((error: unknown) => log.warn(`toast: ${messageOf(error)}`));
  };
  look(session.snapshot());
  return session.onDidChange(look);
}
