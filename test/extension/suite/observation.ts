import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { recordOf } from '../../../src/journal/recordLine.ts';
import { acceptSuggestion, canDrive, clear, control, failsoft, serverDoes, show, type, until, untilSnapshot } from './window.ts';

const journal = path.join(process.env['FAILSOFT_TEST_USER'] ?? '', 'User', 'globalStorage', 'failsoft.failsoft', 'journal');

interface Line {
  readonly kind: string;
  readonly id: string;
  readonly [name: string]: unknown;
}

/** All observations that are written down so far, of this window and those before. */
function lines(): readonly Line[] {
  if (!existsSync(journal)) return [];
  const files = readdirSync(journal).map((name) => readFileSync(path.join(journal, name), 'utf8'));
  return (
    files
      // What stands behind the last line end is being written.
      .flatMap((text) => text.split('\n').slice(0, -1))
      .filter((line) => line !== '')
      .flatMap((line) => {
        const record = recordOf(line)?.record;
        assert.ok(record, line);
        return record.kind === 'observation' ? [{ ...record.observation }] : [];
      })
  );
}

/** Kinds of everything that is written down so far. */
function writtenKinds(): Set<string> {
  const texts = readdirSync(journal).map((name) => readFileSync(path.join(journal, name), 'utf8'));
  return new Set(texts.flatMap((text) => text.split('\n')).flatMap((line) => recordOf(line)?.record.kind ?? []));
}

/** The lines that came since; waits for one of a kind. @param as how it ended: that of an earlier test may be written only now */
async function linesUntil(kind: string, before: number, as?: string): Promise<readonly Line[]> {
  await until(`a line of the kind ${kind}`, () =>
    lines()
      .slice(before)
      .some((line) => line.kind === kind && (as === undefined || line['as'] === as)),
  );
  return lines().slice(before);
}

async function statusBar(): Promise<string> {
  return ((await control({ op: 'text', selector: '.statusbar-item' })) as string[]).join('\n');
}

/** Types until there is text to be taken, then takes a part of it; the cursor's line is returned. */
async function takes(editor: vscode.TextEditor, command: string): Promise<string> {
  const before = editor.document.getText();
  await until('a part that can be taken', async () => {
    await vscode.commands.executeCommand(command);
    return editor.document.getText() !== before;
  });
  return editor.document
    .getText()
    .slice(before.length - 1)
    .trim();
}

