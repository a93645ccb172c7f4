import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { after, before, beforeEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import {
  clear,
  failsoft,
  promptsSince,
  requestsSeen,
  serverDoes,
  show,
  type,
  until,
  untilPromptHolds,
  untilQuiet,
  untilSnapshot,
  untilTyping,
} from './window.ts';

/** Files of the workspace that this suite writes. */
const files = {
  'pricing.ts':
    'export interface PriceList {\n  readonly surchargeOfWinter: number;\n}\n\nexport function priceListOf(year: number): PriceList {\n  return { surchargeOfWinter: year };\n}\n',
  // Nothing imports the file above but this one, so only a language server knows of it.
  'seasons.ts': "import { priceListOf } from './pricing';\n\nexport const winterPrices = priceListOf(2026);\n",
  'bill.ts': '\n',
} as const;

function uriOf(name: string): vscode.Uri {
  const folder = vscode.workspace.workspaceFolders?.[0];
  assert.ok(folder);
  return vscode.Uri.joinPath(folder.uri, name);
}

/** The last request that asked for text, as it came; waits for one after `before`. */
async function nextPrompt(before: number): Promise<string> {
  await untilTyping('a request', async () => (await requestsSeen()).length > before);
  return (await promptsSince(before)).at(-1) ?? '';
}

export function defineContextTests(): void {
  describe('context from other files', () => {
    let editor: vscode.TextEditor;

    before(async () => {
      for (const [name, text] of Object.entries(files)) await vscode.workspace.fs.writeFile(uriOf(name), new TextEncoder().encode(text));
    });
    beforeEach(async () => {
      await serverDoes({ kind: 'healthy' });
      await vscode.commands.executeCommand('failsoft.retryNow');
      await untilSnapshot('a model that can be asked', (snapshot) => snapshot.serving === 'practice');
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
      editor = await show('bill.ts');
      await clear(editor);
    });
    after(async () => {
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
      for (const name of Object.keys(files)) await vscode.workspace.fs.delete(uriOf(name));
    });

    it('holds an open file that is like what is typed', async () => {
      await show('learn.ts');
      editor = await show('bill.ts');
      await untilPromptHolds('export function countOrders', 'const confirmed = orders.filter(', '1, ');
    });

    it('never holds a word of an ignored file, open, imported or defining what is typed', async () => {
      await show('internal/plan.ts');
      await show('learn.ts');
      editor = await show('bill.ts');
      await clear(editor, "import { planOfTheOwner } from './internal/plan';\n\n");
      const begin = (await requestsSeen()).length;
      await untilPromptHolds('export function countOrders', 'const confirmed = orders.filter(', '1, ');
      for (const text of ['\nexport const x = planOfTheOwner(', '1, ']) {
        const sent = (await requestsSeen()).length;
        await type(text);
        await nextPrompt(sent);
      }
      const prompts = JSON.stringify((await requestsSeen()).slice(begin).map(({ body }) => body));
      assert.ok(prompts.includes('planOfTheOwner('), 'what was typed is there');
      assert.ok(!prompts.includes('secretFactor'), prompts);
    });

    it('holds an imported file that is not open', async () => {
      await clear(editor, "import { winterPrices } from './seasons';\n\n");
      await untilPromptHolds('priceListOf(2026)', 'const all = [winterPrices, ', '1, ');
    });

    it('does not wait for a language server that takes five seconds, and has what it said later', async function () {
      this.timeout(120_000);
      let asked = 0;
      let answered = 0;
      const slow = vscode.languages.registerDefinitionProvider('plaintext', {
        async provideDefinition() {
          asked += 1;
          await new Promise((resolve) => setTimeout(resolve, 5000));
          answered += 1;
          return new vscode.Location(uriOf('pricing.ts'), new vscode.Position(0, 17));
        },
      });
      const memos = ['memo1.txt', 'memo2.txt', 'memo3.txt'];
      for (const memo of memos) await vscode.workspace.fs.writeFile(uriOf(memo), new TextEncoder().encode('\n'));
      try {
        // VS Code's own delay and the time to see the request are in it, too, and what else this machine does.
        let quickest = Infinity;
        for (const memo of memos) {
          if (quickest < 1500) break;
          await untilQuiet();
          editor = await show(memo);
          const sent = (await requestsSeen()).length;
          const begin = performance.now();
          const answeredBefore = answered;
          await type('priceThing(');
          const first = await nextPrompt(sent);
          quickest = Math.min(quickest, performance.now() - begin);
          assert.equal(answered, answeredBefore, 'the model is asked before the server has answered');
          assert.ok(!first.includes('surchargeOfWinter'), first);
        }
        assert.ok(quickest < 1500, `${Math.round(quickest)} ms`);
        await until('the language server was asked', () => asked > 0);
        await until('the answer of the server', () => answered > 0);
        await untilPromptHolds('surchargeOfWinter', 'x', 'y');
      } finally {
        slow.dispose();
        for (const memo of memos) await vscode.workspace.fs.delete(uriOf(memo));
      }
    });

    it('holds the type of a value as TypeScript’s own server knows it', async function () {
      this.timeout(90_000);
      // The test host carries a stand-in for the TypeScript extension and no server.
      if (!existsSync(path.join(vscode.env.appRoot, 'extensions', 'node_modules', 'typescript', 'lib', 'tsserver.js'))) this.skip();
      await clear(editor, "import { winterPrices } from './seasons';\n\n");
      const place = new vscode.Position(0, 12);
      const knows = async (): Promise<boolean> =>
        ((await vscode.commands.executeCommand<unknown[]>('vscode.executeTypeDefinitionProvider', editor.document.uri, place)) ?? [])
          .length > 0;
      const end = Date.now() + 40_000;
      while (!(await knows())) {
        assert.ok(Date.now() < end, 'the server knows the type');
        await new Promise((resolve) => setTimeout(resolve, 500));
      }
      let prompt = '';
      await until(
        'the type in a prompt',
        async () => {
          const sent = (await requestsSeen()).length;
          await type('\nconst part = winterPrices.');
          prompt = await nextPrompt(sent);
          await new Promise((resolve) => setTimeout(resolve, 500));
          return prompt.includes('surchargeOfWinter');
        },
        20_000,
      );
    });

    it('stays at home when it is switched off', async () => {
      const configuration = vscode.workspace.getConfiguration('failsoft');
      await configuration.update('context.enable', false, vscode.ConfigurationTarget.Global);
      try {
        await failsoft();
        await show('learn.ts');
        editor = await show('bill.ts');
        const sent = (await requestsSeen()).length;
        await type('const confirmed = orders.filter(');
        const prompt = await nextPrompt(sent);
        assert.ok(!prompt.includes('countOrders'), prompt);
      } finally {
        await configuration.update('context.enable', undefined, vscode.ConfigurationTarget.Global);
      }
    });
  });
}
