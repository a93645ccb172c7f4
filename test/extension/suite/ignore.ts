import assert from 'node:assert/strict';
import { after, describe, it } from 'mocha';
import * as vscode from 'vscode';
import {
  acceptSuggestion,
  clear,
  hoverOver,
  canDrive,
  failsoft,
  picture,
  requestsSeen,
  serverDoes,
  show,
  type,
  until,
  untilQuiet,
} from './window.ts';

const pause = (milliseconds = 500): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));
const inWorkspace = (name: string): vscode.Uri => vscode.Uri.joinPath(vscode.workspace.workspaceFolders![0]!.uri, name);
const ignoreFile = (): vscode.Uri => inWorkspace('.failsoftignore');
const rules = '# not for others\ninternal/\n';
const writeRules = async (text: string | Uint8Array): Promise<void> =>
  vscode.workspace.fs.writeFile(ignoreFile(), typeof text === 'string' ? new TextEncoder().encode(text) : text);

/** Types in a file and returns how many requests that made. */
async function requestsFrom(name: string): Promise<number> {
  const editor = await show(name);
  await pause();
  const before = await untilQuiet();
  await type('\nconst typed = ');
  // Asked for, too: a busy editor does not ask by itself, and nothing asked for would prove nothing.
  await vscode.commands.executeCommand('failsoft.triggerCompletion');
  await pause(800);
  await editor.document.save();
  return (await requestsSeen()).length - before;
}

/** Types in a file until that makes a request: an editor that is busy leaves out keystrokes. */
async function isAskedFrom(name: string): Promise<void> {
  await until(`a request from ${name}`, async () => (await requestsFrom(name)) > 0);
}

export function defineIgnoreTests(): void {
  describe('ignored files', () => {
    after(() => writeRules(rules));

    it('reach no backend: one named in .failsoftignore, one denied by its name, a link to it; others do', async () => {
      await serverDoes({ kind: 'healthy' });
      assert.equal(await requestsFrom('internal/plan.ts'), 0);
      assert.equal(await requestsFrom('.env'), 0);
      assert.equal(await requestsFrom('notes.txt'), 0);
      await isAskedFrom('cart.ts');
    });

    it('say so in the tooltip', async function () {
      if (!canDrive) this.skip();
      await show('internal/plan.ts');
      await pause();
      const tooltip = await hoverOver('.statusbar-item:has-text("Failsoft")', '.monaco-hover:has-text("is not sent to backends")');
      await picture('ignored');
      assert.match(tooltip, /\.failsoftignore line 2 says internal\//);
    });

    it('do not turn up in another file, while those that are not ignored do', async () => {
      await show('internal/plan.ts');
      await show('learn.ts');
      const editor = await show('cart.ts');
      await serverDoes({ kind: 'capacity' });
      await clear(editor);
      await type('export const planOfTheOwner = computeMar');
      await pause(1200);
      const before = editor.document.getText();
      await vscode.commands.executeCommand('editor.action.inlineSuggest.commit');
      assert.ok(!editor.document.getText().includes('secretFactor'), before);
      await clear(editor);
      await type('  const confirmed = orders.filter(');
      assert.match(await acceptSuggestion(editor), /filter\(\(order\) =>/);
      await serverDoes({ kind: 'healthy' });
      await vscode.commands.executeCommand('failsoft.retryNow');
    });

    it('follow a change of the file, and its end', async () => {
      await writeRules('cart.ts\n');
      // Denied until then: a request from it tells that the new rules hold.
      await isAskedFrom('internal/plan.ts');
      assert.equal(await requestsFrom('cart.ts'), 0);
      await vscode.workspace.fs.delete(ignoreFile());
      await isAskedFrom('cart.ts');
      assert.equal(await requestsFrom('.env'), 0);
    });

    it('are all files when the ignore file cannot be used, with one line that names it and why', async () => {
      await writeRules(new Uint8Array([0x61, 0xff, 0xfe]));
      const api = await failsoft();
      const lines = (): readonly string[] => api.snapshot().problems.filter((problem) => problem.includes('.failsoftignore'));
      await until('the problem is shown', () => lines().length === 1);
      assert.equal(await requestsFrom('cart.ts'), 0);
      assert.match(lines()[0] ?? '', /shop\/\.failsoftignore cannot be used: it is not UTF-8/);
      await writeRules(rules);
      await isAskedFrom('cart.ts');
      await until('the problem is gone', () => lines().length === 0);
    });
  });
}
