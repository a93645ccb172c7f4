import assert from 'node:assert/strict';
import { before, beforeEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import {
  acceptSuggestion,
  canDrive,
  clear,
  control,
  failsoft,
  picture,
  show,
  type,
  typeUntil,
  until,
  untilQuiet,
  untilSnapshot,
  untilTyping,
} from './window.ts';

const configuration = (): vscode.WorkspaceConfiguration => vscode.workspace.getConfiguration('failsoft');

/** What is selected, as the editor selects the place of a snippet that is to be filled. */
const selected = (editor: vscode.TextEditor): string => editor.document.getText(editor.selection);

/** Types and waits for a suggestion of this voter. */
async function typeFor(text: string, voter: string): Promise<void> {
  const api = await failsoft();
  const { local } = api.snapshot().counts;
  await type(text);
  await untilTyping(`a suggestion by ${voter}`, () => {
    const { counts, lastServed } = api.snapshot();
    return counts.local > local && lastServed?.basis?.voter === voter;
  });
}

/** All ghost text on the screen, its lines joined. */
async function ghost(): Promise<string> {
  await control({ op: 'waitFor', selector: '.ghost-text-decoration' });
  await untilQuiet();
  return ((await control({ op: 'text', selector: '.ghost-text-decoration' })) as string[]).join('').replaceAll('\u00a0', ' ');
}

export function defineAloneTests(): void {
  describe('without a model', () => {
    let editor: vscode.TextEditor;
    before(async () => {
      await show('cart.ts');
      // A window that has just opened does not ask for the first keys.
      await typeUntil('a first answer', ({ counts }) => counts.local + counts.nothing > 0);
    });
    beforeEach(async () => {
      await show('learn.ts');
      editor = await show('cart.ts');
      await clear(editor);
      await untilSnapshot('all that is local is there', ({ mode }) => mode === 'local-only');
    });

    it('offers a snippet with its places, and the editor goes through them', async () => {
      await typeFor('guar', 'snippet');
      if (canDrive) {
        assert.equal(await ghost(), 'd(order, strict);');
        await picture('snippet');
      }
      assert.equal(await acceptSuggestion(editor), 'guard(order, strict);');
      assert.equal(selected(editor), 'order');
      await type('mine');
      await vscode.commands.executeCommand('jumpToNextSnippetPlaceholder');
      assert.equal(selected(editor), 'strict');
      await type('loose');
      assert.equal(editor.document.lineAt(editor.selection.active.line).text, 'guard(mine, loose);');
    });

    it('goes on with it when it is typed into, up to its first place', async () => {
      await typeFor('guard', 'snippet');
      await typeFor('(', 'snippet');
      assert.equal(await acceptSuggestion(editor), 'guard(order, strict);');
      assert.equal(selected(editor), 'order');
    });

    it('shows what a variable and its transform will be', async () => {
      await typeFor('filed', 'snippet');
      assert.equal(await acceptSuggestion(editor), "filed('CART', );");
      await type('x');
      assert.equal(editor.document.lineAt(editor.selection.active.line).text, "filed('CART', x);");
    });

    it('indents a block, escapes what is no place, and keeps the line ends of a CRLF document', async () => {
      const windows = await show('windows.ts');
      await typeFor('  visit', 'snippet');
      if (canDrive) {
        assert.match(await ghost(), /^\(orders, \(order\) => \{/);
        await picture('snippet-block');
      }
      await acceptSuggestion(windows);
      assert.equal(windows.document.eol, vscode.EndOfLine.CRLF);
      const text = windows.document.getText();
      const unit = /\n( +)count/.exec(text)?.[1]?.slice(2) ?? '';
      assert.match(unit, /^(?: {2}| {4})$/);
      const lines = ['  visit(orders, (order) => {', `  ${unit}count(order, $1);`, `  ${unit}`, '  });'];
      assert.ok(text.endsWith(lines.join('\r\n')), JSON.stringify(text));
      assert.deepEqual(
        windows.selections.map((each) => windows.document.getText(each)),
        ['orders'],
      );
      await vscode.commands.executeCommand('jumpToNextSnippetPlaceholder');
      // The place that comes twice is filled twice.
      await type('one');
      assert.match(windows.document.getText(), /\(one\) => \{\r\n +count\(one,/);
    });

    it('takes all of a snippet when its next word is asked for: the editor cannot take a part of one', async () => {
      await typeFor('guard', 'snippet');
      await until('a word is taken', async () => {
        await vscode.commands.executeCommand('editor.action.inlineSuggest.acceptNextWord');
        return editor.document.lineAt(editor.selection.active.line).text !== 'guard';
      });
      assert.equal(editor.document.lineAt(editor.selection.active.line).text, 'guard(order, strict);');
    });

    it('offers a template of the language whole', async () => {
      await typeFor('describe', 'template');
      await acceptSuggestion(editor);
      assert.match(editor.document.getText(), /describe\('subject', \(\) => \{\n\s+\n\}\);$/);
      assert.equal(selected(editor), 'subject');
    });

    it('copies, and says so', async () => {
      await typeFor('  const confirmed = orders.filter(', 'near');
      assert.match(await acceptSuggestion(editor), /filter\(\(order\) =>/);
    });

    it('offers as much as the person wants', async () => {
      const api = await failsoft();
      await show('sum.ts');
      editor = await show('cart.ts');
      const offers = async (): Promise<boolean> => {
        await clear(editor);
        const { local, nothing } = api.snapshot().counts;
        await type('return it');
        await untilTyping('an answer', () => api.snapshot().counts.local > local || api.snapshot().counts.nothing > nothing);
        return api.snapshot().counts.local > local;
      };
      try {
        await configuration().update('local.sensitivity', 'eager', vscode.ConfigurationTarget.Workspace);
        await until('an eager engine', offers);
        await configuration().update('local.sensitivity', 'quiet', vscode.ConfigurationTarget.Workspace);
        await until('a quiet engine', async () => !(await offers()));
      } finally {
        await configuration().update('local.sensitivity', undefined, vscode.ConfigurationTarget.Workspace);
      }
    });

    it('forgets what it learnt when it is told to', async () => {
      await vscode.commands.executeCommand('failsoft.forgetLearned');
    });
  });
}
