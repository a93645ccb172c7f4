import assert from 'node:assert/strict';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { after, before, beforeEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import type { EngineSnapshot } from '../../../src/domain/snapshot.ts';
import { acceptSuggestion, clear, failsoft, requestsSeen, serverDoes, show, type, until, untilSnapshot, untilTyping } from './window.ts';

/** Law 4, in ms. */
const longestBlock = 16;

const line = '  const value = compute(items.map((item) => item.price * 2), "text", [1, 2, 3]);\n';

export function defineBadInputTests(): void {
  describe('documents of any kind', () => {
    let unhandled = 0;
    const count = (): number => (unhandled += 1);
    before(() => process.on('unhandledRejection', count));
    after(() => process.off('unhandledRejection', count));
    beforeEach(async () => {
      await serverDoes({ kind: 'healthy' });
      await vscode.commands.executeCommand('failsoft.retryNow');
      await untilSnapshot('a model that can be asked', (snapshot) => snapshot.serving === 'practice');
    });

    const huge: readonly (readonly [string, string])[] = [
      ['a document of 10 MB', line.repeat(Math.ceil(10_000_000 / line.length))],
      ['one line of 1 MB', line.replace('\n', ' ').repeat(Math.ceil(1_000_000 / line.length))],
    ];
    for (const [name, text] of huge) {
      it(`typing in ${name} blocks the extension host for no more than ${longestBlock} ms, and is sent nowhere`, async function () {
        this.timeout(300_000);
        await shown(text);
        await vscode.commands.executeCommand('cursorBottom');
        const sent = (await requestsSeen()).length;
        await vscode.commands.executeCommand('failsoft.pauseUntilResumed');
        const without = await longestDelay();
        await vscode.commands.executeCommand('failsoft.resume');
        const api = await failsoft();
        const asked = answered(api.snapshot());
        // What we do comes again each time; what else this machine does may not.
        let delay = Infinity;
        for (let run = 0; run < 3 && delay > longestBlock + without; run++) delay = Math.min(delay, await longestDelay());
        assert.ok(answered(api.snapshot()) > asked, 'we were asked');
        assert.equal((await requestsSeen()).length, sent);
        // The editor tells the host of each key too; what we add is ours.
        assert.ok(delay <= longestBlock + without, `${delay.toFixed(1)} ms; paused ${without.toFixed(1)} ms`);
        console.log(`      ${delay.toFixed(1)} ms, paused ${without.toFixed(1)} ms`);
      });
    }

    it('shows nothing and breaks nothing when the document is closed while the request runs', async () => {
      await serverDoes({ kind: 'healthy', firstTokenMs: 2000 });
      const api = await failsoft();
      await shown('\n');
      await vscode.commands.executeCommand('cursorBottom');
      await type('const closed = ');
      await untilTyping('a request runs', () => api.snapshot().working > 0);
      await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
      await until('no request runs any more', () => api.snapshot().working === 0);
      assert.equal(unhandled, 0);
    });

    it('goes on in the new language when that changes while the request runs', async () => {
      await serverDoes({ kind: 'healthy', firstTokenMs: 2000 });
      const api = await failsoft();
      const editor = await shown('\n');
      await vscode.commands.executeCommand('cursorBottom');
      await type('changed = ');
      await untilTyping('a request runs', () => api.snapshot().working > 0);
      await vscode.languages.setTextDocumentLanguage(editor.document, 'python');
      await until('no request runs any more', () => api.snapshot().working === 0);
      await serverDoes({ kind: 'healthy' });
      await type('x = ');
      assert.equal(await acceptSuggestion(vscode.window.activeTextEditor ?? editor), 'changed = x = modelText(42);');
      assert.equal(unhandled, 0);
    });

    it('inserts its text into a document with mixed line ends and no final one', async () => {
      const editor = await show('mixed.ts');
      await type('\nconst mixed = ');
      assert.equal(await acceptSuggestion(editor), 'const mixed = modelText(42);');
      await vscode.commands.executeCommand('undo');
      await clear(editor);
    });

    it('shows nothing that an edit elsewhere has made wrong', async () => {
      await serverDoes({ kind: 'healthy', firstTokenMs: 2000 });
      const api = await failsoft();
      const editor = await show('cart.ts');
      await clear(editor);
      await type('const moved = ');
      await untilTyping('a request runs', () => api.snapshot().working > 0);
      await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), '// put in above\n'), {
        undoStopAfter: false,
        undoStopBefore: false,
      });
      await until('no request runs any more', () => api.snapshot().working === 0);
      await serverDoes({ kind: 'healthy' });
      assert.equal(editor.document.lineAt(0).text, '// put in above');
      assert.equal(unhandled, 0);
      await clear(editor);
    });
  });
}

/** Keystrokes that were answered, with text or without. */
function answered({ counts }: EngineSnapshot): number {
  return counts.model + counts.local + counts.cache + counts.nothing;
}

async function shown(content: string): Promise<vscode.TextEditor> {
  const document = await vscode.workspace.openTextDocument({ language: 'typescript', content });
  return vscode.window.showTextDocument(document);
}

/** The longest time that the event loop stood still in the quietest of some rounds of typing, in ms: the machine does other things too. */
async function longestDelay(): Promise<number> {
  let quietest = Infinity;
  for (let round = 0; round < 5; round += 1) {
    await new Promise((resolve) => setTimeout(resolve, 300));
    const histogram = monitorEventLoopDelay({ resolution: 1 });
    histogram.enable();
    for (const key of 'value.') {
      await type(key);
      await new Promise((resolve) => setTimeout(resolve, 120));
    }
    histogram.disable();
    quietest = Math.min(quietest, histogram.max / 1e6);
  }
  return quietest;
}
