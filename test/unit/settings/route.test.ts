import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { entryName, rawRoute, routeEntries, withEntry, withMoved, withoutEntry, withReplaced } from '../../../src/settings/route.ts';

const good = (name: string): object => ({ name, baseUrl: 'http://127.0.0.1:1/v1', model: 'm', custom: 'kept' });

describe('the list of backends as it stands in the settings', () => {
  it('is empty where nothing stands, and is not touched where something else stands', () => {
    assert.deepEqual(rawRoute(undefined), []);
    assert.deepEqual(rawRoute(null), []);
    assert.equal(rawRoute({ a: 1 }), undefined);
    assert.equal(rawRoute('x'), undefined);
  });

  it('shows every entry at its own place, usable or not', () => {
    const entries = routeEntries([good('a'), 7, { name: 'broken', baseUrl: 'htp:/x', model: 'm' }, good('a'), good('b')]);
    assert.deepEqual(entries.map(entryName), ['a', 'entry 2', 'broken', 'a', 'b']);
    assert.deepEqual(
      entries.map(({ backend }) => backend !== undefined),
      [true, false, false, false, true],
    );
    assert.match(entries[2]?.problem ?? '', /^baseUrl has the scheme "htp:", allowed is http or https$/);
    assert.match(entries[3]?.problem ?? '', /earlier backend is named "a"/);
  });

  it('keeps what it does not understand, the very same objects, whatever is done to it', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue(), { minLength: 1, maxLength: 12 }), fc.nat(11), fc.constantFrom(1, -1), (raw, seed, by) => {
        const index = seed % raw.length;
        const added = { name: 'new' };
        assert.deepEqual(withoutEntry(withEntry(raw, added, index), index), raw);
        assert.equal(withEntry(raw, added, index)[index], added);
        assert.deepEqual(withReplaced(raw, raw[index], index), raw);
        const moved = withMoved(raw, index, by);
        assert.equal(moved.length, raw.length);
        for (const item of raw) assert.ok(moved.includes(item));
        const back = index + by;
        if (back >= 0 && back < raw.length) assert.deepEqual(withMoved(moved, back, -by as 1 | -1), raw);
        else assert.equal(moved, raw);
      }),
    );
  });
});
