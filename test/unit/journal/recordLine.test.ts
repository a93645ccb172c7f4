import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import type { AttemptRecord, JournalRecord } from '../../../src/domain/record.ts';
import { lineOf, recordOf } from '../../../src/journal/recordLine.ts';
import { knownCode } from '../../../src/recording.ts';
import { anyRecord, decision, plainTexts, type Texts } from '../../fakes/journalRecords.ts';

const canary = 'launchCodes';

/** What servers and files could put into a field to get a piece of code onto the disk. */
const withCanary = fc.constantFrom(
  `const ${canary} = 1;`,
  `"${canary}"`,
  `/home/${canary}/models/${canary} x`,
  `C:\\${canary}\\`,
  `${canary}\n${canary}`,
  `${canary}${'x'.repeat(200)}`,
  `sk-${canary}-0123456789abcdef 2026-01-01 ${canary}`,
  `{"error":"${canary}"}`,
);
const oneWord = fc.constantFrom(canary, `ERR_${canary}`, `req_${canary}0123456789abcdef`, `${canary}-0123456789abcdef`);

/** A word of the canary alone can be the name of a language or a model; nothing but a list could tell. */
const hostileTexts: Texts = {
  word: withCanary,
  name: fc.constantFrom(`/home/${canary}/qwen.gguf @ 127.0.0.1:8080`, `C:\\${canary}\\qwen.gguf @ localhost`, `~/${canary}/q.gguf`),
  model: withCanary,
  code: fc.oneof(withCanary, oneWord),
  providerRequestId: fc.oneof(withCanary, oneWord),
  deprecation: fc.oneof(withCanary, oneWord),
};

const lineFor = (record: JournalRecord, number = 1): string => lineOf(record, number, knownCode) ?? assert.fail('no line');

const attempt: AttemptRecord = {
  kind: 'attempt',
  at: 1_795_290_120_180,
  requestId: 'k5',
  sourceId: 'team',
  model: 'codestral-2501',
  trigger: 'automatic',
  outcome: 'capacity',
  elapsed: 812.26,
  censored: false,
  stage: 'headers',
  bytes: 210,
  status: 503,
  code: 'slow_down',
};

