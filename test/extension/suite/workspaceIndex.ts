import assert from 'node:assert/strict';
import { exec } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { promisify } from 'node:util';
import { before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { canDrive, clear, control, failsoft, pause, picture, show, type, until } from './window.ts';

const rowsOfMenu = '.quick-input-list .monaco-list-row';
const root = (): string => vscode.workspace.workspaceFolders![0]!.uri.fsPath;

let asked = 0;

/** What is offered after this text, typed into a file with nothing else of use; '' when nothing is in time, in ms. */
async function offeredAfter(text: string, patience = 1500): Promise<string> {
  const editor = await show('cart.ts');
  // At the same place again the text on the screen would stay.
  await clear(editor, `// ${asked++}\n\n`);
  await type(text);
  const typed = editor.document.getText();
  for (let waited = 0; waited < patience && editor.document.getText() === typed; waited += 50) {
    await pause(50);
    await vscode.commands.executeCommand('editor.action.inlineSuggest.commit');
  }
  return editor.document.lineAt(editor.selection.active.line).text.slice(text.length);
}

/** The rows of the menu. */
async function menuRows(): Promise<string> {
  const menu = vscode.commands.executeCommand('failsoft.showMenu');
  await control({ op: 'waitFor', selector: rowsOfMenu });
  const rows = ((await control({ op: 'text', selector: rowsOfMenu })) as string[]).join('\n');
  await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
  await menu;
  return rows;
}

/** What a menu says of the index. */
const indexRows = (rows: string): string =>
  rows
    .split('\n')
    .filter((row) => /index/i.test(row))
    .join('\n');

/** Files enough to be read for some seconds; other ones in each batch. */
function writeBeasts(batch: number): void {
  for (let file = 0; file < 400; file++) {
    const lines = Array.from({ length: 400 }, (_, line) => `export const beast${file}x${line} = roar${line % 7}(${batch}, ${line});`);
    writeFileSync(path.join(root(), 'later', `beast${file}.ts`), lines.join('\n'));
  }
}

/** Picks a row of the menu as soon as it is there. @param makeSo one about progress goes again, so this brings it back */
async function pick(row: string, makeSo: () => void = () => undefined): Promise<void> {
  const isPicked = async (): Promise<boolean> => {
    makeSo();
    const menu = vscode.commands.executeCommand('failsoft.showMenu');
    await control({ op: 'waitFor', selector: rowsOfMenu });
    const isThere = ((await control({ op: 'text', selector: rowsOfMenu })) as string[]).some((text) => text.includes(row));
    if (isThere) {
      await picture(`index-${row.toLowerCase()}`);
      await control({ op: 'click', selector: `${rowsOfMenu}:has-text("${row}")` });
    } else await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
    await menu;
    return isThere;
  };
  await until(`${row} is in the menu`, isPicked, 20_000);
}

/** A workspace of real files, most of which nobody opens; no backend. */
export function defineWorkspaceIndexTests(): void {
  describe('the files of the workspace', () => {
    const delay = monitorEventLoopDelay({ resolution: 1 });
    before(() => delay.enable());

    it('are offered from soon after the window has opened, though they were never opened', async () => {
      await failsoft();
      await show('cart.ts');
      const ready = performance.now();
      // Whoever types before the index runs gets nothing for that keystroke, and types on.
      await until('a file nobody opened is known', async () => (await offeredAfter('ibex.cli', 300)).startsWith('mbHigher('));
      const [typed, shown] = [ready, performance.now()].map(Math.round);
      console.log(
        `      first suggestion ${shown} ms after the extension host began, of which ${typed} until a file was open and could be typed in`,
      );
      await picture('index-first');
    });

    it('are all in after a while, without holding up the extension host', async function () {
      this.timeout(120_000);
      if (!canDrive) this.skip();
      await until(
        'the index is whole',
        async () => {
          await pause(500);
          const rows = await menuRows();
          return rows.includes('Local index') && !rows.includes('Indexing');
        },
        100_000,
      );
      delay.disable();
      await until('a file nobody opened is offered', async () => (await offeredAfter('zebra.pai')).startsWith('ntStripes('));
      console.log(`      ${(await menuRows()).split('\n').find((row) => row.includes('Local index'))}`);
      console.log(
        `      event loop of the extension host held up for at most ${(delay.max / 1e6).toFixed(1)} ms, 99.9 %: ${(delay.percentile(99.9) / 1e6).toFixed(1)} ms`,
      );
      await picture('index-menu');
    });

    it('are listed anew, and taken in anew after a checkout, without holding up the extension host', async function () {
      this.timeout(120_000);
      for (const [what, command] of [
        ['listed anew', 'echo "*.tmp" > .gitignore'],
        ['all changed', "find . -name '*.ts' -exec sed -i -e '$a // end' {} +"],
      ] as const) {
        let longest = Infinity;
        // What we do comes again each time; what else this machine does may not.
        for (let run = 0; run < 3 && longest >= 250; run++) {
          await pause(1000);
          delay.reset();
          delay.enable();
          await promisify(exec)(command, { cwd: root() });
          await pause(5000);
          delay.disable();
          longest = Math.min(longest, delay.max / 1e6);
        }
        console.log(`      ${what}: held up for at most ${longest.toFixed(1)} ms`);
        assert.ok(longest < 250, `${longest} ms`);
      }
    });

    it('are not those that are ignored, secret, excluded, linked from outside or written by programs', async () => {
      for (const [text, secret] of [
        ['okapi.hid', 'InIgnored'],
        ['gnu.hid', 'InEnv'],
        ['lion.hid', 'InExcluded'],
        ['puma.hid', 'Outside'],
        ['lynx.hid', 'InGenerated'],
      ] as const) {
        assert.ok(!(await offeredAfter(text)).includes(secret), text);
      }
      await until('others are offered', async () => (await offeredAfter('ibex.cli')).startsWith('mbHigher('));
    });

    it('are followed when they change on disk, come and go', async () => {
      const file = path.join(root(), 'later', 'new.ts');
      await vscode.workspace.fs.createDirectory(vscode.Uri.file(path.dirname(file)));
      writeFileSync(file, 'export const w = walrus.swimFarAway(northOfHere);\n'.repeat(3));
      await until('the new file is known', async () => (await offeredAfter('walrus.swi')).startsWith('mFarAway('), 25_000);
      rmSync(file);
      const isForgotten = async (): Promise<boolean> =>
        (await offeredAfter('ibex.cli')).startsWith('mbHigher(') && !(await offeredAfter('walrus.swi')).includes('mFarAway');
      await until('the deleted file is not, while others are', isForgotten, 25_000);
    }).timeout(60_000);

    it('wait when the person says so in the menu, and go on when the person does', async function () {
      if (!canDrive) this.skip();
      let batch = 0;
      await pick('Indexing', () => writeBeasts(++batch));
      assert.match(await menuRows(), /Resume indexing/);
      await picture('index-paused');
      // What was being read when it was paused is still taken in.
      let known = '';
      const isSettled = async (): Promise<boolean> => {
        const before = known;
        await pause(500);
        return before === (known = indexRows(await menuRows()));
      };
      await until('nothing is taken in any more', isSettled);
      await pause(1500);
      assert.equal(indexRows(await menuRows()), known);
      await pick('Resume indexing');
      await until('the index is whole', async () => !/Indexing|Resume indexing/.test(await menuRows()), 30_000);
    }).timeout(90_000);
  });
}
