import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import type { Observation } from '../../../src/domain/observation.ts';
import { lineOf, observationOf } from '../../../src/journal/observationLine.ts';

const facts = {
  id: 'k12',
  languageId: 'typescript',
  origin: 'model',
  sourceId: 'team',
  model: 'codestral-2501',
  trigger: 'automatic',
} as const;

const observed: fc.Arbitrary<Observation> = fc
  .tuple(
    fc.record({ at: fc.nat(), origin: fc.constantFrom('model', 'local', 'cache'), trigger: fc.constantFrom('automatic', 'manual') }),
    fc.oneof(
      fc.constant({ kind: 'shown' }),
      fc.record({ kind: fc.constant('accepted'), part: fc.constantFrom('all', 'word', 'line'), characters: fc.nat() }),
      fc.record({
        kind: fc.constant('ended'),
        as: fc.constantFrom('accepted', 'partly-accepted', 'typed', 'rejected', 'replaced', 'left'),
        visibleFor: fc.nat(),
      }),
      fc.record({
        kind: fc.constant('kept'),
        afterSeconds: fc.nat(),
        similarity: fc.integer({ min: 0, max: 100 }).map((share) => share / 100),
      }),
      fc.record({
        kind: fc.constant('checked'),
        errors: fc.nat(),
        warnings: fc.nat(),
        unknownImports: fc.nat(),
        unknownNames: fc.nat(),
        isChecked: fc.boolean(),
      }),
      fc.record({ kind: fc.constant('rated'), rating: fc.constantFrom('up', 'down') }),
    ),
    fc.boolean(),
  )
  .map(([always, kind, hasModel]) => {
    const { model, ...others } = facts;
    return { ...others, ...(hasModel ? { model } : {}), ...always, ...kind };
  });

describe('a line of the journal', () => {
  it('is read as what was written', () => {
    fc.assert(fc.property(observed, (observation) => assert.deepEqual(observationOf(lineOf(observation)), observation)));
  });

  it('holds nothing that a kind does not have', () => {
    const observation = { ...facts, at: 1, kind: 'shown', text: 'canary', documentId: 'file:///home/canary', similarity: 1 } as Observation;
    assert.equal(
      lineOf(observation),
      '{"version":1,"at":1,"kind":"shown","id":"k12","languageId":"typescript","origin":"model","sourceId":"team","model":"codestral-2501","trigger":"automatic"}',
    );
  });

  it('holds no sentence as the name of a model or language', () => {
    const line = lineOf({ ...facts, at: 1, kind: 'shown', languageId: 'a b', model: 'const secret = "canary";' });
    const { languageId, model } = observationOf(line) ?? assert.fail('unreadable');
    assert.deepEqual([languageId, model], ['unreadable', 'unreadable']);
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
    ['alice\\qwen.gguf', 'qwen.gguf'],
    ['clients/acme/qwen.gguf', 'qwen.gguf'],
    ['file:///home/alice/qwen.gguf', 'qwen.gguf'],
    ['/home/alice\n/clients/acme', 'acme'],
    ['/home/alice/', 'unreadable'],
    ['Qwen/Qwen2.5-Coder-1.5B', 'Qwen/Qwen2.5-Coder-1.5B'],
    ['qwen2.5-coder:1.5b', 'qwen2.5-coder:1.5b'],
  ];
  for (const [named, written] of models) {
    it(`names the model ${JSON.stringify(named)} ${written}`, () => {
      const line = lineOf({ ...facts, at: 1, kind: 'shown', model: named });
      assert.equal(observationOf(line)?.model, written);
      assert.doesNotMatch(line, /alice|clients/);
    });
  }

  it('is skipped when it is torn, of another version, or has a field that it may not have', () => {
    const line = lineOf({ ...facts, at: 1, kind: 'kept', afterSeconds: 30, similarity: 0.5 });
    for (let length = 0; length < line.length; length++) assert.equal(observationOf(line.slice(0, length)), undefined);
    const changes = [
      ['"version":1', '"version":2'],
      ['"kept"', '"toString"'],
      ['"kept"', '"rated"'],
      ['0.5', '1.5'],
      ['30', '-1'],
      ['30', '"30"'],
      ['"at":1', '"at":null'],
      ['"model":"codestral-2501"', '"model":7'],
    ] as const;
    for (const [from, to] of changes) {
      assert.ok(line.includes(from), from);
      assert.equal(observationOf(line.replace(from, to)), undefined, to);
    }
    for (const strange of ['null', '7', '[]', '""', '{}', '\u0000\u0000\u0000']) assert.equal(observationOf(strange), undefined);
  });
});