describe('a line of the journal', () => {
  it('is read as what was written, of every kind', () => {
    fc.assert(
      fc.property(anyRecord(plainTexts), fc.nat(), (record, number) =>
        assert.deepEqual(recordOf(lineFor(record, number)), { number, record }),
      ),
      { numRuns: 1000 },
    );
  });

  it('is a short array of the columns', () => {
    assert.equal(
      lineFor(attempt, 7),
      '[1,7,"attempt",1795290120180,"k5","team","codestral-2501","automatic","capacity",812.3,false,"headers",210,null,null,null,503,"slow_down"]',
    );
    assert.equal(lineFor(decision(1, 5), 8), '[1,8,"decision",5,"k1","typescript","automatic","model","team",312.5]');
  });

  it('holds nothing of a canary that a server, a model name or a file put into a text (law 13)', () => {
    fc.assert(
      fc.property(anyRecord(hostileTexts), (record) => assert.ok(!lineFor(record).includes(canary), lineFor(record))),
      { numRuns: 2000 },
    );
  });

  it('holds no field that a kind does not have', () => {
    const more = { reason: canary, text: canary, path: `/home/${canary}`, observation: canary, key: canary };
    fc.assert(
      fc.property(anyRecord(plainTexts), (record) => {
        const added = { ...record, ...more, ...('observation' in record ? { observation: { ...more, ...record.observation } } : {}) };
        assert.equal(lineOf(added as unknown as JournalRecord, 1, knownCode), lineFor(record));
      }),
    );
  });

  const models: readonly (readonly [named: string, written: string])[] = [
    ['/home/alice/clients/acme/models/qwen.gguf', 'qwen.gguf'],
    ['/qwen.gguf', 'qwen.gguf'],
    ['~/acme models/qwen.gguf', 'qwen.gguf'],
    ['./acme/qwen.gguf', 'qwen.gguf'],
    ['..\\acme\\qwen.gguf', 'qwen.gguf'],
    ['\\\\alice\\share\\qwen.gguf', 'qwen.gguf'],
    ['C:/alice/qwen.gguf', 'qwen.gguf'],
    ['d:\\alice/models\\qwen.gguf', 'qwen.gguf'],
    ['clients/acme/qwen.gguf', 'qwen.gguf'],
    ['file:///home/alice/qwen.gguf', 'qwen.gguf'],
    ['/home/alice\n/clients/acme', 'acme'],
    ['/home/alice/', 'unreadable'],
    ['Qwen/Qwen2.5-Coder-1.5B', 'Qwen/Qwen2.5-Coder-1.5B'],
    ['qwen2.5-coder:1.5b', 'qwen2.5-coder:1.5b'],
  ];
  for (const [named, written] of models) {
    it(`names the model ${JSON.stringify(named)} ${written}`, () => {
      const line = lineFor({ ...attempt, model: named });
      assert.equal((recordOf(line)?.record as AttemptRecord).model, written);
      assert.doesNotMatch(line, /alice|clients/);
    });
  }

  const codes: readonly (readonly [Partial<AttemptRecord>, string])[] = [
    [{ code: 'slow_down' }, 'slow_down'],
    [{ code: 'model_overloaded_for_launchCodes' }, 'model_overloaded'],
    [{ code: 'launchCodes' }, 'other'],
    [{ code: 'ECONNRESET' }, 'other'],
  ];
  for (const [fields, written] of codes) {
    it(`writes the code ${fields.code ?? ''} as ${written}`, () => {
      assert.equal((recordOf(lineFor({ ...attempt, ...fields }))?.record as AttemptRecord).code, written);
    });
  }

  it('writes the code of the transport, which no server sends', () => {
    const { status, ...others } = attempt;
    assert.equal(status, 503);
    const refused: AttemptRecord = { ...others, outcome: 'network', code: 'ECONNREFUSED' };
    assert.equal((recordOf(lineFor(refused))?.record as AttemptRecord).code, 'ECONNREFUSED');
  });

  it('is not written of a number that is none', () => {
    for (const elapsed of [Number.NaN, Number.POSITIVE_INFINITY, -1])
      assert.equal(lineOf({ ...attempt, elapsed }, 1, knownCode), undefined);
    assert.equal(lineOf({ ...attempt, at: Number.NaN }, 1, knownCode), undefined);
  });

  it('is skipped when it is torn at any byte, of another version, or has a column that it may not have', () => {
    fc.assert(
      fc.property(anyRecord(plainTexts), fc.nat(), (record, place) => {
        const line = Buffer.from(lineFor(record));
        assert.equal(recordOf(line.subarray(0, place % line.length).toString()), undefined);
      }),
    );
    const line = lineFor(attempt);
    for (let length = 0; length < line.length; length++) assert.equal(recordOf(line.slice(0, length)), undefined);
    const changes = [
      ['[1,', '[2,'],
      ['[1,', '["1",'],
      ['"attempt"', '"toString"'],
      ['"attempt"', '"observation"'],
      ['"attempt"', '"decision"'],
      ['812.3', '-1'],
      ['812.3', '"812.3"'],
      ['false', '0'],
      ['"headers"', '"feet"'],
      ['1795290120180', 'null'],
      ['"k5"', 'null'],
      ['"codestral-2501"', '7'],
      ['"codestral-2501"', `"${'x'.repeat(101)}"`],
    ] as const;
    for (const [from, to] of changes) {
      assert.ok(line.includes(from), from);
      assert.equal(recordOf(line.replace(from, to)), undefined, to);
    }
    for (const strange of ['null', '7', '[]', '""', '{}', '[1]', '\u0000\u0000\u0000']) assert.equal(recordOf(strange), undefined);
  });
});
