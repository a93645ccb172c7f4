import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { type Completed, snippetOf } from '../../../src/domain/completion.ts';

const made: Completed = {
  ok: true,
  text: 'ace("here");',
  origin: 'local',
  sourceId: 'local',
  finish: 'stop',
  snippet: { text: 'ace("here");', lead: 'ace("', body: '${1:here}");' },
};

describe('what is left of a snippet', () => {
  it('is all of it, or what is to come after a part of its beginning was typed', () => {
    assert.deepEqual(snippetOf(made), { lead: 'ace("', body: '${1:here}");' });
    assert.deepEqual(snippetOf({ ...made, text: 'e("here");' }), { lead: 'e("', body: '${1:here}");' });
    assert.deepEqual(snippetOf({ ...made, text: 'here");' }), { lead: '', body: '${1:here}");' });
  });

  it('is only text once a place of it was typed into, its end was cut, or it never was one', () => {
    for (const text of ['ere");', 'ace("here"', '', 'other']) assert.equal(snippetOf({ ...made, text }), undefined, text);
    const plain: Completed = { ok: true, text: 'x', origin: 'local', sourceId: 'local', finish: 'stop' };
    assert.equal(snippetOf(plain), undefined);
  });

  it('never says anything but the text', () => {
    const short = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 6 });
    fc.assert(
      fc.property(short, short, short, (lead, body, text) => {
        const left = snippetOf({ ...made, text, snippet: { text: lead + body, lead, body } });
        return left === undefined || left.lead + left.body === text;
      }),
    );
  });
});
