import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { acceptModelText, acceptSuggestion, clear, emptyCart, failsoft, pause, requestsSeen, serverDoes, type, until } from './window.ts';

interface Body {
  readonly prompt: string;
  readonly temperature: number;
}

const bodies = async (): Promise<readonly Body[]> => (await requestsSeen()).map(({ body }) => body as Body);
const known = '  const confirmed = orders.filter(';
const localLine = `${known}(order) => order.isConfirmed);`;

export function defineCandidateTests(): void {
  describe('asking by hand', () => {
    let editor: vscode.TextEditor;
    beforeEach(async () => {
      editor = await emptyCart();
    });

    it('waits longer for a model than typing does', async () => {
      await serverDoes({ kind: 'healthy', firstTokenMs: 2500 });
      const api = await failsoft();
      const { model } = api.snapshot().counts;
      await type('const patient = ');
      await vscode.commands.executeCommand('failsoft.triggerCompletion');
      await until('the model has answered', () => api.snapshot().counts.model > model);
      await acceptModelText(editor, 'const patient = modelText(42);');
    });

    it('offers the model’s text and what is known locally, and each counts as taken', async () => {
      const api = await failsoft();
      let accepted = 0;
      // What is known locally is not waited for when it is late.
      await until('the local text is the next one', async () => {
        await clear(editor);
        await type(known);
        await vscode.commands.executeCommand('failsoft.triggerCompletion');
        await vscode.commands.executeCommand('editor.action.inlineSuggest.showNext');
        await pause(300);
        accepted = api.snapshot().counts.accepted;
        return (await acceptSuggestion(editor)) === localLine;
      });
      await until('the alternative is counted', () => api.snapshot().counts.accepted === accepted + 1);
    });

    it('asks the model again, more freely, when the person asks again at the same place', async () => {
      await type('const again = ');
      await vscode.commands.executeCommand('failsoft.triggerCompletion');
      await vscode.commands.executeCommand('failsoft.triggerCompletion');
      await vscode.commands.executeCommand('failsoft.triggerCompletion');
      const here = (await bodies()).filter(
        ({ prompt }) => prompt.includes('const again = ') && !prompt.includes('const again = modelText'),
      );
      assert.deepEqual(here.at(-1)?.temperature, 0.8);
      assert.ok(here.filter(({ temperature }) => temperature === 0.8).length >= 1);
      await acceptModelText(editor, 'const again = modelText(42);');
    });
  });
}
