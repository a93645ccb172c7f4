import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { boundaryOf, isLoopback } from '../../../src/settings/host.ts';
import { parseSettings } from '../../../src/settings/parse.ts';
import { backendRules, deadlineRules } from '../../../src/settings/schema.ts';
import { protocols } from '../../../src/settings/settings.ts';

const good = { baseUrl: 'http://127.0.0.1:8080/v1', model: 'coder' };
const leftOut = 'leaving this backend out';
const wantedUrl = `allowed is a URL such as http://127.0.0.1:8080/v1; ${leftOut}`;

describe('settings', () => {
  it('have defaults for everything', () => {
    const { settings, problems } = parseSettings({});
    assert.deepEqual(problems, []);
    assert.deepEqual(settings.backends, []);
    assert.deepEqual({ enabled: settings.enabled, local: settings.localEnabled }, { enabled: true, local: true });
    assert.deepEqual(settings.deadlines, Object.fromEntries(Object.entries(deadlineRules).map(([name, rule]) => [name, rule.default])));
  });

  it('are frozen', () => {
    const { settings } = parseSettings({ backends: [good] });
    for (const value of [settings, settings.backends, settings.backends[0], settings.deadlines, settings.disabledLanguages]) {
      assert.ok(Object.isFrozen(value));
    }
  });

  it('make a backend from its URL and model', () => {
    const { settings, problems } = parseSettings({ backends: [{ baseUrl: 'https://api.example.com:8443/v1/', model: ' coder ' }] });
    assert.deepEqual(problems, []);
    assert.deepEqual(settings.backends, [
      {
        name: 'coder @ api.example.com:8443',
        protocol: 'openai-completions',
        baseUrl: 'https://api.example.com:8443/v1',
        origin: 'https://api.example.com:8443',
        model: 'coder',
        fim: 'auto',
        loopback: false,
        boundary: 'vendor:example.com',
      },
    ]);
  });

  it('take a version for Azure alone, and give it one when it is missing or wrong', () => {
    const read = (backend: object): [string | undefined, readonly string[]] => {
      const { settings, problems } = parseSettings({ backends: [{ ...good, ...backend }] });
      return [settings.backends[0]?.apiVersion, problems];
    };
    assert.deepEqual(read({ protocol: 'azure-openai' }), ['2024-10-21', []]);
    assert.deepEqual(read({ protocol: 'azure-openai', apiVersion: '2025-01-01-preview' }), ['2025-01-01-preview', []]);
    assert.deepEqual(read({ protocol: 'azure-openai', apiVersion: 'latest&x=1' }), [
      '2024-10-21',
      ['failsoft.backends[0].apiVersion is "latest&x=1", allowed is a date such as 2024-10-21 or 2025-01-01-preview; using 2024-10-21'],
    ]);
    assert.deepEqual(read({ protocol: 'openai-chat', apiVersion: '2024-10-21' }), [
      undefined,
      ['failsoft.backends[0].apiVersion is only read with the protocol azure-openai; leaving it out'],
    ]);
  });

  it('keep the good backends when one is bad, in their order', () => {
    const backends = [{ ...good, name: 'a' }, 7, { ...good, name: 'b' }];
    assert.deepEqual(
      parseSettings({ backends }).settings.backends.map(({ name }) => name),
      ['a', 'b'],
    );
  });

  it('make a backend of a model that the editor has', () => {
    const { settings, problems } = parseSettings({ backends: [{ protocol: 'vscode-lm', model: 'copilot/gpt-4o' }] });
    assert.deepEqual(problems, []);
    assert.deepEqual(settings.backends, [
      {
        name: 'copilot/gpt-4o in VS Code',
        protocol: 'vscode-lm',
        baseUrl: 'vscode-lm:copilot',
        origin: 'vscode-lm:copilot',
        model: 'copilot/gpt-4o',
        fim: 'auto',
        loopback: false,
        boundary: 'vendor:copilot',
      },
    ]);
  });

  it('keep the slashes of an editor’s model behind the vendor, and make a boundary of any vendor', () => {
    const { settings, problems } = parseSettings({ backends: [{ protocol: 'vscode-lm', model: 'Some Vendor/open/model' }] });
    assert.deepEqual(problems, []);
    assert.deepEqual([settings.backends[0]?.model, settings.backends[0]?.boundary], ['Some Vendor/open/model', 'vendor:some-vendor']);
  });

  it('let the server build the prompt where it can, unless a format is set', () => {
    const fimOf = (more: object): string | undefined => parseSettings({ backends: [{ ...good, ...more }] }).settings.backends[0]?.fim;
    assert.equal(fimOf({ protocol: 'ollama' }), 'suffix');
    assert.equal(fimOf({ protocol: 'ollama', fim: 'qwen' }), 'qwen');
    assert.equal(fimOf({ protocol: 'llamacpp-infill' }), 'suffix');
    assert.equal(fimOf({}), 'auto');
  });

  it('take how long Ollama keeps a model, for ever too', () => {
    for (const keepAlive of [-1, 1, 1440]) {
      const { settings, problems } = parseSettings({ backends: [{ ...good, protocol: 'ollama', keepAlive }] });
      assert.deepEqual([settings.backends[0]?.keepAlive, problems], [keepAlive, []]);
    }
  });

  it('know the loopback interface', () => {
    for (const host of ['localhost', '127.0.0.1', '127.9.9.9', '[::1]']) assert.equal(isLoopback(host), true, host);
    for (const host of ['localhost.example.com', '128.0.0.1', '[::2]', '127.0.0.1.example.com'])
      assert.equal(isLoopback(host), false, host);
  });
});

