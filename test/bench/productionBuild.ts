import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The top of the repository. */
export const root = fileURLToPath(new URL('../../', import.meta.url));

/** Bytes of the bundle by the file that they come from. */
export type BundleInputs = Readonly<Record<string, number>>;

/** The extension as it is shipped, in a folder of its own that nobody builds into. */
export interface ProductionBuild {
  readonly folder: string;
  readonly code: Buffer;
  readonly inputs: BundleInputs;
  remove(): void;
}

interface Metafile {
  readonly outputs: Readonly<Record<string, { readonly inputs: Readonly<Record<string, { readonly bytesInOutput: number }>> }>>;
}

/** Builds as `npm run build -- --production` does and copies what VS Code needs of it. @throws Error with esbuild's words */
export function buildForProduction(): ProductionBuild {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'failsoft-bench-'));
  const metafile = path.join(folder, 'metafile.json');
  const build = spawnSync(process.execPath, ['esbuild.mjs', '--production', '--metafile', metafile], { cwd: root, encoding: 'utf8' });
  // Too large a bundle is told by an exit code; here it is a figure.
  if (!existsSync(metafile)) throw new Error(`the production build failed:\n${build.stdout}${build.stderr}`);
  mkdirSync(path.join(folder, 'dist'));
  const bundles = ['extension', 'localWorker', 'secretRules', 'gathering', 'recording']
    .map((name) => `dist/${name}.cjs`)
    .concat('dist/vscode');
  for (const name of ['package.json', 'media', ...bundles]) {
    if (existsSync(path.join(root, name))) cpSync(path.join(root, name), path.join(folder, name), { recursive: true });
  }
  const { outputs } = JSON.parse(readFileSync(metafile, 'utf8')) as Metafile;
  const inputs = Object.entries(outputs['dist/extension.cjs']?.inputs ?? {});
  return {
    folder,
    code: readFileSync(path.join(folder, 'dist/extension.cjs')),
    inputs: Object.fromEntries(inputs.map(([name, { bytesInOutput }]) => [name, bytesInOutput])),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
