import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { cruise, type ICruiseResult, type IViolation } from 'dependency-cruiser';
import { ESLint } from 'eslint';
import { after, before, describe, it } from 'mocha';
import graphRules from '../../.dependency-cruiser.mjs';
import { forbiddenFileNames, forbiddenFor, isFile, isWithin, layers, restrictedGlobals, restrictedModules } from '../../layers.mjs';

const repository = path.resolve(import.meta.dirname, '../..');
const areas = Object.keys(layers);

/** Rules that need no types; the others would ask for files that exist. */
const layerRules = [
  'no-restricted-imports',
  'no-restricted-globals',
  'no-restricted-properties',
  'no-restricted-syntax',
  'no-restricted-exports',
];

const eslint = new ESLint({
  cwd: repository,
  ruleFilter: ({ ruleId }) => layerRules.includes(ruleId),
  overrideConfig: {
    files: ['**/*.ts'],
    linterOptions: { reportUnusedDisableDirectives: 'off' },
    languageOptions: { parserOptions: { projectService: false } },
  },
});

/** The rules that complain about this text in this file of `src`, which need not exist. */
async function complaints(file: string, text: string): Promise<(string | null)[]> {
  const results = await eslint.lintText(text, { filePath: path.join(repository, 'src', file) });
  return results.flatMap(({ messages }) => messages).map(({ ruleId, message }) => ruleId ?? message);
}

/** A file of this line of the table that does not exist. */
const fileIn = (area: string): string => (isFile(area) ? area : `${area}/probe.ts`);

/** How a file of `src` writes the import of another. */
function specifier(from: string, to: string): string {
  const relative = path.posix.relative(path.posix.dirname(from), to);
  return relative.startsWith('.') ? relative : `./${relative}`;
}

const importOf = (from: string, to: string): string => `import * as it from '${specifier(from, to)}';\nexport const used = it;\n`;

const forbiddenPairs = areas.flatMap((from) => forbiddenFor(from).map((to) => [from, to] as const));
const allowedPairs = areas.flatMap((from) => (layers[from] ?? []).map((to) => [from, to] as const));

describe('the table of layers', () => {
  it('has a line for everything directly in src and nothing else', async () => {
    assert.deepEqual((await readdir(path.join(repository, 'src'))).sort(), [...areas].sort());
  });

  it('lets rooms import the ground only', () => {
    for (const room of ['backend', 'guard', 'health', 'local', 'pipeline', 'prompt', 'router', 'ui']) {
      assert.deepEqual(layers[room], ['base', 'domain', 'settings'], room);
    }
  });

  it('lets nobody import the extension', () => {
    for (const area of areas) assert.ok(!layers[area]?.includes('extension.ts'), area);
  });
});

describe('the import rules of ESLint', function () {
  this.timeout(20_000);

  it('refuse every forbidden pair, also from a subfolder and as a type', async () => {
    for (const [from, to] of forbiddenPairs) {
      const file = fileIn(from);
      assert.deepEqual(await complaints(file, importOf(file, fileIn(to))), ['no-restricted-imports'], `${from} imports ${to}`);
      const typeImport = `export type { It } from '${specifier(file, fileIn(to))}';\n`;
      assert.deepEqual(await complaints(file, typeImport), ['no-restricted-imports'], `${from} re-exports a type of ${to}`);
      if (isFile(from)) continue;
      const deep = `${from}/deeper/probe.ts`;
      assert.deepEqual(await complaints(deep, importOf(deep, fileIn(to))), ['no-restricted-imports'], `${deep} imports ${to}`);
    }
  });

  it('accept every allowed pair', async () => {
    for (const [from, to] of allowedPairs) {
      const file = fileIn(from);
      assert.deepEqual(await complaints(file, importOf(file, fileIn(to))), [], `${from} imports ${to}`);
    }
  });

  it('accept a neighbour in the same folder that has the name of a file of src', async () => {
    assert.deepEqual(await complaints('domain/probe.ts', importOf('domain/probe.ts', 'domain/service.ts')), []);
  });

  it('refuse what is outside of src', async () => {
    assert.deepEqual(await complaints('guard/probe.ts', "import '../../test/fakes/request.ts';\n"), ['no-restricted-imports']);
  });

  it('keep modules that reach the world to the places that own them', async () => {
    const places = [...areas.map(fileIn), ...restrictedModules.flatMap(({ only }) => only.filter((place) => place.includes('/')))];
    for (const { names, only } of restrictedModules) {
      for (const name of names) {
        for (const place of places) {
          const expected = isWithin(place, only) ? [] : ['no-restricted-imports'];
          assert.deepEqual(
            await complaints(place, `import * as it from '${name}';\nexport const used = it;\n`),
            expected,
            `${place} imports ${name}`,
          );
        }
      }
    }
  });

  it('refuse a dynamic import', async () => {
    assert.deepEqual(await complaints('guard/probe.ts', "export const late = () => import('../router/router.ts');\n"), [
      'no-restricted-syntax',
    ]);
  });
});

