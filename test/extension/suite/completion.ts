import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import {
  acceptModelText,
  acceptSuggestion,
  canDrive,
  clear,
  control,
  emptyCart,
  failsoft,
  picture,
  serverDoes,
  show,
  toasts,
  type,
  typeUntil,
  until,
  untilQuiet,
  untilSnapshot,
  untilTyping,
} from './window.ts';

/** A beginning that stands in `learn.ts`, so that the local engine knows how it goes on. */
const known = '  const confirmed = orders.filter(';
let unhandled = 0;
const countUnhandled = (): number => (unhandled += 1);

export function defineCompletionTests(): void {
  describe('typing in a real editor', () => {
    let editor: vscode.TextEditor;
    before(async () => {
      process.on('unhandledRejection', countUnhandled);
      // What earlier tests have left on the screen.
      await vscode.commands.executeCommand('notifications.clearAll');
    });
    after(() => process.off('unhandledRejection', countUnhandled));
    beforeEach(async () => {
      editor = await emptyCart();
    });

    it('shows the model’s text, inserts it on acceptance and counts that', async () => {
      const api = await failsoft();
      const { model, cache, accepted } = api.snapshot().counts;
      await type('const answer = ');
      await acceptModelText(editor, 'const answer = modelText(42);');
      await until('the acceptance is counted', () => api.snapshot().counts.accepted > accepted);
      assert.ok(api.snapshot().counts.model + api.snapshot().counts.cache > model + cache);
    });

    it('shows ghost text to a person who types with real keys', async function () {
      if (!canDrive) this.skip();
      await control({ op: 'click', selector: '.monaco-editor .view-lines' });
      await control({ op: 'press', key: 'Control+End' });
      await control({ op: 'type', text: 'const shown = ', delay: 60 });
      // Of what is on the screen for a moment while the last keys arrive, nothing stays.
      const ghost = async (): Promise<string> => ((await control({ op: 'text', selector: '.ghost-text-decoration' })) as string[]).join('');
      await untilTyping('the ghost text', async () => (await ghost()) === 'modelText(42);');
      await picture('healthy');
    });

    const outages: readonly (readonly [string, unknown, string])[] = [
      ['is at capacity', { kind: 'capacity' }, 'at-capacity'],
      ['says so inside a 200 stream', { kind: 'capacityInStream', prelude: 'emptyText' }, 'at-capacity'],
      ['hangs', { kind: 'hangBeforeHeaders' }, ''],
      ['refuses the connection', { kind: 'refused' }, 'open'],
      ['answers with a page', { kind: 'html', status: 502 }, 'open'],
    ];
    for (const [name, behaviour, state] of outages) {
      it(`keeps useful suggestions coming while the backend ${name}, without a toast`, async () => {
        const api = await failsoft();
        await serverDoes(behaviour);
        for (let pause = 0; pause < 4; pause++) {
          // Each at a place of its own: what was read at the same place would stay.
          await clear(editor, `// ${pause}\n`);
          const { local } = api.snapshot().counts;
          await type(known);
          assert.match(await acceptSuggestion(editor), /filter\(\(order\) =>/);
          assert.ok(api.snapshot().counts.local > local, 'it came from the local engine');
        }
        if (state !== '') await typeUntil(`the state ${state}`, (snapshot) => snapshot.sources[0]?.state === state);
        await clear(editor);
        await type(known);
        await new Promise((resolve) => setTimeout(resolve, 700));
        await picture(`outage-${(behaviour as { kind: string }).kind}`);
        if (canDrive) assert.equal(await toasts(), 0);
      });
    }

    it('recovers when the person retries', async () => {
      await serverDoes({ kind: 'capacity' });
      await typeUntil('an open breaker', (snapshot) => snapshot.serving === 'local');
      await untilQuiet();
      await serverDoes({ kind: 'healthy' });
      await vscode.commands.executeCommand('failsoft.retryNow');
      await untilSnapshot('a model that can be asked', (snapshot) => snapshot.serving === 'practice');
      await clear(editor);
      await type('const again = ');
      await acceptModelText(editor, 'const again = modelText(42);');
    });

    it('keeps the line ends of a CRLF document', async () => {
      const windows = await show('windows.ts');
      await type('const answer = ');
      await acceptSuggestion(windows);
      assert.equal(windows.document.eol, vscode.EndOfLine.CRLF);
      assert.ok(windows.document.getText().endsWith('\r\nconst answer = modelText(42);'));
    });

    it('stops while paused and goes on when resumed', async () => {
      const api = await failsoft();
      await vscode.commands.executeCommand('failsoft.pauseUntilResumed');
      assert.equal(api.snapshot().mode, 'paused');
      const sent = await untilQuiet();
      await type('const paused = ');
      await new Promise((resolve) => setTimeout(resolve, 500));
      assert.equal(await untilQuiet(), sent);
      await vscode.commands.executeCommand('failsoft.resume');
      assert.equal(api.snapshot().mode, 'on');
    });

    it('never rejects into the extension host and settles every request of 200 rapid keys', async function () {
      this.timeout(180_000);
      const api = await failsoft();
      for (let key = 0; key < 200; key++) await type('x');
      await until('no request runs any more', () => api.snapshot().working === 0);
      assert.equal(unhandled, 0);
    });
  });
}
