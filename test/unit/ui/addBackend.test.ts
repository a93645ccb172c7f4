import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { DetectedServer, ListedModel } from '../../../src/domain/discovery.ts';
import { presets } from '../../../src/settings/presets.ts';
import type { Preset } from '../../../src/settings/preset.ts';
import {
  addressNote,
  addressProblem,
  defaultName,
  type Draft,
  draftOfDetected,
  draftOfEntry,
  nameProblem,
  positionOf,
  settingOf,
  sortedModels,
  stepAfter,
  stepBefore,
  stepsOf,
} from '../../../src/ui/addBackend.ts';
import { modelLines, placeLines, serverLines } from '../../../src/ui/addBackendItems.ts';

const preset = (id: string): Preset => {
  const found = presets.find((each) => each.id === id);
  assert.ok(found, id);
  return found;
};
const server = (changes: Partial<DetectedServer> = {}): DetectedServer => ({
  kind: 'lmstudio',
  origin: 'http://127.0.0.1:1234',
  state: 'ready',
  models: [{ id: 'm' }],
  ...changes,
});
const noHint = (): undefined => undefined;

describe('the steps of adding a backend', () => {
  const rows: readonly (readonly [string, Draft, number, string])[] = [
    ['a server on this machine', { preset: preset('llamacpp') }, 0, 'server address key model name test'],
    ['a service', { preset: preset('codestral') }, 1, 'server key model name test place'],
    ['one without a key', { preset: preset('ollama-openai') }, 1, 'server address model name test place'],
    ['a gateway that has to be told more', { preset: preset('portkey-gateway') }, 1, 'server address question key model name test place'],
    ['a detected server', { preset: preset('lmstudio'), detected: server() }, 1, 'server model name test place'],
    [
      'a detected server that wants a key',
      { preset: preset('lmstudio'), detected: server({ state: 'key-needed' }) },
      0,
      'server key model name test',
    ],
    ["the editor's own models", { preset: preset('vscode-lm') }, 0, 'server model name test'],
    ['an entry that is edited', { preset: preset('codestral'), original: {} }, 3, 'address key model name test'],
  ];
  for (const [name, draft, others, steps] of rows)
    it(`are those that ${name} needs`, () => assert.equal(stepsOf(draft, others).join(' '), steps));

  it('are counted without the test, and walked forwards and back', () => {
    const steps = stepsOf({ preset: preset('llamacpp') }, 1);
    assert.deepEqual(positionOf('place', steps), { step: 6, totalSteps: 6 });
    assert.deepEqual(positionOf('server', steps), { step: 1, totalSteps: 6 });
    assert.equal(stepBefore('server', steps), undefined);
    assert.equal(stepBefore('place', steps), 'name');
    assert.equal(stepAfter('name', steps), 'test');
    assert.equal(stepAfter('place', steps), undefined);
  });
});

describe('the setting that a draft stands for', () => {
  it('holds what was said and what the preset knows', () => {
    const draft = { preset: preset('ollama-openai'), baseUrl: 'http://127.0.0.1:11434/v1/', model: 'm', name: 'n', key: 'secret' };
    assert.deepEqual(settingOf(draft), {
      name: 'n',
      protocol: 'openai-completions',
      baseUrl: 'http://127.0.0.1:11434/v1',
      model: 'm',
      fim: 'suffix',
    });
  });

  it('never holds a key', () => {
    assert.ok(!JSON.stringify(settingOf({ preset: preset('llamacpp'), key: 'canary', model: 'm' })).includes('canary'));
  });

  it('holds the answer to the question of the preset', () => {
    assert.deepEqual(settingOf({ preset: preset('portkey-gateway'), answer: ' mistral-ai ' })['headers'], {
      'x-portkey-provider': 'mistral-ai',
    });
    assert.equal(settingOf({ preset: preset('azure'), answer: '2024-10-21' })['apiVersion'], '2024-10-21');
  });

  it('keeps the fields of an edited entry that were not asked, in their order', () => {
    const original = { custom: [1], baseUrl: 'http://a/v1', model: 'old', name: 'n', fim: 'qwen' };
    const draft = { ...draftOfEntry(original, preset('other-completions')), model: 'new' };
    assert.equal(JSON.stringify(settingOf(draft)), '{"custom":[1],"baseUrl":"http://a/v1","model":"new","name":"n","fim":"qwen"}');
    assert.equal(draftOfEntry(7, undefined), undefined);
  });

  it('takes the address of a detected server with the path of its preset', () => {
    assert.equal(draftOfDetected(server({ origin: 'http://127.0.0.1:9' }), presets).baseUrl, 'http://127.0.0.1:9/v1');
    assert.equal(draftOfDetected(server({ kind: 'ollama', origin: 'http://127.0.0.1:9' }), presets).baseUrl, 'http://127.0.0.1:9');
    const offered = presets.filter(({ protocol }) => protocol === 'openai-completions');
    assert.equal(draftOfDetected(server({ kind: 'ollama', origin: 'http://127.0.0.1:9' }), offered).baseUrl, 'http://127.0.0.1:9/v1');
  });
});

