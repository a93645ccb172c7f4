import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { FailsoftApi } from '../../../src/extension.ts';
import type { EngineSnapshot } from '../../../src/domain/snapshot.ts';

/** Whether the test host lets tests drive the window with real keys and take pictures; a desktop VS Code does not. */
export const canDrive = (process.env['VSCODE_HOST_CONTROL'] ?? '') !== '';

/** Drives the window this extension host belongs to; see `test/host/control.mjs`. */
export async function control(request: Readonly<Record<string, unknown>>): Promise<unknown> {
  const response = await fetch(process.env['VSCODE_HOST_CONTROL'] ?? '', { method: 'POST', body: JSON.stringify(request) });
  const answer = (await response.json()) as { ok: boolean; result?: unknown; error?: string };
  if (!answer.ok) throw new Error(answer.error);
  return answer.result;
}

export async function picture(name: string): Promise<void> {
  const taking = canDrive ? control({ op: 'screenshot', path: `${process.env['FAILSOFT_TEST_PICTURES']}/${name}.png` }) : undefined;
  // A picture that was not taken is no failure of what it shows.
  await taking?.catch((error: unknown) => console.log(`no picture ${name}: ${String(error)}`));
}

/** The running extension. */
export async function failsoft(): Promise<FailsoftApi> {
  const extension = vscode.extensions.getExtension<FailsoftApi>('failsoft.failsoft');
  assert.ok(extension, 'the extension is installed');
  return extension.activate();
}

/** What the fault server is to do from now on. */
export async function serverDoes(behaviour: unknown): Promise<void> {
  const response = await fetch(`${process.env['FAILSOFT_TEST_SERVER']}/__control`, { method: 'POST', body: JSON.stringify({ behaviour }) });
  assert.equal(response.status, 200, await response.text());
}

export interface SeenRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly outcome: string;
  readonly body?: unknown;
}

/** What the practice server, or the workspace's own server, has seen. */
export async function requestsSeen(server: 'practice' | 'evil' = 'practice'): Promise<readonly SeenRequest[]> {
  const url = server === 'evil' ? process.env['FAILSOFT_TEST_EVIL'] : process.env['FAILSOFT_TEST_SERVER'];
  const seen = (await (await fetch(`${url}/__requests`)).json()) as { requests?: readonly SeenRequest[] } | readonly SeenRequest[];
  return (Array.isArray(seen) ? (seen as readonly SeenRequest[]) : ((seen as { requests?: readonly SeenRequest[] }).requests ?? [])).filter(
    ({ path }) => path.startsWith('/v1/'),
  );
}

export const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/**
 * Holds the mouse over an element until a hover stands there that says so; returns its text. What is drawn anew under the mouse loses its
 * hover until the mouse moves, so the mouse goes away and comes back, as a person's would.
 *
 * @param wanted selector of the hover
 * @param says in its text
 */
export async function hoverOver(selector: string, wanted: string, says = /\S/): Promise<string> {
  for (let tries = 1; ; tries++) {
    await control({ op: 'hover', x: 600, y: 80 });
    await control({ op: 'hover', selector });
    try {
      await control({ op: 'waitFor', selector: wanted, timeout: 4000 });
      for (let look = 0; look < 10; look++, await pause(100)) {
        const text = ((await control({ op: 'text', selector: wanted })) as string[]).join('\n');
        if (says.test(text)) return text;
        assert.ok(tries < 5 || look < 9, `the hover says ${JSON.stringify(text)}, wanted is ${String(says)}`);
      }
    } catch (error) {
      if (tries === 5) throw error;
    }
  }
}

