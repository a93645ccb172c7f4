import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import type { AttemptReport, CompletionSource, Disposable, Health } from '../../../api/index.d.ts';
import {
  acceptSuggestion,
  canDrive,
  clear,
  control,
  picture,
  show,
  toasts,
  type,
  typeUntil,
  until,
  untilSnapshot,
  untilTyping,
} from './window.ts';

interface Sample {
  readonly asked: string[];
  readonly served: string[];
  register(changes: Partial<CompletionSource>): Disposable;
  answers(next: CompletionSource['complete']): void;
  health(): Health;
  report(report: AttemptReport): void;
}

const name = 'failsoft-test.sample/coder';
const question = '.notifications-toasts .notification-list-item:has-text("failsoft-test.sample")';

/** Another extension, and no backend of the settings. */
export function defineApiTests(): void {
  describe('another extension', () => {
    let sample: Sample;
    let editor: vscode.TextEditor;
    let registration: Disposable;

    before(async () => {
      const extension = vscode.extensions.getExtension<Sample>('failsoft-test.sample');
      assert.ok(extension);
      sample = await extension.activate();
      editor = await show('cart.ts');
      // A window that has just opened does not ask for the first keys.
      await typeUntil('a first answer', ({ counts }) => counts.local + counts.nothing > 0);
      await clear(editor);
    });

    it('reads the health of all models', async () => {
      await untilSnapshot('the start', ({ mode }) => mode !== 'starting');
      const { mode, serving, sources } = sample.health();
      assert.deepEqual({ mode, serving, sources }, { mode: 'local-only', serving: 'local', sources: [] });
    });

    it('is told what is wrong with a source, and nothing is registered', () => {
      assert.throws(() => sample.register({ id: 'no spaces' }), /source\.id is "no spaces"; allowed is 1 to 30 of the characters/);
      assert.throws(() => sample.register({ extensionId: 'nobody.nothing' }), /"nobody\.nothing"; there is no such extension/);
      assert.deepEqual(sample.health().sources, []);
    });

    it('brings a source, which gets no code before the person has said so', async function () {
      if (!canDrive) this.skip();
      registration = sample.register({});
      assert.throws(() => sample.register({}), /there is a source "failsoft-test\.sample\/coder" already/);
      await untilSnapshot('the source', ({ sources }) => sources.length === 1);
      await type('const bound = ');
      await control({ op: 'waitFor', selector: question });
      assert.deepEqual(sample.asked, []);
      assert.equal(sample.health().sources[0]?.state, 'not-allowed');
      await picture('api-question');
      await control({ op: 'click', selector: `${question} .monaco-button:has-text("Allow")` });
      await untilSnapshot('the consent', ({ boundaries }) => boundaries.some(({ permission }) => permission === 'allowed'));
    });

    it('answers keystrokes, and its health is seen', async () => {
      await clear(editor);
      await type('const answer = ');
      assert.equal(await acceptSuggestion(editor), 'const answer = sampleText(7);');
      assert.ok(sample.asked.some((prefix) => prefix.endsWith('const answer = ')));
      const [source] = sample.health().sources;
      assert.deepEqual([source?.id, source?.model, source?.state], [name, 'sample-1', 'healthy']);
      await until('the change of health', () => sample.served.includes(name));
    });

    it('fails as it says, and local text goes on without a toast', async () => {
      sample.answers(() => Promise.reject(Object.assign(new Error('all slots are taken'), { kind: 'capacity', retryAfter: 60_000 })));
      await clear(editor);
      await type('const later = ');
      await untilTyping('the failure', () => sample.health().sources[0]?.state === 'at-capacity');
      assert.match(sample.health().sources[0]?.reason ?? '', /all slots are taken/);
      assert.ok((sample.health().sources[0]?.nextTryAt ?? 0) > Date.now() + 30_000);
      if (canDrive) assert.equal(await toasts(), 0);
    });

    it('reports a request of its own, which counts for the model’s health', () => {
      const samples = (): number => sample.health().sources[0]?.latency.samples ?? 0;
      for (let report = 0; report < 30; report++) sample.report({ sourceId: name, outcome: 'ok', elapsed: 100 + report });
      assert.ok(samples() >= 30, `${samples()}`);
      assert.throws(
        () => sample.report({ sourceId: 'nobody', outcome: 'ok', elapsed: 1 }),
        /report\.sourceId is "nobody"; allowed is failsoft-test/,
      );
      assert.throws(
        () => sample.report({ sourceId: name, outcome: 'ok', elapsed: -1 }),
        /report\.elapsed is -1; allowed is 0 to 600000 ms/,
      );
    });

    it('takes its source away', async () => {
      registration.dispose();
      await untilSnapshot('no source', ({ sources, mode }) => sources.length === 0 && mode === 'local-only');
    });
  });
}
