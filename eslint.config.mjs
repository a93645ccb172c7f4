// @ts-check
import { defineConfig } from 'eslint/config';
import jsdoc from 'eslint-plugin-jsdoc';
import tseslint from 'typescript-eslint';
import {
  describeLayer,
  forbiddenFileNames,
  forbiddenFor,
  isFile,
  isWithin,
  layers,
  restrictedGlobals,
  restrictedModules,
} from './layers.mjs';

const escape = (/** @type {string} */ text) => text.replaceAll('.', '\\.');

/** Refused everywhere in `src`. */
const syntax = [
  { selector: 'TSEnumDeclaration', message: 'Use a union of strings: it prints itself in logs, settings and snapshots.' },
  { selector: 'ImportExpression', message: 'Import statically: there is one bundle, and the import rules see only static imports.' },
];
const currentDate = { selector: 'NewExpression[callee.name="Date"][arguments.length=0]', message: 'Use now() of the Clock passed in.' };

/** Files with a permission their folder does not have. */
const exceptions = [...restrictedModules, ...restrictedGlobals].flatMap(({ only }) => only).filter((place) => place.includes('/'));

/** Imports that a file of this line of the table may not write, as a regular expression on the specifier. */
function importPatterns(/** @type {string} */ area) {
  const up = isFile(area) ? '^\\./' : '^(?:\\.\\./)+';
  const forbidden = forbiddenFor(area);
  const folders = forbidden.filter((other) => !isFile(other));
  const files = forbidden.filter(isFile).map((file) => file.slice(0, -'.ts'.length));
  const message = `${describeLayer(area)}.`;
  return [
    ...(folders.length > 0 ? [{ regex: `${up}(?:${folders.map(escape).join('|')})/`, message }] : []),
    ...(files.length > 0 ? [{ regex: `${up}(?:${files.map(escape).join('|')})(?:\\.[jt]s)?$`, message }] : []),
    { regex: '^(?:\\.\\.?/)+(?:test|media|dist|node_modules)/', message: 'src does not import what is outside of src.' },
  ];
}

/**
 * One block per line of the table, and one per exception, which comes later and so wins.
 * @type {import('eslint').Linter.Config[]}
 */
const layerBlocks = [...Object.keys(layers), ...exceptions].map((place) => {
  const area = place.split('/')[0] ?? place;
  const refused = restrictedGlobals.filter(({ only }) => !isWithin(place, only));
  return {
    name: `layers/${place}`,
    files: [isFile(place) ? `src/${place}` : `src/${place}/**/*.ts`],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: restrictedModules
            .filter(({ only }) => !isWithin(place, only))
            .flatMap(({ names, only, instead }) =>
              names.map((name) => ({ name, message: `Only src/${only.join(', src/')} may import it. ${instead}` })),
            ),
          patterns: importPatterns(area),
        },
      ],
      'no-restricted-globals': [
        'error',
        ...refused.filter(({ property }) => property === undefined).map(({ object, instead }) => ({ name: object, message: instead })),
      ],
      'no-restricted-properties': [
        'error',
        ...refused.flatMap(({ object, property, instead }) =>
          property === undefined
            ? [{ object: 'globalThis', property: object, message: instead }]
            : [{ object, property, message: instead }],
        ),
      ],
      'no-restricted-syntax': ['error', ...syntax, ...(isWithin(place, ['base']) ? [] : [currentDate])],
    },
  };
});

export default defineConfig(
  { ignores: ['dist/', 'out/', 'coverage/', '**/.vscode-test/', 'test/**/workspace/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    name: 'typed',
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false }],
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // `return act()` in a dispatching switch and `() => emitter.dispose()` are clear and one line.
      '@typescript-eslint/no-confusing-void-expression': 'off',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true, allowDefaultCaseForExhaustiveSwitch: true, requireDefaultForNonUnion: true },
      ],
      'no-restricted-exports': [
        'error',
        { restrictDefaultExports: { direct: true, named: true, defaultFrom: true, namedFrom: true, namespaceFrom: true } },
      ],
      eqeqeq: 'error',
    },
  },
  {
    name: 'src',
    files: ['src/**/*.ts'],
    plugins: { jsdoc },
    settings: { jsdoc: { mode: 'typescript' } },
    rules: {
      'max-lines': ['error', { max: 300 }],
      'max-lines-per-function': ['error', { max: 60 }],
      'no-console': 'error',
      'no-restricted-syntax': ['error', { selector: 'Program', message: 'This place is not in layers.mjs: give it a line there.' }],
      'jsdoc/require-jsdoc': [
        'error',
        {
          publicOnly: true,
          // Not type aliases: a union of words explains itself.
          require: { FunctionDeclaration: true, ClassDeclaration: true },
          contexts: ['TSInterfaceDeclaration'],
          enableFixer: false,
        },
      ],
      'jsdoc/require-description': ['error', { contexts: ['FunctionDeclaration', 'ClassDeclaration', 'TSInterfaceDeclaration'] }],
      'jsdoc/check-param-names': ['error', { checkDestructured: false, disableMissingParamChecks: true }],
      'jsdoc/check-tag-names': 'error',
      'jsdoc/no-types': 'error',
    },
  },
  ...layerBlocks,
  {
    name: 'src/file-names',
    files: forbiddenFileNames.flatMap((name) => [`src/**/${name}.ts`, `src/**/*${name[0]?.toUpperCase() ?? ''}${name.slice(1)}.ts`]),
    rules: { 'no-restricted-syntax': ['error', { selector: 'Program', message: 'Name the file after its main export.' }] },
  },
  {
    name: 'test',
    files: ['test/**/*.ts'],
    rules: {
      // A table of cases is one thing to read, even when it is long.
      'max-lines': ['error', { max: 700 }],
      // Fakes keep the signatures of what they stand for.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-empty-function': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/explicit-module-boundary-types': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      // What a test reads is what it doubts: `snapshot?.health` may be more careful than the types ask.
      '@typescript-eslint/no-unnecessary-condition': 'off',
    },
  },
  {
    // No list of globals and no `no-undef`: tsc checks these files, with the DOM where they have one, and knows more.
    name: 'scripts',
    files: ['**/*.mjs', '**/*.cjs'],
    extends: [tseslint.configs.base],
    rules: {
      eqeqeq: 'error',
      'no-var': 'error',
      'prefer-const': 'error',
      'no-unreachable': 'error',
      'no-fallthrough': 'error',
      'no-dupe-keys': 'error',
      'no-duplicate-imports': 'error',
      'no-cond-assign': 'error',
      'no-unsafe-finally': 'error',
      'no-throw-literal': 'error',
      'no-self-compare': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
    },
  },
);
