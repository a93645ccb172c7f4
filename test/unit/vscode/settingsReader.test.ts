import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { namesInSettingsFile } from '../../../src/vscode/settingsFile.ts';
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
  it('are found beside comments and in a file half written', () => {
    const text = '{ // "a": 1\n /* "b": 2 */ "c" : "d", "failsoft.backends": [ { "e\\"": ';
    assert.deepEqual([...namesInSettingsFile(text)], ['c', 'failsoft.backends', 'e\\"']);
  });

  it('are not found in strings', () => assert.deepEqual([...namesInSettingsFile('{"x": "\\"failsoft.backends\\": 1 // "}')], ['x']));
});
