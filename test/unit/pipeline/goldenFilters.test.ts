import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { describe, it } from 'mocha';
import { dropStrayClosers } from '../../../src/pipeline/bracketFilter.ts';
import { noDirectionTricks, plainCharacters, wholeCharacters } from '../../../src/pipeline/characterFilters.ts';
import { chatFilters } from '../../../src/pipeline/chatAnswer.ts';
import { applyFilters, type Filter } from '../../../src/pipeline/filter.ts';
import { fitIndentation } from '../../../src/pipeline/indentation.ts';
import { modelFilters } from '../../../src/pipeline/modelFilters.ts';
import { dropPathHeaders } from '../../../src/pipeline/pathHeader.ts';
import { dropRepetition } from '../../../src/pipeline/repetition.ts';
import { cursorMark } from '../../../src/prompt/chat.ts';
import { unmistakableTokens } from '../../../src/prompt/fim.ts';
import { sampleRequest } from '../../fakes/request.ts';

/** The filters that each golden file is about. */
const filtersOf: Readonly<Record<string, readonly Filter[]>> = {
  'brackets.golden': [dropStrayClosers],
  'repetition.golden': [dropRepetition],
  'indentation.golden': [fitIndentation],
  'characters.golden': [plainCharacters, wholeCharacters, noDirectionTricks],
  'pathHeaders.golden': [dropPathHeaders],
  'wholeBraces.golden': modelFilters(unmistakableTokens),
  'wholeIndented.golden': modelFilters(unmistakableTokens),
  'wholeWords.golden': modelFilters(unmistakableTokens),
  'wholeMarkup.golden': modelFilters(unmistakableTokens),
  'wholeChat.golden': [...chatFilters(cursorMark), ...modelFilters(unmistakableTokens)],
};

interface Golden {
  readonly what: string;
  readonly language: string;
  readonly document: string;
  readonly text: string;
  readonly shown: string;
}

/** Tabs are written as →, the cursor as ‸, what cannot be seen as \uXXXX. */
function readGolden(file: string): Golden[] {
  const blocks = readFileSync(new URL(`golden/${file}`, import.meta.url), 'utf8')
    .split(/^=== /m)
    .slice(1);
  return blocks.map((block) => {
    const match =
      /^(?<what>.*)\nlanguage (?<language>\S+)\n--- document\n(?<document>[^]*?)\n--- text\n(?<text>[^]*?)\n--- shown\n?(?<shown>[^]*)$/.exec(
        block.replace(/\n+$/, ''),
      );
    const { what, language, document, text, shown } = match?.groups ?? {};
    if (what === undefined || language === undefined || document === undefined || text === undefined || shown === undefined) {
      throw new Error(`${file}: this block cannot be read:\n${block}`);
    }
    return { what, language, document: plain(document), text: plain(text), shown: plain(shown) };
  });
}

function plain(text: string): string {
  return text.replaceAll('→', '\t').replace(/\\u([0-9a-f]{4})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}

describe('filters, by golden files', () => {
  const files = readdirSync(new URL('golden/', import.meta.url)).filter((name) => name.endsWith('.golden'));

  it('every golden file has its filters and every filter its file', () =>
    assert.deepEqual(files.toSorted(), Object.keys(filtersOf).toSorted()));

  for (const file of files) {
    const filters = filtersOf[file] ?? [];
    const goldens = readGolden(file);
    it(`${file} holds something`, () => assert.ok(goldens.length >= 4));
    for (const { what, language, document, text, shown } of goldens) {
      it(`${file}: ${what}`, () => {
        const [prefix = '', suffix = ''] = document.split('‸');
        const request = sampleRequest({ languageId: language, prefix, suffix, shape: 'block' });
        assert.equal(applyFilters(text, request, filters), shown);
        assert.equal(applyFilters(shown, request, filters), shown, 'a second time nothing changes');
      });
    }
  }
});
