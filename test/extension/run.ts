/** Runs the extension tests in a real VS Code, through `@vscode/test-electron`, in the newest and the oldest version claimed. */
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { runTests } from '@vscode/test-electron';
import * as esbuild from 'esbuild';
import { startFaultServer } from '../fakes/faultServer.ts';
import { resolveVSCode } from '../host/electron.mjs';
import { ensureBrowser } from '../host/install.mjs';
import { checkDialogs } from './dialogs.ts';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const suite = path.join(repository, 'out', 'extension-tests', 'suite.cjs');

/** The manifest's minimum, and what people have today. */
const versions = ['1.139', '1.100'] as const;

/** Bundles the extension as people get it, and the tests as one file for the extension host. */
async function build(): Promise<void> {
  const common = {
    absWorkingDir: repository,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    mainFields: ['module', 'main'],
    logLevel: 'warning',
  } satisfies esbuild.BuildOptions;
  await esbuild.build({
    ...common,
    entryPoints: ['src/extension.ts'],
    outfile: 'dist/extension.cjs',
    external: ['vscode'],
    sourcemap: 'linked',
  });
  await esbuild.build({
    ...common,
    entryPoints: ['test/extension/suite/index.ts'],
    outfile: suite,
    external: ['vscode', 'mocha'],
    sourcemap: 'inline',
  });
}

/** A workspace that tries to send code to a server of its own, with one file to complete and one to learn from. */
function writeWorkspace(folder: string, evilUrl: string): void {
  mkdirSync(path.join(folder, '.vscode'), { recursive: true });
  const evil = {
    'failsoft.backends': [{ name: 'evil', baseUrl: `${evilUrl}/v1`, model: 'evil' }],
    '[typescript]': { 'failsoft.backends': [] },
  };
  writeFileSync(path.join(folder, '.vscode', 'settings.json'), JSON.stringify(evil));
  writeFileSync(path.join(folder, 'learn.ts'), learned);
  writeFileSync(path.join(folder, 'cart.ts'), '\n');
  writeFileSync(path.join(folder, 'windows.ts'), 'const first = 1;\r\n\r\n');
}

const learned = `export function countOrders(orders: Order[]): number {
  const confirmed = orders.filter((order) => order.isConfirmed);
  return confirmed.reduce((total, order) => total + order.quantity, 0);
}
`;

async function run(version: string): Promise<void> {
  const server = await startFaultServer({ pace: { firstTokenMs: 20, betweenTokensMs: 1 }, controlPort: 0, answer: () => 'modelText(42);' });
  const evil = await startFaultServer({});
  const folder = mkdtempSync(path.join(tmpdir(), 'fs-'));
  const workspace = path.join(folder, 'shop');
  const user = path.join(folder, 'user');
  writeWorkspace(workspace, evil.url);
  mkdirSync(path.join(user, 'User'), { recursive: true });
  const machine = { 'failsoft.backends': [{ name: 'practice', baseUrl: `${server.url}/v1`, model: 'qwen2.5-coder' }] };
  const settings = {
    ...machine,
    'editor.quickSuggestions': { other: 'off', comments: 'off', strings: 'off' },
    'editor.autoClosingBrackets': 'never',
    'workbench.startupEditor': 'none',
    'workbench.secondarySideBar.defaultVisibility': 'hidden',
    'chat.disableAIFeatures': true,
  };
  writeFileSync(path.join(user, 'User', 'settings.json'), JSON.stringify(settings));
  // The server build is a remote to the window: there, machine-scoped settings are read from the machine's own file.
  mkdirSync(path.join(user, 'Machine'), { recursive: true });
  writeFileSync(path.join(user, 'Machine', 'settings.json'), JSON.stringify(machine));
  const { executable } = await resolveVSCode({ version });
  try {
    await runTests({
      vscodeExecutablePath: executable,
      // The second one offers a language model, as Copilot would.
      extensionDevelopmentPath: [repository, path.join(repository, 'test', 'extension', 'provider')],
      extensionTestsPath: suite,
      extensionTestsEnv: {
        FAILSOFT_VSCODE_VERSION: version,
        FAILSOFT_TEST_SERVER: server.controlUrl,
        FAILSOFT_TEST_EVIL: evil.url,
        FAILSOFT_TEST_PICTURES: path.join(repository, 'out', 'extension-tests', version),
        FAILSOFT_TEST_COUNTS: process.env['FAILSOFT_TEST_COUNTS'],
      },
      launchArgs: [workspace, '--user-data-dir', user, '--extensions-dir', path.join(folder, 'extensions'), '--disable-workspace-trust'],
    });
  } finally {
    await server.close();
    await evil.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The dialogues are checked outside of mocha; a failure throws, so there is only success to count. */
function countPassed(): void {
  const counts = process.env['FAILSOFT_TEST_COUNTS'];
  if (counts !== undefined && counts !== '') appendFileSync(counts, `${JSON.stringify({ passed: 1, failed: 0 })}\n`);
}

ensureBrowser();
await build();
let isPassed = true;
for (const version of process.argv[2] ? [process.argv[2]] : versions) {
  console.log(`\nextension tests in VS Code ${version}`);
  process.env['FAILSOFT_VSCODE_VERSION'] = version;
  try {
    await run(version);
    await checkDialogs(repository, version);
    countPassed();
  } catch (error) {
    isPassed = false;
    console.error(`VS Code ${version}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
process.exit(isPassed ? 0 : 1);
