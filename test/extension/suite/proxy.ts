import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { clear, failsoft, show, type, until } from './window.ts';

const seen = async (): Promise<readonly string[]> =>
  (await (await fetch(`${process.env['FAILSOFT_TEST_PROXY']}/__seen`)).json()) as readonly string[];

/** `http.proxy` names a proxy that wants a password. */
export function defineProxyTests(): void {
  describe('a proxy in the settings of VS Code', () => {
    it('is used for https and for http, and its refusal is told as such', async () => {
      const editor = await show('cart.ts');
      await clear(editor);
      await new Promise((resolve) => setTimeout(resolve, 500));
      for (let word = 0; word < 4; word++) {
        await type(word === 0 ? 'const x = ' : 'y');
        await new Promise((resolve) => setTimeout(resolve, 700));
      }
      await until('the proxy was asked for both', async () => {
        const wanted = await seen();
        return wanted.some((line) => line === 'CONNECT models.far.test:443') && wanted.some((line) => line.includes('plain.far.test'));
      });
      console.log(
        (await seen()).slice(0, 4),
        JSON.stringify((await failsoft()).snapshot().sources.map(({ reason, state }) => [state, reason])),
      );
      const reasons = (await failsoft()).snapshot().sources.map(({ reason }) => reason);
      assert.ok(
        reasons.some((reason) => reason.includes('proxy')),
        reasons.join('\n'),
      );
    });
  });
}
