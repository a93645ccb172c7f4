import assert from 'node:assert/strict';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { canDrive, clear, control, hoverOver, picture, serverDoes, show, toasts, typeUntil, until, untilSnapshot } from './window.ts';

const item = '.statusbar-item:has-text("Failsoft")';
const configuration = (): vscode.WorkspaceConfiguration => vscode.workspace.getConfiguration('failsoft');
const themes = [
  ['light', 'Default Light Modern'],
  ['dark', 'Default Dark Modern'],
  ['contrast', 'Default High Contrast'],
] as const;
const toast = '.notifications-toasts .notification-list-item:has-text("needs an API key")';

/** The provider says that all is fine, as providers do. */
const calmPage = JSON.stringify({ status: { indicator: 'none', description: 'All Systems Operational' }, incidents: [] });

const tooltip = (says?: RegExp): Promise<string> => hoverOver(item, '.monaco-hover:has-text("Served")', says);

/** A scripted incident, in a window of its own: the first backend is at capacity, then fails, then refuses the key. */
export function defineIncidentTests(): void {
  describe('an incident', () => {
    let asked = 0;
    const page = http.createServer((_request, response) => {
      asked++;
      response.end(calmPage);
    });
    let editor: vscode.TextEditor;

    before(async function () {
      if (!canDrive) this.skip();
      await new Promise<void>((resolve) => page.listen(0, '127.0.0.1', resolve));
      const [practice] = configuration().inspect('backends')?.globalValue as object[];
      const statusPage = `http://127.0.0.1:${(page.address() as AddressInfo).port}`;
      await configuration().update('backends', [{ ...practice, statusPage }], vscode.ConfigurationTarget.Global);
      await show('learn.ts');
      editor = await show('cart.ts');
      await clear(editor);
      await typeUntil('a well backend', ({ sources: [first] }) => first?.state === 'healthy');
    });

    after(() => void page.close());

    it('begins: at capacity, with what is known and what is not; no page was asked before', async () => {
      assert.equal(asked, 0, 'nobody is asked while all is well');
      await serverDoes({ kind: 'capacity' });
      await typeUntil('at capacity', ({ sources: [first] }) => first?.state === 'at-capacity' && first.guard.breaker.kind === 'open');
      await control({ op: 'waitFor', selector: '.statusbar-item:has-text("at capacity")' });
      await until('the page is asked', () => asked > 0);
      // The page has been asked before its word is known.
      const text = await tooltip(/all is fine/);
      for (const wanted of [/at capacity since/, /Model/, /qwen2\.5-coder/, /next probe in \d+ s/, /not known/, /local suggestions/]) {
        assert.match(text, wanted);
      }
      assert.match(text, /all is fine \(127\.0\.0\.1/);
      for (const action of ['Retry now', 'Pause', 'Show log', 'Settings']) assert.ok(text.includes(action), action);
      assert.equal(await toasts(), 0, 'it passes by itself');
    });

    it('looks the same in light, dark and high contrast', async () => {
      const workbench = vscode.workspace.getConfiguration('workbench');
      for (const [name, theme] of themes) {
        await workbench.update('colorTheme', theme, vscode.ConfigurationTarget.Global);
        await new Promise((resolve) => setTimeout(resolve, 1500));
        await control({ op: 'hover', selector: '.monaco-editor' });
        await tooltip();
        await picture(`incident-${name}`);
      }
      await workbench.update('colorTheme', undefined, vscode.ConfigurationTarget.Global);
    });

    it('counts down', async () => {
      const seconds = async (): Promise<number> => Number(/next probe in (?:(\d+) min )?(\d+) s/.exec(await tooltip())?.[2] ?? Number.NaN);
      const first = await seconds();
      await until('another second', async () => {
        const now = await seconds();
        return Number.isFinite(now) && now !== first;
      });
    });

    it('has a retry in its tooltip that works', async () => {
      await serverDoes({ kind: 'healthy' });
      const isClicked = async (): Promise<boolean> => {
        await tooltip();
        // What is drawn anew under the mouse loses its hover.
        const clicking = control({ op: 'click', selector: '.monaco-hover a:has-text("Retry now")', timeout: 3000 });
        return clicking.then(() => true).catch(() => false);
      };
      await until('the retry is clicked', isClicked);
      await untilSnapshot('a well backend', ({ sources: [first] }) => first?.state === 'healthy');
      const before = asked;
      await new Promise((resolve) => setTimeout(resolve, 500));
      assert.equal(asked, before);
    });

    it('asks for a key by one toast, and not again when the person said so', async () => {
      await serverDoes({ kind: 'error', status: 401 });
      await clear(await show('cart.ts'));
      await typeUntil('a key is needed', ({ sources: [first] }) => first?.state === 'auth-needed');
      await control({ op: 'waitFor', selector: toast });
      await control({ op: 'waitFor', selector: '.statusbar-item.warning-kind:has-text("API key needed")' });
      await picture('incident-toast');
      assert.equal(await toasts(), 1);
      // The tooltip is still open above it.
      await control({ op: 'hover', selector: '.monaco-editor' });
      await control({ op: 'waitFor', selector: '.monaco-hover:has-text("Served")', state: 'hidden' });
      await control({ op: 'click', selector: '.notifications-toasts .monaco-button:has-text("show again")' });
      await until('the toast is gone', async () => (await toasts()) === 0);
      for (const kind of ['healthy', 'error'] as const) {
        await serverDoes(kind === 'error' ? { kind, status: 401 } : { kind });
        await vscode.commands.executeCommand('failsoft.retryNow');
        await typeUntil(kind, ({ sources: [first] }) => first?.state === (kind === 'error' ? 'auth-needed' : 'healthy'));
      }
      await new Promise((resolve) => setTimeout(resolve, 1000));
      assert.equal(await toasts(), 0);
      await serverDoes({ kind: 'healthy' });
      await vscode.commands.executeCommand('failsoft.retryNow');
    });

    it('stands in the language status, too', async () => {
      await hoverOver('.statusbar-item[id="status.languageStatus"]', '.hover-language-status:has-text("Failsoft")');
      await picture('incident-language');
    });
  });
}
