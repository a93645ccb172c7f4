/** The add-backend command, played in a real VS Code by keys, with a picture of each step. */
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { FaultServer } from '../fakes/faultServer.ts';
import { type PretendServer, startPretendServer } from '../fakes/pretendServer.ts';
import { answerInput, pickQuickPick, startWorkbench, type Workbench } from '../host/workbench.mjs';
import { Observer } from './observer.ts';
import { demoWorkspace, startPractice } from './practice.ts';
import type { PlayOptions } from './play.ts';

/** Milliseconds that something is waited for. */
const patience = 20_000;

/** Of the window, in pixels: large enough for every list, small enough for a document. */
const size = { width: 1000, height: 600 };

const widget = '.quick-input-widget:visible';

/** The themes in which the first step is pictured; all else is in the first. */
const themes = ['Default Dark Modern', 'Default Light Modern', 'Default High Contrast', 'Default High Contrast Light'] as const;

/** Plays it and leaves the pictures. */
export async function playAddBackend(options: PlayOptions): Promise<void> {
  const temporary = await mkdtemp(path.join(os.tmpdir(), 'failsoft-add-'));
  const servers: { close(): Promise<void> }[] = [];
  let workbench: Workbench | undefined;
  try {
    await rm(options.out, { recursive: true, force: true });
    await mkdir(options.out, { recursive: true });
    await cp(demoWorkspace, path.join(temporary, 'corner-shop'), { recursive: true });
    const practice = await startPractice();
    servers.push(practice, ...(await startLocalServers(practice, options.say)));
    const open = async (colorTheme: string): Promise<Album> => {
      const portFile = path.join(temporary, `observer-port-${colorTheme}`);
      workbench = await startWorkbench({
        folder: path.join(temporary, 'corner-shop'),
        openFile: path.join(temporary, 'corner-shop', 'src', 'cart.ts'),
        extensionPaths: [options.repository, path.join(import.meta.dirname, 'observer')],
        colorTheme,
        env: { FAILSOFT_DEMO_OBSERVER: portFile },
        viewport: size,
        log: options.say,
        ...(options.version === undefined ? {} : { version: options.version }),
      });
      const observer = await Observer.connect(portFile, patience);
      await observer.until('active Failsoft', ({ snapshot }) => snapshot !== undefined);
      return new Album(workbench, observer, options.out);
    };
    const album = await open(themes[0]);
    await addLocal(album);
    await addRemote(album, practice);
    await manage(album);
    await walkthrough(album, 'walkthrough');
    for (const theme of themes.slice(1)) {
      await workbench?.close();
      const name = theme.replace('Default ', '').toLowerCase().replaceAll(' ', '-');
      await showTheme(await open(theme), name);
    }
    options.say(`Pictures: ${path.relative(process.cwd(), options.out) || '.'}`);
  } catch (error) {
    await workbench?.screenshot(path.join(options.out, 'failure.png')).catch(() => undefined);
    throw error;
  } finally {
    await workbench?.close();
    for (const server of servers) await server.close();
    await rm(temporary, { recursive: true, force: true });
  }
}

/** Servers on their well-known ports, where those are free. */
async function startLocalServers(practice: FaultServer, say: (line: string) => void): Promise<PretendServer[]> {
  const lmStudio = ['qwen2.5-coder-7b-instruct', 'llama-3.2-3b-instruct', 'text-embedding-nomic-embed-text-v1.5'];
  const lmStudioModels = lmStudio.map((id, index) => ({
    id,
    object: 'model',
    type: index === 2 ? 'embeddings' : 'llm',
    state: index === 0 ? 'loaded' : 'not-loaded',
    quantization: 'Q4_K_M',
    max_context_length: 32_768,
  }));
  const ollamaModels = ['qwen2.5-coder:1.5b', 'codellama:7b-code', 'llama3.2:3b'].map((model) => ({
    name: model,
    model,
    details: { parameter_size: '1.5B' },
  }));
  const wanted = [
    { port: 1234, pages: { '/v1/models': { data: lmStudio.map((id) => ({ id })) }, '/api/v0/models': { data: lmStudioModels } } },
    {
      port: 11434,
      pages: {
        '/v1/models': { data: ollamaModels.map(({ model }) => ({ id: model, owned_by: 'library' })) },
        '/api/version': { version: '0.12.0' },
        '/api/tags': { models: ollamaModels },
      },
    },
  ];
  const started: PretendServer[] = [];
  for (const { port, pages } of wanted) {
    try {
      started.push(await startPretendServer({ port, pages, completions: practice.url }));
    } catch {
      say(`Port ${port} is taken; what listens there is shown instead.`);
    }
  }
  return started;
}

/** How many pictures were taken, in all windows. */
let pictures = 0;

/** Takes the pictures, numbered in the order they are taken. */
class Album {
  readonly page: Workbench['page'];
  readonly observer: Observer;
  readonly #workbench: Workbench;
  readonly #out: string;
  constructor(workbench: Workbench, observer: Observer, out: string) {
    this.observer = observer;
    this.#workbench = workbench;
    this.page = workbench.page;
    this.#out = out;
  }

  async see(selector: string): Promise<void> {
    await this.page.locator(selector).first().waitFor({ timeout: patience });
  }

