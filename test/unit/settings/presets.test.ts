import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { presetOf, presets } from '../../../src/settings/presets.ts';
import { checkEntry } from '../../../src/settings/route.ts';
import { fimFormats, protocols } from '../../../src/settings/settings.ts';
import { settingOf } from '../../../src/ui/addBackend.ts';

describe('the presets', () => {
  it('have one id each, and cover every protocol', () => {
    assert.equal(new Set(presets.map(({ id }) => id)).size, presets.length);
    assert.deepEqual(new Set(presets.map(({ protocol }) => protocol)), new Set(protocols));
  });

  it('say where their facts are from, and half a line that a list can show', () => {
    for (const { id, source, detail, label } of presets) {
      assert.match(source, /^https:\/\//, id);
      assert.ok(detail.length > 0 && detail.length <= 64, `${id}: ${detail.length}`);
      assert.ok(label.length <= 40, id);
    }
  });

  it('name https wherever code would leave the machine, and say where a key comes from', () => {
    for (const { id, baseUrl, key, keySource } of presets) {
      if (baseUrl !== undefined && !baseUrl.startsWith('http://127.0.0.1:')) assert.match(baseUrl, /^https:/, id);
      if (key !== 'none') assert.ok(keySource, id);
    }
  });

  for (const preset of presets) {
    it(`${preset.id} makes a setting that is read without a problem`, () => {
      const baseUrl = preset.baseUrl?.replace('YOUR-RESOURCE', 'resource');
      const answer = preset.question?.value;
      const setting = settingOf({
        preset,
        model: preset.protocol === 'vscode-lm' ? 'vendor/family' : 'm',
        name: 'n',
        ...(baseUrl === undefined ? {} : { baseUrl }),
        ...(answer === undefined ? {} : { answer }),
      });
      const { backend, problem } = checkEntry(setting);
      assert.equal(problem, undefined);
      assert.equal(backend?.protocol, preset.protocol);
    });
  }

  it('name fill-in-the-middle formats that there are', () => {
    for (const { id, setting } of presets) {
      if (setting?.['fim'] !== undefined) assert.ok((fimFormats as readonly unknown[]).includes(setting['fim']), id);
    }
  });

  it('are found again for a backend by protocol and address', () => {
    assert.equal(presetOf({ protocol: 'openai-completions', baseUrl: 'http://127.0.0.1:1234/v1' })?.id, 'lmstudio');
    assert.equal(presetOf({ protocol: 'openai-completions', baseUrl: 'https://team.example.com/v1' })?.id, 'other-completions');
    assert.equal(presetOf({ protocol: 'ollama', baseUrl: 'http://box:11434' })?.id, 'ollama');
    assert.equal(presetOf({ protocol: 'smoke-signals' }), undefined);
  });
});
