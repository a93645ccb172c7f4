import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { applyFilters } from '../../../src/pipeline/filter.ts';
import { modelFilters } from '../../../src/pipeline/modelFilters.ts';
import { unmistakableTokens } from '../../../src/prompt/fim.ts';
import { sampleRequest } from '../../fakes/request.ts';

const filters = modelFilters(unmistakableTokens);

describe('filters of a model’s text', () => {
  // name · prefix · suffix · shape · raw text · shown text
  const rows: readonly (readonly [string, string, string, 'line' | 'block', string, string])[] = [
    ['leaves good text alone', 'return ', '\n}', 'line', 'total * 2;', 'total * 2;'],
    ['keeps one line when one was asked for', 'return ', '\n}', 'line', 'total;\n}\n', 'total;'],
    ['keeps the lines of a block', 'if (a) {', '\n}', 'block', '\n  run();\n  stop();', '\n  run();\n  stop();'],
    ['cuts at a special token', 'return ', '\n}', 'line', 'total;<|endoftext|>junk', 'total;'],
    ['shows nothing of a text that is only a token', 'return ', '\n}', 'line', '<|fim_middle|>', ''],
    ['drops a bracket that the editor has closed', 'call(', ')\n', 'line', 'first, second)', 'first, second'],
    ['drops the whole rest that already stands there', 'call(', ');\n', 'line', 'first);', 'first'],
    ['removes white space at the end', 'return ', '\n}', 'line', 'total;   ', 'total;'],
    ['shows nothing that only repeats the next line', '  ', '\n  stop();\n}', 'line', 'stop();', ''],
    ['keeps RTL and astral characters whole', 'const s = ', '\n', 'line', '"שלום 🎉";', '"שלום 🎉";'],
  ];
  for (const [name, prefix, suffix, shape, raw, shown] of rows) {
    it(name, () => assert.equal(applyFilters(raw, sampleRequest({ prefix, suffix, shape }), filters), shown));
  }
});