  async picture(name: string): Promise<void> {
    pictures += 1;
    await this.page.mouse.move(600, 560);
    // The list slides into its place, and the hover of what was under the mouse goes away.
    await this.page.waitForTimeout(700);
    await this.#workbench.screenshot(path.join(this.#out, `${String(pictures).padStart(2, '0')}-${name}.png`));
  }

  /** Waits for the step whose title holds this text. */
  async step(title: string): Promise<void> {
    await this.see(`${widget} .quick-input-title:has-text(${JSON.stringify(title)})`);
  }

  /** By keys alone: a mouse left over the list would cover it with its hover. */
  async command(title: string): Promise<void> {
    await this.page.mouse.move(600, 560);
    await this.page.keyboard.press('F1');
    await this.page.locator(`${widget} input`).last().fill(`>${title}`);
    await this.row(title);
    await this.page.keyboard.press('Enter');
  }

  async row(text: string): Promise<void> {
    await this.see(`${widget} .monaco-list-row:has-text(${JSON.stringify(text)})`);
  }

  /** On a busy machine a server may not say in time what it is; a person would look again too. */
  async detected(): Promise<void> {
    for (let look = 0; look < 5; look += 1) {
      await this.row('etect again');
      const known = this.page.locator(`${widget} .monaco-list-row`).filter({ hasText: 'LM Studio' }).filter({ hasText: '127.0.0.1:1234' });
      if ((await known.count()) > 0) return;
      await pickQuickPick(this.page, 'etect again');
      await this.page.waitForTimeout(700);
    }
  }

  /** A button of the dialogue on show. */
  async press(button: string): Promise<void> {
    await this.page
      .locator(`.monaco-dialog-box .monaco-button:has-text(${JSON.stringify(button)})`)
      .first()
      .click({ timeout: patience });
  }
}

async function addLocal(album: Album): Promise<void> {
  const { page, observer } = album;
  await album.command('Failsoft: Add Backend…');
  await album.detected();
  await album.picture('choose');
  await pickQuickPick(page, '127.0.0.1:1234');
  await album.row('qwen2.5-coder-7b-instruct');
  await album.picture('model');
  await page.keyboard.press('Enter');
  await album.see(`${widget} .quick-input-message:has-text("Name of this backend")`);
  await album.picture('name');
  await page.keyboard.press('Enter');
  await observer.until('added backend', ({ snapshot }) => snapshot?.sources.length === 1);
  await album.see('.notifications-toasts:has-text("lmstudio is added")');
  await album.picture('added');
  await album.command('Notifications: Clear All Notifications');
}

async function addRemote(album: Album, practice: FaultServer): Promise<void> {
  const { page, observer } = album;
  await album.command('Failsoft: Add Backend…');
  await page.locator(`${widget} input`).last().fill('Another OpenAI-compatible server');
  await pickQuickPick(page, 'with POST {base URL}/completions');
  await album.see(`${widget} .quick-input-message:has-text("Base URL")`);
  await page.locator(`${widget} input`).last().fill('htp:/models.example.com');
  await album.picture('wrong-address');
  await answerInput(page, `${practice.url}/v1`);
  await album.see(`${widget} input[type=password]`);
  await page.keyboard.type('practice-key-1234');
  await album.picture('key');
  await page.keyboard.press('Enter');
  await album.row('qwen2.5-coder');
  await page.keyboard.press('Enter');
  await practice.set({ kind: 'error', status: 401, body: 'invalidKey' });
  await album.see(`${widget} .quick-input-message:has-text("Name of this backend")`);
  await answerInput(page, 'team');
  await album.see('.monaco-dialog-box');
  await album.picture('diagnosis');
  await practice.set({ kind: 'healthy' });
  await album.press('Try Again');
  await album.row('First');
  await album.picture('place');
  await pickQuickPick(page, 'First');
  await observer.until('two backends', ({ snapshot }) => snapshot?.sources[0]?.sourceId === 'team' && snapshot.sources.length === 2);
  await album.command('Notifications: Clear All Notifications');
}

async function manage(album: Album): Promise<void> {
  const { page } = album;
  await album.command('Failsoft: Manage Backends…');
  await album.row('2. lmstudio');
  await album.picture('manage');
  await pickQuickPick(page, '2. lmstudio');
  await album.row('Move up');
  await album.picture('actions');
  await page.keyboard.press('Escape');
  await album.command('Failsoft: Test Backends');
  await page.locator(`${widget} .monaco-list-row .codicon-pass`).nth(1).waitFor({ timeout: patience });
  await album.picture('test-all');
  await page.keyboard.press('Escape');
}

async function walkthrough(album: Album, name: string): Promise<void> {
  const { page } = album;
  await page.setViewportSize({ width: 1400, height: 760 });
  await album.command('Failsoft: Get Started');
  await album.see('.getting-started-step');
  for (const step of ['local', 'backend', 'status', 'capacity', 'data']) {
    await page.locator(`.getting-started-step[data-step-id$="#${step}"]`).click({ timeout: patience });
    await album.picture(`${name}-${step}`);
  }
  await page.setViewportSize(size);
}

async function showTheme(album: Album, name: string): Promise<void> {
  await album.command('Failsoft: Add Backend…');
  await album.detected();
  await album.picture(`choose-${name}`);
  await album.page.keyboard.press('Escape');
  await walkthrough(album, `walkthrough-${name}`);
}
