import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { withEngine } from '../fakes/engineBench.ts';
import { sampleRequest, quietCall } from '../fakes/request.ts';
import { everyProtocol } from '../fakes/spoken.ts';

const method = '\n  let sum = 0;\n  for (const item of items) {\n    sum += item.price;\n  }\n  return sum;\n}';
const talk = Array.from({ length: 30 }, (_, index) => `function more${index}() {\n  return ${index};\n}`).join('\n');
const request = (): ReturnType<typeof sampleRequest> =>
  sampleRequest({ prefix: 'export function total(items: Item[]): number {', suffix: '\n', shape: 'block', maxTokens: 400 });

describe('a model that goes on after the block has ended, over real sockets', () => {
  for (const [protocol] of everyProtocol) {
    it(`${protocol}: is left there: the block is shown, the server sees us leave, most of its tokens are saved`, () =>
      withEngine({ protocol, answer: `${method}\n${talk}`, localEnabled: false }, async ({ engine, server, attempts }) => {
        await server.set({ kind: 'healthy', betweenTokensMs: 4 });
        const outcome = await engine.complete(request(), quietCall());
        assert.ok(outcome.ok && outcome.origin === 'model', JSON.stringify(outcome));
        assert.equal(outcome.text, method);
        assert.deepEqual(
          attempts.map((attempt) => attempt.outcome),
          ['ok'],
        );
        const seen = await server.waitFor((exchange) => exchange.clientGone);
        assert.equal(seen.outcome, 'client-gone');
        // 400 tokens 4 ms apart.
        assert.ok((seen.finishedAt ?? 0) - seen.receivedAt < 1000, 'all of it would take 1.6 s');
      }));
  }

  it('a new request is served meanwhile, and the engine is well', () =>
    withEngine({ answer: `${method}\n${talk}`, localEnabled: false }, async ({ engine, server, attempts }) => {
      await server.set({ kind: 'healthy', betweenTokensMs: 4 });
      for (let keystroke = 0; keystroke < 5; keystroke++) {
        const outcome = await engine.complete({ ...request(), prefix: `// ${keystroke}\n${request().prefix}` }, quietCall());
        assert.ok(outcome.ok && outcome.text === method);
      }
      assert.ok(attempts.every(({ outcome }) => outcome === 'ok'));
      assert.equal(engine.snapshot().sources[0]?.state, 'healthy');
      await server.waitFor((exchange) => exchange.clientGone);
    }));

  it('reads to the end when the early stop is switched off', () =>
    withEngine({ answer: `${method}\n${talk}`, localEnabled: false, mechanisms: { earlyStop: false } }, async ({ engine, server }) => {
      await server.set({ kind: 'healthy', betweenTokensMs: 0 });
      const outcome = await engine.complete(request(), quietCall());
      assert.ok(outcome.ok && outcome.text === method, 'the filters cut all the same');
      assert.equal(server.requests[0]?.outcome, 'completed');
    }));
});
