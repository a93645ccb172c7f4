import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'mocha';
import fc from 'fast-check';
import type { CompletionRequest } from '../../../src/domain/completion.ts';
import { applyFilters } from '../../../src/pipeline/filter.ts';
import { modelFilters } from '../../../src/pipeline/modelFilters.ts';
import { answerTokens, formatFim, maximumStops, type ResolvedFormat, tokensOf, unmistakableTokens } from '../../../src/prompt/fim.ts';
import { fimFamilies, type FimFamilyName, fimFamilyNames } from '../../../src/prompt/fimTemplates.ts';
import { fimFormats } from '../../../src/settings/settings.ts';
import { sampleRequest } from '../../fakes/request.ts';
import { goldenFiles, goldenRequest } from './golden.ts';

const formats = fimFormats.filter((format): format is ResolvedFormat => format !== 'auto');

/** Text as in a file of a tokenizer: ordinary text, whole tokens and pieces of tokens in any order. */
const allTokens = fimFamilyNames.flatMap((name) => tokensOf(fimFamilies[name]));
const piece = fc.oneof(
  fc.string(),
  fc.constantFrom(...allTokens),
  fc.constantFrom(...allTokens).chain((token) => fc.nat(token.length).map((at) => token.slice(at))),
  fc.constantFrom(...allTokens).chain((token) => fc.nat(token.length).map((at) => token.slice(0, at))),
);
const text = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''));
const anyRequest = fc
  .record({ prefix: text, suffix: text, path: text, shape: fc.constantFrom('line' as const, 'block' as const) })
  .map((changes): CompletionRequest => sampleRequest(changes));
const files = fc.array(fc.record({ path: text, text }), { maxLength: 3 });

const count = (whole: string, part: string): number => whole.split(part).length - 1;

describe('the prompt of each family', () => {
  type Golden = { readonly prompt: string; readonly suffix?: string; readonly stop: readonly string[]; readonly withFiles: string };
  const golden = JSON.parse(readFileSync(new URL('golden.json', import.meta.url), 'utf8')) as Record<string, Golden>;

  it('has its picture in golden.json', () => assert.deepEqual(Object.keys(golden).sort(), [...formats].sort()));

  for (const format of formats) {
    it(`is exactly that of golden.json for ${format}`, () => {
      const alone = formatFim(goldenRequest, format);
      assert.deepEqual({ ...alone, withFiles: formatFim(goldenRequest, format, goldenFiles).prompt }, golden[format]);
    });
  }

  it('spells the tokens of DeepSeek with the characters that its tokenizer has', () => {
    const points = (token: string): string =>
      Array.from(token)
        .filter((sign) => sign > '\u007f')
        .map((sign) => sign.codePointAt(0)?.toString(16))
        .join(' ');
    for (const token of ['prefix', 'suffix', 'middle'] as const) assert.equal(points(fimFamilies.deepseek[token]), 'ff5c 2581 ff5c');
  });

  it('names the current file alone only where the family was never without', () => {
    const named = fimFamilyNames.filter((name) => formatFim(goldenRequest, name).prompt.includes('cart.py'));
    assert.deepEqual(named, ['codegeex', 'mellum']);
  });

  it('keeps a file that speaks of its placeholders as it is', () => {
    const file = { path: 'a.ts', text: '`{path} {text} $1`' };
    assert.ok(formatFim(goldenRequest, 'qwen', [file]).prompt.startsWith('<|file_sep|>a.ts\n`{path} {text} $1`\n<|file_sep|>'));
  });
});