export function defineObservationTests(): void {
  describe('what becomes of suggestions', () => {
    let editor: vscode.TextEditor;
    beforeEach(async () => {
      await serverDoes({ kind: 'healthy' });
      await vscode.commands.executeCommand('failsoft.retryNow');
      await untilSnapshot('a model that can be asked', (snapshot) => snapshot.serving === 'practice');
      editor = await show('cart.ts');
      await clear(editor);
    });

    it('is written down when all of it is accepted, with language, model and source', async () => {
      const before = lines().length;
      await type('const observed = ');
      await acceptSuggestion(editor);
      const ended = (await linesUntil('ended', before, 'accepted')).find(({ kind, as }) => kind === 'ended' && as === 'accepted');
      assert.ok(ended, JSON.stringify(lines().slice(before)));
      const accepted = lines().find(({ kind, id, part }) => kind === 'accepted' && id === ended.id && part === 'all');
      assert.equal(accepted?.['characters'], 'modelText(42);'.length);
      assert.equal(accepted['languageId'], 'typescript');
      assert.equal(accepted['sourceId'], 'practice');
      assert.equal(typeof accepted['model'], 'string');
      assert.ok(lines().some(({ kind, id }) => kind === 'shown' && id === ended.id));
    });

    it('is written down when a word and a line of it are accepted, and counted once', async () => {
      const before = lines().length;
      const { accepted } = (await failsoft()).snapshot().counts;
      await type('function observed() {');
      await type('\n');
      await takes(editor, 'editor.action.inlineSuggest.acceptNextWord');
      await linesUntil('accepted', before);
      await takes(editor, 'editor.action.inlineSuggest.acceptNextLine');
      await until('a line that was accepted', () =>
        lines()
          .slice(before)
          .some(({ part }) => part === 'line'),
      );
      await vscode.commands.executeCommand('cursorTop');
      const since = await linesUntil('ended', before, 'partly-accepted');
      assert.deepEqual(
        since.filter(({ kind }) => kind === 'accepted').map(({ part }) => part),
        ['word', 'line'],
        JSON.stringify(since),
      );
      assert.ok(
        since.some(({ as }) => as === 'partly-accepted'),
        JSON.stringify(since),
      );
      assert.equal((await failsoft()).snapshot().counts.accepted, accepted + 1);
    });

    it('is shown after a while on the screen, and rejected when something else is typed', async function () {
      if (!canDrive) this.skip();
      await control({ op: 'click', selector: '.monaco-editor .view-lines' });
      await vscode.commands.executeCommand('cursorBottom');
      const before = lines().length;
      await type('const wanted = ');
      const shown = (await linesUntil('shown', before)).find(({ kind }) => kind === 'shown');
      await type('somethingElse');
      const ended = (): Line | undefined =>
        lines().find(({ id, kind, at }) => kind === 'ended' && id === shown?.id && Number(at) >= Number(shown['at']));
      await until('its end', () => ended() !== undefined);
      assert.equal(ended()?.['as'], 'rejected', JSON.stringify(lines().slice(before)));
    });

    it('is compared with what stands there half a minute later, when an error in it has come up', async function () {
      this.timeout(60_000);
      const before = lines().length;
      await type('const kept = ');
      await acceptSuggestion(editor);
      const [accepted] = (await linesUntil('accepted', before)).filter(({ kind }) => kind === 'accepted');
      const end = editor.selection.active;
      await editor.edit((edit) => edit.replace(new vscode.Range(end.translate(0, -3), end.translate(0, -2)), '3'));
      const wrong = new vscode.Range(end.translate(0, -14), end.translate(0, -5));
      const found = vscode.languages.createDiagnosticCollection('observed');
      const error = new vscode.Diagnostic(wrong, "Cannot find name 'modelText'.", vscode.DiagnosticSeverity.Error);
      error.code = 2304;
      found.set(editor.document.uri, [error]);
      try {
        await until('it is looked at again', () => lines().some(({ kind, id }) => kind === 'checked' && id === accepted?.id), 45_000);
      } finally {
        found.dispose();
      }
      const of = lines().filter(({ id, at }) => id === accepted?.id && Number(at) >= Number(accepted['at']));
      assert.equal(of.find(({ kind }) => kind === 'kept')?.['similarity'], 0.93);
      const checked = of.find(({ kind }) => kind === 'checked');
      assert.ok(
        Number(checked?.['errors']) >= 1 && Number(checked?.['unknownNames']) >= 1 && checked?.['isChecked'] === true,
        JSON.stringify(of),
      );
    });

    it('can be rated, and says so quietly', async () => {
      const before = lines().length;
      await vscode.commands.executeCommand('failsoft.rateUp');
      if (canDrive) await until('the word of thanks', async () => (await statusBar()).includes('the last suggestion was good'));
      await vscode.commands.executeCommand('failsoft.rateDown');
      await until(
        'both ratings',
        () =>
          lines()
            .slice(before)
            .filter(({ kind }) => kind === 'rated').length === 2,
      );
      const rated = lines()
        .slice(before)
        .filter(({ kind }) => kind === 'rated');
      assert.deepEqual(
        rated.map(({ rating }) => rating),
        ['up', 'down'],
      );
    });

    it('is written down beside everything else, without source text and paths', async () => {
      await until('records of every kind', () =>
        ['session', 'attempt', 'state', 'route', 'decision', 'observation'].every((kind) => writtenKinds().has(kind)),
      );
      const text = readdirSync(journal)
        .map((name) => readFileSync(path.join(journal, name), 'utf8'))
        .join('\n');
      assert.ok(lines().length > 10);
      for (const canary of ['modelText', 'observed', 'somethingElse', 'cart', 'shop', 'file:']) assert.ok(!text.includes(canary), canary);
    });
  });
}