describe('the boundary of a host', () => {
  const hosts: readonly (readonly [boundary: string, ...hosts: string[]])[] = [
    ['local', 'localhost', '127.0.0.1', '127.3.4.5', '[::1]'],
    ['private', '10.1.2.3', '192.168.0.7', '172.16.0.1', '172.31.255.1', '169.254.1.1', '100.64.0.1', '100.127.9.9'],
    ['private', '[fd00::1]', '[fe80::1]', 'gpu', 'gpu.lan', 'gpu.local', 'gpu.internal', 'gpu.home.arpa'],
    // Names that begin like a private address, public addresses beside the private ones, and public IPv6.
    ['vendor:example.com', 'api.example.com', '10.example.com', '192.168.0.1.example.com', 'gpu.lan.example.com'],
    ['vendor:172.32.0.1', '172.32.0.1'],
    ['vendor:100.128.0.1', '100.128.0.1'],
    ['vendor:2001-db8--1', '[2001:db8::1]'],
  ];
  for (const [boundary, ...names] of hosts) {
    for (const name of names) it(`${name} is ${boundary}`, () => assert.equal(boundaryOf(new URL(`http://${name}/`).hostname), boundary));
  }
});

describe('a backend over http', () => {
  const problemsOf = (backend: object): readonly string[] => parseSettings({ backends: [{ model: 'm', ...backend }] }).problems;

  it('outside of the private network is kept with one line that says who can read along', () => {
    const { settings, problems } = parseSettings({ backends: [{ model: 'm', baseUrl: 'http://models.example.com/v1' }] });
    assert.equal(settings.backends.length, 1);
    assert.equal(problems.length, 1);
    assert.match(
      problems[0] ?? '',
      /^failsoft\.backends\[0\]\.baseUrl is http:\/\/models\.example\.com, which is not encrypted.*no API key/,
    );
  });

  it('gives no line on this machine, in a private network, or where the person says that the network is theirs', () => {
    for (const baseUrl of ['http://127.0.0.1:1/v1', 'http://10.0.0.1/v1', 'http://gpu/v1']) assert.deepEqual(problemsOf({ baseUrl }), []);
    assert.deepEqual(problemsOf({ baseUrl: 'http://models.example.com/v1', boundary: 'private' }), []);
    assert.deepEqual(problemsOf({ baseUrl: 'https://models.example.com/v1' }), []);
  });
});