describe('a document with special tokens', () => {
  const markersOf = (name: FimFamilyName): string[] =>
    (['prefix', 'suffix', 'middle'] as const).map((key) => fimFamilies[name][key].trim()).filter((marker) => marker !== '');

  for (const name of fimFamilyNames) {
    it(`cannot break out of the template of ${name}: each marker occurs once`, () =>
      fc.assert(
        fc.property(anyRequest, files, (request, others) => {
          const { prompt } = formatFim(request, name, others);
          for (const marker of markersOf(name)) assert.equal(count(prompt, marker), 1, `${marker} in ${JSON.stringify(prompt)}`);
          const empty = formatFim({ ...request, prefix: '', suffix: '' }, name, others).prompt;
          for (const token of tokensOf(fimFamilies[name])) assert.equal(count(prompt, token), count(empty, token), token);
        }),
      ));
  }

  it('is sent as it is next to the cursor, whatever the format', () =>
    fc.assert(
      fc.property(anyRequest, fc.constantFrom(...formats), (request, format) => {
        const { prompt, suffix } = formatFim(request, format);
        const family = format === 'suffix' ? undefined : fimFamilies[format];
        const between = (from: string, to: string): string =>
          prompt.slice(prompt.indexOf(from) + from.length, to === '' ? undefined : prompt.indexOf(to));
        const isPsm = family?.order === 'psm';
        const before = family ? between(family.prefix, isPsm ? family.suffix : family.middle) : prompt;
        const after = family ? between(family.suffix, isPsm ? family.middle : family.prefix) : (suffix ?? '');
        assert.ok(request.prefix.endsWith(before), 'an end of the text before the cursor');
        assert.ok(request.suffix.startsWith(after), 'a beginning of the text after the cursor');
      }),
    ));

  it('loses nothing when it holds only tokens of other families that are ordinary words', () => {
    const request = sampleRequest({ prefix: 'usage: tool <filename> [PREFIX]\n', suffix: '<PRE>x</PRE>' });
    assert.equal(formatFim(request, 'qwen').prompt, `<|fim_prefix|>${request.prefix}<|fim_suffix|>${request.suffix}<|fim_middle|>`);
    assert.equal(formatFim(request, 'suffix').prompt, request.prefix);
  });

  it('is cut at any unmistakable token when the server builds the prompt', () => {
    const request = sampleRequest({ prefix: 'a<|fim_suffix|>b', suffix: 'c<｜fim▁end｜>d' });
    assert.deepEqual(formatFim(request, 'suffix'), { prompt: 'b', suffix: 'c', stop: ['\n'] });
  });

  it('takes no time worth speaking of at the largest size', () => {
    const request = sampleRequest({ prefix: '<div>|[]'.repeat(6144), suffix: '<b>'.repeat(5461) });
    const startedAt = performance.now();
    for (let round = 0; round < 20; round++) formatFim(request, 'suffix');
    assert.ok((performance.now() - startedAt) / 20 < 16);
  });
});

describe('the stops', () => {
  it('are at most four on the wire, the line end first, then the ends of the family in their order', () => {
    for (const format of formats) {
      for (const shape of ['line', 'block'] as const) {
        const { stop } = formatFim(sampleRequest({ shape }), format);
        assert.ok(stop.length <= maximumStops, format);
        assert.equal(stop[0], shape === 'line' ? '\n' : '\n\n');
        const ends = format === 'suffix' ? [] : fimFamilies[format].stop;
        assert.deepEqual(stop.slice(1), ends.slice(0, maximumStops - 1));
      }
    }
  });

  it('and every other token of the family are cut from an answer by the filter', () => {
    for (const name of fimFamilyNames) {
      for (const token of [...tokensOf(fimFamilies[name]), ...unmistakableTokens]) {
        const shown = applyFilters(`price${token}rest`, sampleRequest(), modelFilters(answerTokens(name)));
        assert.equal(shown, 'price', `${token} of ${name}`);
      }
    }
  });

  it('include every separator of files in what is cut', () => {
    const separators: readonly (readonly [FimFamilyName, string])[] = [
      ['qwen', '<|file_sep|>'],
      ['starcoder', '<filename>'],
      ['starcoder2', '<file_sep>'],
      ['codegemma', '<|file_separator|>'],
      ['granite', '<filename>'],
      ['mellum', '<filename>'],
    ];
    for (const [name, token] of separators) assert.ok(answerTokens(name).includes(token), name);
  });

  it('leave a word alone that is a token of another family only', () => {
    for (const format of ['qwen', 'suffix', undefined] as const) {
      const shown = applyFilters('echo "usage: tool <filename>"', sampleRequest(), modelFilters(answerTokens(format)));
      assert.equal(shown, 'echo "usage: tool <filename>"');
    }
  });
});

describe('the registry', () => {
  it('has a source on the web for each family', () => {
    for (const name of fimFamilyNames) assert.ok(URL.canParse(fimFamilies[name].source), name);
  });

  it('has a family for each value of the setting', () => {
    assert.deepEqual(['auto', 'suffix', ...fimFamilyNames], [...fimFormats]);
  });
});
