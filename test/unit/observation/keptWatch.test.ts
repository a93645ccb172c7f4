import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Problem } from '../../../src/observation/unknownNames.ts';
import { keptDefaults } from '../../../src/observation/keptWatch.ts';
import { ObservedDesk } from '../../fakes/observedDesk.ts';
import { withVirtualTime } from '../../fakes/virtualTime.ts';

const head = '// head\n';

/** A desk where `sum(a);` was accepted just now behind `return `. */
function accepted(test: (desk: ObservedDesk) => Promise<void>): () => Promise<void> {
  return () =>
    withVirtualTime(async (time) => {
      const desk = new ObservedDesk(time).write(`${head}return |`);
      desk.problems = [problem('Expression expected.', 15, 16)];
      desk.accepts('sum(a);', desk.offers('sum(a);'));
      desk.news();
      await test(desk);
      desk.dispose();
      assert.equal(time.countTimers(), 0, 'a timer is left');
    });
}

function problem(message: string, start: number, end: number, more: Partial<Problem> = {}): Problem {
  return { severity: 'error', code: '', message, start, end, ...more };
}

describe('an accepted text, later', () => {
  it(
    'is compared after 30, 120, 300 and 600 s',
    accepted(async (desk) => {
      const kept: string[] = [];
      for (const seconds of [30, 90, 180, 300, 3600]) {
        await desk.passes(seconds * 1000);
        kept.push(...desk.news().filter((line) => line.includes('kept')));
        // One more character of `sum` goes.
        desk.edit([{ offset: head.length + 7, removed: 1, text: '' }], 0);
      }
      assert.deepEqual(kept, ['k1 kept 1 after 30 s', 'k1 kept 0.86 after 120 s', 'k1 kept 0.71 after 300 s', 'k1 kept 0.57 after 600 s']);
    }),
  );

  it(
    'is followed through edits before it, and is gone when it was undone',
    accepted(async (desk) => {
      desk.edit([{ offset: 0, removed: 2, text: '/* long */' }], 0);
      await desk.passes(30_000);
      assert.equal(desk.news()[0], 'k1 kept 1 after 30 s');
      desk.edit([{ offset: head.length + 15, removed: 7, text: '' }], 0, true);
      await desk.passes(90_000);
      assert.equal(desk.news()[0], 'k1 kept 0 after 120 s');
    }),
  );

  it('of several parts is watched as one', () =>
    withVirtualTime(async (time) => {
      const desk = new ObservedDesk(time).write('|');
      desk.offers('const sum = add(a);\nreturn sum;');
      desk.inserts('const ');
      desk.inserts('sum = add(a);\n');
      desk.edit([{ offset: 6, removed: 3, text: 'all' }], 0);
      await desk.passes(30_000);
      assert.deepEqual(
        desk.news().filter((line) => line.includes('kept')),
        ['k1 kept 0.85 after 30 s'],
      );
      desk.dispose();
    }));

  it(
    'is looked at no more when its document is closed',
    accepted(async (desk) => {
      desk.close();
      await desk.passes(3_600_000);
      assert.deepEqual(desk.news(), []);
    }),
  );

  it('is given up, the oldest first, when there are too many', () =>
    withVirtualTime(async (time) => {
      const desk = new ObservedDesk(time).write('|');
      for (let count = 0; count <= keptDefaults.texts; count++) {
        desk.accepts('sum(a);', desk.offers('sum(a);'));
        desk.inserts('\n');
      }
      await desk.passes(30_000);
      const kept = desk.news().filter((line) => line.includes('kept'));
      assert.equal(kept.length, keptDefaults.texts);
      assert.equal(kept[0], 'k2 kept 1 after 30 s');
      desk.dispose();
    }));

  it(
    'has errors and warnings that are new and within it, and says what they do not know',
    accepted(async (desk) => {
      const start = head.length + 7;
      desk.problems = [
        // There before, there now.
        problem('Expression expected.', start, start + 1),
        problem('Elsewhere.', 0, 2),
        problem("Cannot find name 'sum'.", start, start + 3, { code: '2304' }),
        problem("Cannot find module 'a'.", start + 4, start + 5, { code: '2307' }),
        problem('Missing type.', start, start + 7),
        problem('Unused.', start, start + 3, { severity: 'warning' }),
      ];
      await desk.passes(30_000);
      assert.deepEqual(desk.news(), ['k1 kept 1 after 30 s', 'k1 checked: 3 errors, 1 warnings, 1 imports, 1 names']);
    }),
  );

  it(
    'has one error more when one that was there comes twice',
    accepted(async (desk) => {
      const start = head.length + 7;
      desk.problems = [problem('Expression expected.', start, start + 1), problem('Expression expected.', start + 2, start + 3)];
      await desk.passes(30_000);
      assert.equal(desk.news()[1], 'k1 checked: 1 errors, 0 warnings, 0 imports, 0 names');
    }),
  );

  it(
    'without any error is checked by somebody who knows one of its names, else by nobody',
    accepted(async (desk) => {
      desk.problems = [];
      const asked: number[] = [];
      desk.isDefined = (offset) => Promise.resolve(asked.push(offset) > 0);
      await desk.passes(30_000);
      assert.deepEqual(asked, [head.length + 7]);
      assert.equal(desk.news()[1], 'k1 checked: 0 errors, 0 warnings, 0 imports, 0 names');
    }),
  );

  const silent: readonly (readonly [string, () => Promise<boolean>])[] = [
    ['knows none', () => Promise.resolve(false)],
    ['fails', () => Promise.reject(new Error('crashed'))],
    ['never answers', () => new Promise(() => undefined)],
  ];
  for (const [name, isDefined] of silent) {
    it(
      `is checked by nobody when the language server ${name}`,
      accepted(async (desk) => {
        desk.problems = [];
        desk.isDefined = isDefined;
        await desk.passes(30_000 + keptDefaults.patience);
        assert.equal(desk.news()[1], 'k1 checked: 0 errors, 0 warnings, 0 imports, 0 names, by nobody');
      }),
    );
  }
});
