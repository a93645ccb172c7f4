import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { type Logger, silentLogger } from '../../../src/base/logger.ts';
import { createMemory } from '../../../src/vscode/memory.ts';

describe('the memory in the editor’s storage', () => {
  it('reads what was written', () => {
    const stored = new Map<string, unknown>();
    const storage = {
      keys: () => [...stored.keys()],
      get: (key: string): unknown => stored.get(key),
      update: (key: string, value: unknown) => Promise.resolve(void stored.set(key, value)),
    };
    const memory = createMemory(storage as never, silentLogger);
    assert.equal(memory.read(), undefined);
    memory.write({ version: 1 });
    assert.deepEqual(memory.read(), { version: 1 });
    assert.deepEqual([...stored.keys()], ['failsoft.memory']);
  });

  it('says in the log when the storage fails, and goes on', async () => {
    const log: string[] = [];
    const logger: Logger = { ...silentLogger, warn: (line) => void log.push(line) };
    const broken = (update: () => Promise<void>) => ({
      keys: () => [],
      get: () => {
        throw new Error('no storage');
      },
      update,
    });
    assert.equal(createMemory(broken(() => Promise.resolve()) as never, logger).read(), undefined);
    createMemory(broken(() => Promise.reject(new Error('disk full'))) as never, logger).write(1);
    const thrower = broken(() => {
      throw new Error('closed');
    });
    createMemory(thrower as never, logger).write(1);
    await Promise.resolve();
    assert.deepEqual(log.sort(), ['memory: closed', 'memory: disk full', 'memory: no storage']);
  });
});
