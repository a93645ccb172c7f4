import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { withEngine } from '../fakes/engineBench.ts';
import { quietCall, sampleRequest } from '../fakes/request.ts';
import { everyProtocol } from '../fakes/spoken.ts';
import { capabilities } from '../../src/settings/capability.ts';

const code = 'items.reduce((sum, item) => sum + item.price, 0);';
const wrapped = `Here is the completed code:\n\n\`\`\`ts\n  return ${code}\n\`\`\`\nIt sums up the prices.`;

describe('the whole engine with a model that wraps its code in words', () => {
  for (const [protocol] of everyProtocol) {
    const isChat = capabilities[protocol].prompt === 'chat';
    it(`${protocol}: ${isChat ? 'shows the code alone' : 'shows what came, because such models continue text'}`, () =>
      withEngine({ protocol, answer: wrapped }, async ({ engine }) => {
        const outcome = await engine.complete(sampleRequest({ maxTokens: 200 }), quietCall());
        assert.ok(outcome.ok, JSON.stringify(outcome));
        assert.equal(outcome.text, isChat ? code : 'Here is the completed code:');
      }));
  }

  it('shows the whole lines of an answer that the deadline cuts off, and asks again for the same place', () =>
    withEngine(
      { answer: 'first();\n  second();\n  third();', localEnabled: false, deadlines: { totalLoopback: 300 } },
      async ({ engine, server, attempts }) => {
        await server.set({ kind: 'stall', afterTokens: 5 });
        const request = sampleRequest({ prefix: 'function go() {\n  ', shape: 'block' });
        const outcome = await engine.complete(request, quietCall());
        assert.ok(outcome.ok && outcome.origin === 'model', JSON.stringify(outcome));
        assert.equal(outcome.text, 'first();\n  second();');
        assert.deepEqual(
          attempts.map((attempt) => attempt.outcome),
          ['timeout'],
        );
        await server.set({ kind: 'healthy' });
        const again = await engine.complete({ ...request, id: 'again' }, quietCall());
        assert.ok(again.ok && again.text === 'first();\n  second();\n  third();', 'the part was not cached');
      },
    ));
});
