import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { unknownIn } from '../../../src/observation/unknownNames.ts';

/** As the servers say it. */
const cases: readonly (readonly [code: string, message: string, 'import' | 'name' | undefined])[] = [
  ['2304', "Cannot find name 'totl'.", 'name'],
  ['2551', "Property 'lenght' does not exist on type 'string'. Did you mean 'length'?", 'name'],
  ['2307', "Cannot find module 'left-pat' or its corresponding type declarations.", 'import'],
  ['2322', "Type 'string' is not assignable to type 'number'.", undefined],
  ['reportMissingImports', 'Import "numpi" could not be resolved', 'import'],
  ['reportUndefinedVariable', '"totl" is not defined', 'name'],
  ['E0425', 'cannot find value `totl` in this scope', 'name'],
  ['E0432', 'unresolved import `serd`', 'import'],
  ['E0308', 'mismatched types', undefined],
  ['UndeclaredName', 'undefined: totl', 'name'],
  ['BrokenImport', 'could not import fmtt', 'import'],
  ['undeclared_var_use', "Use of undeclared identifier 'totl'", 'name'],
  ['pp_file_not_found', "'vectr' file not found", 'import'],
  ['CS0103', "The name 'totl' does not exist in the current context", 'name'],
  ['CS0246', "The type or namespace name 'Newtonsof' could not be found", 'import'],
  ['33554515', 'totl cannot be resolved to a variable', 'name'],
  ['', "No module named 'numpi'", 'import'],
  ['no-undef', "'totl' is not defined.", 'name'],
  ['no-unused-vars', "'total' is assigned a value but never used.", undefined],
  ['', 'Missing semicolon.', undefined],
];

describe('a problem', () => {
  for (const [code, message, expected] of cases) {
    it(`${code || 'without a code'}: ${message} is ${expected === undefined ? 'about something else' : `an unknown ${expected}`}`, () => {
      assert.equal(unknownIn({ code, message }), expected);
    });
  }

  it('with a very long message takes no time', () => {
    const start = performance.now();
    assert.equal(unknownIn({ code: '', message: 'import '.repeat(100_000) }), undefined);
    assert.ok(performance.now() - start < 100);
  });
});