describe('a bad backend gives exactly one line and is left out', () => {
  const cases: readonly (readonly [name: string, backend: unknown, problem: string])[] = [
    ['no object', 'http://x', 'failsoft.backends[0] is "http://x", allowed is an object with baseUrl and model; leaving it out'],
    ['null', null, 'failsoft.backends[0] is null, allowed is an object with baseUrl and model; leaving it out'],
    ['no URL', { model: 'm' }, `failsoft.backends[0].baseUrl is missing, ${wantedUrl}`],
    ['a malformed URL', { ...good, baseUrl: 'http//x' }, `failsoft.backends[0].baseUrl is "http//x", ${wantedUrl}`],
    ['a number as URL', { ...good, baseUrl: 8080 }, `failsoft.backends[0].baseUrl is 8080, ${wantedUrl}`],
    [
      'a file',
      { ...good, baseUrl: 'file:///etc' },
      `failsoft.backends[0].baseUrl has the scheme "file:", allowed is http or https; ${leftOut}`,
    ],
    [
      'a host without scheme',
      { ...good, baseUrl: 'localhost:80' },
      `failsoft.backends[0].baseUrl has the scheme "localhost:", allowed is http or https; ${leftOut}`,
    ],
    [
      'a password in the URL',
      { ...good, baseUrl: 'http://me:pw@x/v1' },
      `failsoft.backends[0].baseUrl holds a user name or password; keys do not belong into settings; ${leftOut}`,
    ],
    [
      'a query',
      { ...good, baseUrl: 'http://x/v1?a=b' },
      `failsoft.backends[0].baseUrl has a query or fragment, which a base URL cannot have; ${leftOut}`,
    ],
    [
      'no model',
      { baseUrl: good.baseUrl },
      `failsoft.backends[0].model is missing, allowed is the model's name as the server knows it; ${leftOut}`,
    ],
    [
      'an empty model',
      { ...good, model: '  ' },
      `failsoft.backends[0].model is "  ", allowed is the model's name as the server knows it; ${leftOut}`,
    ],
    [
      'another protocol',
      { ...good, protocol: 'grpc' },
      `failsoft.backends[0].protocol is "grpc", allowed is ${protocols.join(', ')}; ${leftOut}`,
    ],
  ];
  for (const [name, backend, problem] of cases) {
    it(name, () => {
      const { settings, problems } = parseSettings({ backends: [backend] });
      assert.deepEqual(problems, [problem]);
      assert.deepEqual(settings.backends, []);
    });
  }
});

