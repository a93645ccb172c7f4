import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { acceptSuggestion, clear, control, canDrive, failsoft, picture, show, toasts, type, until, untilSnapshot } from './window.ts';

/** What `test/extension/provider` exports. */
interface Provider {
  readonly canRegister: boolean;
  readonly state: { answer: unknown; offered: readonly string[]; asked: string[][]; cancelled: number };
  changed(): void;
}

const configuration = (): vscode.WorkspaceConfiguration => vscode.workspace.getConfiguration('failsoft');
const setBackends = (value: unknown): Thenable<void> => configuration().update('backends', value, vscode.ConfigurationTarget.Global);

export function defineLanguageModelTests(): void {
  it('a language model that no extension offers is shown as retired, and local suggestions go on', async () => {
    const before = configuration().inspect('backends')?.globalValue;
    await setBackends([{ name: 'nobody', protocol: 'vscode-lm', model: 'nobody/none' }]);
    await untilSnapshot('the backend', ({ sources }) => sources[0]?.sourceId === 'nobody');
    await show('learn.ts');
    const editor = await show('cart.ts');
    await clear(editor);
    await type('  const confirmed = orders.filter(');
    assert.match(await acceptSuggestion(editor), /filter\(\(order\) =>/);
    await untilSnapshot('a missing model', ({ sources }) => sources[0]?.state === 'retired');
    await setBackends(before);
    await untilSnapshot('the practice backend', ({ sources }) => sources[0]?.sourceId === 'practice');
    // A model that is retired for longer is told of.
    await vscode.commands.executeCommand('notifications.clearAll');
  });

  describe('a language model of the editor, registered by another extension', () => {
    let provider: Provider;
    let editor: vscode.TextEditor;
    let backends: unknown;

    before(async function () {
      const extension = vscode.extensions.getExtension<Provider>('failsoft-test.model-provider');
      assert.ok(extension, 'the extension with the model is there');
      provider = await extension.activate();
      // VS Code 1.100 has no stable way to register a model: there, only the fake of the unit tests says what happens.
      if (!provider.canRegister) this.skip();
      backends = configuration().inspect('backends')?.globalValue;
      await setBackends([{ name: 'editor', protocol: 'vscode-lm', model: 'acme/coder' }]);
      await untilSnapshot('the backend', ({ sources }) => sources[0]?.sourceId === 'editor');
    });
    after(async () => {
      if (!provider.canRegister) return;
      await setBackends(backends);
      await untilSnapshot('the practice backend', ({ sources }) => sources[0]?.sourceId === 'practice');
    });
    beforeEach(async () => {
      provider.state.answer = { kind: 'text', pieces: ['model', 'Text(', '42);'] };
      await show('learn.ts');
      editor = await show('cart.ts');
      await clear(editor);
    });
    const stateOf = (): Promise<string | undefined> => failsoft().then((api) => api.snapshot().sources[0]?.state);
    /** Types anew until something has been asked of the model, or the state is this one. */
    const typeUntilState = async (state: string): Promise<void> => {
      await until(`the state ${state}`, async () => {
        if ((await stateOf()) === state) return true;
        await clear(editor);
        await type(`const value${Math.random().toString(36).slice(2, 6)} = `);
        await new Promise((resolve) => setTimeout(resolve, 400));
        return (await stateOf()) === state;
      });
    };

    it('is not asked by a keystroke before the person has allowed it', async () => {
      await typeUntilState('auth-needed');
      assert.equal(provider.state.asked.length, 0);
      if (canDrive) {
        await control({ op: 'waitFor', selector: '.statusbar-item:has-text("permission needed")' });
        await picture('permission-needed');
        await control({ op: 'waitFor', selector: '.notifications-toasts .notification-list-item:has-text("permission")' });
        assert.equal(await toasts(), 1);
        const said = (await control({ op: 'text', selector: '.notifications-toasts .notification-list-item' })) as string[];
        assert.match(said.join(' ').replaceAll('\u00a0', ' '), /editor needs your permission to be used/);
        await vscode.commands.executeCommand('notifications.clearAll');
      }
    });

    it('is asked after the command, and its text is shown and accepted', async () => {
      await vscode.commands.executeCommand('failsoft.allowLanguageModel');
      await untilSnapshot('a model that can be asked', ({ serving }) => serving === 'editor');
      await type('const answer = ');
      assert.equal(await acceptSuggestion(editor), 'const answer = modelText(42);');
      const code = provider.state.asked.at(-1)?.[1] ?? '';
      assert.match(code, /const answer = /);
    });

    it('is cancelled when the person types on', async () => {
      provider.state.answer = { kind: 'hangs' };
      const { cancelled, asked } = { cancelled: provider.state.cancelled, asked: provider.state.asked.length };
      await type('const slow = ');
      await until('the model is asked', () => provider.state.asked.length > asked);
      await type('x');
      await until('the model is cancelled', () => provider.state.cancelled > cancelled);
      provider.state.answer = { kind: 'text', pieces: ['1;'] };
      await vscode.commands.executeCommand('failsoft.retryNow');
    });

    const errors: readonly (readonly [string, unknown, string])[] = [
      ['Copilot’s rate limit', { kind: 'fails', name: 'ChatRateLimited', message: 'slower please' }, 'rate-limited'],
      ['Copilot’s quota', { kind: 'fails', name: 'ChatQuotaExceeded', message: 'nothing left' }, 'quota'],
      ['Blocked', { kind: 'fails', code: 'Blocked', message: 'no more for you' }, 'quota'],
      [
        'Blocked for too many requests',
        { kind: 'fails', code: 'Blocked', message: 'blocked due to making too many requests' },
        'rate-limited',
      ],
      ['NotFound', { kind: 'fails', code: 'NotFound', message: 'gone' }, 'retired'],
      ['a failure in the middle', { kind: 'fails', pieces: ['1'], message: 'The model is at capacity' }, 'at-capacity'],
      ['NoPermissions', { kind: 'fails', code: 'NoPermissions', message: 'not you' }, 'auth-needed'],
    ];
    for (const [name, answer, state] of errors) {
      it(`shows ${name} as ${state}`, async () => {
        provider.state.answer = answer;
        await typeUntilState(state);
        provider.state.answer = { kind: 'text', pieces: ['1;'] };
        await vscode.commands.executeCommand(state === 'auth-needed' ? 'failsoft.allowLanguageModel' : 'failsoft.retryNow');
        await untilSnapshot('a model that can be asked', ({ serving }) => serving === 'editor');
      });
    }

    it('is missed when its extension takes it away, and asked again when it is back', async () => {
      provider.state.offered = [];
      provider.changed();
      await typeUntilState('retired');
      provider.state.offered = ['coder'];
      provider.changed();
      await untilSnapshot('a model that can be asked', ({ serving }) => serving === 'editor');
    });
  });
}
