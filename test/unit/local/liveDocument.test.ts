import assert from 'node:assert/strict';

import { describe, it } from 'mocha';

import { LiveDocument } from '../../../src/local/liveDocument.ts';
import { requestAt } from './fixture.ts';

const lines = Array.from({ length: 5000 }, (_, index) => `line(${index});`);

function at(line: number, typed = ''): ReturnType<typeof requestAt> {
  return requestAt(`${lines.slice(0, line).join('\n')}\n${typed}|\n${lines.slice(line).join('\n')}`);
}

describe('live document', () => {
  it('keeps its segments while typing on a line and on the next ones', () => {
    const live = new LiveDocument();
    const before = live.places(at(2500, 'a'));
    const after = live.places(at(2500, 'ab\ncd'));
    assert.equal(after[1]?.segment, before[1]?.segment);
    assert.equal(after[2]?.segment, before[2]?.segment);
    assert.match(after[0]?.segment.text ?? '', /ab\n$/);
  });

  it('keeps its segments when the cursor goes up a few lines', () => {
    const live = new LiveDocument();
    const before = live.places(at(2500));
    assert.equal(live.places(at(2495))[1]?.segment, before[1]?.segment);
  });

  it('cuts anew after a jump, at most 2000 lines on either side', () => {
    const live = new LiveDocument();
    live.places(at(100));
    const [fresh, above, below] = live.places(at(4000));
    assert.equal(fresh?.segment.text.includes('line(3999)'), true);
    assert.equal(above?.segment.text.split('\n').length, 2001);
    assert.match(below?.segment.text ?? '', /^line\(4000\)/);
  });

  it('searches nothing of the former document after a change to another', () => {
    const live = new LiveDocument();
    live.places(at(100));
    const text = live.places(requestAt('x\n|', { documentId: 'other' })).map(({ segment }) => segment.text);
    assert.deepEqual(text, ['x\n', '', '']);
  });
});