describe('the other rules of the layers', function () {
  this.timeout(20_000);

  it('keep globals that reach the world to base', async () => {
    for (const { object, property, only } of restrictedGlobals) {
      const texts = property === undefined ? [object, `globalThis.${object}`] : [`${object}.${property}`];
      for (const area of areas) {
        for (const text of texts) {
          const found = await complaints(fileIn(area), `export const it = ${text};\n`);
          assert.equal(found.length, isWithin(area, only) ? 0 : 1, `${text} in ${area}: ${found.join()}`);
        }
      }
    }
  });

  it('keep the current date to base', async () => {
    assert.deepEqual(await complaints('health/probe.ts', 'export const it = new Date();\n'), ['no-restricted-syntax']);
    assert.deepEqual(await complaints('health/probe.ts', 'export const it = new Date(0);\n'), []);
    assert.deepEqual(await complaints('base/probe.ts', 'export const it = new Date();\n'), []);
  });

  it('refuse file names that say nothing', async () => {
    for (const name of forbiddenFileNames) {
      assert.deepEqual(await complaints(`guard/${name}.ts`, 'export const it = 1;\n'), ['no-restricted-syntax'], name);
    }
    assert.deepEqual(await complaints('guard/textUtils.ts', 'export const it = 1;\n'), ['no-restricted-syntax']);
  });

  it('refuse a folder without a line in the table', async () => {
    assert.deepEqual(await complaints('novelty/probe.ts', 'export const it = 1;\n'), ['no-restricted-syntax']);
    assert.deepEqual(await complaints('novelty.ts', 'export const it = 1;\n'), ['no-restricted-syntax']);
  });

  it('refuse a default export and an enum', async () => {
    assert.deepEqual(await complaints('guard/probe.ts', 'export default 1;\n'), ['no-restricted-exports']);
    assert.deepEqual(await complaints('guard/probe.ts', 'export enum It { A }\n'), ['no-restricted-syntax']);
  });
});

describe('the import graph', function () {
  this.timeout(20_000);
  let folder = '';

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'failsoft-layers-'));
    await symlink(path.join(repository, 'node_modules'), path.join(folder, 'node_modules'), 'junction');
  });
  after(() => rm(folder, { recursive: true, force: true }));

  /** What the rules say about a project of these files: `rule: from → to`, sorted. */
  async function violations(files: Readonly<Record<string, string>>): Promise<string[]> {
    await rm(path.join(folder, 'src'), { recursive: true, force: true });
    for (const [file, text] of Object.entries(files)) {
      await mkdir(path.join(folder, 'src', path.dirname(file)), { recursive: true });
      await writeFile(path.join(folder, 'src', file), text);
    }
    const { forbidden, options } = graphRules;
    assert.ok(forbidden);
    const { output } = await cruise(['src'], { ...options, baseDir: folder, ruleSet: { forbidden }, validate: true });
    const found: IViolation[] = (output as ICruiseResult).summary.violations;
    return found.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`).sort();
  }

  it('refuses every forbidden pair', async () => {
    // All at once: one file per pair, one target per line of the table.
    const files: Record<string, string> = {};
    const targets = new Map(areas.map((area) => [area, isFile(area) ? area : `${area}/target.ts`]));
    const expected: string[] = [];
    for (const from of areas) {
      const source = isFile(from) ? from : `${from}/source.ts`;
      const names = forbiddenFor(from).map((to) => targets.get(to) ?? '');
      files[source] = [...names.map((to) => `import '${specifier(source, to)}';`), 'export const it = 1;'].join('\n');
      const rule = `layer-${from.replace('.ts', '')}${isFile(from) ? '-file' : ''}`;
      expected.push(...names.map((to) => `${rule}: src/${source} → src/${to}`));
    }
    for (const target of targets.values()) files[target] ??= 'export const it = 1;';
    const found = (await violations(files)).filter((line) => line.startsWith('layer-'));
    assert.deepEqual(found, expected.sort());
  });

  it('refuses a cycle, also of types only', async () => {
    assert.deepEqual(
      await violations({
        'guard/a.ts': "import type { B } from './b.ts';\nexport interface A { b: B }\n",
        'guard/b.ts': "import type { A } from './a.ts';\nexport interface B { a: A }\n",
      }),
      ['no-cycle: src/guard/a.ts → src/guard/b.ts'],
    );
  });

  it('refuses a file that nobody knows, a folder without a line and a name that leads nowhere', async () => {
    assert.deepEqual(await violations({ 'guard/alone.ts': 'export const it = 1;\n' }), [
      'no-orphan: src/guard/alone.ts → src/guard/alone.ts',
    ]);
    const unknownPlace = await violations({ 'novelty/a.ts': "import '../base/b.ts';\n", 'base/b.ts': 'export const it = 1;\n' });
    assert.deepEqual(unknownPlace, ['known-place: src/novelty/a.ts → src/base/b.ts']);
    assert.deepEqual(await violations({ 'guard/a.ts': "import './nowhere.ts';\n" }), ['resolvable: src/guard/a.ts → ./nowhere.ts']);
  });

  it('keeps the editor, opossum and sockets to their owners, also behind a dynamic import', async () => {
    const found = await violations({
      'guard/a.ts':
        "import 'opossum';\nimport type { Uri } from 'vscode';\nexport type It = Uri;\nexport const it = () => import('node:http');\n",
      'guard/breaker.ts': "import 'opossum';\n",
      'vscode/a.ts': "import 'vscode';\n",
      'base/http.ts': "import 'node:http';\nimport 'node:https';\n",
    });
    assert.deepEqual(
      found.map((line) => line.split(' → ')[0]),
      [
        'only-base-http-ts-imports-http: src/guard/a.ts',
        'only-guard-breaker-ts-imports-opossum: src/guard/a.ts',
        'only-vscode-imports-vscode: src/guard/a.ts',
      ],
    );
  });
});
