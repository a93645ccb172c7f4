/**
 * Runs the extension tests in a real VS Code, through `@vscode/test-electron`, in the newest and the oldest version claimed; or of
 * one version, in one window. The windows `long`, where somebody types for 20 minutes, and `project`, a real
 * repository, are opened only when they are asked for.
 */
import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { runTests } from '@vscode/test-electron';
import * as esbuild from 'esbuild';
import { startFaultServer } from '../fakes/faultServer.ts';
import { resolveVSCode } from '../host/electron.mjs';
import { ensureBrowser } from '../host/install.mjs';
import { checkCrashes } from './crash.ts';
import { checkDashboard } from './dashboard.ts';
import { checkDialogs } from './dialogs.ts';
import { showRealProject } from './realProject.ts';
import { checkRollout } from './rollout.ts';
import { checkRolloutPage } from './rolloutPage.ts';
import { type TestWindow, windows } from './windows.ts';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const suite = path.join(repository, 'out', 'extension-tests', 'suite.cjs');

/** The manifest's minimum, and what people have today. */
const versions = ['1.139', '1.100'] as const;

/** Bundles the extension as people get it, and the tests as one file for the extension host. */
async function build(): Promise<void> {
  execFileSync(process.execPath, ['esbuild.mjs'], { cwd: repository, stdio: ['ignore', 'ignore', 'inherit'] });
  await esbuild.build({
    absWorkingDir: repository,
    entryPoints: ['test/extension/suite/index.ts'],
    outfile: suite,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    logLevel: 'warning',
    external: ['vscode', 'mocha'],
    sourcemap: 'inline',
  });
}

