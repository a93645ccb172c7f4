// @ts-check
/**
 * Bundles the extension. `--production`: minified, without source map. `--watch`: again after each change.
 * `--metafile FILE`: keeps esbuild's account of what the bundle is made of.
 */
import { gzipSync } from 'node:zlib';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import * as esbuild from 'esbuild';

/** What activation may load, in bytes: parsing code is what activation takes longest for. */
const maximumBytes = 264 * 1024;
/** What activation loads, and the thread of the local engine. */
const outfiles = ['dist/extension.cjs', 'dist/localWorker.cjs'];
/** What is loaded later, by `import()` in `src/laterParts.ts`: a bundle each, beside the first. */
const laterEntries = [
  'src/secretRules.ts',
  'src/jsonFiles.ts',
  'src/snippetVoter.ts',
  'src/gathering.ts',
  'src/recording.ts',
  'src/checking.ts',
  'src/watching.ts',
  'src/vscode/dialogs.ts',
  'src/vscode/rolloutParts.ts',
  'src/vscode/dashboardPanel.ts',
  'src/vscode/otherProviders.ts',
  'src/vscode/statusDetail.ts',
  'src/vscode/workspaceFeed.ts',
  'src/vscode/suggestionWatch.ts',
];
/** The thread of the local engine, started by its path. */
const threadEntry = { in: 'src/localWorker.ts', out: 'localWorker' };

/** What the page of the dashboard loads; a browser runs it. */
const pageEntries = ['src/webview/dashboard/main.ts', 'src/webview/dashboard/dashboard.css'];

/** Where a bundle goes in `dist`, as `import()` finds it. */
const outOf = (/** @type {string} */ entry) => entry.replace(/^src\//, '').replace(/\.ts$/, '');

/** @returns {{ production: boolean, watch: boolean, metafile: string | undefined }} */
function readFlags() {
  try {
    const { values } = parseArgs({
      options: {
        production: { type: 'boolean', default: false },
        watch: { type: 'boolean', default: false },
        metafile: { type: 'string' },
      },
    });
    return { production: values.production, watch: values.watch, metafile: values.metafile };
  } catch (error) {
    console.error(`esbuild.mjs: ${error instanceof Error ? error.message : error}\nallowed are --production, --watch and --metafile FILE`);
    process.exit(2);
  }
}

/** @type {(production: boolean) => esbuild.Plugin} */
const reportSize = (production) => ({
  name: 'report-size',
  setup(build) {
    build.onEnd((result) => {
      if (result.errors.length > 0) return;
      const kilobytes = (/** @type {number} */ bytes) => `${(bytes / 1024).toFixed(1)} KB`;
      for (const outfile of outfiles) {
        const code = readFileSync(new URL(outfile, import.meta.url));
        console.log(`${outfile}: ${kilobytes(code.length)}${production ? ' minified' : ''}, ${kilobytes(gzipSync(code).length)} gzipped`);
        if (!production || code.length <= maximumBytes) continue;
        console.error(`${outfile} has ${kilobytes(code.length)}, allowed are ${kilobytes(maximumBytes)}`);
        process.exitCode = 1;
      }
    });
  },
});

/**
 * Leaves `import('./x.ts')` to run time, as `require('./x.cjs')`.
 * @type {esbuild.Plugin}
 */
const laterImports = {
  name: 'later-imports',
  setup(build) {
    build.onResolve({ filter: /\.ts$/ }, ({ kind, path }) =>
      kind === 'dynamic-import' ? { path: path.replace(/\.ts$/, '.cjs'), external: true } : undefined,
    );
  },
};

const { production, watch, metafile } = readFlags();

const absWorkingDir = fileURLToPath(new URL('.', import.meta.url));

/** @type {esbuild.BuildOptions} */
const options = {
  absWorkingDir,
  entryPoints: [threadEntry, ...['src/extension.ts', ...laterEntries].map((entry) => ({ in: entry, out: outOf(entry) }))],
  outdir: 'dist',
  outExtension: { '.js': '.cjs' },
  bundle: true,
  // VS Code loads extensions by `require`; `.cjs` says so in a package of ES modules.
  format: 'cjs',
  platform: 'node',
  target: 'node20',
  // ES modules first: the UMD build of jsonc-parser hides its `require`s from the bundler and fails when it is loaded.
  mainFields: ['module', 'main'],
  external: ['vscode'],
  // VS Code patches `require`, and an `import()` would go past that.
  supported: { 'dynamic-import': false },
  minify: production,
  // One character stays one, instead of an escape of six.
  charset: 'utf8',
  sourcemap: production ? false : 'linked',
  // The licences of what is bundled go beside the bundle.
  legalComments: production ? 'external' : 'none',
  metafile: metafile !== undefined,
  logLevel: 'warning',
  plugins: [laterImports, reportSize(production)],
};

/** @type {esbuild.BuildOptions} */
const pageOptions = {
  absWorkingDir,
  entryPoints: [...pageEntries],
  outdir: 'dist/webview/dashboard',
  bundle: true,
  format: 'iife',
  platform: 'browser',
  target: 'chrome128',
  minify: production,
  charset: 'utf8',
  sourcemap: production ? false : 'inline',
  legalComments: production ? 'external' : 'none',
  logLevel: 'warning',
};

/**
 * The command line: one bundle, and `vscode` is not there, so that an import of it that the layers had overlooked fails here.
 * @type {esbuild.BuildOptions}
 */
const cliOptions = {
  absWorkingDir,
  entryPoints: [{ in: 'src/cli/main.ts', out: 'cli' }],
  outdir: 'dist',
  outExtension: { '.js': '.cjs' },
  bundle: true,
  format: 'cjs',
  platform: 'node',
  target: 'node20',
  mainFields: ['module', 'main'],
  banner: { js: '#!/usr/bin/env node' },
  minify: production,
  charset: 'utf8',
  sourcemap: production ? false : 'linked',
  legalComments: production ? 'external' : 'none',
  logLevel: 'warning',
};

if (watch) {
  const contexts = await Promise.all([options, pageOptions, cliOptions].map((each) => esbuild.context(each)));
  await Promise.all(contexts.map((context) => context.watch()));
  console.log('watching; end with Ctrl+C');
} else {
  try {
    const [result] = await Promise.all([esbuild.build(options), esbuild.build(pageOptions), esbuild.build(cliOptions)]);
    chmodSync(new URL('dist/cli.cjs', import.meta.url), 0o755);
    if (metafile !== undefined) writeFileSync(metafile, JSON.stringify(result.metafile));
  } catch {
    // esbuild has printed what is wrong.
    process.exitCode = 1;
  }
}
