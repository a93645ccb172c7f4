import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { acceptSuggestion, canDrive, clear, control, failsoft, requestsSeen, serverDoes, type, until, untilQuiet } from './window.ts';

const practise = 'modelText(42);';

async function lastPrompt(): Promise<string> {
  return (await requestsSeen()).map(({ body }) => (body as { prompt?: string }).prompt ?? '').at(-1) ?? '';
}

/** Files in memory, as a remote or virtual workspace offers them. */
class Files implements vscode.FileSystemProvider {
  readonly #files = new Map<string, Uint8Array>();
  readonly onDidChangeFile = new vscode.EventEmitter<vscode.FileChangeEvent[]>().event;
  watch(): vscode.Disposable {
    return new vscode.Disposable(() => undefined);
  }
  stat(uri: vscode.Uri): vscode.FileStat {
    const file = this.#files.get(uri.path);
    if (!file) throw vscode.FileSystemError.FileNotFound(uri);
    return { type: vscode.FileType.File, ctime: 0, mtime: 0, size: file.length };
  }
  readDirectory(): [string, vscode.FileType][] {
    return [];
  }
  createDirectory(): void {
    // Folders are not kept.
  }
  readFile(uri: vscode.Uri): Uint8Array {
    const file = this.#files.get(uri.path);
    if (!file) throw vscode.FileSystemError.FileNotFound(uri);
    return file;
  }
  writeFile(uri: vscode.Uri, content: Uint8Array): void {
    this.#files.set(uri.path, content);
  }
  delete(uri: vscode.Uri): void {
    this.#files.delete(uri.path);
  }
  rename(): void {
    throw vscode.FileSystemError.NoPermissions();
  }
}

/** Cells are separated by a line of dashes. */
const serializer: vscode.NotebookSerializer = {
  deserializeNotebook: (bytes) =>
    new vscode.NotebookData(
      new TextDecoder()
        .decode(bytes)
        .split('\n---\n')
        .map((text) => {
          const isCode = !text.startsWith('# ');
          return new vscode.NotebookCellData(
            isCode ? vscode.NotebookCellKind.Code : vscode.NotebookCellKind.Markup,
            text,
            isCode ? 'typescript' : 'markdown',
          );
        }),
    ),
  serializeNotebook: ({ cells }) => new TextEncoder().encode(cells.map(({ value }) => value).join('\n---\n')),
};

