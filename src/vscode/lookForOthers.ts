import type { Memento } from 'vscode';
import type { Clock, Disposable } from '../base/clock.ts';
import { type Logger, messageOf } from '../base/logger.ts';
import type { Session } from './session.ts';

/** Other extensions are started after us, and the first keys come first. In ms. */
export const firstLook = 10_000;

/** What the look for other extensions needs. */
export interface OtherProviderPorts {
  readonly session: Session;
  /** The editor's own storage of this machine. */
  readonly state: Pick<Memento, 'get' | 'update'>;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Looks at once, and from time to time, until it is disposed. */
export type WatchOthers = (ports: OtherProviderPorts) => Disposable;

/** Looks whether other extensions offer inline suggestions too, a while after activation; the code of that is loaded only then. */
export function lookForOthers(ports: OtherProviderPorts, load: () => Promise<WatchOthers>): Disposable {
  let watch: Disposable | undefined;
  let isDisposed = false;
  const begin = async (): Promise<void> => {
    try {
      const watchOthers = await load();
      if (!isDisposed) watch = watchOthers(ports);
    } catch (error) {
      ports.log.error(`other extensions: ${messageOf(error)}`);
    }
  };
  const timer = ports.clock.after(firstLook, () => void begin());
  return {
    dispose() {
      isDisposed = true;
      timer.dispose();
      watch?.dispose();
    },
  };
}
