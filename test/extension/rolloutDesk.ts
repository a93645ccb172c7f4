/** Two practice models and a window over them, with what a rollout is followed by from outside: requests, decisions, pictures. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { RolloutDecision } from '../../src/domain/rollout.ts';
import { type FaultServer, startFaultServer } from '../fakes/faultServer.ts';
import { goodModel, practiceContext } from '../fakes/practiceModels.ts';
import { injectDevelopmentOptions } from '../host/browserPage.mjs';
import { openFile, runCommand, searchCommand, startWorkbench, typeText, waitForStatusBar } from '../host/workbench.mjs';

export type Workbench = Awaited<ReturnType<typeof startWorkbench>>;
export type Page = Workbench['page'];

/** Milliseconds that something is waited for. */
export const patience = 20_000;

/** Both versions as a policy names them, and what their servers are heard to say. */
const versions = {
  baseline: { backend: 'practice', model: 'qwen2.5-coder' },
  candidate: { backend: 'practice-next', model: 'qwen3-coder' },
} as const;

export interface RolloutDesk {
  readonly workbench: Workbench;
  readonly page: Page;
  readonly servers: Readonly<Record<'baseline' | 'candidate', FaultServer>>;
  readonly candidate: (typeof versions)['candidate'];
  readonly policyFile: string;
  picture(name: string, page?: Page): Promise<void>;
  /** Where the picture of that name is put. */
  file(name: string): string;
  /** Writes the policy, with these fields beside or instead of its own, and names it in the settings. */
  policy(more: object): void;
  /** Another window over the same folder, in the same VS Code. */
  secondWindow(): Promise<Page>;
  /** By VS Code's own command. */
  reload(): Promise<void>;
  /** Beside those of the policy. */
  settings(more: object): void;
  /** What was decided, oldest first. */
  decisions(): readonly RolloutDecision[];
  /** Types new words until so many requests were sent, or `isOver`. @returns which server each of them went to first */
  ask(count: number, isOver?: () => boolean): Promise<{ baseline: number; candidate: number }>;
  close(): Promise<void>;
}

/** Where the window keeps the rollout, and the settings that the server build of VS Code reads. */
function placesIn(folder: string): { shop: string; user: string; rollout: string; machine: string; policyFile: string } {
  const user = path.join(folder, 'user');
  const places = {
    user,
    shop: path.join(folder, 'shop'),
    rollout: path.join(user, 'User', 'globalStorage', 'failsoft.failsoft', 'rollout'),
    machine: path.join(user, 'Machine', 'settings.json'),
    policyFile: path.join(folder, 'shop', 'failsoft-rollout.json'),
  };
  mkdirSync(places.shop);
  mkdirSync(path.dirname(places.machine), { recursive: true });
  writeFileSync(path.join(places.shop, 'cart.ts'), 'export const first = 1;\n');
  return places;
}

