import type { Answer, BenchmarkRun, Pair, Position } from '../../../src/evaluation/benchmarkTypes.ts';

/** A gap in a short program, whose true text is `left + right;`. */
export const samplePosition: Position = {
  id: 'shipped sum.ts 1',
  set: 'shipped',
  languageId: 'typescript',
  path: 'sum.ts',
  prefix: 'function sum(left: number, right: number): number {\n  return ',
  suffix: '\n}\n',
  expected: 'left + right;',
};

/** An answer with a text. */
export function answered(text: string, more: Partial<Answer> = {}): Answer {
  return { outcome: text === '' ? 'empty' : 'ok', text, elapsed: 100, censored: false, ...more };
}

/** A run of so many pairs. */
export function runOf(
  count: number,
  pair: (index: number) => Partial<Pair['answers']> & { readonly position?: Partial<Position> },
): BenchmarkRun {
  const right = answered(samplePosition.expected);
  return {
    at: Date.UTC(2026, 10, 22),
    took: 1000,
    versions: { baseline: { backend: 'server', model: 'old' }, candidate: { backend: 'server', model: 'new' } },
    seed: 1,
    left: 0,
    pairs: Array.from({ length: count }, (_, index) => {
      const { position, baseline = right, candidate = right } = pair(index);
      return { position: { ...samplePosition, id: `p${index}`, ...position }, answers: { baseline, candidate } };
    }),
  };
}
