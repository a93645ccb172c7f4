import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { ObservedDesk } from '../../fakes/observedDesk.ts';
import { withVirtualTime } from '../../fakes/virtualTime.ts';

/** Runs a test at a desk and asserts that it leaves no timer. */
function atDesk(test: (desk: ObservedDesk) => Promise<void>): () => Promise<void> {
  return () =>
    withVirtualTime(async (time) => {
      const desk = new ObservedDesk(time);
      await test(desk);
      desk.dispose();
      assert.equal(time.countTimers(), 0, 'a timer is left');
    });
}

describe('what becomes of a suggestion', () => {
  it(
    'is on the screen after 150 ms and shown after 750 ms',
    atDesk(async (desk) => {
      desk.write('return |').offers('sum(a);');
      await desk.passes(149);
      assert.deepEqual(desk.news(), []);
      await desk.passes(1);
      assert.deepEqual(desk.news(), ['k1 on the screen']);
      await desk.passes(599);
      assert.deepEqual(desk.news(), []);
      await desk.passes(1);
      assert.deepEqual(desk.news(), ['k1 shown']);
    }),
  );

  it(
    'is not shown while another window, editor or place has the focus; the times in view add up',
    atDesk(async (desk) => {
      desk.write('return |').offers('sum(a);');
      await desk.passes(500);
      desk.isInView = false;
      desk.ledger.looked();
      await desk.passes(5000);
      desk.isInView = true;
      desk.ledger.looked();
      await desk.passes(200);
      assert.deepEqual(desk.news(), ['k1 on the screen', 'k1 on the screen']);
      await desk.passes(50);
      assert.deepEqual(desk.news(), ['k1 shown']);
    }),
  );

  it(
    'lets nothing be asked ahead in a file that may not be sent any more, although it is still there to be read',
    atDesk(async (desk) => {
      desk.write('return |').offers('sum(a);');
      await desk.passes(100);
      desk.mayBeSent = false;
      await desk.passes(100);
      assert.deepEqual(desk.news(), []);
      // Somebody looks elsewhere, and back.
      desk.isInView = false;
      desk.ledger.looked();
      desk.isInView = true;
      desk.ledger.looked();
      await desk.reads();
      assert.deepEqual(desk.news(), ['k1 shown']);
      desk.mayBeSent = true;
      desk.offers('sum(a);');
      await desk.passes(150);
      assert.deepEqual(desk.news(), ['k2 on the screen']);
    }),
  );

  it(
    'is one suggestion however often it is asked for while the person types into it',
    atDesk(async (desk) => {
      desk.write('return |').offers('sum(a);');
      for (const key of 'sum(') {
        await desk.types(key);
        desk.offers('sum(a);'.slice('sum(a);'.indexOf(key) + 1), { origin: 'cache' });
      }
      await desk.reads();
      assert.deepEqual(desk.news(), ['k5 on the screen', 'k1 shown']);
      assert.equal(desk.observations[0]?.origin, 'model');
    }),
  );

  it(
    'ends as typed when the person has typed all of it',
    atDesk(async (desk) => {
      desk.write('return |').offers('sum;');
      await desk.reads();
      await desk.types('sum;');
      await desk.passes(1000);
      assert.deepEqual(desk.news(), ['k1 on the screen', 'k1 shown', 'k1 ended: typed after 1050']);
    }),
  );

  it(
    'ends as accepted by the editor’s word; what was typed before is not counted',
    atDesk(async (desk) => {
      const id = desk.write('return |').offers('sum(a);');
      await desk.reads();
      await desk.types('su');
      desk.accepts('m(a);', id);
      await desk.passes(1000);
      assert.deepEqual(desk.news(), [
        'k1 on the screen',
        'k1 shown',
        'k1 accepted: all, 5',
        'k1 counted, 5',
        'k1 ended: accepted after 950',
      ]);
    }),
  );

  it(
    'counts as shown when it is accepted sooner',
    atDesk(async (desk) => {
      const id = desk.write('return |').offers('sum(a);');
      await desk.passes(100);
      desk.accepts('sum(a);', id);
      assert.deepEqual(desk.news(), ['k1 shown', 'k1 accepted: all, 7', 'k1 counted, 7', 'k1 ended: accepted after 100']);
    }),
  );

  it(
    'is accepted although the editor asked for the next one before it said so',
    atDesk(async (desk) => {
      const id = desk.write('return |').offers('sum(a);');
      await desk.reads();
      desk.inserts('sum(a);');
      desk.offers(' // done');
      desk.ledger.accepted(id, 0, 7);
      assert.deepEqual(desk.news().slice(2), ['k1 accepted: all, 7', 'k1 counted, 7', 'k1 ended: accepted after 750']);
    }),
  );

  it(
    'is accepted although the cursor was elsewhere before the editor said so',
    atDesk(async (desk) => {
      const id = desk.write('first\nreturn |').offers('sum(a);');
      await desk.reads();
      desk.inserts('sum(a);');
      desk.moves(0);
      desk.ledger.accepted(id, 0, 7);
      assert.deepEqual(desk.news().slice(2, 3), ['k1 accepted: all, 7']);
    }),
  );

  it(
    'is the candidate that was taken',
    atDesk(async (desk) => {
      const id = desk.write('return |').offers(['sum(a);', 'total(a);'], { trigger: 'manual' });
      await desk.reads();
      desk.accepts('total(a);', id, 1);
      assert.deepEqual(desk.news().slice(2, 3), ['k1 accepted: all, 9']);
    }),
  );

  it(
    'is partly accepted, word by word and line by line, and counted once',
    atDesk(async (desk) => {
      desk.write('|\n}').offers('const sum = add(a);\nreturn sum;\n// end');
      await desk.reads();
      desk.inserts('const ');
      desk.inserts('sum = add(a);\n');
      desk.offers('return sum;\n// end');
      desk.inserts('return sum;\n');
      desk.moves(desk.document.length);
      assert.deepEqual(desk.news(), [
        'k1 on the screen',
        'k1 shown',
        'k1 accepted: word, 6',
        'k1 counted, 6',
        'k1 accepted: line, 14',
        'k1 accepted: line, 12',
        'k1 ended: partly-accepted after 750',
      ]);
    }),
  );

  it(
    'is accepted as a whole when the last part of it is',
    atDesk(async (desk) => {
      const id = desk.write('return |').offers('sum(a);');
      await desk.reads();
      desk.inserts('sum');
      desk.accepts('(a);', id);
      assert.deepEqual(desk.news().slice(2), [
        'k1 accepted: word, 3',
        'k1 counted, 3',
        'k1 accepted: all, 4',
        'k1 ended: accepted after 750',
      ]);
    }),
  );

  it(
    'is not accepted by a new line with its indentation, an entry of the list, an undo or a single key',
    atDesk(async (desk) => {
      desk.write('if (a) {|').offers('\n    run();\n}');
      desk.inserts('\n    ');
      desk.write('return |').offers('total;', {}, true);
      desk.inserts('tota');
      desk.write('return |').offers('other;');
      desk.inserts('othe', true);
      desk.write('return |').offers('sum;');
      desk.inserts('s');
      assert.ok(!desk.news().some((line) => line.includes('accepted')));
    }),
  );

  it(
    'is not accepted by a bracket that the editor closes, and is still followed behind it',
    atDesk(async (desk) => {
      desk.write('  |\n').offers('foo(); bar();');
      await desk.reads();
      await desk.types('foo');
      desk.edit([{ offset: desk.cursor, removed: 0, text: '()' }], desk.cursor + 1);
      desk.edit([{ offset: desk.cursor, removed: 1, text: ')' }], desk.cursor + 1);
      assert.ok(!desk.news().some((line) => /accepted|counted|ended/.test(line)));
      desk.inserts('; bar');
      assert.deepEqual(desk.news(), ['k1 accepted: word, 5', 'k1 counted, 5']);
    }),
  );

  it(
    'is rejected after eight keys that do not follow it, not after seven',
    atDesk(async (desk) => {
      desk.write('return |').offers('sum(a);');
      await desk.reads();
      desk.news();
      await desk.types('nothing');
      assert.deepEqual(desk.news(), []);
      await desk.types('x');
      assert.deepEqual(desk.news(), ['k1 not wanted', 'k1 ended: rejected after 750']);
    }),
  );

  it(
    'is not rejected when the person comes back to it',
    atDesk(async (desk) => {
      desk.write('return |').offers('sum(a);');
      await desk.reads();
      await desk.types('noth');
      desk.offers('other();');
      desk.deletes(4);
      const again = desk.offers('sum(a);', { origin: 'cache' });
      await desk.passes(200);
      desk.accepts('sum(a);', again);
      await desk.types('\nnext line');
      assert.deepEqual(
        desk.news().filter((line) => /ended|wanted/.test(line)),
        ['k1 ended: accepted after 950'],
      );
    }),
  );

  it(
    'is rejected when the cursor leaves the line, not while it moves within it',
    atDesk(async (desk) => {
      desk.write('first\nreturn |').offers('sum(a);');
      await desk.reads();
      desk.news();
      desk.moves(8);
      assert.deepEqual(desk.news(), []);
      desk.moves(2);
      assert.deepEqual(desk.news(), ['k1 not wanted', 'k1 ended: rejected after 750']);
    }),
  );

  it(
    'is rejected by a line end that is not in it',
    atDesk(async (desk) => {
      desk.write('return |').offers('sum(a);');
      await desk.reads();
      desk.news();
      desk.inserts('\n  ');
      assert.deepEqual(desk.news(), ['k1 not wanted', 'k1 ended: rejected after 750']);
    }),
  );

  it(
    'is nothing when nobody had the time to read it',
    atDesk(async (desk) => {
      desk.write('first\nreturn |').offers('sum(a);');
      await desk.passes(100);
      await desk.types('something else');
      desk.moves(2);
      assert.deepEqual(desk.news(), []);
    }),
  );

  it(
    'is replaced by another text at the same place, and left with its document',
    atDesk(async (desk) => {
      desk.write('return |').offers('sum(a);');
      await desk.reads();
      desk.offers('other();', { trigger: 'manual' });
      await desk.reads();
      desk.close();
      assert.deepEqual(
        desk.news().filter((line) => line.includes('ended')),
        ['k1 ended: replaced after 750', 'k2 ended: left after 750'],
      );
    }),
  );

  it(
    'is left, and not rejected, when the document was rewritten around it',
    atDesk(async (desk) => {
      desk.write('first\nreturn |').offers('sum(a);');
      await desk.reads();
      desk.edit([{ offset: 0, removed: desk.document.length, text: 'all\nis\nnew' }], 3);
      assert.deepEqual(desk.news().slice(2), ['k1 ended: left after 750']);
    }),
  );

  it(
    'follows its place through edits elsewhere',
    atDesk(async (desk) => {
      const id = desk.write('first\nreturn |').offers('sum(a);');
      await desk.reads();
      desk.edit([{ offset: 0, removed: 5, text: 'another first' }], desk.cursor + 8);
      await desk.types('su');
      desk.accepts('m(a);', id);
      assert.deepEqual(desk.news().slice(2, 3), ['k1 accepted: all, 5']);
    }),
  );

  it(
    'counts a text that the ledger has lost sight of',
    atDesk(async (desk) => {
      desk.ledger.accepted('k99', 0, 12);
      assert.deepEqual(desk.news(), ['k99 counted, 12']);
      await Promise.resolve();
    }),
  );

  it(
    'can be rated as soon as one was shown',
    atDesk(async (desk) => {
      assert.equal(desk.ledger.rate('up'), undefined);
      const id = desk.write('return |').offers('sum(a);');
      desk.accepts('sum(a);', id);
      assert.equal(desk.ledger.rate('up')?.id, 'k1');
      desk.ledger.rate('down');
      assert.deepEqual(desk.news().slice(-2), ['k1 rated up', 'k1 rated down']);
      await Promise.resolve();
    }),
  );

  it('is one of its outcomes, exactly once for each that was shown, whatever is done', () =>
    fc.assert(
      fc.asyncProperty(fc.array(step(), { minLength: 1, maxLength: 60 }), (steps) =>
        withVirtualTime(async (time) => {
          const desk = new ObservedDesk(time).write('first line\nreturn |\nlast');
          let last = '';
          for (const { act, wait, count, text } of steps) {
            if (act === 'offer') last = desk.offers(text);
            if (act === 'offer several') last = desk.offers([text, `${text}2`, 'total(b);']);
            if (act === 'type') await desk.types(text.slice(0, count));
            if (act === 'insert') desk.inserts(text.slice(0, count + 1));
            if (act === 'delete') desk.deletes(Math.min(count, desk.cursor));
            if (act === 'move') desk.moves(count % (desk.document.length + 1));
            if (act === 'accept') desk.accepts(text, last, count % 3);
            if (act === 'select') desk.ledger.moved('one', undefined);
            if (act === 'rewrite') desk.edit([{ offset: 0, removed: desk.document.length, text }], text.length);
            if (act === 'blur') desk.isInView = !desk.isInView;
            if (act === 'close') desk.close();
            if (act === 'rate') desk.ledger.rate('up');
            desk.isOpen = true;
            desk.ledger.looked();
            await desk.passes(wait);
          }
          desk.dispose();
          assert.equal(time.countTimers(), 0, 'a timer is left');
          const of = (kind: string): readonly string[] => desk.observations.filter((each) => each.kind === kind).map(({ id }) => id);
          assert.deepEqual([...of('shown')].sort(), [...new Set(of('shown'))].sort(), 'shown once');
          assert.deepEqual([...of('ended')].sort(), [...of('shown')].sort(), 'each shown one has ended once');
          assert.ok(of('accepted').every((id) => of('shown').includes(id)));
        }),
      ),
      { numRuns: 300 },
    )).timeout(60_000);
});

function step(): fc.Arbitrary<{ readonly act: string; readonly wait: number; readonly count: number; readonly text: string }> {
  return fc.record({
    act: fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom('offer', 'type', 'insert', 'delete', 'accept') },
      { weight: 1, arbitrary: fc.constantFrom('offer several', 'move', 'select', 'rewrite', 'blur', 'close', 'rate') },
    ),
    wait: fc.constantFrom(0, 20, 160, 800, 2000, 40_000),
    count: fc.nat(30),
    text: fc.constantFrom('sum(a);', 'sum', 'total(b);', 'if (a) {\n  run();\n}', 's', '()', 'nothing of it'),
  });
}