export async function openDesk(repository: string, version: string): Promise<RolloutDesk> {
  const [baseline, candidate] = await Promise.all(
    (['fromTheBaseline(1);', 'fromTheCandidate(2);'] as const).map((text) =>
      startFaultServer({
        pace: { firstTokenMs: 20, betweenTokensMs: 1 },
        contextTokens: practiceContext,
        // What the checks ask is answered as a good model would.
        answer: (prefix, suffix, body) => (/const word\d+ = [^\n]*\n?$/.test(prefix) ? text : goodModel(prefix, suffix, body)),
      }),
    ),
  );
  if (!baseline || !candidate) throw new Error('two servers were started');
  const servers = { baseline, candidate };
  const folder = mkdtempSync(path.join(tmpdir(), 'fr-'));
  const { shop, user, rollout, machine, policyFile } = placesIn(folder);
  const backends = (['baseline', 'candidate'] as const).map((arm) => ({
    name: versions[arm].backend,
    baseUrl: `${servers[arm].url}/v1`,
    model: versions[arm].model,
  }));
  let set: object = { 'failsoft.backends': backends };
  const settings = (more: object): void => writeFileSync(machine, JSON.stringify((set = { ...set, ...more })));
  settings({});
  const workbench = await startWorkbench({
    version,
    folder: shop,
    extensionPaths: [repository],
    userDataDir: user,
    viewport: { width: 1400, height: 1000 },
    settings: {
      'failsoft.backends': backends,
      'workbench.activityBar.location': 'hidden',
      'editor.quickSuggestions': { other: 'off', comments: 'off', strings: 'off' },
      'editor.autoClosingBrackets': 'never',
    },
  });
  const { page } = workbench;
  const file = (name: string): string => path.join(repository, 'out', 'extension-tests', version, `rollout-${name}.png`);
  await workbench.waitForExtension('Failsoft');
  return {
    workbench,
    page,
    servers,
    policyFile,
    candidate: versions.candidate,
    settings,
    file,
    picture: async (name, of = page) => {
      await of.screenshot({ path: file(name) });
    },
    policy(more) {
      writeFileSync(policyFile, `${JSON.stringify({ ...plan, ...more }, undefined, 2)}\n`);
      settings({ 'failsoft.rollout.policy': policyFile, 'failsoft.rollout.assignment': 'candidate' });
    },
    secondWindow: () => secondWindow(workbench, repository),
    async reload() {
      await Promise.all([page.waitForEvent('domcontentloaded'), runCommand(page, 'Developer: Reload Window')]);
      await workbench.waitForExtension('Failsoft');
    },
    decisions: () => decisionsIn(rollout),
    ask: (count, isOver) => ask(page, servers, count, isOver),
    async close() {
      await workbench.close();
      await Promise.all([baseline.close(), candidate.close()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function secondWindow({ context, url }: Workbench, repository: string): Promise<Page> {
  const page = await context.newPage();
  await page.exposeFunction('codeAutomationExit', () => undefined);
  await page.exposeFunction('codeAutomationLog', () => undefined);
  await injectDevelopmentOptions(page, { authority: new URL(url).host, extensions: [repository] });
  await page.goto(url, { waitUntil: 'commit' });
  await waitForStatusBar(page, 'Failsoft', 3 * patience);
  await page.bringToFront();
  await searchCommand(page, '');
  await page.keyboard.press('Escape');
  return page;
}

/** Nothing has to be proven before the first stage but the copies; the stages last longer than the test. */
const plan = {
  name: 'qwen3-coder',
  ...versions,
  stages: [
    { percent: 5, dwell: '30 min' },
    { percent: 25, dwell: '1 h' },
    { percent: 100, dwell: '1 h' },
  ],
  baselineP99: '150 ms',
  readiness: { capacity: 'warn', 'prompt-compatibility': 'warn', 'rollback-rehearsal': 'warn', shadow: 'warn' },
  shadow: { share: 1, requestsPerHour: 10_000, pairs: 5 },
};

function decisionsIn(folder: string): readonly RolloutDecision[] {
  let names: string[] = [];
  try {
    names = readdirSync(folder).filter((name) => name.startsWith('decisions-'));
  } catch {
    // Nothing was decided yet.
  }
  return names
    .flatMap((name) => readFileSync(path.join(folder, name), 'utf8').split('\n'))
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as RolloutDecision);
}

/** Requests for text that a server has got. */
export function asked(server: FaultServer): number {
  return server.requests.filter(({ method }) => method === 'POST').length;
}

let words = 0;

async function ask(page: Page, servers: RolloutDesk['servers'], count: number, isOver: () => boolean = () => false) {
  const counts = (): { baseline: number; candidate: number } => ({
    baseline: asked(servers.baseline),
    candidate: asked(servers.candidate),
  });
  const before = counts();
  const since = (): { baseline: number; candidate: number } => {
    const now = counts();
    return { baseline: now.baseline - before.baseline, candidate: now.candidate - before.candidate };
  };
  const sum = (): number => since().baseline + since().candidate;
  const tab = page.locator('.tab', { hasText: 'cart.ts' });
  if ((await tab.count()) === 0) await openFile(page, 'cart.ts');
  else await tab.click();
  await page.locator('.monaco-editor .view-lines').first().click();
  await page.keyboard.press('Control+End');
  for (let tries = 0; sum() < count && tries < 4 * count && !isOver(); tries++) {
    const start = sum();
    await typeText(page, `const word${++words} = `, { delay: 5 });
    for (const end = Date.now() + 1500; sum() === start && Date.now() < end;) await page.waitForTimeout(20);
    for (const end = Date.now() + 1500; servers.baseline.inFlight + servers.candidate.inFlight > 0 && Date.now() < end;) {
      await page.waitForTimeout(10);
    }
    await page.keyboard.type(';\n');
  }
  return since();
}
