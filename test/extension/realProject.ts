/**
 * Failsoft's own repository as a person opens it right after the installation: no backend, nothing learnt, nothing indexed. Says how
 * long it takes to the first suggestion, and leaves pictures of one of a single line and one of several. Only when it is asked for.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readGhostText, startWorkbench } from '../host/workbench.mjs';

type Page = Awaited<ReturnType<typeof startWorkbench>>['page'];

/** Milliseconds that a suggestion is waited for before the next key. */
const patience = 400;

/** What is typed, and a file to type it into. */
const texts = {
  single: {
    file: 'src/router/router.ts',
    text: '\nfunction cancelledBy(signal: AbortSignal): Outcome {\n  return failed(failureOfAbort(sig',
  },
  several: {
    file: 'src/guard/guard.ts',
    text: '\nexport class Watch implements Disposable {\n  #isDisposed = false;\n\n  dispose(): void {\n    if (this.#isDisposed) return;\n    this.#isDisposed = true;\n  }\n',
  },
} as const;

/** Throws when there is no suggestion within reason. */
export async function showRealProject(repository: string, version: string): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'fs-project-'));
  const project = path.join(folder, 'failsoft');
  execFileSync('git', ['clone', '--quiet', '--depth', '1', `file://${repository}`, project]);
  const startedAt = performance.now();
  const workbench = await startWorkbench({
    version,
    folder: project,
    openFile: path.join(project, texts.single.file),
    extensionPaths: [repository],
    settings: {
      'editor.quickSuggestions': { other: 'off', comments: 'off', strings: 'off' },
      'editor.autoClosingBrackets': 'never',
      'editor.parameterHints.enabled': false,
    },
  });
  const { page } = workbench;
  const seconds = (since: number): string => ((performance.now() - since) / 1000).toFixed(1);
  const picture = (name: string): Promise<void> =>
    workbench.screenshot(path.join(repository, 'out', 'extension-tests', version, `${name}.png`));
  try {
    await atEnd(page);
    const typedFrom = performance.now();
    console.log(`project: open and ready for keys ${seconds(startedAt)} s after the command`);
    const first = await typedUntil(page, texts.single.text, () => true);
    console.log(`project: first suggestion ${seconds(typedFrom)} s after the first key, ${JSON.stringify(first)}`);
    await page.keyboard.press('Escape');
    await page.waitForTimeout(5000);
    const single = await typedUntil(page, '\n  return failed(failureOfAbort(signal', (text) => text.length > 20);
    await picture('project-single-line');
    console.log(`project: a line, ${JSON.stringify(single)}`);
    await workbench.openFile(path.join(project, texts.several.file));
    await atEnd(page);
    const several = await typedUntil(page, texts.several.text, (text) => /\w.*\n.*\w/s.test(text));
    await picture('project-several-lines');
    console.log(`project: several lines, ${JSON.stringify(several)}`);
    assert.ok(single.trim().length > 20 && several.includes('\n'));
  } catch (error) {
    await picture('project-failure').catch(() => undefined);
    throw error;
  } finally {
    await workbench.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function atEnd(page: Page): Promise<void> {
  await page.locator('.monaco-editor .view-line').first().click();
  await page.keyboard.press('Control+End');
}

/** Types with a pause after each key until a wanted suggestion shows; returns it. */
async function typedUntil(page: Page, text: string, isWanted: (shown: string) => boolean): Promise<string> {
  for (const key of text) {
    await (key === '\n' ? page.keyboard.press('Enter') : page.keyboard.type(key));
    const until = performance.now() + (key === ' ' || text.endsWith(key) ? patience : 60);
    while (performance.now() < until) {
      const shown = await readGhostText(page);
      if (shown.trim() !== '' && isWanted(shown)) return shown;
      await page.waitForTimeout(20);
    }
  }
  throw new Error(`no such suggestion in ${JSON.stringify(text)}`);
}
