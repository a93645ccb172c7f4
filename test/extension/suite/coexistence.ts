import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import {
  acceptModelText,
  acceptSuggestion,
  canDrive,
  clear,
  control,
  failsoft,
  pause,
  promptsSince,
  requestsSeen,
  serverDoes,
  type,
  until,
  untilPromptHolds,
  untilQuiet,
} from './window.ts';

const practise = 'modelText(42);';
const configuration = (uri?: vscode.Uri): vscode.WorkspaceConfiguration => vscode.workspace.getConfiguration('failsoft', uri ?? null);

/** Whether a model is asked, or anything served, when somebody types here. */
async function isAnswered(text: string): Promise<boolean> {
  const api = await failsoft();
  // What was accepted before is asked on at once, and what is dropped runs on for a while.
  const asked = await untilQuiet();
  const of = (): number => {
    const { model, local, cache, nothing } = api.snapshot().counts;
    return model + local + cache + nothing;
  };
  const earlier = of();
  await type(text);
  for (let look = 0; look < 40 && of() === earlier; look++) await pause(25);
  return of() > earlier || (await requestsSeen()).length > asked;
}

/** Shows a file of the nth folder of the workspace with the cursor at its end. */
async function open(folder: number, name = 'cart.ts'): Promise<vscode.TextEditor> {
  const root = vscode.workspace.workspaceFolders?.[folder];
  assert.ok(root);
  return openUri(vscode.Uri.joinPath(root.uri, name));
}

async function openUri(uri: vscode.Uri): Promise<vscode.TextEditor> {
  const editor = await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri));
  await vscode.commands.executeCommand('cursorBottom');
  return editor;
}

async function isStatus(text: string): Promise<void> {
  if (!canDrive) return;
  await until(`the status “${text}”`, async () =>
    ((await control({ op: 'text', selector: '#failsoft\\.failsoft\\.failsoft\\.status' })) as string[]).join('').includes(text),
  );
}

/** Toasts about the other extension. */
async function questions(): Promise<number> {
  const selector = '.notifications-toasts .notification-list-item:has-text("Rival Completions")';
  return ((await control({ op: 'text', selector })) as string[]).length;
}

let answeredAt = 0;

/** Longer than between two looks for other extensions. */
const nextLook = 32_000;

/** The last of its window: by then it is time for another look. */
export function defineNotAgainTests(): void {
  describe('another extension, later', () => {
    it('is not spoken of a second time', async function () {
      if (!canDrive) this.skip();
      this.timeout(60_000);
      await pause(Math.max(0, answeredAt + nextLook - Date.now()));
      for (let look = 0; look < 2; look++) {
        await open(0, 'learn.ts');
        await open(0);
        await pause(1500);
        assert.equal(await questions(), 0);
      }
    });
  });
}

