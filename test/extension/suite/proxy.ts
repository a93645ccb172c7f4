import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { clear, failsoft, show, type, until, untilSnapshot } from './window.ts';

const seen = async (): Promise<readonly string[]> =>
  (await (await fetch(`${process.env['FAILSOFT_TEST_PROXY']}/__seen`)).json()) as readonly string[];

/** `http.proxy` names a proxy that wants a password. */
export function defineProxyTests(): void {
  describe('a proxy in the settings of VS Code', () => {
    it('is used for https and for http, and its refusal is told as such', async () => {
      const editor = await show('cart.ts');
      await clear(editor);
      await new Promise((resolve) => setTimeout(resolve, 500));
      await failsoft();
      await type('const x = ');
      await until('the proxy was asked for both', async () => {
        await type('y');
        await new Promise((resolve) => setTimeout(resolve, 700));
        const wanted = await seen();
        return wanted.some((line) => line === 'CONNECT models.far.test:443') && wanted.some((line) => line.includes('plain.far.test'));
      });
      await untilSnapshot('a refusal', ({ sources }) => sources.some(({ reason }) => reason !== ''));
      const { sources } = (await failsoft()).snapshot();
      console.log((await seen()).slice(0, 4), JSON.stringify(sources.map(({ reason, state }) => [state, reason])));
      const reasons = sources.map(({ reason }) => reason);
      assert.ok(
        reasons.some((reason) => reason.includes('proxy')),
        reasons.join('\n'),
      );
    });
  });
}
