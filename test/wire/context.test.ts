import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { contextDefaults } from '../../src/context/contextGathering.ts';
import type { CompletionRequest } from '../../src/domain/completion.ts';
import { FakeContextView } from '../fakes/contextView.ts';
import { withEngine } from '../fakes/engineBench.ts';
import { quietCall, sampleRequest } from '../fakes/request.ts';

const cart = 'file:///shop/cart.ts';
const request = (changes: Partial<CompletionRequest> = {}): CompletionRequest =>
  sampleRequest({
    documentId: cart,
    prefix: "import { taxOf } from './money.ts';\n\nexport function total(items: Item[]): number {\n  return taxOf(",
    line: 3,
    ...changes,
  });

/** A shop with one file of each kind, and the same in files that must never leave. */
function shop(): FakeContextView {
  const view = new FakeContextView();
  view.files['file:///shop/money.ts'] = 'export function taxOf(items: Item[]): number {\n  return sum(items) * rate;\n}\n';
  view.definitions = () => Promise.resolve([{ documentId: 'file:///shop/money.ts', line: 0 }]);
  view.show('file:///shop/orders.ts', 'export function orderTotal(items: Item[]) {\n  return total(items) + shipping;\n}\n');
  return view;
}

describe('context, over real sockets', () => {
  for (const fim of ['auto', 'codellama', 'suffix']) {
    it(`goes into the prompt of a backend asked by ${fim}`, () =>
      withEngine({ context: shop(), fim }, async ({ engine, server }) => {
        const outcome = await engine.complete(request(), quietCall());
        assert.ok(outcome.ok && outcome.text === 'answer from 0');
        const body = JSON.stringify(server.requests[0]?.body);
        for (const wanted of ['sum(items) * rate', 'orders.ts', 'money.ts']) assert.ok(body.includes(wanted), `${wanted} in ${body}`);
      }));
  }

  it('never holds a word of an ignored file, whichever source would bring it', () => {
    const view = shop();
    const canaries = {
      'file:///shop/open.ts': 'export function total(items: Item[]) { return canaryOpen; }\n',
      'file:///shop/money.ts': 'export function taxOf(items: Item[]) { return canaryImport; }\n',
      'file:///shop/edited.ts': 'export const items = canaryBefore;\n',
    };
    for (const [id, text] of Object.entries(canaries)) {
      view.show(id, text);
      view.show(id, `${text}// total(items) canaryEdited\n`);
      view.ignored.add(id);
    }
    view.show(cart, 'x');
    return withEngine({ context: view }, async ({ engine, server }) => {
      for (let key = 0; key < 3; key++) {
        await engine.complete(request({ prefix: `${request().prefix}${'x'.repeat(key)}` }), quietCall());
      }
      assert.equal(server.requests.length, 3);
      for (const { body } of server.requests) {
        assert.ok(JSON.stringify(body).includes('orderTotal'), 'what may leave is there');
        assert.doesNotMatch(JSON.stringify(body), /canary/);
      }
    });
  });

  it('never delays a request by more than its budget when the language server hangs', () => {
    const view = shop();
    view.definitions = () => new Promise(() => undefined);
    return withEngine({ context: view }, async ({ engine, server }) => {
      const begin = performance.now();
      const outcome = await engine.complete(request(), quietCall());
      const elapsed = performance.now() - begin;
      assert.ok(outcome.ok && outcome.origin === 'model');
      assert.ok(elapsed < contextDefaults.budget + 350, `${Math.round(elapsed)} ms`);
      assert.ok(JSON.stringify(server.requests[0]?.body).includes('orderTotal'), 'what others found is there');
    });
  });

  it('is not gathered where no backend is asked', () => {
    const view = shop();
    let looks = 0;
    const counting: FakeContextView = Object.assign(view, { openDocuments: () => ((looks += 1), view.open) });
    return withEngine({ context: counting }, async ({ engine, server }) => {
      await engine.complete(request(), { ...quietCall(), localOnly: true });
      assert.equal(looks, 0, 'local only');
      await engine.complete(request(), quietCall());
      const once = looks;
      assert.ok(once > 0);
      await engine.complete(request(), quietCall());
      assert.equal(looks, once, 'from the cache');
      await server.set({ kind: 'capacity' });
      for (let key = 0; key < 2; key++) await engine.complete(request({ prefix: `const a${key} = ` }), quietCall());
      const open = looks;
      await engine.complete(request({ prefix: 'const b = ' }), quietCall());
      assert.equal(looks, open, 'the breaker is open');
    });
  });

  it('leaves nothing behind that is not text', () =>
    withEngine({ context: shop() }, async ({ engine, log }) => {
      await engine.complete(request(), quietCall());
      assert.ok(log.some((line) => line.startsWith('context request-')));
      for (const line of log) assert.doesNotMatch(line, /taxOf|orderTotal|items/);
    }));
});
