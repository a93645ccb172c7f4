import assert from 'node:assert/strict';

import { describe, it } from 'mocha';

import { OpenDocuments } from '../../../src/local/openDocuments.ts';
import { documentOf } from './fixture.ts';

const text = 'const value = compute(1);\n'.repeat(40);

function ids(index: OpenDocuments, documents: Parameters<OpenDocuments['places']>[0]): number {
  return index.places(documents, 'typescript', 'none').length;
}

describe('index of open documents', () => {
  it('reads a document once per version', () => {
    const index = new OpenDocuments();
    let reads = 0;
    const at = (version: number) => [documentOf('a', '', { version, text: () => `v${String((reads += 1))}` })];
    index.refresh(at(1), undefined);
    index.refresh(at(1), undefined);
    assert.equal(reads, 1);
    index.refresh(at(2), undefined);
    assert.equal(reads, 2);
  });

  it('does not read the document being edited', () => {
    const index = new OpenDocuments();
    const edited = documentOf('a', '', { text: () => assert.fail('read') });
    assert.equal(index.refresh([edited], 'a'), true);
    assert.equal(index.size, 0);
  });

  it('forgets a closed document', () => {
    const index = new OpenDocuments();
    index.refresh([documentOf('a', text), documentOf('b', text)], undefined);
    index.refresh([documentOf('b', text)], undefined);
    assert.equal(index.size, 1);
    index.refresh([], undefined);
    assert.equal(index.bytes, 0);
  });

  it('keeps the most recently used within the byte bound and does not read the rest again', () => {
    const probe = new OpenDocuments();
    probe.refresh([documentOf('a', text)], undefined);
    const index = new OpenDocuments({ bytes: probe.bytes * 2.5, characters: 1e6 });
    let reads = 0;
    const open = ['a', 'b', 'c', 'd'].map((id) => documentOf(id, '', { text: () => ((reads += 1), text) }));
    for (let turn = 0; turn < 5; turn += 1) index.refresh(open, undefined);
    assert.equal(reads, 4);
    assert.equal(index.size, 2);
    assert.equal(ids(index, open.slice(0, 2)), 2);
    index.refresh([...open].reverse(), undefined);
    assert.ok(index.bytes <= probe.bytes * 2.5);
    assert.equal(ids(index, open.slice(2)), 2);
  });

  it('keeps within the bound of characters, too', () => {
    const index = new OpenDocuments({ bytes: 1e9, characters: text.length * 2 });
    let reads = 0;
    const open = ['a', 'b', 'c'].map((id) => documentOf(id, '', { text: () => ((reads += 1), text) }));
    for (let turn = 0; turn < 5; turn += 1) index.refresh(open, undefined);
    assert.equal(reads, 3);
    assert.equal(index.size, 2);
  });

  it('cuts a bounded amount per turn and says whether it is done', () => {
    const index = new OpenDocuments();
    const large = 'let item = next();\n'.repeat(4000);
    const open = ['a', 'b', 'c'].map((id) => documentOf(id, large));
    assert.deepEqual(
      [1, 2, 3].map(() => index.refresh(open, undefined)),
      [false, false, true],
    );
  });

  it('keeps only the beginning of a very large document', () => {
    const index = new OpenDocuments();
    const open = [documentOf('a', 'x\n'.repeat(300_000))];
    index.refresh(open, undefined);
    assert.equal(index.places(open, 'typescript', 'none')[0]?.segment.text.split('\n').length, 4000);
  });
});
