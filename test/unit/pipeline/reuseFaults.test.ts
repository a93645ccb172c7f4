import assert from 'node:assert/strict';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, it } from 'mocha';
import type { CompletionSource } from '../../../src/domain/completion.ts';
import { cacheBytes, Predictions } from '../../../src/pipeline/predictions.ts';
import { Rejections, rejectionsKept } from '../../../src/pipeline/rejections.ts';
import { withKeys } from '../../fakes/keyBench.ts';
import { sampleRequest } from '../../fakes/request.ts';
import { capacity } from '../../fakes/scriptedSource.ts';

const here = 'x\nreturn |\n}';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** A document of 48 KB, made as a string of its own. */
function documentOf(number: number): string {
  const lines = Array.from({ length: 1400 }, (_, line) => `  const value${number}_${line} = compute(${line});`);
  return Buffer.from(`${lines.join('\n').slice(-48_000)}\n  const answer${number} = `).toString();
}

/** Bytes that stay in use after `fill`. */
function heldAfter(fill: () => void): number {
  collect();
  const before = process.memoryUsage().heapUsed;
  fill();
  collect();
  return process.memoryUsage().heapUsed - before;
}

describe('a run that several keys wait for', () => {
  it('looks at a whole answer in one packet once, however many wait', async () => {
    const line = '    const total = items.filter((item) => item.price > limit).map((item) => item.price * rate);\n';
    const whole = `if (a) {\n${line.repeat(10)}}\n`;
    let inBurst = 0;
    const source: CompletionSource = {
      id: 'main',
      complete: (_request, call) =>
        new Promise((resolve) => {
          setTimeout(() => {
            const begin = process.cpuUsage();
            for (let end = 4; end < whole.length; end += 4) call.onText?.(whole.slice(0, end));
            inBurst = process.cpuUsage(begin).user / 1000;
            resolve({ ok: true, text: whole, origin: 'model', sourceId: 'main', finish: 'stop' });
          }, 900);
        }),
    };
    await withKeys({ source }, async (bench) => {
      for (let typed = 0; typed < 9; typed++) {
        bench.key(`${documentOf(1)}${'if (a) {'.slice(0, typed)}|\n}\n`, { shape: 'block' });
        await bench.passes(typed === 0 ? 300 : 50);
      }
      await bench.passes(1500);
    });
    // To look at each piece, for each key, took 1700 ms.
    assert.ok(inBurst < 50, `${inBurst} ms`);
  });

  it('that was begun while typing does not end a manual trigger with its own short deadline', () =>
    withKeys({}, async (bench) => {
      bench.server.set({ kind: 'answer', text: 'sum(a);', after: 3500 });
      bench.key(here);
      await bench.passes(500);
      const manual = bench.key(here, { trigger: 'manual' });
      await bench.passes(8000);
      assert.match(manual.said, /^model: sum\(a\); after /);
      assert.deepEqual(bench.outcomes, ['timeout', 'ok']);
    }));
});

describe('a backend that lets one request run after a time-out', () => {
  for (const host of ['127.0.0.1:8080', 'main.example']) {
    it(`is asked when the one that was given up has ended, at ${host}`, () =>
      withKeys({ host }, async (bench) => {
        bench.server.next({ kind: 'hang' });
        await bench.pause(here);
        await bench.passes(9000);
        bench.server.set({ kind: 'answer', text: 'sum(a);', after: 900 });
        bench.key('x\nreturn su|\n}');
        await bench.passes(800);
        const back = bench.key('x\nreturn s|\n}');
        await bench.passes(3000);
        assert.match(back.said, /^(?:model|cache): /);
        assert.ok(!bench.outcomes.includes('refused'), bench.outcomes.join());
      }));
  }

  it('is asked by hand although it works on what was asked ahead', () =>
    withKeys({}, async (bench) => {
      bench.server.next({ kind: 'hang' });
      await bench.pause(here);
      await bench.passes(40_000);
      let last = '';
      for (let line = 0; line < 7; line++) last = (await bench.pause(`  const a${line} = 1;\n  return |\n}\n`)).id;
      await bench.passes(2000);
      bench.server.set({ kind: 'answer', text: 'other(b);', after: 900 });
      bench.engine.shown(last);
      await bench.passes(50);
      assert.ok(bench.server.requests.at(-1)?.speculative);
      const manual = bench.key('  const a6 = 1;\n  return |\n}\n', { trigger: 'manual', newestFirst: true });
      await bench.passes(5000);
      assert.match(manual.said, /^model: other/);
    }));

  it('stays the active one while it works', () =>
    withKeys({ other: '  return total;\n'.repeat(3) }, async (bench) => {
      bench.server.next({ kind: 'fail', failure: capacity, after: 20 });
      await bench.pause('y\nconst |\n}');
      await bench.passes(40_000);
      bench.server.set({ kind: 'answer', text: 'total + 1;', after: 120 });
      bench.key(here);
      await bench.passes(40);
      const joined = bench.key('x\nreturn t|\n}');
      await bench.passes(1000);
      assert.match(joined.said, /^model: otal \+ 1;/);
    }));
});

