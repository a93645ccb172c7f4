import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { canDrive, clear, failsoft, hoverOver, requestsSeen, serverDoes, show, type, until, untilSnapshot } from './window.ts';

const key = ['canary', 'key', '1234'].join('-');
const code = ['launch', 'Codes', 'OfThePerson'].join('');

/** What VS Code has replaced or taken away since it was listed holds nothing. */
function unlessGone<Value>(read: () => Value, gone: Value): Value {
  try {
    return read();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return gone;
    throw error;
  }
}

/** Every file below a folder whose bytes hold one of the texts. */
function filesWith(folder: string, texts: readonly string[]): string[] {
  return unlessGone(() => readdirSync(folder, { withFileTypes: true }), []).flatMap((entry) => {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) return filesWith(file, texts);
    if (!entry.isFile()) return [];
    const bytes = unlessGone(() => (statSync(file).size > 50_000_000 ? undefined : readFileSync(file)), undefined);
    return texts.some((text) => bytes?.includes(text)) ? [file] : [];
  });
}

export function defineSecrecyTests(): void {
  describe('a key and the person’s code', () => {
    it('stand in no log and no other file of VS Code after a server has repeated them in every way', async function () {
      this.timeout(120_000);
      if (!canDrive) this.skip();
      // The key was stored by the test of the command.
      const editor = await show('cart.ts');
      const said = JSON.stringify({ error: { message: `Incorrect key ${key} for ${code}`, code: key, type: code } });
      for (const status of [401, 400, 500, 429]) {
        await serverDoes({ kind: 'healthy' });
        await vscode.commands.executeCommand('failsoft.retryNow');
        await clear(editor);
        const before = (await requestsSeen()).length;
        await type(`const ${code} = ${status} + `);
        // Asked for, because the editor does not ask by itself while it is slow.
        await vscode.commands.executeCommand('failsoft.triggerCompletion');
        await until('the server got the code', async () => (await requestsSeen()).length > before);
        await serverDoes({ kind: 'error', status, rawBody: said });
        const well = (await requestsSeen()).length;
        await type('y');
        await vscode.commands.executeCommand('failsoft.triggerCompletion');
        await until('the server has failed', async () => (await requestsSeen()).length > well);
        // One of 400 is about the request, and no reason to call the backend unwell.
        if (status !== 400) await untilSnapshot('the failure is known', ({ sources }) => sources[0]?.reason !== '');
        const shown = JSON.stringify((await failsoft()).snapshot());
        assert.ok(!shown.includes(key) && !shown.includes(code), shown);
        const tooltip = await hoverOver('.statusbar-item:has-text("Failsoft")', '.monaco-hover:has-text("Served")');
        assert.ok(!tooltip.includes(key), tooltip);
      }
      assert.ok(
        (await requestsSeen()).some(({ headers }) => headers['authorization'] === `Bearer ${key}`),
        'the server did get the key',
      );
      await serverDoes({ kind: 'healthy' });
      await clear(editor);
      await editor.document.save();
      await new Promise((resolve) => setTimeout(resolve, 1500));
      const folders = [process.env['FAILSOFT_TEST_USER'], process.env['TMPDIR']].filter((folder) => folder !== undefined);
      const logs = folders.flatMap((folder) => filesWith(folder, ['Failsoft', 'failsoft']));
      assert.ok(
        logs.some((file) => file.endsWith('.log')),
        `there are logs to look at: ${logs.join(', ')}`,
      );
      assert.deepEqual(
        folders.flatMap((folder) => filesWith(folder, [key])),
        [],
      );
      assert.deepEqual(
        folders.flatMap((folder) => filesWith(folder, [code])).filter((file) => file.endsWith('.log')),
        [],
      );
    });
  });
}
