import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { acceptSuggestion, clear, failsoft, requestsSeen, show, type, until, untilSnapshot } from './window.ts';

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 500));

/** Endpoints as nested object, in a language's section and in a `.code-workspace`. */
export function defineForeignSettingsTests(): void {
  describe('a workspace that sets endpoints', () => {
    it('is refused in every form, with one line for each setting, and the person’s own backend stays', async () => {
      const api = await failsoft();
      const lines = (): readonly string[] => api.snapshot().problems.filter((problem) => problem.includes('failsoft.backends'));
      await until('the refusal is shown', () => lines().length > 0 && api.snapshot().problems.some((line) => line.includes('deadlines')));
      await pause();
      assert.deepEqual(new Set(lines()).size, lines().length, 'no line twice');
      assert.ok(lines().length <= 2, lines().join('\n'));
      assert.deepEqual(
        api.snapshot().sources.map(({ sourceId }) => sourceId),
        ['practice'],
      );
    });

    for (const name of ['nested', 'language']) {
      it(`gets no request from the folder whose settings are ${name}`, async () => {
        const folder = vscode.workspace.workspaceFolders?.find((candidate) => candidate.name === name);
        assert.ok(folder);
        const document = await vscode.workspace.openTextDocument(vscode.Uri.joinPath(folder.uri, 'cart.ts'));
        const editor = await vscode.window.showTextDocument(document);
        await clear(editor);
        await pause();
        const before = (await requestsSeen()).length;
        await type('const answer = ');
        // The first file of a window takes its time until the editor asks anybody.
        await until('the person’s backend was asked', async () => {
          await type('y');
          await pause();
          return (await requestsSeen()).length > before;
        });
        assert.equal((await requestsSeen('evil')).length, 0);
      });
    }

    it('does not change the deadlines', async () => {
      const inspected = vscode.workspace.getConfiguration('failsoft').inspect('deadlines');
      assert.ok(inspected);
      assert.ok((await failsoft()).snapshot().problems.some((line) => line.startsWith('failsoft.deadlines is set in the workspace')));
    });
  });
}

/** A workspace that the person has not trusted. */
export function defineRestrictedTests(): void {
  describe('Restricted Mode', () => {
    it('is what the window is in', () => assert.equal(vscode.workspace.isTrusted, false));

    it('works with the local engine, says why, and asks no backend', async () => {
      await untilSnapshot('local only', (snapshot) => snapshot.mode === 'local-only');
      assert.equal((await failsoft()).snapshot().modeReason, 'this workspace is not trusted');
      await show('learn.ts');
      const editor = await show('cart.ts');
      await clear(editor);
      await pause();
      await type('  const confirmed = orders.filter(');
      assert.match(await acceptSuggestion(editor), /filter\(\(order\) =>/);
      await vscode.commands.executeCommand('failsoft.retryNow');
      await vscode.commands.executeCommand('failsoft.triggerCompletion');
      await pause();
      assert.equal((await requestsSeen()).length, 0);
    });
  });
}
