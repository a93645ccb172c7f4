import assert from 'node:assert/strict';
import { after, describe, it } from 'mocha';
import * as vscode from 'vscode';
import {
  acceptSuggestion,
  canDrive,
  clear,
  control,
  emptyCart,
  failsoft,
  requestsSeen,
  show,
  type,
  until,
  untilSnapshot,
} from './window.ts';

const configuration = (): vscode.WorkspaceConfiguration => vscode.workspace.getConfiguration('failsoft');

export function defineSettingsTests(): void {
  describe('settings', () => {
    after(async () => {
      await configuration().update('deadlines', undefined, vscode.ConfigurationTarget.Global);
    });

    it('a workspace that sets an endpoint is refused, reported once, and gets no request', async () => {
      const api = await failsoft();
      await until('the refusal is shown', () => api.snapshot().problems.some((problem) => problem.includes('failsoft.backends')));
      assert.deepEqual(
        api.snapshot().sources.map((source) => source.sourceId),
        ['practice'],
      );
      assert.equal((await requestsSeen('evil')).length, 0);
    });

    it('a setting of the wrong type is said once, and completions go on', async () => {
      const api = await failsoft();
      await configuration().update('deadlines', { total: 'soon' }, vscode.ConfigurationTarget.Global);
      await until('the problem is shown', () => api.snapshot().problems.some((problem) => problem.includes('failsoft.deadlines.total')));
      const editor = await emptyCart();
      await type('const answer = ');
      assert.equal(await acceptSuggestion(editor), 'const answer = modelText(42);');
    });

    it('a malformed base URL leaves local suggestions and one clear message', async () => {
      const before = configuration().inspect('backends')?.globalValue;
      await configuration().update('backends', [{ name: 'typo', baseUrl: 'htp:/nowhere', model: 'm' }], vscode.ConfigurationTarget.Global);
      const api = await failsoft();
      await until('the problem is shown', () => api.snapshot().problems.some((problem) => problem.includes('baseUrl')));
      assert.equal(api.snapshot().mode, 'local-only');
      await show('learn.ts');
      const editor = await show('cart.ts');
      await clear(editor);
      await type('  const confirmed = orders.filter(');
      assert.match(await acceptSuggestion(editor), /filter\(\(order\) =>/);
      await configuration().update('backends', before, vscode.ConfigurationTarget.Global);
      await untilSnapshot('the backend is back', (snapshot) => snapshot.mode === 'on');
    });

    it('a key goes into secret storage by command, is sent to its backend, and shows nowhere', async function () {
      if (!canDrive) this.skip();
      const done = vscode.commands.executeCommand('failsoft.setApiKey');
      await control({ op: 'waitFor', selector: '.quick-input-widget .monaco-list-row:has-text("practice")' });
      await control({ op: 'press', key: 'Enter' });
      await control({ op: 'waitFor', selector: '.quick-input-widget input[type=password]' });
      await control({ op: 'type', text: 'canary-key-1234', delay: 5 });
      await control({ op: 'press', key: 'Enter' });
      await done;
      await emptyCart();
      await type('const keyed = ');
      await until('a request with the key', async () =>
        (await requestsSeen()).some(({ headers }) => headers['authorization'] === 'Bearer canary-key-1234'),
      );
      assert.ok(!JSON.stringify((await failsoft()).snapshot()).includes('canary-key'));
      assert.equal(JSON.stringify(configuration()).includes('canary-key'), false);
    });
  });
}