export function definePlaceTests(): void {
  describe('documents that are no plain file', () => {
    const registered: vscode.Disposable[] = [];
    before(async () => {
      registered.push(vscode.workspace.registerNotebookSerializer('failsoft-test-notebook', serializer));
      await serverDoes({ kind: 'healthy' });
    });
    after(() => {
      for (const each of registered) each.dispose();
    });

    for (const scheme of ['vscode-vfs', 'vsls']) {
      it(`of a ${scheme} workspace get suggestions; the prompt does not say on which machine they are`, async () => {
        const files = new Files();
        const fileSystem = vscode.workspace.registerFileSystemProvider(scheme, files);
        const uri = vscode.Uri.parse(`${scheme}://somewhere/home/person/shop/far.ts`);
        files.writeFile(uri, new TextEncoder().encode('const near = 1;\n'));
        const editor = await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri));
        await vscode.commands.executeCommand('cursorBottom');
        await type('const far = ');
        assert.equal(await acceptSuggestion(editor), `const far = ${practise}`);
        const prompt = await lastPrompt();
        assert.ok(prompt.includes('const near = 1;'));
        assert.ok(!prompt.includes('somewhere') && !prompt.includes('/home/person'), prompt);
        await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
        fileSystem.dispose();
      });
    }

    it('that were never saved get suggestions', async () => {
      const document = await vscode.workspace.openTextDocument({ language: 'typescript', content: '' });
      const editor = await vscode.window.showTextDocument(document);
      await type('const fresh = ');
      assert.equal(await acceptSuggestion(editor), `const fresh = ${practise}`);
    });

    it('but cells of a notebook get suggestions that know the cells above, in their language', async () => {
      const folder = vscode.workspace.workspaceFolders?.[0];
      assert.ok(folder);
      const uri = vscode.Uri.joinPath(folder.uri, 'report.testnb');
      await vscode.workspace.fs.writeFile(
        uri,
        new TextEncoder().encode('const rate = 0.2;\n---\n# a heading\n---\n\n---\nconst below = 3;'),
      );
      const notebook = await vscode.workspace.openNotebookDocument(uri);
      await vscode.window.showNotebookDocument(notebook, { selections: [new vscode.NotebookRange(2, 3)] });
      await vscode.commands.executeCommand('notebook.cell.edit');
      const cell = notebook.cellAt(2).document;
      await until('the cell is edited', () => vscode.window.activeTextEditor?.document === cell);
      const editor = vscode.window.activeTextEditor;
      assert.ok(editor);
      await type('const tax = ');
      assert.equal(await acceptSuggestion(editor), `const tax = ${practise}`);
      const prompt = await lastPrompt();
      const [before = '', behind = ''] = prompt.split('const tax = ');
      assert.ok(before.includes('const rate = 0.2;\n'), prompt);
      assert.ok(!before.includes('a heading') && !behind.includes('const rate'), prompt);
      assert.equal(prompt.split('const rate = 0.2;').length, 2, 'once');
      const api = await failsoft();
      assert.ok(api.snapshot().counts.model > 0);
      await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    });
  });

  describe('cells of a notebook in a folder that is switched off', () => {
    it('get no suggestions', async () => {
      const serializing = vscode.workspace.registerNotebookSerializer('failsoft-test-notebook', serializer);
      const folder = vscode.workspace.workspaceFolders?.[2];
      assert.ok(folder);
      const uri = vscode.Uri.joinPath(folder.uri, 'report.testnb');
      await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode('const rate = 0.2;'));
      const notebook = await vscode.workspace.openNotebookDocument(uri);
      await vscode.window.showNotebookDocument(notebook, { selections: [new vscode.NotebookRange(0, 1)] });
      await vscode.commands.executeCommand('notebook.cell.edit');
      await until('the cell is edited', () => vscode.window.activeTextEditor?.document === notebook.cellAt(0).document);
      const before = (await requestsSeen()).length;
      await type('const tax = ');
      await new Promise((resolve) => setTimeout(resolve, 1500));
      assert.equal((await requestsSeen()).length, before);
      await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
      serializing.dispose();
    });
  });

  describe('beside the list of IntelliSense', () => {
    let items: vscode.CompletionItem[] = [];
    let provider: vscode.Disposable;
    let editor: vscode.TextEditor;
    before(async () => {
      provider = vscode.languages.registerCompletionItemProvider('typescript', { provideCompletionItems: () => items });
      await serverDoes({ kind: 'healthy' });
      const folder = vscode.workspace.workspaceFolders?.[0];
      assert.ok(folder);
      editor = await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(vscode.Uri.joinPath(folder.uri, 'cart.ts')));
    });
    after(() => {
      provider.dispose();
    });

    const item = (label: string, change: Partial<vscode.CompletionItem> = {}): vscode.CompletionItem =>
      Object.assign(new vscode.CompletionItem(label, vscode.CompletionItemKind.Function), { sortText: '0', ...change });

    /** Types, opens the list, and returns the prefixes of the cursor's line that models were asked for since. */
    async function askedBeside(text: string, offered: readonly vscode.CompletionItem[]): Promise<readonly string[]> {
      await clear(editor);
      items = [...offered];
      const before = await untilQuiet();
      await type(text);
      await vscode.commands.executeCommand('editor.action.triggerSuggest');
      await new Promise((resolve) => setTimeout(resolve, 1200));
      const seen = (await requestsSeen()).slice(before).map(({ body }) => (body as { prompt: string }).prompt);
      return seen.map((prompt) => (/([^\n]*)<\|fim_suffix\|>/.exec(prompt)?.[1] ?? '').replace(/^<\|fim_prefix\|>/, ''));
    }

    /** A list that is busy opens late; then it is closed and opened once more. */
    async function untilAskedBeside(wanted: string, offered: vscode.CompletionItem): Promise<void> {
      await until(`a request for ${wanted}`, async () => {
        if ((await askedBeside('zeb', [offered])).includes(wanted)) return true;
        await hide();
        return false;
      });
    }

    const hide = async (): Promise<void> => {
      await vscode.commands.executeCommand('hideSuggestWidget');
    };

    it('the question holds the selected item, and what is taken extends it', async () => {
      await untilAskedBeside('zebraText', item('zebraText'));
      const sent = await untilQuiet();
      await vscode.commands.executeCommand('acceptSelectedSuggestion');
      assert.equal(editor.document.lineAt(editor.selection.active.line).text, 'zebraText');
      assert.equal(await acceptSuggestion(editor), `zebraText${practise}`);
      assert.equal((await requestsSeen()).length, sent, 'what was shown beside the list is still known');
    });

    const alone: readonly (readonly [string, vscode.CompletionItem])[] = [
      ['replaces other letters', item('Zebra', { filterText: 'zebra' })],
      ['leaves out letters', item('zxebra', { filterText: 'zebra' })],
      ['has several lines', item('zebra', { insertText: new vscode.SnippetString('zebra(${1:one},\n\t$2)') })],
    ];
    for (const [what, offered] of alone) {
      it(`nothing is asked for an item that ${what}`, async () => {
        const asked = await askedBeside('zeb', [offered]);
        if (canDrive) await control({ op: 'waitFor', selector: '.suggest-widget .monaco-list-row' });
        assert.ok(!asked.some((line) => line.includes('ebra')), asked.join(' / '));
        await hide();
      });
    }

    it('a snippet of one line counts with its names filled in', async () => {
      await untilAskedBeside('zebra(one)', item('zebra', { insertText: new vscode.SnippetString('zebra(${1:one})') }));
      await hide();
    });
  });
}
