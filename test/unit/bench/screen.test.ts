import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { type Ghost, Screen } from '../../bench/typing/screen.ts';

const ghost = (whole: string, since = 0): Ghost => ({ whole, askedId: 'key', answerId: 'answer', since });

describe('the screen of the typing benchmark', () => {
  it('shows a text while what is typed is a beginning of it', () => {
    const screen = new Screen();
    screen.provide(ghost('return sum;'), 'ret', 'return sum;\n');
    assert.equal(screen.visible('retu')?.whole, 'return sum;');
    assert.equal(screen.visible('rets'), undefined);
    assert.equal(screen.visible('return sum;'), undefined, 'nothing of it is left');
    assert.equal(screen.visible('re')?.whole, 'return sum;', 'also after a deletion');
  });

  it('a right text that an answer takes away or changes is a flicker', () => {
    for (const next of [undefined, ghost('return total;'), ghost('return sum')]) {
      const screen = new Screen();
      screen.provide(ghost('return sum;'), 'ret', 'return sum;\n');
      screen.provide(next, 'retu', 'return sum;\n');
      assert.equal(screen.flickers, 1, next?.whole ?? 'nothing');
      assert.equal(screen.changes, 1);
    }
  });

  it('of several lines the right ones count: what comes behind them may change', () => {
    const screen = new Screen();
    screen.provide(ghost('a\nwrong'), '', 'a\nb\n');
    screen.provide(ghost('a\nb'), '', 'a\nb\n');
    assert.deepEqual([screen.flickers, screen.changes], [0, 1]);
    screen.provide(ghost('a'), '', 'a\nb\n');
    assert.deepEqual([screen.flickers, screen.changes], [1, 2]);
  });

  it('the same text, one that goes on and one that replaces a wrong one are none', () => {
    const screen = new Screen();
    screen.provide(ghost('return', 5), 'ret', 'return sum;\n');
    screen.provide(ghost('return', 9), 'retu', 'return sum;\n');
    assert.equal(screen.visible('retu')?.since, 5, 'it has been in view since then');
    screen.provide(ghost('return sum;'), 'retu', 'return sum;\n');
    assert.equal(screen.flickers, 0);
    screen.provide(ghost('return wrong'), 'return ', 'return sum;\n');
    assert.equal(screen.flickers, 1);
    screen.provide(undefined, 'return ', 'return sum;\n');
    assert.deepEqual([screen.flickers, screen.changes], [1, 3]);
  });

  it('what was out of view cannot flicker', () => {
    const screen = new Screen();
    screen.provide(ghost('return sum;'), 'ret', 'return sum;\n');
    screen.provide(ghost('retype'), 'rety', 'return sum;\n');
    screen.clear();
    screen.provide(undefined, 'ret', 'return sum;\n');
    assert.deepEqual([screen.flickers, screen.changes], [0, 0]);
  });
});
