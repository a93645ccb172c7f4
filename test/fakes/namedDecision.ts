import type { DecisionRecord } from '../../src/domain/record.ts';

/** A record whose other fields follow from its name and time, so that a reader sees whether it is whole. */
export function namedDecision(requestId: string, at: number): DecisionRecord {
  const languageId = `language-${requestId}`;
  const elapsed = (at % 1000) / 10;
  return { kind: 'decision', at, requestId, languageId, trigger: 'automatic', origin: 'model', sourceId: `team ${requestId}`, elapsed };
}