describe('a bad value gives exactly one line and a usable setting', () => {
  const { firstToken } = deadlineRules;
  const cases: readonly (readonly [name: string, raw: Parameters<typeof parseSettings>[0], problem: RegExp])[] = [
    ['text for enable', { enable: 'yes' }, /^failsoft\.enable is "yes", allowed is true or false; using true$/],
    ['too much memory', { localMemory: 4096 }, /^failsoft\.local\.memory is 4096, allowed is 16 to 512 MB; using 512$/],
    ['a text for local.memory', { localMemory: 'much' }, /^failsoft\.local\.memory is "much", allowed is a number of megabytes; using 96$/],
    ['a number for local.enable', { localEnable: 0 }, /^failsoft\.local\.enable is 0, allowed is true or false; using true$/],
    [
      'a word for local.sensitivity that is none of them',
      { localSensitivity: 'loud' },
      /^failsoft\.local\.sensitivity is "loud", allowed is quiet, balanced, eager; using balanced$/,
    ],
    ['an object for backends', { backends: good }, /^failsoft\.backends is \{.*, allowed is a list of backends; using none$/],
    ['languages that are no list', { disabledLanguages: 'python' }, /^failsoft\.disabledLanguages is "python", allowed is a list/],
    ['a language that is no text', { disabledLanguages: ['python', 1] }, /^failsoft\.disabledLanguages is \["python",1\]/],
    [
      'deadlines that are a number',
      { deadlines: 500 },
      /^failsoft\.deadlines is 500, allowed is an object of milliseconds; using the defaults$/,
    ],
    ['a deadline of the wrong type', { deadlines: { firstToken: '1s' } }, /^failsoft\.deadlines\.firstToken is "1s", allowed is a number/],
    [
      'a deadline below its bound',
      { deadlines: { firstToken: 1 } },
      new RegExp(`is 1, allowed is ${firstToken.minimum} to .*; using ${firstToken.minimum}$`),
    ],
    ['an endless deadline', { deadlines: { firstToken: Infinity } }, /^failsoft\.deadlines\.firstToken is null, allowed is a number/],
    ['an unknown deadline', { deadlines: { lastToken: 1 } }, /^failsoft\.deadlines\.lastToken is not known; allowed are connect, /],
    [
      'a key in the settings',
      { backends: [{ ...good, apiKey: 's3cret' }] },
      /^failsoft\.backends\[0\]\.apiKey is not read: keys do not belong into settings/,
    ],
    ['an unknown field', { backends: [{ ...good, temperature: 1 }] }, /^failsoft\.backends\[0\]\.temperature is not known/],
    ['an unknown fim format', { backends: [{ ...good, fim: 'x' }] }, /^failsoft\.backends\[0\]\.fim is "x", .*; using auto$/],
    [
      'a name that is too long',
      { backends: [{ ...good, name: 'n'.repeat(61) }] },
      /^failsoft\.backends\[0\]\.name is "n+", allowed is a text of 1 to 60/,
    ],
    [
      'the same name twice',
      {
        backends: [
          { ...good, name: 'a' },
          { ...good, name: 'a' },
        ],
      },
      /^failsoft\.backends\[1\]\.name is "a", which an earlier/,
    ],
  ];
  const unread: typeof cases = [
    [
      'a time to keep a model below the bounds',
      { backends: [{ ...good, protocol: 'ollama', keepAlive: 0 }] },
      /keepAlive is 0, allowed is 1 to 1440 minutes, or -1 for ever; using 1$/,
    ],
    [
      'a time to keep a model in words',
      { backends: [{ ...good, protocol: 'ollama', keepAlive: '30m' }] },
      /keepAlive is "30m", allowed is 1 to 1440 minutes/,
    ],
    [
      'a time to keep a model for a protocol without one',
      { backends: [{ ...good, keepAlive: 5 }] },
      /keepAlive is not read: only the protocol ollama knows it$/,
    ],
    [
      'a format for llama.cpp’s own prompt',
      { backends: [{ ...good, protocol: 'llamacpp-infill', fim: 'qwen' }] },
      /fim is not read: llama\.cpp builds the prompt/,
    ],
    [
      'an address for the editor’s own model',
      { backends: [{ protocol: 'vscode-lm', model: 'a/b', baseUrl: 'http://x' }] },
      /baseUrl is not read: the model is in the editor/,
    ],
    [
      'a format for the editor’s own model',
      { backends: [{ protocol: 'vscode-lm', model: 'a/b', fim: 'qwen' }] },
      /fim is not read: chat models/,
    ],
    [
      'an editor’s own model without a vendor',
      { backends: [{ protocol: 'vscode-lm', model: 'gpt-4o' }] },
      /model is "gpt-4o", allowed is vendor\/family, such as copilot\/gpt-4o/,
    ],
  ];
  for (const [name, raw, problem] of [...cases, ...unread]) {
    it(name, () => {
      const { problems } = parseSettings(raw);
      assert.equal(problems.length, 1, problems.join('\n'));
      assert.match(problems[0] ?? '', problem);
    });
  }

  it('a key never stands in a problem', () => {
    const { problems } = parseSettings({
      backends: [
        { ...good, apiKey: 's3cret' },
        { ...good, baseUrl: 'http://me:s3cret@x/v1' },
      ],
    });
    assert.doesNotMatch(problems.join('\n'), /s3cret/);
  });

  it('more backends than allowed: the first ones count', () => {
    const backends = Array.from({ length: backendRules.maximumCount + 1 }, (_, index) => ({ ...good, name: `b${index}` }));
    const { settings, problems } = parseSettings({ backends });
    assert.equal(settings.backends.length, backendRules.maximumCount);
    assert.equal(problems.length, 1);
  });
});

describe('parsing settings, whatever they are', () => {
  const near = fc.record(
    {
      name: fc.anything(),
      protocol: fc.oneof(fc.constantFrom(...protocols), fc.anything()),
      keepAlive: fc.oneof(fc.double(), fc.anything()),
      baseUrl: fc.oneof(fc.webUrl(), fc.anything()),
      model: fc.oneof(fc.string(), fc.anything()),
      fim: fc.anything(),
    },
    { requiredKeys: [] },
  );
  const raw = fc.record({
    enable: fc.anything(),
    backends: fc.oneof(fc.array(fc.oneof(near, fc.anything())), fc.anything()),
    deadlines: fc.oneof(fc.dictionary(fc.constantFrom(...Object.keys(deadlineRules)), fc.oneof(fc.double(), fc.anything())), fc.anything()),
    disabledLanguages: fc.anything(),
    localEnable: fc.anything(),
  });

  it('never throws, keeps every bound, and says each problem in one line', () => {
    fc.assert(
      fc.property(raw, (given) => {
        const { settings, problems } = parseSettings(given);
        for (const [name, rule] of Object.entries(deadlineRules)) {
          const value = settings.deadlines[name as keyof typeof deadlineRules];
          assert.ok(value >= rule.minimum && value <= rule.maximum, `${name} ${value}`);
        }
        assert.ok(settings.backends.length <= backendRules.maximumCount);
        assert.equal(new Set(settings.backends.map(({ name }) => name)).size, settings.backends.length);
        for (const { protocol, baseUrl, origin, keepAlive } of settings.backends) {
          assert.equal(protocol === 'vscode-lm' ? baseUrl : new URL(baseUrl).origin, origin);
          assert.ok(keepAlive === undefined || keepAlive === -1 || (keepAlive >= 1 && keepAlive <= 1440), String(keepAlive));
        }
        for (const problem of problems) assert.doesNotMatch(problem, /\n/);
      }),
    );
  });
});
