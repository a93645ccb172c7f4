import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { boundaryRows, boundaryText, placeOf, questionOf, wantedOf } from '../../../src/ui/dataBoundary.ts';
import { snapshot, source } from './snapshots.ts';

const boundaries = [
  { boundary: 'local', permission: 'not-needed', sources: ['main'] },
  { boundary: 'private', permission: 'denied', sources: ['team'] },
  { boundary: 'vendor:acme', permission: 'undecided', sources: ['spare', 'other'] },
  { boundary: 'vendor:b', permission: 'allowed', sources: ['b'] },
] as const;
const of = snapshot([source('main', 'open'), source('team', 'not-allowed')], { boundaries, wantedBoundary: 'vendor:acme' });

describe('the words of the data boundary', () => {
  it('name the places as a person would', () => {
    assert.deepEqual(['local', 'private', 'vendor:acme'].map(placeOf), ['this machine', 'your own servers', 'the vendor acme']);
  });

  it('ask in plain words who would get the code and why', () => {
    const wanted = wantedOf(of);
    assert.ok(wanted);
    assert.equal(
      questionOf(of, wanted),
      'Failsoft: “main” is not answering. “spare” could stand in, but then code of this workspace goes to the vendor acme. Allow that for this workspace?',
    );
    assert.equal(wantedOf(snapshot([])), undefined);
  });

  it('list every boundary with its backends and what picking it does', () => {
    assert.deepEqual(
      boundaryRows(of).map(({ label, description, next }) => `${label} (${description}) → ${next}`),
      [
        '$(check) This machine (main) → denied',
        '$(circle-slash) Your own servers (team) → allowed',
        '$(circle-slash) The vendor acme (spare, other) → allowed',
        '$(check) The vendor b (b) → denied',
      ],
    );
  });

  it('say in one line where code goes and where not', () => {
    assert.equal(boundaryText(boundaries), 'this machine, the vendor b; not decided: the vendor acme; forbidden: your own servers');
  });

  it('show a hostile name as plain text', () => {
    const hostile = { boundary: 'vendor:x', permission: 'undecided', sources: ['$(alert)\nx'] } as const;
    assert.equal(boundaryRows(snapshot([], { boundaries: [hostile] }))[0]?.description, '$ (alert) x');
  });
});