describe('what is typed', () => {
  it('is checked with the words of the settings', () => {
    const draft = { preset: preset('llamacpp') };
    assert.equal(addressProblem('http://127.0.0.1:8080/v1', draft), undefined);
    assert.match(addressProblem('8080', draft) ?? '', /^baseUrl is "8080", allowed is a URL/);
    assert.match(addressProblem('http://u:p@h/v1', draft) ?? '', /user name or password/);
    assert.match(addressProblem('https://YOUR-RESOURCE.openai.azure.com', draft) ?? '', /your own resource/);
  });

  it('is followed by where the code goes', () => {
    assert.equal(addressNote('http://127.0.0.1:8080/v1'), 'Your code stays on this machine.');
    assert.equal(addressNote('https://api.openai.com/v1'), 'Your code goes to openai.com.');
    assert.match(addressNote('http://10.0.0.1/v1') ?? '', /your own network\. Without https/);
    assert.equal(addressNote('nonsense'), undefined);
  });

  it('must be a name that no other backend has', () => {
    assert.equal(defaultName({ preset: preset('ollama-openai') }, ['ollama', 'ollama 2']), 'ollama 3');
    assert.equal(defaultName({ preset: preset('other-chat') }, []), 'backend');
    assert.equal(nameProblem(' fine ', ['other']), undefined);
    for (const [name, pattern] of [
      ['', /needs a name/],
      ['a', /Another backend/],
      ['x'.repeat(61), /61 characters/],
      ['a\u0007', /control/],
    ] as const) {
      assert.match(nameProblem(name, ['a']) ?? '', pattern);
    }
  });
});

describe('the lists', () => {
  const labels = (lines: readonly { readonly label: string }[]): string[] => lines.map(({ label }) => label);

  it('say that servers are looked for, then what was found, then that nothing was', () => {
    const offered = [preset('llamacpp'), preset('codestral')];
    assert.deepEqual(labels(serverLines(undefined, offered, [])), [
      'Found on this machine',
      '$(loading~spin) Detecting servers on this machine…',
      'Servers that you run',
      '$(server) llama.cpp',
      'Services',
      '$(globe) Mistral Codestral',
    ]);
    const [, found, again] = serverLines([server()], offered, ['http://127.0.0.1:1234']);
    assert.deepEqual([found?.label, found?.description], ['$(vm-active) LM Studio', '127.0.0.1:1234 · 1 model: m · already in your list']);
    assert.equal(again?.label, '$(refresh) Detect again');
    assert.match(labels(serverLines([], offered, []))[1] ?? '', /No server found, detect again/);
    assert.match(serverLines([server({ state: 'loading' })], offered, [])[1]?.description ?? '', /loading its model/);
  });

  it('put models made for code first, loaded ones before others, those that go away last, and embeddings nowhere', () => {
    const models: readonly ListedModel[] = [
      { id: 'z-chat' },
      { id: 'a-chat' },
      { id: 'old-coder', retires: 'goes away 2027-01-01' },
      { id: 'b-coder' },
      { id: 'c-coder', isLoaded: true },
      { id: 'fim', fillsMiddle: true },
      { id: 'embed', makesText: false },
    ];
    const hint = (id: string): string | undefined => (id.includes('coder') ? 'made for completing code' : undefined);
    assert.deepEqual(
      sortedModels(models, hint).map(({ id }) => id),
      ['c-coder', 'b-coder', 'fim', 'a-chat', 'z-chat', 'old-coder'],
    );
    const lines = modelLines({ ok: true, models, left: 3 }, hint, { model: '', hasKey: false });
    assert.equal(lines[0]?.description, 'made for completing code · loaded');
    assert.match(lines.find(({ label }) => label === 'old-coder')?.description ?? '', /^\$\(warning\) goes away 2027-01-01/);
    assert.deepEqual(labels(lines).slice(-2), ['3 more are not shown', '$(edit) Type the name…']);
  });

  it('hold ten thousand models within the time of a frame or two', () => {
    const models = Array.from({ length: 10_000 }, (_, index) => ({ id: `model-${(index * 7919) % 10_000}` }));
    const began = performance.now();
    assert.equal(modelLines({ ok: true, models, left: 0 }, noHint, { model: '', hasKey: false }).length, 10_001);
    assert.ok(performance.now() - began < 500);
  });

  it('offer to type the name when the list is empty or cannot be had, and to put right what is wrong', () => {
    const empty = labels(modelLines({ ok: true, models: [], left: 0 }, noHint, { model: '', hasKey: false }));
    assert.deepEqual(empty, ['$(info) The server lists no models', '$(refresh) Try again', '$(edit) Type the name…']);
    const failed = modelLines({ ok: false, failure: { kind: 'auth', message: 'no' } }, noHint, { model: '', hasKey: true });
    assert.deepEqual(labels(failed), [
      '$(error) The models could not be listed',
      '$(refresh) Try again',
      '$(arrow-left) Enter the key again',
      '$(edit) Type the name…',
    ]);
  });

  it('show a hostile model name as plain text', () => {
    const [line] = modelLines({ ok: true, models: [{ id: '$(alert) x' }], left: 0 }, noHint, { model: '', hasKey: false });
    assert.equal(line?.label, '$ (alert) x');
    assert.deepEqual(line?.value, { kind: 'model', id: '$(alert) x' });
  });

  it('name every place in the route', () => {
    const lines = placeLines(['a', 'b']);
    assert.deepEqual(
      lines.map(({ label, value }) => `${label} ${value}`),
      ['$(arrow-up) First 0', '$(arrow-small-right) Before b 1', '$(arrow-down) Last 2'],
    );
    assert.equal(lines[1]?.description, 'asked when a cannot answer');
  });
});
