import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'mocha';
import { capabilities } from '../../../src/settings/capability.ts';
import { parseSettings } from '../../../src/settings/parse.ts';
import { protocols } from '../../../src/settings/settings.ts';

const text = readFileSync(new URL('../../../docs/backends.md', import.meta.url), 'utf8');

describe('docs/backends.md', () => {
  it('says of every protocol what the code knows', () => {
    const inCode = protocols.map((protocol) => {
      const { prompt, maximumStops, keyHeader, needsKey, modelsUrl } = capabilities[protocol];
      const models = modelsUrl?.('https://a.example/base');
      const listed = `\`${models?.replace('https://a.example/base', '{baseUrl}').replace('https://a.example', '{origin}')}\``;
      const key = needsKey ? 'needed' : 'if the server wants one';
      return `| \`${protocol}\` | ${prompt} | ${maximumStops} | \`${keyHeader}\` | ${key} | ${models === undefined ? 'nowhere' : listed} |`;
    });
    const start = text.indexOf('## What each can do');
    const rows = text
      .slice(start, text.indexOf('\n## ', start + 1))
      .split('\n')
      .filter((line) => line.startsWith('| `'));
    assert.deepEqual(rows, inCode);
    // The sentence above the table.
    const others = protocols.filter((protocol) => capabilities[protocol].streams !== 'events');
    const tokenizers = protocols.filter((protocol) => capabilities[protocol].tokenizerPath !== undefined);
    assert.deepEqual([others, tokenizers], [['ollama'], ['llamacpp-infill']]);
  });

  it('names the vendors’ addresses', () => {
    for (const { defaultBaseUrl } of Object.values(capabilities)) assert.ok(text.includes(defaultBaseUrl ?? ''), defaultBaseUrl);
  });

  it('has an example of every protocol that parses without a problem', () => {
    const examples = [...text.matchAll(/```json\n([^`]*)```/g)].map(([, json = '']) => JSON.parse(json) as unknown);
    const { settings, problems } = parseSettings({ backends: examples });
    assert.deepEqual(problems, []);
    assert.deepEqual(
      settings.backends.map(({ protocol }) => protocol),
      [...protocols],
    );
  });
});
