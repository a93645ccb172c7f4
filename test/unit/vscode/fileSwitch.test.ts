import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { silentLogger } from '../../../src/base/logger.ts';
import { createFileSwitch, type FileName, filesOffKey, maximumFilesOff } from '../../../src/vscode/fileSwitch.ts';

function uri(text: string): FileName {
  const [scheme = '', rest = ''] = text.split(/:(.*)/s);
  const [path = '', fragment = ''] = rest.split('#');
  return {
    scheme,
    with: (change) => uri(`${change.scheme ?? scheme}:${path}${(change.fragment ?? fragment) && `#${change.fragment ?? fragment}`}`),
    toString: () => text,
  };
}

function storage(initial?: unknown): { get(): unknown; update(key: string, value: unknown): Promise<void>; value: unknown } {
  return {
    value: initial,
    get() {
      return this.value;
    },
    update(key, value) {
      assert.equal(key, filesOffKey);
      this.value = value;
      return Promise.resolve();
    },
  };
}

describe('the switch of a file', () => {
  it('is kept in the workspace’s state, says that it changed, and is read again', () => {
    const state = storage();
    const files = createFileSwitch(state, silentLogger);
    let changes = 0;
    files.onDidChange(() => (changes += 1));
    files.set(uri('file:///a.ts'), true);
    assert.deepEqual([files.isOff(uri('file:///a.ts')), files.isOff(uri('file:///b.ts')), changes], [true, false, 1]);
    assert.ok(createFileSwitch(state, silentLogger).isOff(uri('file:///a.ts')), 'after a restart');
    files.set(uri('file:///a.ts'), false);
    assert.ok(!createFileSwitch(state, silentLogger).isOff(uri('file:///a.ts')));
    files.dispose();
  });

  it('is one for all cells of a notebook', () => {
    const files = createFileSwitch(storage(), silentLogger);
    files.set(uri('vscode-notebook-cell:/n.ipynb#W0'), true);
    assert.ok(files.isOff(uri('vscode-notebook-cell:/n.ipynb#W1')));
    assert.ok(!files.isOff(uri('vscode-notebook-cell:/m.ipynb#W0')));
  });

  it('of what was never saved holds in this window only: its name is used again', () => {
    for (const name of ['untitled:Untitled-1', 'vscode-notebook-cell:Untitled-1.ipynb#W0']) {
      const state = storage();
      const files = createFileSwitch(state, silentLogger);
      files.set(uri(name), true);
      assert.ok(files.isOff(uri(name)));
      assert.deepEqual(state.value, []);
    }
  });

  it('is on again for the oldest of too many', () => {
    const files = createFileSwitch(storage(), silentLogger);
    for (let index = 0; index <= maximumFilesOff; index++) files.set(uri(`file:///${index}.ts`), true);
    assert.ok(!files.isOff(uri('file:///0.ts')));
    assert.ok(files.isOff(uri('file:///1.ts')));
  });

  it('takes whatever is stored, and holds although nothing can be stored', () => {
    for (const stored of [undefined, 7, 'file:///a.ts', { 0: 'file:///a.ts' }, [7, null]]) {
      assert.ok(!createFileSwitch(storage(stored), silentLogger).isOff(uri('file:///a.ts')));
    }
    const broken = createFileSwitch({ get: () => [], update: () => Promise.reject(new Error('full')) }, silentLogger);
    broken.set(uri('file:///a.ts'), true);
    assert.ok(broken.isOff(uri('file:///a.ts')));
  });
});
