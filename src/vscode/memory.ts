import type * as vscode from 'vscode';
import { messageOf, type Logger } from '../base/logger.ts';
import type { EngineMemory } from '../domain/service.ts';

/**
 * What the engine remembers between sessions, in the editor's own storage of this machine. A storage that fails is logged once a try.
 *
 * @param key one for each thing that is remembered
 */
export function createMemory(storage: vscode.Memento, log: Logger, key = 'failsoft.memory'): EngineMemory {
  const failed = (error: unknown): void => log.warn(`memory: ${messageOf(error)}`);
  return {
    read() {
      try {
        return storage.get<unknown>(key);
      } catch (error) {
        failed(error);
        return undefined;
      }
    },
    write(value) {
      try {
        storage.update(key, value).then(undefined, failed);
      } catch (error) {
        failed(error);
      }
    },
  };
}
