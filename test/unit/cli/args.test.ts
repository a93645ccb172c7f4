import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { readArgs } from '../../../src/cli/args.ts';
import { type Args, type Flags, UsageError } from '../../../src/cli/command.ts';

const flags: Flags = {
  settings: { type: 'string', value: 'FILE', help: '' },
  also: { type: 'string', value: 'NAME', multiple: true, help: '' },
  json: { type: 'boolean', help: '' },
  count: { type: 'string', value: 'N', help: '' },
};
const read = (...words: string[]): Args => readArgs(words, flags);

describe('the flags of a command', () => {
  it('are read in both spellings', () => {
    const args = read('--settings', 'a.json', '--json', '--count=12', '--also', 'x', '--also=y');
    assert.equal(args.text('settings'), 'a.json');
    assert.equal(args.has('json'), true);
    assert.equal(args.number('count', { default: 1, minimum: 1, maximum: 20 }), 12);
    assert.deepEqual(args.texts('also'), ['x', 'y']);
    assert.equal(args.text('also'), 'x');
    assert.equal(read('--settings=--odd.json').text('settings'), '--odd.json', 'as whoever writes it so means it');
  });

  it('have their defaults when they are not given', () => {
    const args = read();
    assert.equal(args.text('settings'), undefined);
    assert.equal(args.number('count', { default: 7, minimum: 1, maximum: 20 }), 7);
    assert.equal(args.oneOf('settings', ['a', 'b'], 'b'), 'b');
  });

  const wrong: readonly (readonly [string, readonly string[], string])[] = [
    ['one that is not known', ['--settigns', 'x'], '--settigns is not known; did you mean --settings?'],
    ['one that is like no other', ['--zzzzzzz'], '--zzzzzzz is not known'],
    ['one letter', ['-q'], '-q is not known'],
    ['a missing value', ['--settings'], '--settings has no value, allowed is --settings FILE'],
    ['an empty value', ['--settings='], '--settings has no value, allowed is --settings FILE'],
    ['another flag for a value', ['--settings', '--json'], '--settings has no value, allowed is --settings FILE'],
    ['a value that is none', ['--json=yes'], '--json has the value "yes", allowed is none'],
    ['one given twice', ['--count', '1', '--count', '2'], '--count is given twice, allowed is once'],
    ['a word that is no flag', ['settings'], '"settings" is one word too many: everything is said by flags; did you mean --settings?'],
    ['what every object has', ['--constructor', 'x'], '--constructor is not known'],
  ];
  for (const [name, words, message] of wrong) {
    it(`are refused for ${name}`, () => assert.throws(() => read(...words), new UsageError(message)));
  }

  it('are numbers only within their bounds', () => {
    const bounds = { default: 1, minimum: 1, maximum: 20, whole: true };
    for (const text of ['0', '21', '1.5', 'two', '1e1', 'Infinity', '0x10', ' 3']) {
      assert.throws(
        () => read(`--count=${text}`).number('count', bounds),
        /^Error: --count is ".*", allowed is a whole number from 1 to 20$/,
        text,
      );
    }
    assert.deepEqual(
      ['1', '20'].map((text) => read('--count', text).number('count', bounds)),
      [1, 20],
    );
    assert.equal(read('--count', '1.5').number('count', { default: 1, minimum: 1, maximum: 2 }), 1.5);
  });

  it('are one of their words, and name the nearest', () => {
    assert.throws(() => read('--settings', 'boht').oneOf('settings', ['own', 'both'], 'own'), /allowed is own, both; did you mean both\?/);
  });

  it('say what is needed', () => {
    assert.throws(() => read().needed('settings'), new UsageError('--settings is missing, and it is needed: --settings FILE'));
  });

  it('throw for a flag that the command does not have: that is a bug', () => {
    assert.throws(() => read().text('other'), /no flag --other/);
  });
});