/** Waits until a condition holds; says what was waited for when it does not. */
export async function until(what: string, condition: () => boolean | Promise<boolean>, within = 20_000): Promise<void> {
  const end = Date.now() + within;
  while (!(await condition())) {
    assert.ok(Date.now() < end, `${what} within ${within} ms; ${JSON.stringify((await failsoft()).snapshot())}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

export async function untilSnapshot(what: string, test: (snapshot: EngineSnapshot) => boolean): Promise<void> {
  const api = await failsoft();
  await until(what, () => test(api.snapshot()));
}

/** Shows a file of the workspace with the cursor at its end. */
export async function show(name: string): Promise<vscode.TextEditor> {
  const folder = vscode.workspace.workspaceFolders?.[0];
  assert.ok(folder);
  const document = await vscode.workspace.openTextDocument(vscode.Uri.joinPath(folder.uri, name));
  const editor = await vscode.window.showTextDocument(document);
  await vscode.commands.executeCommand('cursorBottom');
  return editor;
}

export async function type(text: string): Promise<void> {
  await vscode.commands.executeCommand('type', { text });
}

/**
 * Waits until nothing is asked any more: what is asked ahead comes a while after what it follows, later on a busy machine.
 *
 * @returns how many requests there were
 */
export async function untilQuiet(): Promise<number> {
  const api = await failsoft();
  let seen = -1;
  await until('nothing is asked any more', async () => {
    const before = seen;
    seen = (await requestsSeen()).length;
    if (seen === before && api.snapshot().working === 0) return true;
    await pause(500);
    return false;
  });
  return seen;
}

/** Presses a key and takes it back, so that the editor asks once more. */
async function pressAgain(): Promise<void> {
  await type('x');
  await vscode.commands.executeCommand('deleteLeft');
}

/** Milliseconds after which a key is pressed again. */
const nextKeyAfter = 2500;

/**
 * Waits as `until` does, and now and then presses a key and takes it back: a busy editor leaves out a keystroke, and nothing comes until the
 * next one.
 */
export async function untilTyping(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  let pressedAt = Date.now();
  await until(what, async () => {
    if (await condition()) return true;
    if (Date.now() - pressedAt > nextKeyAfter) {
      await pressAgain();
      pressedAt = Date.now();
    }
    return false;
  });
}

/** Tries to accept the suggestion until the document changes; returns the cursor's line. */
export async function acceptSuggestion(editor: vscode.TextEditor): Promise<string> {
  const before = editor.document.getText();
  await untilTyping('a suggestion that can be accepted', async () => {
    await vscode.commands.executeCommand('editor.action.inlineSuggest.commit');
    return editor.document.getText() !== before;
  });
  return editor.document.lineAt(editor.selection.active.line).text;
}

/** Accepts the model's text. One that came late is not on the screen, where a local one may be; it is known by then. */
export async function acceptModelText(editor: vscode.TextEditor, line: string): Promise<void> {
  for (let tries = 1; ; tries++) {
    const accepted = await acceptSuggestion(editor);
    if (accepted === line) return;
    if (tries === 3) assert.equal(accepted, line);
    await vscode.commands.executeCommand('undo');
    await untilQuiet();
    await pressAgain();
  }
}

/** The prompts of all requests since the nth. */
export async function promptsSince(before: number): Promise<readonly string[]> {
  return (await requestsSeen()).slice(before).map(({ body }) => (body as { readonly prompt?: string }).prompt ?? '');
}

/** Types and types on until a request holds the words: what is not read in time for one is there for a later one. */
export async function untilPromptHolds(wanted: string, text: string, more: string): Promise<void> {
  const before = (await requestsSeen()).length;
  let next = text;
  await until(
    `a prompt with ${wanted}`,
    async () => {
      await type(next);
      next = more;
      for (let look = 0; look < 20; look++, await pause(100)) {
        if ((await promptsSince(before)).some((prompt) => prompt.includes(wanted))) return true;
      }
      return false;
    },
    40_000,
  );
}

/** Empties the file. */
export async function clear(editor: vscode.TextEditor, text = '\n'): Promise<void> {
  const all = new vscode.Range(0, 0, editor.document.lineCount, 0);
  await editor.edit((edit) => edit.replace(all, text));
  await vscode.commands.executeCommand('cursorBottom');
}

/** Toasts on show. */
export async function toasts(): Promise<number> {
  return ((await control({ op: 'text', selector: '.notifications-toasts .notification-list-item' })) as string[]).length;
}

/** Types words with pauses between them, long enough for the editor to ask, until the condition holds. */
export async function typeUntil(what: string, test: (snapshot: EngineSnapshot) => boolean): Promise<void> {
  const api = await failsoft();
  for (let word = 0; word < 20 && !test(api.snapshot()); word++) {
    await type(word === 0 ? 'const x = ' : 'y');
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  await untilSnapshot(what, test);
}

/** An empty document beside one to learn from, and a model that can be asked. */
export async function emptyCart(): Promise<vscode.TextEditor> {
  await show('learn.ts');
  const editor = await show('cart.ts');
  await clear(editor);
  await serverDoes({ kind: 'healthy' });
  await vscode.commands.executeCommand('failsoft.retryNow');
  await untilSnapshot('a model that can be asked', (snapshot) => snapshot.serving === 'practice');
  return editor;
}
