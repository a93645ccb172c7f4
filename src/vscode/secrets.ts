import type { SecretStorage } from 'vscode';
import type { Disposable } from '../base/clock.ts';
import { type Event, Emitter } from '../base/event.ts';
import { type Logger, messageOf } from '../base/logger.ts';
import type { KeyStore } from '../domain/service.ts';
import { isSecretName, secretName } from './keyText.ts';

/** The keys, in the editor's own safe. */
export interface SecretKeys extends KeyStore, Disposable {
  set(backendName: string, origin: string, key: string): Promise<void>;
  clear(backendName: string, origin: string): Promise<void>;
  /** Fires after a key was set or cleared, in this window or another. */
  readonly onDidChange: Event<void>;
}

/** Keys read once are kept in memory: the safe is another process, and a keystroke does not wait for it twice. */
export function createSecretKeys(storage: SecretStorage, logger: Logger): SecretKeys {
  const read = new Map<string, Promise<string | undefined>>();
  const changed = new Emitter<void>((error) => logger.error(`secrets: ${messageOf(error)}`));
  const subscription = storage.onDidChange(({ key }) => {
    if (!isSecretName(key)) return;
    read.delete(key);
    changed.fire();
  });
  const get = async (name: string): Promise<string | undefined> => {
    try {
      return (await storage.get(name)) || undefined;
    } catch (error) {
      // No keyring on this machine: the backend will say that a key is needed, and completions go on locally.
      logger.warn(`secrets: the key could not be read: ${messageOf(error)}`);
      read.delete(name);
      return undefined;
    }
  };
  return {
    get(backendName, origin) {
      const name = secretName(backendName, origin);
      const known = read.get(name) ?? get(name);
      read.set(name, known);
      return known;
    },
    async set(backendName, origin, key) {
      await storage.store(secretName(backendName, origin), key);
      // The editor's event comes later; a retry right after this must not find the old key.
      read.delete(secretName(backendName, origin));
    },
    async clear(backendName, origin) {
      await storage.delete(secretName(backendName, origin));
      read.delete(secretName(backendName, origin));
    },
    onDidChange: changed.event,
    dispose() {
      subscription.dispose();
      changed.dispose();
      read.clear();
    },
  };
}
