import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { type Command, type CommandContext, exitCodes } from '../../../src/cli/command.ts';
import { runCommandLine } from '../../../src/cli/commandLine.ts';
import {
  boundaryFlag,
  checkBoundary,
  lengthFlag,
  maxTokensOf,
  readOneVersion,
  readVersions,
  type Versions,
  versionFlags,
} from '../../../src/cli/versions.ts';
import { FakeTerminal } from '../../fakes/terminal.ts';

const settings = `{
  // as VS Code writes it
  "editor.fontSize": 14,
  "failsoft.backends": [
    { "name": "here", "baseUrl": "http://127.0.0.1:8080/v1", "model": "small" },
    { "name": "here=there", "baseUrl": "http://127.0.0.1:8081/v1", "model": "other" },
    { "name": "vendor", "baseUrl": "https://api.example.com/v1", "model": "large", "protocol": "openai-chat" },
    { "name": "editor", "protocol": "vscode-lm", "model": "copilot/gpt" },
  ],
  "failsoft.deadlines": { "total": 5000 },
}`;

describe('the versions that a command line names', () => {
  let terminal: FakeTerminal;
  let seen: Versions | undefined;
  beforeEach(() => {
    terminal = new FakeTerminal();
    terminal.put('/work-folder/settings.json', settings);
    seen = undefined;
  });
  afterEach(() => terminal.dispose());

  const done = { exit: exitCodes.passed, text: '', summary: '', json: {}, markdown: '' };
  const commandOf = (read: (context: CommandContext) => void): Command => ({
    name: 'check',
    summary: '',
    description: '',
    flags: { ...versionFlags, ...boundaryFlag },
    examples: [],
    run: (context) => {
      read(context);
      return Promise.resolve(done);
    },
  });
  const both = commandOf((context) => {
    seen = readVersions(context);
    checkBoundary(context, seen);
  });
  const call = (...words: string[]): Promise<number> => runCommandLine(['check', ...words], terminal.world, [both]);
  const withSettings = ['--settings', 'settings.json'];

  it('are backends of a settings file, with another model if one is named', async () => {
    assert.equal(await call(...withSettings, '--baseline', 'here', '--candidate', 'here=qwen:7b=q4'), 0, terminal.err);
    assert.equal(seen?.baseline.model, 'small');
    assert.deepEqual([seen?.candidate.name, seen?.candidate.model], ['here', 'qwen:7b=q4']);
    assert.equal(seen?.deadlines.total, 5000);
  });

  it('are found by the longest name that fits', async () => {
    assert.equal(await call(...withSettings, '--baseline', 'here=there', '--candidate', 'here=there=new'), 0, terminal.err);
    assert.deepEqual([seen?.baseline.name, seen?.baseline.model], ['here=there', 'other']);
    assert.deepEqual([seen?.candidate.name, seen?.candidate.model], ['here=there', 'new']);
  });

  it('are given directly', async () => {
    const words = [
      '--baseline-url',
      'http://127.0.0.1:1/v1',
      '--baseline-model',
      'a',
      '--candidate-url',
      'http://127.0.0.1:2',
      '--candidate-model',
      'b',
    ];
    assert.equal(await call(...words, '--candidate-protocol', 'ollama'), 0, terminal.err);
    assert.deepEqual(
      [seen?.baseline.protocol, seen?.candidate.protocol, seen?.candidate.name],
      ['openai-completions', 'ollama', 'candidate'],
    );
  });

  it('are found in nested settings and in a workspace file', async () => {
    const backends = [{ name: 'here', baseUrl: 'http://127.0.0.1:8080/v1', model: 'm' }];
    for (const value of [{ failsoft: { backends } }, { settings: { 'failsoft.backends': backends } }]) {
      terminal.put('/work-folder/settings.json', JSON.stringify(value));
      assert.equal(await call(...withSettings, '--baseline', 'here', '--candidate', 'here=x'), 0, terminal.err);
    }
    terminal.put('/work-folder/settings.json', JSON.stringify({ failsoft: { backends, deadlines: { total: 5000 } } }));
    assert.equal(await call(...withSettings, '--baseline', 'here', '--candidate', 'here=x'), 0, terminal.err);
    assert.equal(seen?.deadlines.total, 5000);
    assert.deepEqual(seen.disabledLanguages, []);
    for (const value of [
      { failsoft: { backends, disabledLanguages: ['go'] } },
      { 'failsoft.backends': backends, 'failsoft.disabledLanguages': ['go'] },
    ]) {
      terminal.put('/work-folder/settings.json', JSON.stringify(value));
      assert.equal(await call(...withSettings, '--baseline', 'here', '--candidate', 'here=x'), 0, terminal.err);
      assert.deepEqual(seen?.disabledLanguages, ['go']);
    }
  });

  it('may be one and the same, which is said', async () => {
    assert.equal(await call(...withSettings, '--baseline', 'here', '--candidate', 'here=small'), 0);
    assert.equal(terminal.err, 'the candidate is the baseline: small at http://127.0.0.1:8080\n');
    terminal.err = '';
    assert.equal(await call(...withSettings, '--baseline', 'here', '--candidate', 'here=large'), 0);
    assert.equal(terminal.err, '');
  });

  const wrong: readonly (readonly [string, readonly string[], RegExp])[] = [
    ['none', [], /the baseline is missing: --baseline NAME\[=MODEL\] with --settings FILE, or --baseline-url URL/],
    ['a name without a file', ['--baseline', 'here'], /--baseline names a backend, and --settings FILE, where it is found, is missing/],
    ['a file that is not there', ['--settings', 'no.json', '--baseline', 'here'], /--settings no\.json: there is no such file/],
    [
      'a name that is not in it',
      [...withSettings, '--baseline', 'hree'],
      /there is no backend "hree", allowed is "here", .*; did you mean here\?/,
    ],
    ['a model that is empty', [...withSettings, '--baseline', 'here='], /--baseline is "here=", allowed is NAME or NAME=MODEL/],
    ['a model of the editor', [...withSettings, '--baseline', 'editor'], /"editor" is a model of the editor/],
    ['a name and an address', [...withSettings, '--baseline', 'here', '--baseline-url', 'http://x'], /both say what the baseline is/],
    ['a model without an address', ['--baseline-model', 'x'], /--baseline-model says more about --baseline-url, which is missing/],
    ['an address without a model', ['--baseline-url', 'http://127.0.0.1:1'], /--baseline-model is missing/],
    [
      'what is no address',
      ['--baseline-url', 'nonsense', '--baseline-model', 'm'],
      /--baseline-url is "nonsense", allowed is a URL such as/,
    ],
    [
      'a key in the address',
      ['--baseline-url', 'http://u:hunter2@h/', '--baseline-model', 'm'],
      /--baseline-url holds a user name or password/,
    ],
    [
      'an unknown protocol',
      ['--baseline-url', 'http://127.0.0.1:1', '--baseline-model', 'm', '--baseline-protocol', 'grpc'],
      /--baseline-protocol is "grpc", allowed is openai-completions, /,
    ],
    [
      'a wider boundary',
      [...withSettings, '--baseline', 'here', '--candidate', 'vendor'],
      /your code would go to the vendor example\.com .*--allow-boundary vendor:example\.com/,
    ],
    [
      'an odd boundary',
      [...withSettings, '--baseline', 'here', '--candidate', 'here=x', '--allow-boundary', 'moon'],
      /--allow-boundary is "moon"/,
    ],
  ];
  for (const [name, words, message] of wrong) {
    it(`are refused for ${name}, in one line`, async () => {
      assert.equal(await call(...words), 2);
      assert.match(terminal.err.trim().split('\n').at(-1) ?? '', message);
      assert.doesNotMatch(terminal.err, /hunter2/);
    });
  }

  it('are refused for a broken file, with the place', async () => {
    terminal.put('/work-folder/settings.json', '{\n  "failsoft.backends": [\n    { "name" "x" }\n  ]\n}');
    assert.equal(await call(...withSettings, '--baseline', 'here'), 2);
    assert.match(terminal.err, /--settings settings\.json line 3, column 14: it is no JSON here: a colon is missing\n$/);
    terminal.put('/work-folder/settings.json', '['.repeat(100_000));
    assert.equal(await call(...withSettings, '--baseline', 'here'), 2);
    assert.match(terminal.err, /--settings settings\.json is nested too deeply to be read\n$/);
    terminal.put('/work-folder/settings.json', '{}');
    assert.equal(await call(...withSettings, '--baseline', 'here'), 2);
    assert.match(terminal.err, /holds no "failsoft\.backends"/);
    terminal.put('/work-folder/settings.json', '[1]');
    assert.equal(await call(...withSettings, '--baseline', 'here'), 2);
    assert.match(terminal.err, /--settings settings\.json is .*, allowed is a JSON object\n$/);
    terminal.files.contents.set('/work-folder/settings.json', new Uint8Array([0x7b, 0xff, 0x7d]));
    assert.equal(await call(...withSettings, '--baseline', 'here'), 2);
    assert.match(terminal.err, /--settings settings\.json is no text in UTF-8\n$/);
  });

  it('go further than the baseline only when that is allowed by name', async () => {
    const words = [...withSettings, '--baseline', 'here', '--candidate', 'vendor', '--allow-boundary'];
    assert.equal(await call(...words, 'vendor:other.com'), 2);
    assert.equal(await call(...words, 'vendor:example.com'), 0, terminal.err);
    assert.equal(await call(...withSettings, '--baseline', 'vendor', '--candidate', 'here'), 0, 'nearer is never asked about');
  });

  it('get the key of their own variable, for their own origin, and say it to nobody', async () => {
    terminal.env['FAILSOFT_KEY_HERE'] = ' k-here ';
    terminal.env['FAILSOFT_KEY_OTHER'] = 'k-other';
    assert.equal(await call(...withSettings, '--baseline', 'here', '--candidate', 'here=x'), 0, terminal.err);
    assert.equal(await seen?.keys.get('here', 'http://127.0.0.1:8080'), 'k-here');
    assert.equal(await seen?.keys.get('here', 'http://127.0.0.1:9999'), undefined);
    assert.equal(await seen?.keys.get('other', 'http://127.0.0.1:8080'), undefined);
    assert.doesNotMatch(terminal.out + terminal.err, /k-here/);
  });

  it('get no key that is blank, and none over a line that others can read, which is said', async () => {
    const backends = [{ name: 'far', baseUrl: 'http://api.example.com/v1', model: 'm' }, { name: 'half' }];
    terminal.put('/work-folder/settings.json', JSON.stringify({ 'failsoft.backends': backends }));
    terminal.env['FAILSOFT_KEY_FAR'] = 'k-far';
    assert.equal(await call(...withSettings, '--baseline', 'far', '--candidate', 'far=x'), 0, terminal.err);
    assert.equal(await seen?.keys.get('far', 'http://api.example.com'), undefined);
    assert.match(terminal.err, /^--settings settings\.json: failsoft\.backends\[0\]\.baseUrl is .*not encrypted/m);
    assert.match(terminal.err, /^--settings settings\.json: failsoft\.backends\[1\]/m);
    terminal.err = '';
    terminal.env['FAILSOFT_KEY_BASELINE'] = ' ';
    const direct = ['--baseline-url', 'http://127.0.0.1:1/v1', '--baseline-model', 'm'];
    assert.equal(
      await call(
        ...direct,
        '--candidate-url',
        'http://api.example.com/v1',
        '--candidate-model',
        'm',
        '--allow-boundary',
        'vendor:example.com',
      ),
      0,
    );
    assert.equal(await seen?.keys.get('baseline', 'http://127.0.0.1:1'), undefined);
    assert.match(terminal.err, /^--candidate-url: .*not encrypted/m);
  });

  it('are refused where one variable would go to two origins', async () => {
    const backends = [
      { name: 'my server', baseUrl: 'http://127.0.0.1:1/v1', model: 'm' },
      { name: 'my-server', baseUrl: 'http://127.0.0.1:2/v1', model: 'm' },
    ];
    terminal.put('/work-folder/settings.json', JSON.stringify({ 'failsoft.backends': backends }));
    const words = [...withSettings, '--baseline', 'my server', '--candidate', 'my-server'];
    assert.equal(await call(...words), 0, 'nothing is at stake without a key');
    terminal.env['FAILSOFT_KEY_MY_SERVER'] = 'k';
    assert.equal(await call(...words), 2);
    assert.match(terminal.err, /FAILSOFT_KEY_MY_SERVER would go to http:\/\/127\.0\.0\.1:1 and to http:\/\/127\.0\.0\.1:2/);
  });

  const policy = (candidate: object): string =>
    JSON.stringify({ name: 'next', baseline: { backend: 'here', model: 'a' }, candidate: { backend: 'here', model: 'b', ...candidate } });

  it('are those of a policy where no flag says another', async () => {
    terminal.put('/work-folder/policy.json', policy({ fim: 'qwen' }));
    assert.equal(await call(...withSettings, '--policy', 'policy.json', '--baseline', 'here=c'), 0, terminal.err);
    assert.deepEqual([seen?.baseline.model, seen?.candidate.model, seen?.candidate.fim], ['c', 'b', 'qwen']);
  });

  it('have answers as long as the policy says, unless a flag says another length or another candidate', async () => {
    let length = 0;
    const command: Command = { ...commandOf((context) => (length = maxTokensOf(context))), flags: { ...versionFlags, ...lengthFlag } };
    const lengthOf = async (...words: string[]): Promise<number> => {
      length = 0;
      assert.equal(await runCommandLine(['check', ...withSettings, ...words], terminal.world, [command]), 0, terminal.err);
      return length;
    };
    terminal.put('/work-folder/policy.json', policy({ maxTokens: 40 }));
    const named = ['--policy', 'policy.json'];
    assert.equal(await lengthOf(), Infinity);
    assert.equal(await lengthOf(...named), 40);
    assert.equal(await lengthOf(...named, '--max-tokens', '1024'), 1024);
    assert.equal(await lengthOf(...named, '--candidate', 'here'), Infinity);
    assert.equal(await lengthOf(...named, '--candidate-url', 'http://127.0.0.1:1/v1'), Infinity);
    for (const wrong of ['0', '1025', '1.5', 'many']) {
      assert.equal(await runCommandLine(['check', '--max-tokens', wrong], terminal.world, [command]), 2);
      assert.match(terminal.err, /--max-tokens is "?[\w.]+"?, allowed is a whole number from 1 to 1024\n$/);
    }
  });

  it('are refused for a policy that is wrong, with the place', async () => {
    terminal.put('/work-folder/policy.json', policy({ fim: 'qwne' }).replace(',"candidate"', ',\n"candidate"'));
    assert.equal(await call(...withSettings, '--policy', 'policy.json'), 2);
    assert.match(terminal.err, /^failsoft check: --policy policy\.json line 2, column \d+: .*qwne/);
    terminal.err = '';
    terminal.put('/work-folder/policy.json', policy({ backend: 'hree' }));
    assert.equal(await call(...withSettings, '--policy', 'policy.json'), 2);
    assert.match(terminal.err, /there is no backend "hree".*did you mean here\?\n$/);
    terminal.err = '';
    assert.equal(await call('--policy', 'policy.json'), 2);
    assert.match(terminal.err, /--policy names a backend, and --settings FILE, where it is found, is missing/);
  });

  it('can be one alone', async () => {
    let model: string | undefined;
    const command = commandOf((context) => (model = readOneVersion(context, 'candidate').version.model));
    assert.equal(await runCommandLine(['check', ...withSettings, '--candidate', 'vendor'], terminal.world, [command]), 0, terminal.err);
    assert.equal(model, 'large');
  });
});
