import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { IgnoreTree } from '../../../src/privacy/ignoreTree.ts';

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A tree over files in memory: `folder/.failsoftignore` by folder; an Error is thrown on reading. */
function treeOf(files: Record<string, string | Error>) {
  const reads: string[] = [];
  const tree = new IgnoreTree(
    (root, folder) => {
      reads.push(`${root}:${folder}`);
      const content = files[folder];
      if (content instanceof Error) return Promise.reject(content);
      return Promise.resolve(content === undefined ? undefined : new TextEncoder().encode(content));
    },
    (error) => assert.fail(String(error)),
  );
  return { tree, reads, files };
}

describe('the ignore files of a workspace', () => {
  it('deny until they are read, and say so when they are', async () => {
    const { tree } = treeOf({ '': 'internal/\n' });
    let changes = 0;
    tree.onDidChange(() => (changes += 1));
    assert.equal(tree.denialOf({ root: 'w', path: 'src/a.ts' })?.kind, 'reading');
    await settled();
    assert.equal(changes, 2);
    assert.equal(tree.denialOf({ root: 'w', path: 'src/a.ts' }), undefined);
    assert.equal(tree.denialOf({ root: 'w', path: 'internal/a.ts' })?.kind, 'reading', 'its own folder is not read yet');
    await settled();
    assert.equal(tree.denialOf({ root: 'w', path: 'internal/a.ts' })?.kind, 'file');
  });

  it('are read once per folder, from the workspace folder down', async () => {
    const { tree, reads } = treeOf({});
    for (let round = 0; round < 3; round++) {
      tree.denialOf({ root: 'w', path: 'a/b/c.ts' });
      tree.denialOf({ root: 'w', path: 'a/b/d.ts' });
      await settled();
    }
    assert.deepEqual(reads, ['w:', 'w:a', 'w:a/b']);
  });

  it('that cannot be read deny everything below and give one line that names the file and the reason', async () => {
    const { tree } = treeOf({ lib: new Error('EACCES') });
    tree.denialOf({ root: 'w', path: 'lib/a.ts' });
    await settled();
    assert.equal(tree.denialOf({ root: 'w', path: 'lib/a.ts' })?.kind, 'unreadable');
    assert.equal(tree.denialOf({ root: 'w', path: 'b.ts' }), undefined);
    assert.deepEqual(
      tree.problems(() => 'shop'),
      ['shop/lib/.failsoftignore cannot be used: it cannot be read (EACCES); nothing below it is sent to backends until it can'],
    );
  });

  it('are read again after a change; a deleted one leaves the built-in list', async () => {
    const { tree, files } = treeOf({ '': '*.ts\n!.env\n' });
    tree.denialOf({ root: 'w', path: 'a.ts' });
    await settled();
    assert.equal(tree.denialOf({ root: 'w', path: 'a.ts' })?.kind, 'file');
    assert.equal(tree.denialOf({ root: 'w', path: '.env' }), undefined);
    delete files[''];
    tree.forget();
    assert.equal(tree.denialOf({ root: 'w', path: 'a.ts' })?.kind, 'reading');
    await settled();
    assert.equal(tree.denialOf({ root: 'w', path: 'a.ts' }), undefined);
    assert.equal(tree.denialOf({ root: 'w', path: '.env' })?.kind, 'default');
  });

  it('do not let an answer from before a change through', async () => {
    let answer: (bytes: Uint8Array | undefined) => void = () => undefined;
    const tree = new IgnoreTree(
      () => new Promise((resolve) => (answer = resolve)),
      () => undefined,
    );
    tree.denialOf({ root: 'w', path: 'a.ts' });
    const old = answer;
    tree.forget();
    old(undefined);
    await settled();
    assert.equal(tree.denialOf({ root: 'w', path: 'a.ts' })?.kind, 'reading');
  });

  it('do not matter outside of every workspace folder, where the built-in list counts', () => {
    const { tree, reads } = treeOf({ '': '*' });
    assert.equal(tree.denialOf({ path: 'home/me/.aws/credentials' })?.kind, 'default');
    assert.equal(tree.denialOf({ path: 'tmp/a.ts' }), undefined);
    assert.deepEqual(reads, []);
  });

  it('leave nothing behind', () => {
    const { tree } = treeOf({});
    tree.dispose();
    tree.dispose();
  });
});
