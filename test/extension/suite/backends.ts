import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { canDrive, control, picture, requestsSeen, serverDoes, until, untilSnapshot } from './window.ts';

const widget = '.quick-input-widget:visible';
const second = { name: 'second', protocol: 'openai-completions' };

/** The person's own list, as it stands in the settings. */
function route(): readonly unknown[] {
  return vscode.workspace.getConfiguration('failsoft').inspect<unknown[]>('backends')?.globalValue ?? [];
}

const press = (key: string): Promise<unknown> => control({ op: 'press', key });
const see = (selector: string): Promise<unknown> => control({ op: 'waitFor', selector });
const row = (text: string): Promise<unknown> => see(`${widget} .monaco-list-row:has-text(${JSON.stringify(text)})`);
const prompt = (text: string): Promise<unknown> => see(`${widget} .quick-input-message:has-text(${JSON.stringify(text)})`);

/** Replaces what is in the box and accepts it. */
async function answer(text: string): Promise<void> {
  await press('Control+a');
  await control({ op: 'type', text, delay: 2 });
  await press('Enter');
}

/** Begins to add the practice server once more, up to the step of the key. The end is wrapped, or waiting for this would wait for it. */
async function beginToAdd(url: string): Promise<{ readonly done: Thenable<unknown> }> {
  const done = vscode.commands.executeCommand('failsoft.addBackend');
  // The list is drawn anew when servers have been looked for.
  await row('Detect again');
  await control({ op: 'type', text: 'Another OpenAI-compatible server', delay: 2 });
  await control({ op: 'click', selector: `${widget} .monaco-list-row:has-text("with POST {base URL}/completions")` });
  await prompt('Base URL');
  await answer(`${url}/v1`);
  await see(`${widget} input[type=password]`);
  return { done };
}

async function pickModelAndName(name: string): Promise<void> {
  await row('fault-model');
  await press('Enter');
  await prompt('Name of this backend');
  await answer(name);
}

export function defineBackendTests(): void {
  describe('adding and managing backends', () => {
    let original: readonly unknown[] = [];
    let url = '';
    before(function () {
      if (!canDrive) this.skip();
      original = route();
      url = (original[0] as { baseUrl: string }).baseUrl.replace(/\/v1$/, '');
    });
    beforeEach(() => serverDoes({ kind: 'healthy' }));
    after(async () => {
      if (canDrive) await vscode.workspace.getConfiguration('failsoft').update('backends', original, vscode.ConfigurationTarget.Global);
    });

    it('leaves everything as it was when it is left with Escape, at whichever step', async () => {
      const done = vscode.commands.executeCommand('failsoft.addBackend');
      await row('with POST {base URL}/completions');
      await press('Escape');
      await done;
      const atKey = await beginToAdd(url);
      await press('Escape');
      await atKey.done;
      const atModel = await beginToAdd(url);
      await press('Enter');
      await row('fault-model');
      await press('Escape');
      await atModel.done;
      assert.deepEqual(route(), original);
    });

    it('adds a backend with a key: in the list, after the others, in use', async () => {
      // A first answer that comes late is a diagnosis, and VS Code shows no modal dialogue to tests: the adding is cancelled then.
      let done: Thenable<unknown> = Promise.resolve();
      for (let tries = 1, isThere = false; !isThere; tries++) {
        ({ done } = await beginToAdd(url));
        await answer('canary-key-add');
        await pickModelAndName('second');
        isThere = await Promise.race([row('Last').then(() => true), done.then(() => false)]);
        assert.ok(isThere || tries < 3, 'it was cancelled three times');
      }
      await picture('add-backend-place');
      await press('Enter');
      await done;
      assert.deepEqual(route(), [...original, { ...second, baseUrl: `${url}/v1`, model: 'fault-model' }]);
      await untilSnapshot('the new backend is in use', ({ sources }) => sources.at(-1)?.sourceId === 'second');
      const seen = await requestsSeen();
      assert.ok(seen.some(({ headers, path }) => path === '/v1/models' && headers['authorization'] === 'Bearer canary-key-add'));
      assert.ok(!JSON.stringify(route()).includes('canary-key-add'));
    });

    it('tests all of them at once', async () => {
      const done = vscode.commands.executeCommand('failsoft.testBackends');
      await until('two passed tests', async () => {
        const icons = (await control({ op: 'text', selector: `${widget} .monaco-list-row:has(.codicon-pass)` })) as string[];
        return icons.length === route().length;
      });
      await picture('test-backends');
      await press('Escape');
      await done;
      const keys = (await requestsSeen()).filter(({ path }) => path === '/v1/completions').map(({ headers }) => headers['authorization']);
      assert.ok(keys.includes('Bearer canary-key-add'), 'the stored key is used');
    });

    it('moves a backend up, and it is asked first', async () => {
      const done = vscode.commands.executeCommand('failsoft.manageBackends');
      await control({ op: 'click', selector: `${widget} .monaco-list-row:has-text("2. second")` });
      await row('Move up');
      await control({ op: 'click', selector: `${widget} .monaco-list-row:has-text("Move up")` });
      await row('1. second');
      await press('Escape');
      await done;
      assert.deepEqual(route().slice(1), original);
      await untilSnapshot('the moved backend is first', ({ sources }) => sources[0]?.sourceId === 'second');
    });

    it('shows the walkthrough', async () => {
      await vscode.commands.executeCommand('failsoft.openWalkthrough');
      await see('.getting-started-step:has-text("Where your code goes")');
      await picture('walkthrough');
      await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
    });
  });
}
