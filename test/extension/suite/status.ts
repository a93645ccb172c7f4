import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { canDrive, clear, control, hoverOver, failsoft, picture, serverDoes, show, typeUntil } from './window.ts';

const item = '.statusbar-item:has-text("Failsoft")';

export function defineStatusTests(): void {
  describe('the status bar', () => {
    it('shows one item soon after the start', async function () {
      const api = await failsoft();
      assert.ok(api.activationMillis < 500, `activation took ${api.activationMillis} ms`);
      if (!canDrive) this.skip();
      await control({ op: 'waitFor', selector: item });
      assert.equal(((await control({ op: 'text', selector: item })) as string[]).length, 1);
    });

    it('says at capacity, what is used instead and when it is tried again', async function () {
      if (!canDrive) this.skip();
      await serverDoes({ kind: 'capacity' });
      const editor = await show('cart.ts');
      await clear(editor);
      await typeUntil(
        'the state at capacity',
        ({ sources: [first] }) => first?.state === 'at-capacity' && first.guard.breaker.kind === 'open',
      );
      await control({ op: 'waitFor', selector: '.statusbar-item:has-text("at capacity")' });
      const tooltip = await hoverOver(item, '.monaco-hover:has-text("practice")');
      await picture('tooltip');
      assert.match(tooltip, /capacity/i);
      assert.match(tooltip, /local/i);
      assert.match(tooltip, /in \d+ s/i);
    });

    it('opens a menu with retry, pause, log and settings', async function () {
      if (!canDrive) this.skip();
      await control({ op: 'click', selector: item });
      await control({ op: 'waitFor', selector: '.quick-input-list .monaco-list-row' });
      const rows = ((await control({ op: 'text', selector: '.quick-input-list .monaco-list-row' })) as string[]).join('\n');
      await picture('menu');
      await control({ op: 'press', key: 'Escape' });
      for (const wanted of [/retry/i, /pause/i, /log/i, /settings/i]) assert.match(rows, wanted);
    });

    it('has every command of the manifest', async () => {
      const commands = new Set(await vscode.commands.getCommands(true));
      const manifest = vscode.extensions.getExtension('failsoft.failsoft')?.packageJSON as {
        contributes: { commands: { command: string }[] };
      };
      for (const { command } of manifest.contributes.commands) assert.ok(commands.has(command), command);
    });
  });
}
