import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { systemClock } from '../../src/base/clock.ts';
import type { Logger } from '../../src/base/logger.ts';
import type { Observation } from '../../src/domain/observation.ts';
import type { Service } from '../../src/domain/service.ts';
import { createEngine } from '../../src/engine.ts';
import { parseSettings } from '../../src/settings/parse.ts';
import { createSecretRules } from '../../src/secretRules.ts';
import { statusView } from '../../src/ui/status.ts';
import { tooltipOf } from '../../src/ui/tooltip.ts';
import { inlineLocal } from '../fakes/inlineThread.ts';
import { quietCall, sampleRequest } from '../fakes/request.ts';
import { ScriptedSource } from '../fakes/scriptedSource.ts';

interface Bench {
  readonly engine: Service;
  readonly warned: readonly string[];
}

/** An engine whose backends all say the same; disposed after the test. */
async function withBackends(
  backends: readonly Record<string, string>[],
  test: (bench: Bench) => void | Promise<void>,
  { says = 'ok', localOnlyReason }: { readonly says?: string; readonly localOnlyReason?: string } = {},
): Promise<void> {
  const warned: string[] = [];
  const quiet = (): void => undefined;
  const logger: Logger = { debug: quiet, info: quiet, warn: (line) => void warned.push(line), error: quiet };
  const { settings, problems } = parseSettings({
    backends: backends.map((backend, index) => ({ name: `backend ${index}`, baseUrl: 'http://127.0.0.1:1/v1', ...backend })),
    deadlines: { total: 'soon' },
  });
  const ports = {
    clock: systemClock,
    random: () => 0.5,
    logger,
    keys: { get: () => Promise.resolve(undefined) },
    local: inlineLocal({ openDocuments: () => [], snippets: () => [] }, systemClock),
    secretRules: () => Promise.resolve(createSecretRules()),
    connect: ({ name }: { readonly name: string }) => new ScriptedSource(name, { kind: 'answer', text: says }),
  };
  const engine = createEngine(settings, ports, { problems, ...(localOnlyReason === undefined ? {} : { localOnlyReason }) });
  try {
    await test({ engine, warned });
  } finally {
    engine.dispose();
  }
}

describe('a backend whose source comes from outside', () => {
  it('quotes neither a key nor the person’s code in what is shown of its failures', async () => {
    const { settings } = parseSettings({ backends: [{ protocol: 'vscode-lm', model: 'acme/coder', name: 'editor' }] });
    const code = 'const launchCodesOfThePerson = 4711;';
    const message = `failed with Bearer abcdefgh12345678 on ${code}`;
    const quiet = (): void => undefined;
    const engine = createEngine(settings, {
      clock: systemClock,
      random: () => 0.5,
      logger: { debug: quiet, info: quiet, warn: quiet, error: quiet },
      keys: { get: () => Promise.resolve(undefined) },
      local: inlineLocal({ openDocuments: () => [], snippets: () => [] }, systemClock),
      secretRules: () => Promise.resolve(createSecretRules()),
      connect: () => new ScriptedSource('editor', { kind: 'fail', failure: { kind: 'quota', message } }),
    });
    await engine.complete(sampleRequest({ prefix: `${code}\n`, trigger: 'manual' }), quietCall());
    const shown = JSON.stringify(engine.snapshot());
    engine.dispose();
    assert.match(shown, /failed with/);
    assert.ok(!shown.includes('launchCodes') && !shown.includes('abcdefgh12345678'), shown);
  });
});

describe('what was observed', () => {
  it('is passed on as it is until the service is stopped', () =>
    withBackends([], ({ engine }) => {
      const told: Observation[] = [];
      engine.onDidObserve((observation) => void told.push(observation));
      const facts = { id: 'k1', languageId: 'go', origin: 'local', sourceId: 'local', trigger: 'automatic' } as const;
      const observation: Observation = { ...facts, at: 1, kind: 'shown' };
      engine.observed(observation);
      engine.dispose();
      engine.observed(observation);
      assert.deepEqual(told, [observation]);
    }));
});

describe('a backend whose fill-in-the-middle format is in doubt', () => {
  it('is a problem in the status, beside those of the settings, and a line in the log', () =>
    withBackends([{ name: 'team', model: 'gpt-4o' }, { model: 'qwen2.5-coder:7b' }], ({ engine, warned }) => {
      const [first, second, ...others] = engine.snapshot().problems;
      assert.match(first ?? '', /^failsoft\.deadlines\.total /);
      assert.match(second ?? '', /^backend team: the model "gpt-4o" is in no known fill-in-the-middle family; /);
      assert.deepEqual(others, []);
      assert.deepEqual(warned, [`prompt: ${second}`]);
    }));

  it('is seen as a warning sign, and the tooltip says what to do', () =>
    withBackends([{ name: 'our own server in the office', model: 'some-model-of-ours-7b-v2' }], ({ engine }) => {
      const view = statusView(engine.snapshot());
      assert.ok(view.text.endsWith('$(warning)'), view.text);
      const row = tooltipOf(engine.snapshot(), 0).rows.find(
        ({ label, value }) => label === 'Settings' && value.includes('some-model-of-ours-7b-v2'),
      );
      assert.match(row?.value ?? '', /some servers ignore; use protocol openai-chat or set fim/);
    }));

  it('is said when the setting contradicts the name of the model', () =>
    withBackends([{ model: 'codestral-2501', fim: 'qwen' }], ({ engine }) => {
      const expected = 'backend backend 0: fim is qwen, but the model "codestral-2501" is in the family codestral; using qwen';
      assert.ok(engine.snapshot().problems.includes(expected));
    }));

  it('is no matter when the person has named the format, or when no backend is used', async () => {
    const onlySettings = ({ engine, warned }: Bench): void => {
      assert.equal(engine.snapshot().problems.length, 1);
      assert.deepEqual(warned, []);
    };
    await withBackends([{ model: 'gpt-4o', fim: 'suffix' }], onlySettings);
    await withBackends([{ model: 'gpt-4o', fim: 'qwen' }], onlySettings);
    await withBackends([{ model: 'gpt-4o' }], onlySettings, { localOnlyReason: 'this workspace is not trusted' });
  });
});

describe('an answer with tokens of the model', () => {
  const rows: readonly (readonly [name: string, model: string, says: string, shown: string])[] = [
    ['is cut at a token of its own family', 'codellama:7b-code', 'total<EOT>junk', 'total'],
    ['keeps a word that is a token of another family only', 'qwen2.5-coder', 'usage("<filename>")', 'usage("<filename>")'],
    ['is cut at a separator of files', 'starcoder2:3b', 'total<file_sep>next.py', 'total'],
    ['is cut at the tokens of any family when the model is unknown', 'ours', 'total<|fim_pad|>', 'total'],
  ];
  for (const [name, model, says, shown] of rows) {
    it(name, () =>
      withBackends(
        [{ model }],
        async ({ engine }) => {
          const outcome = await engine.complete(sampleRequest({ trigger: 'manual', suffix: '\n' }), quietCall());
          assert.ok(outcome.ok && outcome.origin === 'model', JSON.stringify(outcome));
          assert.equal(outcome.text, shown);
        },
        { says },
      ),
    );
  }
});
