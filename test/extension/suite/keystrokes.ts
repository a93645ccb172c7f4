import assert from 'node:assert/strict';
import { before, beforeEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import {
  acceptSuggestion,
  clear,
  failsoft,
  requestsSeen,
  serverDoes,
  show,
  type,
  typeUntil,
  until,
  untilQuiet,
  untilSnapshot,
} from './window.ts';

/** Runs a command of the editor's until the document has changed. */
async function untilChanged(editor: vscode.TextEditor, command: string): Promise<void> {
  const text = editor.document.getText();
  await until(`${command} changes the document`, async () => {
    await vscode.commands.executeCommand(command);
    return editor.document.getText() !== text;
  });
}

const lineOf = (editor: vscode.TextEditor): string => editor.document.lineAt(editor.selection.active.line).text;

export function defineKeystrokeTests(): void {
  describe('a suggestion in a real editor', () => {
    let editor: vscode.TextEditor;
    before(async () => {
      await serverDoes({ kind: 'healthy' });
      await vscode.commands.executeCommand('failsoft.retryNow');
      await untilSnapshot('a model that can be asked', (snapshot) => snapshot.serving === 'practice');
      // A window that has just opened does not ask for the first keys.
      await show('cart.ts');
      await typeUntil('a first text', ({ counts }) => counts.model > 0);
    });
    beforeEach(async () => {
      editor = await show('cart.ts');
      await clear(editor);
    });

    it('stays while it is typed into, and costs no request', async () => {
      const api = await failsoft();
      const { model, cache } = api.snapshot().counts;
      await type('const through = ');
      await until('a model’s text', () => api.snapshot().counts.model > model || api.snapshot().counts.cache > cache);
      const asked = await untilQuiet();
      for (const key of 'modelT') {
        await type(key);
        await new Promise((resolve) => setTimeout(resolve, 150));
      }
      assert.equal(await acceptSuggestion(editor), 'const through = modelText(42);');
      assert.equal((await requestsSeen()).filter((_, index) => index >= asked).length, 0, 'typing into a text asked again');
    });

    it('is taken word by word, then the rest of it', async () => {
      await type('const words = ');
      await untilChanged(editor, 'editor.action.inlineSuggest.acceptNextWord');
      const first = lineOf(editor);
      assert.ok(first.startsWith('const words = m') && 'const words = modelText(42);'.startsWith(first), first);
      assert.notEqual(first, 'const words = modelText(42);');
      assert.equal(await acceptSuggestion(editor), 'const words = modelText(42);');
    });

    it('of several lines is taken line by line, then the rest of it', async () => {
      await type('function open(items) {\n');
      await untilChanged(editor, 'editor.action.inlineSuggest.acceptNextLine');
      assert.match(editor.document.getText(), /return items$/m);
      assert.doesNotMatch(editor.document.getText(), /isOpen/);
      await acceptSuggestion(editor);
      assert.match(editor.document.getText(), /isOpen\)\n\s+\.map\(\(item\) => item\.price\);$/m);
    });

    it('goes with one undo, and comes back with redo', async () => {
      await type('const undone = ');
      assert.equal(await acceptSuggestion(editor), 'const undone = modelText(42);');
      await vscode.commands.executeCommand('undo');
      assert.equal(lineOf(editor), 'const undone = ');
      await vscode.commands.executeCommand('redo');
      assert.equal(lineOf(editor), 'const undone = modelText(42);');
    });

    it('is the same again without a request after a key and a backspace', async () => {
      const { model, cache } = (await failsoft()).snapshot().counts;
      await type('const again = ');
      await untilSnapshot('a model’s text', ({ counts }) => counts.model > model || counts.cache > cache);
      const asked = await untilQuiet();
      await type('m');
      await vscode.commands.executeCommand('deleteLeft');
      assert.equal(await acceptSuggestion(editor), 'const again = modelText(42);');
      const since = (await requestsSeen()).slice(asked);
      assert.ok(
        since.every(({ body }) => !JSON.stringify(body).includes('again = m"')),
        JSON.stringify(since),
      );
      assert.equal(since.length, 0);
    });
  });
}
