// @ts-check
/**
 * Runs in the extension host, in place of the test module, which it loads itself.
 *
 * Two reasons. VS Code in a browser reports success also when the extension host merely died, so the end of the tests is
 * written to a file. And the console of the extension host reaches the page mixed with VS Code's log, shortened and late, so
 * it is written to a file too, synchronously: even the last line before a crash arrives.
 */
const fs = require('node:fs');
const path = require('node:path');
const { Console } = require('node:console');
const { Writable } = require('node:stream');
const { pathToFileURL } = require('node:url');

/** @param {string} name */
function environment(name) {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set; this module is started by the test host only.`);
  return value;
}

/** @param {string} file every write to stdout, stderr or the console is appended to it */
function redirectOutput(file) {
  /** @type {any} the overloads of write cannot be told from each other here */
  const write = (/** @type {string | Uint8Array} */ chunk, /** @type {any} */ encoding, /** @type {any} */ callback) => {
    fs.appendFileSync(file, chunk);
    const done = typeof encoding === 'function' ? encoding : callback;
    if (typeof done === 'function') process.nextTick(done);
    return true;
  };
  const sink = new Writable({ decodeStrings: false, write: (chunk, _encoding, done) => write(chunk, done) });
  process.stdout.write = write;
  process.stderr.write = write;
  // The methods of the extension host's console cannot be replaced, the console itself can.
  globalThis.console = new Console({ stdout: sink, stderr: sink, colorMode: process.env['FORCE_COLOR'] ? true : 'auto' });
}

/** @param {string} testsPath file or folder with `run()`, CommonJS or ES module @returns {Promise<() => unknown>} */
async function loadTests(testsPath) {
  let loaded;
  try {
    loaded = require(testsPath);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code !== 'ERR_REQUIRE_ESM' && code !== 'ERR_REQUIRE_ASYNC_MODULE') throw error;
    loaded = await import(pathToFileURL(testsPath).href);
  }
  const run = loaded.run ?? loaded.default?.run;
  if (typeof run !== 'function') {
    throw new Error(`${testsPath} exports ${Object.keys(loaded).join(', ') || 'nothing'}; a function "run" is needed.`);
  }
  return run;
}

exports.run = async () => {
  const report = environment('VSCODE_HOST_REPORT');
  redirectOutput(path.join(report, 'output'));
  let code = 0;
  try {
    const run = await loadTests(environment('VSCODE_HOST_TESTS'));
    await run();
  } catch (error) {
    code = 1;
    console.error(error instanceof Error ? error.stack : String(error));
  }
  // The extension host is killed before Node writes coverage at exit.
  if (process.env['NODE_V8_COVERAGE']) require('node:v8').takeCoverage();
  fs.writeFileSync(path.join(report, 'done.tmp'), String(code));
  fs.renameSync(path.join(report, 'done.tmp'), path.join(report, 'done'));
  if (code !== 0) throw new Error('Tests failed; see the output.');
};
