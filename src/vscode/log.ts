import * as vscode from 'vscode';
import type { Disposable } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';

/** The log as the person sees it: one channel of the output panel, with the level set there. */
export interface Log extends Logger, Disposable {
  show(): void;
}

/** The log channel of the extension. */
export function createLog(): Log {
  const channel = vscode.window.createOutputChannel('Failsoft', { log: true });
  return {
    debug: (message) => channel.debug(message),
    info: (message) => channel.info(message),
    warn: (message) => channel.warn(message),
    error: (message) => channel.error(message),
    show: () => channel.show(true),
    dispose: () => channel.dispose(),
  };
}
