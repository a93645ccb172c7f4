import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { canDrive, clear, control, failsoft, requestsSeen, serverDoes, show, type, until } from './window.ts';

const key = ['canary', 'key', '1234'].join('-');
const code = ['launch', 'Codes', 'OfThePerson'].join('');

/** Every file below a folder whose bytes hold one of the texts. */
function filesWith(folder: string, texts: readonly string[]): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) return filesWith(file, texts);
    if (!entry.isFile() || statSync(file).size > 50_000_000) return [];
    const bytes = readFileSync(file);
    return texts.some((text) => bytes.includes(text)) ? [file] : [];
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
        await type('y');
        await until('the server has failed', async () => (await failsoft()).snapshot().sources[0]?.reason !== '' || status === 400).catch(
          () => undefined,
        );
        const shown = JSON.stringify((await failsoft()).snapshot());
        assert.ok(!shown.includes(key) && !shown.includes(code), shown);
        await control({ op: 'hover', selector: '.statusbar-item:has-text("Failsoft")' });
        await new Promise((resolve) => setTimeout(resolve, 600));
        const tooltip = ((await control({ op: 'text', selector: '.monaco-hover' })) as string[]).join('\n');
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
