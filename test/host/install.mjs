// @ts-check
/**
 * Brings a VS Code that needs neither a display nor the internet into `<repo>/.vscode-test/`, from npm packages only.
 *
 * Safe to run at any time and twice at once: everything is prepared in a temporary folder and becomes visible by one rename,
 * so a folder that exists is complete. Its name carries a hash of the version table; a changed table installs anew.
 */
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { cp, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { DROPPED_EXTENSIONS, EXTENSION_STUBS, SERVER_BUILDS, VSCODE_VERSIONS, selectVersion } from './versions.mjs';

export { ensureBrowser } from './browser.mjs';

const HERE = path.dirname(fileURLToPath(import.meta.url));

/** Absolute path of the repository. */
export const REPOSITORY = path.resolve(HERE, '..', '..');

/** Where everything is installed; ignored by git, and the folder `@vscode/test-electron` uses too. */
export const INSTALL_ROOT = path.join(REPOSITORY, '.vscode-test');

/**
 * An installed server.
 * @typedef {object} InstalledServer
 * @property {import('./versions.mjs').VSCodeVersion} version
 * @property {string} vscode exact VS Code version, for example 1.139.1
 * @property {string} root folder that holds `out/server-main.js`
 * @property {string} main absolute path of `server-main.js`
 * @property {string} node absolute path of the Node binary to run it with
 */

/** @returns {'x64' | 'arm64'} */
function architecture() {
  const { arch, platform } = process;
  if (platform !== 'linux' || (arch !== 'x64' && arch !== 'arm64')) {
    throw new Error(
      `The test host's own VS Code runs on linux-x64 and linux-arm64; this is ${platform}-${arch}. ` +
        'Set FAILSOFT_VSCODE to the executable of a desktop VS Code.',
    );
  }
  return arch;
}

/**
 * Runs a command; its output is shown only if it fails.
 * @param {string} command @param {readonly string[]} args
 * @param {{cwd: string, env?: NodeJS.ProcessEnv}} options
 * @returns {Promise<string>} standard output
 */
export function run(command, args, options) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => (stdout += String(chunk)));
    child.stderr.on('data', (chunk) => (stderr += String(chunk)));
    child.on('error', (error) => reject(new Error(`Could not start "${command}": ${error.message}`)));
    child.on('close', (code, signal) => {
      if (code === 0) resolve(stdout);
      else reject(new Error(`"${command} ${args.join(' ')}" ended with ${signal ?? code}:\n${(stderr + stdout).slice(-4000)}`));
    });
  });
}

/**
 * The npm that started us if there is one, else the one on the PATH; so registry and proxy settings of the user apply.
 * @param {readonly string[]} args @param {string} cwd
 */
export function npm(args, cwd) {
  // A project prefix inherited from `npm run` would make npm work on the repository instead of on `cwd`.
  const env = { ...process.env, npm_config_local_prefix: undefined, npm_package_json: undefined, INIT_CWD: cwd };
  const quiet = [...args, '--no-audit', '--no-fund', '--loglevel=error'];
  const script = process.env['npm_execpath'];
  const usable = script !== undefined && /npm-cli\.[cm]?js$/.test(script) && existsSync(script);
  return usable ? run(process.execPath, [script, ...quiet], { cwd, env }) : run('npm', quiet, { cwd, env });
}

/** @param {import('./versions.mjs').VSCodeVersion} version @param {string} arch @returns {string} folder, unique per table */
function installFolder(version, arch) {
  const hash = createHash('sha256').update(JSON.stringify([SERVER_BUILDS[version], DROPPED_EXTENSIONS, EXTENSION_STUBS, arch]));
  for (const name of readdirSync(path.join(HERE, 'stub')).sort()) hash.update(readFileSync(path.join(HERE, 'stub', name)));
  return path.join(INSTALL_ROOT, `server-${SERVER_BUILDS[version].vscode}-${hash.digest('hex').slice(0, 8)}`);
}

/** Removes what installs that were killed have left; the name of a temporary folder carries the process id. */
async function removeAbandoned() {
  for (const name of await readdir(INSTALL_ROOT)) {
    const pid = /^tmp-(\d+)-/.exec(name)?.[1];
    if (pid === undefined || existsSync(`/proc/${pid}`)) continue;
    await rm(path.join(INSTALL_ROOT, name), { recursive: true, force: true });
  }
}

/**
 * `lib/vscode` of the code-server tarball, without what is never used.
 * @param {import('./versions.mjs').ServerBuild} build @param {string} temporary @param {string} target
 */
