import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'mocha';
import { formatFim, maximumStops } from '../../../src/prompt/fim.ts';
import { fimFamilies, type FimFamilyName, fimFamilyNames } from '../../../src/prompt/fimTemplates.ts';
import { fimFormats } from '../../../src/settings/settings.ts';
import { sampleRequest } from '../../fakes/request.ts';

const textOf = (file: string): string => readFileSync(new URL(`../../../${file}`, import.meta.url), 'utf8');

/** Code in a table's cell: a line break as a sign, a bar escaped. */
const code = (text: string): string => `\`${text.replaceAll('\n', '⏎').replaceAll('|', '\\|')}\``;

function row(name: FimFamilyName): string {
  const { title, models, stop, files, source } = fimFamilies[name];
  const request = sampleRequest({ prefix: 'BEFORE', suffix: 'AFTER', path: 'PATH' });
  const other = files?.each?.replace('{path}', 'OTHER').replace('{text}', 'TEXT');
  const cells = [
    code(name),
    title,
    models,
    code(formatFim(request, name).prompt),
    stop.map(code).join(' '),
    other ? code(other) : '–',
    `<${source}>`,
  ];
  return `| ${cells.join(' | ')} |`;
}

describe('docs/fim.md', () => {
  const text = textOf('docs/fim.md');

  it('shows every family as it is in the code', () => {
    const rows = text.split('\n').filter((line) => /^\| `\w+` \| [^|]+ \| [^|]+ \| `/.test(line));
    assert.deepEqual(rows, fimFamilyNames.map(row));
  });

  it('and docs/settings.md name every value of the setting', () => {
    for (const format of fimFormats) {
      assert.ok(text.includes(`\`${format}\``), format);
      assert.ok(textOf('docs/settings.md').includes(`\`${format}\``), format);
    }
  });

  it('quotes how many stops go on the wire', () => assert.ok(text.includes(`At most ${maximumStops} stops`)));
});
