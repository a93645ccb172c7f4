import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { headerRules, readHeaders } from '../../../src/settings/parseHeaders.ts';

function read(value: unknown): { headers: unknown; problems: string[] } {
  const problems: string[] = [];
  return { headers: readHeaders(value, 'failsoft.backends[0]', problems), problems };
}

describe('the fixed headers of a backend', () => {
  it('are kept with their names in lower case', () => {
    assert.deepEqual(read({ 'X-Portkey-Provider': 'openai' }), { headers: { 'x-portkey-provider': 'openai' }, problems: [] });
    assert.deepEqual(read(undefined), { headers: undefined, problems: [] });
  });

  const secret = 'sk-canary-123456';
  const refused: readonly (readonly [string, unknown, RegExp])[] = [
    ['a list', ['x'], /headers is .* allowed is an object/],
    ['Authorization', { Authorization: 'Bearer x' }, /looks like a key/],
    ['a key under its own name', { 'x-api-key': 'x' }, /looks like a key/],
    ['apikey', { apikey: 'x' }, /looks like a key/],
    ['an access token', { 'x-access-token': 'x' }, /looks like a key/],
    ['a cookie', { cookie: 'x' }, /looks like a key/],
    ['a key under a harmless name', { 'x-extra': secret }, /looks like a key/],
    ['a key inside a gateway configuration', { 'x-portkey-config': '{"api_key":"abc"}' }, /looks like a key/],
    ['a header of ours', { 'Content-Type': 'text/plain' }, /set by Failsoft itself/],
    ['the host', { host: 'example.com' }, /set by Failsoft itself/],
    ['a second header in a value', { 'x-a': 'a\r\nx-b: c' }, /printable ASCII/],
    ['a name that is none', { 'x a': 'b' }, /no header name/],
    ['a number', { 'x-a': 7 }, /printable ASCII/],
    ['an endless value', { 'x-a': 'a'.repeat(headerRules.maximumValueLength + 1) }, /printable ASCII/],
  ];
  for (const [name, value, message] of refused) {
    it(`refuse ${name}, in one line that repeats no key`, () => {
      const { headers, problems } = read(value);
      assert.equal(headers, undefined);
      assert.equal(problems.length, 1);
      assert.match(problems[0] ?? '', message);
      assert.ok(!problems.join('').includes(secret));
    });
  }

  it('are bounded in number', () => {
    const many = Object.fromEntries(Array.from({ length: headerRules.maximumCount + 1 }, (_, index) => [`x-${index}`, 'v']));
    const { headers, problems } = read(many);
    assert.equal(Object.keys(headers as object).length, headerRules.maximumCount);
    assert.match(problems.join(), /one too many/);
  });
});
