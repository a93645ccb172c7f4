import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { permissionFor } from '../../../src/router/boundary.ts';
import type { Boundary } from '../../../src/settings/settings.ts';

const boundaries: readonly Boundary[] = ['local', 'private', 'vendor:a', 'vendor:b'];

describe('the data boundary', () => {
  const rows: readonly (readonly [first: Boundary, free: readonly Boundary[]])[] = [
    ['local', ['local']],
    ['private', ['local', 'private']],
    ['vendor:a', ['local', 'private', 'vendor:a']],
  ];
  for (const [first, free] of rows) {
    it(`lets code go to ${free.join(', ')} unasked when the first backend is ${first}, and nowhere else`, () => {
      assert.deepEqual(
        boundaries.filter((boundary) => permissionFor(boundary, first, 'undecided') === 'not-needed'),
        free,
      );
      assert.ok(boundaries.every((boundary) => free.includes(boundary) || permissionFor(boundary, first, 'undecided') === 'undecided'));
    });
  }

  it('is whatever the person said, wherever the route begins', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...boundaries),
        fc.constantFrom(...boundaries),
        fc.constantFrom('allowed', 'denied'),
        (one, first, answer) => {
          assert.equal(permissionFor(one, first, answer), answer);
        },
      ),
    );
  });
});