export function defineCoexistenceTests(): void {
  before(async () => {
    await serverDoes({ kind: 'healthy' });
    await vscode.extensions.getExtension('failsoft-test.rival')?.activate();
  });

  describe('another extension with inline suggestions', () => {
    it('is spoken of once, with a choice, and never again', async function () {
      if (!canDrive) this.skip();
      this.timeout(120_000);
      // Others are looked for when an editor is looked at, every half a minute.
      const isAsked = async (): Promise<boolean> => {
        await open(0, 'learn.ts');
        await open(0);
        await pause(500);
        return (await questions()) === 1;
      };
      await until('the question', isAsked, 60_000);
      const text = ((await control({ op: 'text', selector: '.notifications-toasts' })) as string[]).join(' ');
      assert.match(text, /Rival Completions seems to offer inline suggestions too/);
      for (const answer of ['Use Both', 'Turn Off Failsoft', 'Show the Other']) assert.ok(text.includes(answer), text);
      await control({ op: 'click', selector: '.notifications-toasts .monaco-button:has-text("Use Both")' });
      await until('it is gone', async () => (await questions()) === 0);
      answeredAt = Date.now();
    });
  });

  describe('a workspace of several folders', () => {
    it('has its own switch in each folder', async () => {
      await clear(await open(0));
      await until('an answer', () => isAnswered('const first = '));
      await clear(await open(2));
      assert.ok(!(await isAnswered('const third = ')), 'failsoft.enable is false there');
      await isStatus('off in this folder');
    });

    it('has its own list of languages in each folder, and the command changes the one that holds', async () => {
      await open(1);
      assert.ok(!(await isAnswered('const second = ')), 'TypeScript is off in the second folder');
      await isStatus('off for typescript');
      await vscode.commands.executeCommand('failsoft.toggleLanguage');
      assert.deepEqual(configuration(vscode.workspace.workspaceFolders?.[1]?.uri).inspect('disabledLanguages')?.workspaceFolderValue, []);
      await until('it is on', () => isAnswered('second'));
      await vscode.commands.executeCommand('failsoft.toggleLanguage');
      assert.ok(!(await isAnswered('third')));
    });

    it('says in the prompt where a file is within its folder, not on the machine', async () => {
      const editor = await open(0, 'deep/price.ts');
      await clear(editor, 'export const price = 1;\n');
      const cart = await open(0);
      await clear(cart, '\n');
      await type('const total = price + ');
      await acceptModelText(cart, `const total = price + ${practise}`);
      await clear(cart, '\n');
      const before = (await requestsSeen()).length;
      await untilPromptHolds('deep/price.ts', 'const sum = price + ', '1 + ');
      const prompts = (await promptsSince(before)).join('\n');
      assert.doesNotMatch(prompts, /[\w/]deep\/price\.ts/);
      assert.ok(!prompts.includes(vscode.workspace.workspaceFolders?.[0]?.uri.path ?? '/'), prompts);
    });
  });

  describe('the switch of a file', () => {
    beforeEach(async () => clear(await open(0)));

    it('is kept for this file only, shown in the status, and back by the same command', async () => {
      await vscode.commands.executeCommand('failsoft.toggleFile');
      assert.ok(!(await isAnswered('const off = ')));
      await isStatus('off for this file');
      await open(0, 'deep/price.ts');
      await until('an answer', () => isAnswered('const other = '));
      const editor = await open(0);
      await vscode.commands.executeCommand('failsoft.toggleFile');
      await clear(editor);
      await type('const on = ');
      await acceptModelText(editor, `const on = ${practise}`);
    });
  });

  describe('an extension for vim', () => {
    after(() => {
      const editor = vscode.window.activeTextEditor;
      if (editor) editor.options = { cursorStyle: vscode.TextEditorCursorStyle.Line };
    });

    it('gets no suggestion into its normal mode, and one into its insert mode', async () => {
      const editor = await open(0);
      await clear(editor);
      editor.options = { cursorStyle: vscode.TextEditorCursorStyle.Block };
      await until('the cursor is a block', () => editor.options.cursorStyle === vscode.TextEditorCursorStyle.Block);
      assert.ok(!(await isAnswered('const normal = ')));
      editor.options = { cursorStyle: vscode.TextEditorCursorStyle.Line };
      await until('an answer', () => isAnswered('x'));
      assert.match((await acceptSuggestion(editor)).replace(practise, '!'), /^const normal = x+!$/);
    });

    it('is not seen in VS Code’s own overtype mode', async () => {
      await clear(await open(0));
      await vscode.commands.executeCommand('editor.action.toggleOvertypeInsertMode');
      await until('an answer', () => isAnswered('const over = '));
      await vscode.commands.executeCommand('editor.action.toggleOvertypeInsertMode');
    });

    it('does not stand in the way of a person who likes a block everywhere', async () => {
      const own = vscode.workspace.getConfiguration('editor');
      await own.update('cursorStyle', 'block', vscode.ConfigurationTarget.Global);
      try {
        const editor = await open(0);
        await clear(editor);
        await until('the cursor is a block', () => editor.options.cursorStyle === vscode.TextEditorCursorStyle.Block);
        await until('an answer', () => isAnswered('const block = '));
      } finally {
        await own.update('cursorStyle', undefined, vscode.ConfigurationTarget.Global);
      }
    });
  });

  describe('a pause', () => {
    it('of VS Code’s own is respected, but for who asks by hand', async function () {
      const snooze = 'editor.action.inlineSuggest.snooze';
      if (!(await vscode.commands.getCommands(true)).includes(snooze)) this.skip();
      await clear(await open(0));
      await vscode.commands.executeCommand(snooze, 5);
      assert.ok(!(await isAnswered('const asleep = ')));
      const api = await failsoft();
      const { model, cache } = api.snapshot().counts;
      await vscode.commands.executeCommand('failsoft.triggerCompletion');
      await until('who asks by hand is answered', () => api.snapshot().counts.model + api.snapshot().counts.cache > model + cache);
      await vscode.commands.executeCommand('editor.action.inlineSuggest.cancelSnooze');
      await until('it is over', () => isAnswered('x'));
    });

    it('of ours lasts as long as is picked', async function () {
      if (!canDrive) this.skip();
      const api = await failsoft();
      const picking = vscode.commands.executeCommand('failsoft.pauseFor');
      await control({ op: 'waitFor', selector: '.quick-input-widget .monaco-list-row:has-text("1 hour")' });
      await control({ op: 'click', selector: '.quick-input-widget .monaco-list-row:has-text("1 hour")' });
      await picking;
      const until1 = api.snapshot().pausedUntil ?? 0;
      assert.ok(Math.abs(until1 - Date.now() - 3_600_000) < 60_000);
      await vscode.commands.executeCommand('failsoft.resume');
    });
  });
}
