import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import {
  canDrive,
  clear,
  control,
  failsoft,
  picture,
  requestsSeen,
  serverDoes,
  show,
  toasts,
  type,
  untilQuiet,
  untilSnapshot,
  untilTyping,
} from './window.ts';

const question = '.notifications-toasts .notification-list-item:has-text("the vendor spare.example")';

/** What an open pick list shows. */
async function rows(): Promise<string[]> {
  await control({ op: 'waitFor', selector: '.quick-input-list .monaco-list-row' });
  return (await control({ op: 'text', selector: '.quick-input-list .monaco-list-row' })) as string[];
}

export function defineBoundaryTests(): void {
  describe('the data boundary', () => {
    const configuration = (): vscode.WorkspaceConfiguration => vscode.workspace.getConfiguration('failsoft');
    let configured: unknown;
    let editor: vscode.TextEditor;

    before(async () => {
      configured = configuration().inspect('backends')?.globalValue;
      // What earlier tests have left on the screen.
      await vscode.commands.executeCommand('notifications.clearAll');
      await serverDoes({ kind: 'healthy' });
      const [practice] = configured as { baseUrl: string; model: string }[];
      const backends = [
        // Nothing listens there.
        { name: 'gone', baseUrl: 'http://127.0.0.1:9/v1', model: 'qwen2.5-coder' },
        { ...practice, name: 'spare', boundary: 'vendor:spare.example' },
      ];
      await configuration().update('backends', backends, vscode.ConfigurationTarget.Global);
      await untilSnapshot('the two backends', ({ sources }) => sources.length === 2);
      editor = await show('cart.ts');
      await clear(editor);
    });

    after(async () => {
      await configuration().update('backends', configured, vscode.ConfigurationTarget.Global);
      await untilSnapshot('the backend is back', ({ sources }) => sources.length === 1);
    });

    it('is asked about once, in plain words, and nothing is sent before', async function () {
      if (!canDrive) this.skip();
      const before = (await requestsSeen()).length;
      await type('const bound = ');
      await control({ op: 'waitFor', selector: question });
      await clear(editor);
      await type('const twice = ');
      await new Promise((resolve) => setTimeout(resolve, 800));
      assert.equal(await toasts(), 1, 'one question');
      await picture('boundary-question');
      const [text = ''] = (await control({ op: 'text', selector: question })) as string[];
      assert.match(
        text.replaceAll('\u00a0', ' '),
        /“gone” is not answering\. “spare” could stand in, but then code of this workspace goes to the vendor spare.example\./,
      );
      assert.equal((await requestsSeen()).length, before);
    });

    it('says so in the menu, too', async function () {
      if (!canDrive) this.skip();
      const menu = vscode.commands.executeCommand('failsoft.showMenu');
      const shown = (await rows()).join('\n').replaceAll('\u00a0', ' ');
      await picture('boundary-menu');
      await control({ op: 'press', key: 'Escape' });
      await menu;
      assert.match(shown, /spare may be used as fallback/);
      assert.match(shown, /code goes to this machine; not decided: the vendor spare.example/);
      assert.match(shown, /not allowed here/);
    });

    it('lets the fallback answer as soon as it is allowed, and does not ask again', async function () {
      if (!canDrive) this.skip();
      // A tooltip that an earlier test left open may lie over the question.
      await control({ op: 'hover', x: 600, y: 80 });
      // The toast goes by itself; its question stays in the list.
      await vscode.commands.executeCommand('notifications.showList');
      const listed = question.replace('.notifications-toasts', '.notifications-center');
      await control({ op: 'click', selector: `${listed} .monaco-button:has-text("Allow")` });
      await vscode.commands.executeCommand('notifications.hideList');
      await untilSnapshot('the consent', ({ boundaries }) => boundaries.some(({ permission }) => permission === 'allowed'));
      await clear(editor);
      await type('const answer = ');
      await untilTyping('an answer of the model', async () => (await failsoft()).snapshot().sources[1]?.lastSuccessAt !== undefined);
      assert.equal(await toasts(), 0);
    });

    it('can be changed at any time by the command, and holds at once', async function () {
      if (!canDrive) this.skip();
      const done = vscode.commands.executeCommand('failsoft.manageDataBoundary');
      assert.equal((await rows()).length, 2);
      await picture('boundary-list');
      await control({ op: 'press', key: 'ArrowDown' });
      await control({ op: 'press', key: 'Enter' });
      await untilSnapshot('the refusal', ({ boundaries }) => boundaries.some(({ permission }) => permission === 'denied'));
      await control({ op: 'waitFor', selector: '.quick-input-list .monaco-list-row:has-text("Forbidden by you")' });
      await control({ op: 'press', key: 'Escape' });
      await done;
      const before = await untilQuiet();
      await clear(editor);
      const { local, nothing } = (await failsoft()).snapshot().counts;
      await type('const refused = ');
      await untilTyping('that it was asked for', async () => {
        const { counts } = (await failsoft()).snapshot();
        return counts.local + counts.nothing > local + nothing;
      });
      assert.equal(await untilQuiet(), before);
      assert.equal(await toasts(), 0, 'it is not asked again');
    });
  });
}
