import fc from 'fast-check';
import type { AttemptOutcome } from '../../src/domain/attempt.ts';
import type { DecisionRecord, JournalRecord, ObservationRecord } from '../../src/domain/record.ts';
import { pressureLevels } from '../../src/domain/pressure.ts';
import { healthStates } from '../../src/domain/snapshot.ts';

/** One record that is told from others by its number. */
export function decision(count: number, at = 1_795_290_000_000 + count): DecisionRecord {
  const requestId = `k${count}`;
  return {
    kind: 'decision',
    at,
    requestId,
    languageId: 'typescript',
    trigger: 'automatic',
    origin: 'model',
    sourceId: 'team',
    elapsed: 312.5,
  };
}

/** Texts of the fields that a server, a person or a file may fill. */
export interface Texts {
  readonly word: fc.Arbitrary<string>;
  readonly name: fc.Arbitrary<string>;
  readonly model: fc.Arbitrary<string>;
  readonly code: fc.Arbitrary<string>;
  readonly providerRequestId: fc.Arbitrary<string>;
  readonly deprecation: fc.Arbitrary<string>;
}

/** Texts that are written as they are. */
export const plainTexts: Texts = {
  word: fc.constantFrom('k12', 'typescript', 'c++', '0.1.0'),
  name: fc.constantFrom('team', 'qwen2.5-coder @ 127.0.0.1:8080', 'das große Modell'),
  model: fc.constantFrom('codestral-2501', 'Qwen/Qwen2.5-Coder-1.5B', 'qwen2.5-coder:1.5b'),
  code: fc.constantFrom('slow_down', 'overloaded_error'),
  providerRequestId: fc.constantFrom('cmpl-0123456789abcdef', 'req_00ff00ff00ff00ff', '7b6f1a60-32f5-4f2c-8a86-0c4a4b3e7c10'),
  deprecation: fc.constantFrom('2026-06-30', 'announced'),
};

const outcomes: readonly AttemptOutcome[] = [
  'ok',
  'empty',
  'capacity',
  'rate_limit',
  'server',
  'network',
  'timeout',
  'cancelled',
  'internal',
];
const millis = fc.integer({ min: 0, max: 1_000_000 }).map((tenths) => tenths / 10);
const state = fc.constantFrom(...healthStates);
const trigger = fc.constantFrom('automatic' as const, 'manual' as const);
const always = ['kind', 'at'] as const;

function observation({ word, name, model }: Texts): fc.Arbitrary<ObservationRecord> {
  const observed = fc.oneof(
    fc.record({ kind: fc.constant('shown' as const) }),
    fc.record({ kind: fc.constant('accepted' as const), part: fc.constantFrom('all', 'word', 'line'), characters: fc.nat() }),
    fc.record({ kind: fc.constant('ended' as const), as: fc.constantFrom('partly-accepted', 'typed', 'left'), visibleFor: millis }),
    fc.record({ kind: fc.constant('kept' as const), afterSeconds: fc.nat(), similarity: fc.constantFrom(0, 0.25, 1) }),
    fc.record({
      kind: fc.constant('checked' as const),
      errors: fc.nat(),
      warnings: fc.nat(),
      unknownImports: fc.nat(),
      unknownNames: fc.nat(),
      isChecked: fc.boolean(),
    }),
    fc.record({ kind: fc.constant('rated' as const), rating: fc.constantFrom('up', 'down') }),
  );
  const facts = fc.record(
    { id: word, languageId: word, origin: fc.constantFrom('model', 'local', 'cache'), sourceId: name, model, trigger },
    { requiredKeys: ['id', 'languageId', 'origin', 'sourceId', 'trigger'] },
  );
  return fc.tuple(fc.nat(), facts, observed).map(([at, about, own]) => {
    return { kind: 'observation', at, observation: { ...about, at, ...own } };
  });
}

/** Records of every kind, with every field there or absent that may be. */
export function anyRecord(texts: Texts): fc.Arbitrary<JournalRecord> {
  const { word, name, model, code, providerRequestId, deprecation } = texts;
  const attempt = fc.record(
    {
      kind: fc.constant('attempt' as const),
      at: fc.nat(),
      requestId: word,
      sourceId: name,
      model,
      trigger: fc.constantFrom('automatic' as const, 'manual' as const, 'probe' as const),
      speculative: fc.boolean(),
      outcome: fc.constantFrom(...outcomes),
      elapsed: millis,
      censored: fc.boolean(),
      firstTextAfter: millis,
      stage: fc.constantFrom('waiting' as const, 'connected' as const, 'headers' as const, 'text' as const, 'done' as const),
      bytes: fc.nat(),
      completionTokens: fc.nat(),
      status: fc.integer({ min: 100, max: 599 }),
      code,
      providerRequestId,
      deprecation,
      overtakenBy: name,
    },
    {
      requiredKeys: ['kind', 'at', 'requestId', 'sourceId', 'model', 'trigger', 'outcome', 'elapsed', 'censored', 'stage', 'bytes'],
    },
  );
  const process = fc.record({
    kind: fc.constant('process' as const),
    at: fc.nat(),
    heap: fc.nat(),
    heapLimit: fc.nat(),
    rss: fc.nat(),
    ledger: fc.nat(),
    index: fc.nat(),
    lagMax: millis,
    lagP99: millis,
    level: fc.constantFrom(...pressureLevels),
  });
  const session = fc.record(
    {
      kind: fc.constant('session' as const),
      at: fc.nat(),
      phase: fc.constantFrom('start' as const, 'end' as const, 'unclean-end' as const),
      version: word,
      model,
      level: fc.constantFrom(...pressureLevels),
      during: word,
    },
    { requiredKeys: [...always, 'phase', 'version'] },
  );
  const any: fc.Arbitrary<JournalRecord> = fc.oneof(
    attempt,
    fc.record(
      { kind: fc.constant('state' as const), at: fc.nat(), sourceId: name, model, before: state, state, nextTryAt: fc.nat() },
      { requiredKeys: [...always, 'sourceId', 'model', 'before', 'state'] },
    ),
    fc.record({
      kind: fc.constant('decision' as const),
      at: fc.nat(),
      requestId: word,
      languageId: word,
      trigger,
      origin: fc.constantFrom('model' as const, 'local' as const, 'cache' as const, 'nothing' as const),
      sourceId: name,
      elapsed: millis,
    }),
    fc.record({ kind: fc.constant('route' as const), at: fc.nat(), before: name, serving: name }),
    process,
    session,
    observation(texts),
  );
  // fast-check's own objects have no prototype.
  return any.map((record) => ({ ...record }));
}
