import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import fc from 'fast-check';
import { familyOf, resolveFim } from '../../../src/prompt/fim.ts';
import { fimFamilies, fimFamilyNames } from '../../../src/prompt/fimTemplates.ts';
import { normaliseModel } from '../../../src/prompt/modelName.ts';
import { fimFormats } from '../../../src/settings/settings.ts';
import { modelNames } from './modelNames.ts';

const familiesOf = (model: string): string[] => fimFamilyNames.filter((name) => fimFamilies[name].pattern.test(normaliseModel(model)));

describe('the family of a model', () => {
  for (const [model, family] of modelNames) {
    it(`${model} is ${family}`, () => assert.deepEqual(familiesOf(model), family === 'unknown' ? [] : [family]));
  }

  it('is met by a name of the table for each family', () => {
    const met = new Set(modelNames.map(([, family]) => family));
    for (const name of fimFamilyNames) assert.ok(met.has(name), name);
  });

  it('is the same whatever case and registry the name is written with', () => {
    for (const [model] of modelNames) {
      assert.equal(familyOf(model.toUpperCase()), familyOf(model), model);
      assert.equal(familyOf(`hf.co/someone/${model.split(/[/\\]/).filter(Boolean).at(-1)}`), familyOf(model), model);
    }
  });

  it('is never two, whatever a name is put together from', () => {
    const words = modelNames.flatMap(([model]) => normaliseModel(model).split(/[-:]/));
    const word = fc.constantFrom(...new Set(words));
    const names = fc.array(fc.tuple(word, fc.constantFrom('', '-', ':', '.', '_', '/')), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(names, (parts) => {
        const name = parts.flat().join('');
        assert.ok(familiesOf(name).length <= 1, `${name}: ${familiesOf(name).join(' and ')}`);
      }),
      { numRuns: 5000 },
    );
  });

  it('takes no time for a hostile name', () => {
    const long = fc.constantFrom('granite', 'mellum2-', 'qwen-', 'a', '-', 'codeqwen:', '2.5-');
    fc.assert(
      fc.property(long, (part) => assert.equal(familiesOf(part.repeat(20_000)).length <= 1, true)),
      { numRuns: 20 },
    );
  });
});

describe('the format for a backend', () => {
  it('is the family of the model, without a word', () => {
    assert.deepEqual(resolveFim('qwen2.5-coder:7b', 'auto'), { format: 'qwen' });
    assert.deepEqual(resolveFim('codestral-latest', 'auto'), { format: 'codestral' });
  });

  it('is the separate fields for an unknown model, and says so and what helps', () => {
    const { format, warning } = resolveFim('gpt-4o', 'auto');
    assert.equal(format, 'suffix');
    assert.match(
      warning ?? '',
      /^the model "gpt-4o" is in no known fill-in-the-middle family; .* some servers ignore; use protocol openai-chat/,
    );
    for (const name of fimFormats) if (name !== 'auto') assert.ok(warning?.includes(name), name);
  });

  it('is what is set, without a word where nothing speaks against it', () => {
    for (const format of fimFormats) {
      if (format !== 'auto') assert.deepEqual(resolveFim('my-own-model', format), { format });
    }
    assert.deepEqual(resolveFim('codestral-latest', 'suffix'), { format: 'suffix' });
    assert.deepEqual(resolveFim('stable-code-3b', 'starcoder'), { format: 'starcoder' }, 'the same markers');
  });

  it('is what is set even against the model’s name, with a warning', () => {
    assert.deepEqual(resolveFim('codestral-latest', 'qwen'), {
      format: 'qwen',
      warning: 'fim is qwen, but the model "codestral-latest" is in the family codestral; using qwen',
    });
    assert.ok(resolveFim('JetBrains/Mellum-4b-base', 'starcoder2').warning, 'the same markers in another order');
  });

  it('keeps its warning one short line for a long name', () => {
    const { warning = '' } = resolveFim('x'.repeat(5000), 'auto');
    assert.ok(warning.length < 500, String(warning.length));
  });
});
