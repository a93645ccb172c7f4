import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { systemClock } from '../../../src/base/clock.ts';
import { failed, type Outcome } from '../../../src/domain/completion.ts';
import type { Attempt } from '../../../src/domain/attempt.ts';
import type { Failure } from '../../../src/domain/failure.ts';
import { guard } from '../../../src/guard/guard.ts';
import { Predictions } from '../../../src/pipeline/predictions.ts';
import { servable } from '../../../src/router/partialText.ts';
import { createRouter } from '../../../src/router/router.ts';
import { answered } from '../../fakes/answered.ts';
import { quietCall, sampleRequest } from '../../fakes/request.ts';
import { ScriptedSource } from '../../fakes/scriptedSource.ts';
import { withVirtualTime } from '../../fakes/virtualTime.ts';

const timeout: Failure = { kind: 'timeout', deadline: 'total', after: 2000, message: 'late' };
const asIs = (text: string): string => text;

function shown(partial: string, failure: Failure = timeout, clean = asIs): string | undefined {
  const outcome = servable({ ...failed(failure), partial }, 'backend', clean);
  return outcome.ok ? outcome.text : undefined;
}

describe('the text of an answer that was cut off', () => {
  const rows: readonly (readonly [name: string, partial: string, expected: string | undefined])[] = [
    ['whole lines, without the last one that is not', 'first();\nsecond();\nthi', 'first();\nsecond();'],
    ['a line that has ended', 'first();\n', 'first();'],
    ['a statement that ends', 'items.reduce(sum, 0);', 'items.reduce(sum, 0);'],
    ['an expression that closes what it opens', 'items.reduce(sum, 0)', 'items.reduce(sum, 0)'],
    ['a line that begins a block', 'if (ready) {', 'if (ready) {'],
    ['an argument and its comma', 'name,', 'name,'],
    ['half a word', 'items.redu', undefined],
    ['half a call', 'items.reduce(sum(a), (b)', undefined],
    ['an assignment without its value', 'total =', undefined],
    ['white space', ' \n ', undefined],
  ];
  for (const [name, partial, expected] of rows) {
    it(`${expected === undefined ? 'drops' : 'shows'} ${name}`, () => assert.equal(shown(partial), expected));
  }

  it('passes the filters first', () => {
    assert.equal(
      shown('```ts\nfirst();\nsec', timeout, (text) => text.replace('```ts', '').trim()),
      'first();',
    );
    assert.equal(
      shown('first();\n', timeout, () => ''),
      undefined,
    );
  });

  it('is shown after a deadline, a cut connection or a lack of capacity, and after nothing else', () => {
    const kinds = ['timeout', 'network', 'capacity', 'server', 'content_filter', 'cancelled', 'rate_limit', 'internal'] as const;
    const usable = kinds.filter((kind) => shown('first();\n', { ...timeout, kind } as Failure) !== undefined);
    assert.deepEqual(usable, ['timeout', 'network', 'capacity']);
  });

  it('is marked as a part, and is never cached', () => {
    const outcome = servable({ ...failed(timeout), partial: 'first();\n' }, 'backend', asIs);
    assert.ok(outcome.ok && outcome.isPartial && outcome.origin === 'model' && outcome.finish === 'length');
    const cache = new Predictions();
    cache.add(sampleRequest(), 'key', outcome);
    assert.equal(cache.all(sampleRequest(), 'key').next().value, undefined);
  });
});

describe('the router and a stream that stalls after some text', () => {
  const run = async (text: string): Promise<{ outcome: Outcome | undefined; attempts: Attempt[] }> => {
    const attempts: Attempt[] = [];
    let outcome: Outcome | undefined;
    await withVirtualTime(async (time) => {
      const source = new ScriptedSource('backend', { kind: 'stall', text });
      const guarded = guard(source, {
        model: 'm',
        clock: systemClock,
        random: () => 0.5,
        usual: () => ({ p50: 150, p95: 400, p99: 800, samples: 0 }),
        deadlines: () => ({ connect: 2000, firstToken: 1000, idle: 1500, total: 2000 }),
      });
      guarded.onDidAttempt((attempt) => attempts.push(attempt));
      const router = createRouter({
        sources: [guarded],
        local: undefined,
        clock: systemClock,
        random: () => 0.5,
        softDeadline: () => 200,
        hedgeAfter: undefined,
        onNotAllowed: () => undefined,
        clean: asIs,
      });
      void answered(router, sampleRequest({ shape: 'block' }), quietCall()).then((each) => (outcome = each));
      await time.tickAsync(2100);
      guarded.dispose();
    });
    return { outcome, attempts };
  };

  it('shows its whole lines at the deadline, and the attempt is a timeout all the same', async () => {
    const { outcome, attempts } = await run('first();\nsec');
    assert.ok(outcome?.ok);
    assert.equal(outcome.text, 'first();');
    assert.deepEqual(
      attempts.map((attempt) => attempt.outcome),
      ['timeout'],
    );
  });

  it('shows nothing of half a word', async () => {
    const { outcome } = await run('items.redu');
    assert.ok(outcome && !outcome.ok && outcome.failure.kind === 'timeout');
  });
});
