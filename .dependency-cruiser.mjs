// @ts-check
/** The layers of `layers.mjs` on the import graph: also over dynamic imports, types and re-exports, and cycles and orphans. */
import { describeLayer, forbiddenFor, isFile, layers, restrictedModules } from './layers.mjs';

const escape = (/** @type {string} */ text) => text.replaceAll('.', '\\.').replaceAll('/', '\\/');
const placePattern = (/** @type {string} */ place) => (place.endsWith('.ts') ? `^src/${escape(place)}$` : `^src/${escape(place)}/`);

/** @type {import('dependency-cruiser').IForbiddenRuleType[]} */
const layerRules = Object.keys(layers).flatMap((area) => {
  const forbidden = forbiddenFor(area).map(placePattern);
  if (forbidden.length === 0) return [];
  const name = `layer-${area.replace('.ts', '')}${isFile(area) ? '-file' : ''}`;
  return [{ name, comment: describeLayer(area), severity: 'error', from: { path: placePattern(area) }, to: { path: forbidden } }];
});

/** @type {import('dependency-cruiser').IForbiddenRuleType[]} */
const moduleRules = restrictedModules.map(({ names, only, instead }) => ({
  name: `only-${(only[0] ?? '').replaceAll(/[/.]/g, '-')}-imports-${(names[0] ?? '').replace('node:', '')}`,
  comment: instead,
  severity: 'error',
  from: { path: '^src/', pathNot: only.map(placePattern) },
  // As written, or as the file it was found in: of `vscode` only the types are installed.
  to: { path: names.flatMap((name) => [`^${escape(name)}$`, `node_modules/(?:@types/)?${escape(name)}/`]) },
}));

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    ...layerRules,
    ...moduleRules,
    {
      name: 'no-cycle',
      comment: 'What imports each other is one file or has a third part to be taken out.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-orphan',
      comment: 'Nobody imports it and it imports nothing: delete it, or connect it.',
      severity: 'error',
      from: { orphan: true, path: '^src/', pathNot: '^src/extension\\.ts$' },
      to: {},
    },
    {
      name: 'known-place',
      comment: 'This place of src is not in layers.mjs: give it a line there.',
      severity: 'error',
      from: { path: '^src/', pathNot: Object.keys(layers).map(placePattern) },
      to: {},
    },
    {
      name: 'no-way-out',
      comment: 'src does not import what is outside of src.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(?:test|media|dist)/' },
    },
    {
      name: 'resolvable',
      comment: 'Nothing is found under this name.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^vscode$' },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    combinedDependencies: false,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: ['^(?:dist|out|coverage|[.]vscode-test)/', '^test/workspace/', '^test/demo/workspace/'] },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.mjs', '.cjs', '.js', '.json', '.d.ts'],
    },
  },
};