describe('a known text', () => {
  it('is of one document: what the path says is in it', () =>
    withKeys({}, async (bench) => {
      bench.server.set({ kind: 'answer', text: 'Order {', after: 100 });
      await bench.pause('export class |', { documentId: 'file:///shop/order.ts', path: 'order.ts' });
      bench.server.set({ kind: 'answer', text: 'Invoice {', after: 100 });
      const key = await bench.pause('export class |', { documentId: 'file:///shop/invoice.ts', path: 'invoice.ts' });
      assert.match(key.said, /^model: Invoice/);
    }));

  it('holds as much memory as is counted, not the documents it was made for', function () {
    this.timeout(20_000);
    const predictions = new Predictions();
    const held = heldAfter(() => {
      for (let number = 0; number < 1000; number++) {
        const request = sampleRequest({ prefix: documentOf(number), suffix: `\n${'}\n'.repeat(300)}` });
        predictions.add(request, 'main', { ok: true, text: `f(${number});`, origin: 'model', sourceId: 'main', finish: 'stop' });
      }
    });
    assert.ok(predictions.bytes > cacheBytes / 2);
    assert.ok(held < 2 * cacheBytes, `${held} bytes`);
  });
});

describe('a rejected text', () => {
  it('holds no document either', () => {
    const rejections = new Rejections();
    const held = heldAfter(() => {
      for (let number = 0; number < rejectionsKept; number++) rejections.add(sampleRequest({ prefix: documentOf(number) }), 'x();');
    });
    assert.equal(rejections.inARow, rejectionsKept);
    assert.ok(held < 500_000, `${held} bytes`);
  });

  it('of several lines does not come back with its second line', () =>
    withKeys({}, async (bench) => {
      bench.server.set({ kind: 'answer', text: 'one();\n  two();\n  three();', after: 50 });
      bench.engine.rejected((await bench.pause('  |\n}', { shape: 'block' })).id);
      bench.server.set({ kind: 'answer', text: 'two();\n  three();', after: 50 });
      const key = await bench.pause('  one();\n  |\n}', { shape: 'block' });
      assert.match(key.said, /^model: {2}after /);
      assert.equal(bench.server.requests.at(-1)?.again, true, 'something else is asked for');
    }));
});

describe('what is asked ahead', () => {
  it('has the bounds of a block where it is one, and the line it begins in', () =>
    withKeys({}, async (bench) => {
      let last = '';
      for (let line = 0; line < 8; line++) {
        last = (await bench.pause(`  const a${line} = 1;\n  return |\n}\n`, { maxTokens: 64, shape: 'line', line: 1 })).id;
      }
      await bench.passes(2000);
      bench.engine.shown(last);
      await bench.passes(1000);
      const { speculative, shape, maxTokens, line } = bench.server.requests.at(-1) ?? {};
      assert.deepEqual({ speculative, shape, maxTokens, line }, { speculative: true, shape: 'block', maxTokens: 256, line: 1 });
    }));
});
