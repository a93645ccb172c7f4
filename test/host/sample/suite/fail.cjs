// @ts-check
const assert = require('node:assert/strict');

it('fails', () => assert.equal(1, 2));