async function unpackServer(build, temporary, target) {
  const printed = await npm(['pack', `code-server@${build.codeServer}`, '--ignore-scripts'], temporary);
  const tarball = path.join(temporary, printed.trim().split('\n').at(-1) ?? '');
  await mkdir(target, { recursive: true });
  const dropped = DROPPED_EXTENSIONS.map((name) => `--exclude=package/lib/vscode/extensions/${name}`);
  await run('tar', ['-xzf', tarball, '--strip-components=3', '--exclude=*.map', ...dropped, 'package/lib/vscode'], { cwd: target });
  await rm(tarball, { force: true });
  for (const [place, file] of Object.entries(EXTENSION_STUBS)) {
    await cp(path.join(HERE, 'stub', file), path.join(target, 'extensions', place), { recursive: true });
  }
}

/**
 * The npm packages the server imports, with stubs for those that would have to be compiled.
 * @param {import('./versions.mjs').ServerBuild} build @param {string} arch @param {string} folder
 */
async function installPackages(build, arch, folder) {
  await mkdir(folder, { recursive: true });
  const dependencies = Object.fromEntries(Object.entries(build.packages).map(([name, exact]) => [name.replace('<arch>', arch), exact]));
  if (build.node !== null) dependencies[`node-linux-${arch}`] = build.node;
  await writeFile(path.join(folder, 'package.json'), JSON.stringify({ private: true, dependencies }));
  // Install scripts would download or compile; everything here works without them.
  await npm(['install', '--ignore-scripts', '--no-package-lock', '--legacy-peer-deps'], folder);

  const modules = path.join(folder, 'node_modules');
  for (const [name, file] of Object.entries(build.stubs)) {
    const target = path.join(modules, name);
    await rm(target, { recursive: true, force: true });
    await mkdir(target, { recursive: true });
    await cp(path.join(HERE, 'stub', file), path.join(target, file));
    await writeFile(path.join(target, 'package.json'), JSON.stringify({ name, version: '0.0.0', main: file, exports: `./${file}` }));
  }
  // Headers for compiling native modules (67 MB).
  await rm(path.join(modules, `node-linux-${arch}`, 'include'), { recursive: true, force: true });
  // Twelve platforms of ripgrep come in one package (56 MB); one is used.
  const binaries = path.join(modules, '@vscode', 'ripgrep-universal', 'bin');
  for (const platform of await readdir(binaries)) {
    if (platform !== `linux-${arch}`) await rm(path.join(binaries, platform), { recursive: true, force: true });
  }
}

/** @param {import('./versions.mjs').VSCodeVersion} version @param {string} folder @param {string} arch @returns {InstalledServer} */
function describe(version, folder, arch) {
  const build = SERVER_BUILDS[version];
  const node = build.node === null ? process.execPath : path.join(folder, 'node_modules', `node-linux-${arch}`, 'bin', 'node');
  return { version, vscode: build.vscode, root: folder, main: path.join(folder, 'out', 'server-main.js'), node };
}

/**
 * The server of a VS Code version, installed first if it is not there (10 to 20 s; 97 to 243 MB on disk).
 * @param {string} [wanted] a version of the table; default: `FAILSOFT_VSCODE_VERSION`, else the newest
 * @param {(line: string) => void} [log] told what takes long
 * @returns {Promise<InstalledServer>}
 */
export async function ensureServer(wanted, log = (line) => process.stderr.write(`${line}\n`)) {
  const version = selectVersion(wanted);
  const arch = architecture();
  const folder = installFolder(version, arch);
  if (existsSync(folder)) return describe(version, folder, arch);

  const build = SERVER_BUILDS[version];
  const started = Date.now();
  log(`Installing VS Code ${build.vscode} from npm (code-server ${build.codeServer}), once …`);
  await mkdir(INSTALL_ROOT, { recursive: true });
  await removeAbandoned();
  const temporary = path.join(INSTALL_ROOT, `tmp-${process.pid}-${randomBytes(4).toString('hex')}`);
  await mkdir(temporary);
  try {
    const prepared = path.join(temporary, 'server');
    const packages = path.join(temporary, 'packages');
    const results = await Promise.allSettled([unpackServer(build, temporary, prepared), installPackages(build, arch, packages)]);
    for (const result of results) if (result.status === 'rejected') throw result.reason;
    await rename(path.join(packages, 'node_modules'), path.join(prepared, 'node_modules'));
    await rename(prepared, folder).catch((/** @type {NodeJS.ErrnoException} */ error) => {
      // Another process was faster; a folder that is there is complete, and the same.
      if (!existsSync(folder)) throw error;
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`VS Code ${build.vscode} could not be installed from npm into ${INSTALL_ROOT}: ${reason}`);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  log(`Installed in ${((Date.now() - started) / 1000).toFixed(1)} s.`);
  return describe(version, folder, arch);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const wanted = process.argv.slice(2);
  for (const version of wanted.includes('--all') ? VSCODE_VERSIONS : wanted.length > 0 ? wanted : [undefined]) {
    const server = await ensureServer(version);
    process.stdout.write(`VS Code ${server.vscode}: ${server.root}\n`);
  }
}
