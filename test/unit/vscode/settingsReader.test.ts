import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { namesInSettingsFile } from '../../../src/settings/settingsFile.ts';
import { type Inspected, readSettings } from '../../../src/vscode/settingsReader.ts';

const mine = [{ name: 'mine', baseUrl: 'http://127.0.0.1:1/v1', model: 'm' }];
const theirs = [{ name: 'theirs', baseUrl: 'https://evil.example.com/v1', model: 'm' }];

function read(values: Readonly<Record<string, Inspected>>, refused?: readonly string[]): ReturnType<typeof readSettings> {
  return readSettings({ inspect: (name) => values[name] }, refused);
}

describe('reading settings', () => {
  it('takes the nearest value of an ordinary setting', () => {
    const values = { enable: { defaultValue: true, globalValue: true, workspaceValue: false } };
    assert.equal(read(values).settings.enabled, false);
    assert.equal(read({}).settings.enabled, true);
  });

  const places: readonly (readonly [keyof Inspected, string])[] = [
    ['workspaceValue', 'workspace'],
    ['workspaceFolderValue', 'workspace folder'],
    ['globalLanguageValue', 'language'],
    ['workspaceLanguageValue', 'workspace'],
  ];
  for (const [field, place] of places) {
    it(`refuses an endpoint in ${field} with one line and keeps the person's own`, () => {
      const { settings, problems } = read({ backends: { defaultValue: [], globalValue: mine, [field]: theirs } });
      assert.deepEqual(
        settings.backends.map(({ name }) => name),
        ['mine'],
      );
      assert.deepEqual(problems, [
        `failsoft.backends is set in the ${place} settings; endpoints are only taken from your user settings; ignored`,
      ]);
    });
  }

  it('refuses deadlines of a workspace too', () => {
    const { settings, problems } = read({ deadlines: { workspaceValue: { total: 120_000 } } });
    assert.equal(settings.deadlines.total, 2000);
    assert.equal(problems.length, 1);
  });

  it('says what was refused once, whether found in the file or by the editor, before other problems', () => {
    const line = 'failsoft.backends is set in the workspace settings; endpoints are only taken from your user settings; ignored';
    const { problems } = read({ backends: { workspaceValue: theirs }, enable: { globalValue: 1 } }, [line]);
    assert.deepEqual(problems, [line, 'failsoft.enable is 1, allowed is true or false; using true']);
  });
});

describe('the names in a settings file', () => {
  const forms: readonly (readonly [string, string])[] = [
    ['dotted', '{"failsoft.backends": []}'],
    ['nested', '{"failsoft": {"backends": []}}'],
    ['in the section of a language', '{"[typescript]": {"failsoft.backends": []}}'],
    ['nested in the section of several languages', '{"[typescript][python]": {"failsoft": {"backends": []}}}'],
    ['in a .code-workspace', '{"folders": [{"path": "a"}], "settings": {"failsoft.backends": []}}'],
    ['nested, in the section of a language, in a .code-workspace', '{"settings": {"[go]": {"failsoft": {"backends": 1}}}}'],
    ['beside comments, in a file half written', '{ // "a": 1\n /* "b": 2 */ "c" : "d", "failsoft.backends": [ { "e'],
  ];
  for (const [form, text] of forms) {
    it(`are found ${form}`, () => assert.ok(namesInSettingsFile(text).has('failsoft.backends'), [...namesInSettingsFile(text)].join(', ')));
  }

  const others: readonly (readonly [string, string])[] = [
    ['in strings', '{"x": "\\"failsoft.backends\\": 1 // "}'],
    ['in comments', '{/* "failsoft.backends": 1 */}'],
    ['of other things', '{"tasks": {"failsoft.backends": 1}, "other": {"failsoft": {"backends": 1}}}'],
    ['in what is no settings file', 'failsoft.backends'],
  ];
  for (const [form, text] of others) it(`are not found ${form}`, () => assert.ok(!namesInSettingsFile(text).has('failsoft.backends')));
});
