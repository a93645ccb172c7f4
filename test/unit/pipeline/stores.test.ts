import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { storeShares } from '../../../src/domain/byteStore.ts';
import type { Completed } from '../../../src/domain/completion.ts';
import { Predictions } from '../../../src/pipeline/predictions.ts';
import { Rejections } from '../../../src/pipeline/rejections.ts';
import { Served } from '../../../src/pipeline/served.ts';
import { sampleRequest } from '../../fakes/request.ts';

const completed = (text: string): Completed => ({ ok: true, text, origin: 'model', sourceId: 'main', finish: 'stop' });

describe('what the pipeline keeps', () => {
  it('holds no more served texts than their share, however large the documents are', () => {
    const served = new Served();
    for (let index = 0; index < 16; index++) {
      const prefix = `${index}`.padEnd(400_000, 'x');
      served.put(sampleRequest({ prefix }), completed('text'));
      assert.ok(served.bytes <= storeShares.served, `${served.bytes}`);
    }
    assert.ok(served.bytes > storeShares.served / 2);
    assert.ok(served.current);
  });

  it('keeps what is on the screen, and its alternatives, when all else is dropped', () => {
    const served = new Served();
    served.put(sampleRequest({ id: 'old' }), completed('old'));
    served.put(sampleRequest({ id: 'new' }), { ...completed('new'), alternatives: [completed('other')] });
    served.evict(0);
    assert.deepEqual(
      ['new', 'new.1', 'old'].map((id) => served.find(id)?.completed.text),
      ['new', 'other', undefined],
    );
  });

  it('counts a place once for all texts that were made for it', () => {
    const [one, three] = [new Served(), new Served()];
    const request = sampleRequest({ prefix: 'x'.repeat(10_000) });
    one.put(request, completed('a'));
    three.put(request, { ...completed('a'), alternatives: [completed('b'), completed('c')] });
    assert.ok(three.bytes - one.bytes < 200, `${three.bytes - one.bytes}`);
  });

  it('holds no more rejected texts than their share, the newest', () => {
    const rejections = new Rejections();
    // A line of a minified file.
    const at = (index: number): ReturnType<typeof sampleRequest> => sampleRequest({ prefix: `${index}`.padEnd(48_000, 'x') });
    for (let index = 0; index < 20; index++) rejections.add(at(index), 'text');
    assert.ok(rejections.bytes <= storeShares.rejected);
    assert.deepEqual([rejections.has(at(19), 'text'), rejections.has(at(0), 'text')], [true, false]);
  });

  it('drops the least recently used of what is known, down to nothing', () => {
    const predictions = new Predictions();
    for (let index = 0; index < 100; index++) predictions.add(sampleRequest({ suffix: `\n${index}` }), 'main', completed('text();'));
    const { bytes } = predictions;
    predictions.evict(bytes / 2);
    assert.ok(predictions.bytes <= bytes / 2 && predictions.bytes > bytes / 4);
    const known = (index: number): boolean => [...predictions.all(sampleRequest({ suffix: `\n${index}` }), 'main')].length > 0;
    assert.deepEqual([known(99), known(0)], [true, false]);
    predictions.evict(0);
    assert.equal(predictions.bytes, 0);
  });
});