/** A proxy that lets nothing through, and remembers who wanted to go where. */
async function startProxy(): Promise<{ readonly url: string; close(): void }> {
  const seen: string[] = [];
  const server = http.createServer((request, response) => {
    if (request.url === '/__seen') return void response.end(JSON.stringify(seen));
    seen.push(`${request.method} ${request.url}`);
    response.writeHead(407, { 'proxy-authenticate': 'Digest realm="none"' }).end();
  });
  server.on('connect', (request, socket) => {
    seen.push(`CONNECT ${request.url}`);
    socket.end('HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => void server.close(() => undefined) };
}

const block = 'return items\n    .filter((item) => item.isOpen)\n    .map((item) => item.price);';

/** The same line everywhere, but for one function whose body it knows, and two lines in any other new block. */
function answerTo(prefix: string): string {
  if (/function open\(items\) \{\s*$/.test(prefix)) return block;
  const indentation = /\{\n([ \t]+)$/.exec(prefix)?.[1];
  return indentation === undefined ? 'modelText(42);' : `firstOf(42);\n${indentation}secondOf(42);\n}`;
}

/** How many folders a window has that opens this. */
function foldersOf(target: string): number {
  return target.endsWith('.code-workspace') ? (JSON.parse(readFileSync(target, 'utf8')) as { folders: unknown[] }).folders.length : 1;
}

/** @returns false if VS Code did not open the folders, so that no test was run */
async function run(version: string, window: TestWindow): Promise<boolean> {
  const server = await startFaultServer({ pace: { firstTokenMs: 20, betweenTokensMs: 1 }, controlPort: 0, answer: answerTo });
  const evil = await startFaultServer({});
  const proxy = await startProxy();
  const servers = { practice: server.url, evil: evil.url, proxy: proxy.url };
  const folder = mkdtempSync(path.join(tmpdir(), 'fs-'));
  const user = path.join(folder, 'user');
  const target = window.write(folder, servers);
  const unopened = path.join(folder, 'unopened');
  mkdirSync(path.join(user, 'User'), { recursive: true });
  const backends = window.backends ?? [{ name: 'practice', baseUrl: `${server.url}/v1`, model: 'qwen2.5-coder' }];
  const machine = { 'failsoft.backends': backends, ...window.settings(servers) };
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
  if (window.name === 'long') process.env['VSCODE_HOST_TIMEOUT_MS'] ??= `${40 * 60_000}`;
  const trust = window.name === 'restricted' ? [] : ['--disable-workspace-trust'];
  try {
    await runTests({
      vscodeExecutablePath: executable,
      // The second one offers a language model, as Copilot would; the third one inline suggestions, once a test activates it;
      // the fourth one uses our API.
      extensionDevelopmentPath: [
        repository,
        ...['provider', 'rival', 'sample'].map((name) => path.join(repository, 'test', 'extension', name)),
      ],
      extensionTestsPath: suite,
      extensionTestsEnv: {
        FAILSOFT_VSCODE_VERSION: version,
        FAILSOFT_TEST_WINDOW: window.name,
        FAILSOFT_TEST_SERVER: server.controlUrl,
        FAILSOFT_TEST_EVIL: evil.url,
        FAILSOFT_TEST_PROXY: proxy.url,
        FAILSOFT_TEST_USER: user,
        FAILSOFT_TEST_FOLDERS: `${foldersOf(target)}`,
        FAILSOFT_TEST_UNOPENED: unopened,
        FAILSOFT_TEST_PICTURES: path.join(repository, 'out', 'extension-tests', version),
        FAILSOFT_LONG_MINUTES: process.env['FAILSOFT_LONG_MINUTES'],
        FAILSOFT_LONG_TEXT: path.join(repository, 'test', 'bench', 'typing', 'files', 'walk.ts.txt'),
        FAILSOFT_TEST_COUNTS: process.env['FAILSOFT_TEST_COUNTS'],
      },
      launchArgs: [target, '--user-data-dir', user, '--extensions-dir', path.join(folder, 'extensions'), ...trust],
    });
    return true;
  } catch (error) {
    if (existsSync(unopened)) return false;
    throw error;
  } finally {
    await server.close();
    await evil.close();
    proxy.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

/** What can only be seen from outside of the extension host, and so outside of mocha; a failure throws. */
const outsideChecks = {
  dialogs: checkDialogs,
  dashboard: checkDashboard,
  crash: checkCrashes,
  project: showRealProject,
  'rollout-page': checkRolloutPage,
  rollout: checkRollout,
};
/** Those that are opened only when they are asked for. */
const onRequest = ['long', 'project'];

/** What mocha does not see, in the line that `test/countingReporter.cjs` writes. */
function count(line: { readonly passed: number; readonly failed: number; readonly failures: readonly string[] }): void {
  const counts = process.env['FAILSOFT_TEST_COUNTS'];
  if (counts !== undefined && counts !== '') appendFileSync(counts, `${JSON.stringify(line)}\n`);
}

ensureBrowser();
await build();
let isPassed = true;
const [, , onlyVersion, onlyWindow] = process.argv;
for (const version of onlyVersion ? [onlyVersion] : versions) {
  process.env['FAILSOFT_VSCODE_VERSION'] = version;
  for (const window of windows.filter(({ name }) => (onlyWindow === undefined ? !onRequest.includes(name) : name === onlyWindow))) {
    console.log(`\nextension tests in VS Code ${version}: ${window.name}`);
    try {
      if (!(await run(version, window))) {
        console.log('VS Code did not open the folders; another window is opened');
        if (!(await run(version, window))) throw new Error('its folders were not opened, twice');
      }
    } catch (error) {
      isPassed = false;
      const failure = `VS Code ${version}, ${window.name}: ${error instanceof Error ? error.message : String(error)}`;
      console.error(failure);
      // Its failed tests are counted already.
      count({ passed: 0, failed: 0, failures: [failure] });
    }
  }
  for (const [name, check] of Object.entries(outsideChecks)) {
    if (onlyWindow === undefined ? onRequest.includes(name) : onlyWindow !== name) continue;
    try {
      await check(repository, version);
      count({ passed: 1, failed: 0, failures: [] });
    } catch (error) {
      isPassed = false;
      const failure = `VS Code ${version}, ${name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
      console.error(failure);
      count({ passed: 0, failed: 1, failures: [failure] });
    }
  }
}
process.exit(isPassed ? 0 : 1);
