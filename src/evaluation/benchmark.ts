import type { Clock } from '../base/clock.ts';
import { textHash } from '../base/textHash.ts';
import { type Arm, arms, type ModelVersion } from '../domain/rollout.ts';
import { shapeAt, tokenBounds } from '../domain/shape.ts';
import type { CompletionRequest } from '../domain/completion.ts';
import { benchmarkDefaults } from './benchmarkDefaults.ts';
import type { Answer, Ask, Asked, BenchmarkRun, Pair, Position } from './benchmarkTypes.ts';

/** What a run asks, and whom. */
export interface BenchmarkPlan {
  readonly versions: Readonly<Record<Arm, ModelVersion>>;
  readonly ask: Readonly<Record<Arm, Ask>>;
  readonly positions: readonly Position[];
  /** Decides which side is asked first at each position. */
  readonly seed: number;
  /** Positions asked about at the same time, 1 or 2. */
  readonly concurrency: 1 | 2;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Called after each position. */
  readonly onProgress: (done: number, of: number) => void;
}

const { failuresInARow } = benchmarkDefaults;

/**
 * Asks both versions about the same positions, in an order that no trend of the day can favour: which of the two is asked first at a
 * position is decided by a hash, and the other follows at once. Settles soon after the signal is aborted, with the pairs that are whole.
 */
export async function runBenchmark(plan: BenchmarkPlan): Promise<BenchmarkRun> {
  const { clock, positions, seed, signal } = plan;
  const at = clock.now();
  const began = clock.monotonic();
  const queue = inOrder(positions, seed);
  const pairs: Pair[] = [];
  const inARow: Record<Arm, number> = { baseline: 0, candidate: 0 };
  const end: { why?: string } = {};
  const work = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined && end.why === undefined; next = queue.shift()) {
      const answers = await askBoth(next, plan);
      if (signal.aborted) return;
      pairs.push({ position: next, answers });
      for (const arm of arms) {
        inARow[arm] = isFailure(answers[arm]) ? inARow[arm] + 1 : 0;
        if (inARow[arm] >= failuresInARow)
          end.why ??= `stopped early: the ${arm} failed ${failuresInARow} times in a row (${answers[arm].outcome})`;
      }
      plan.onProgress(pairs.length, positions.length);
    }
  };
  await Promise.all(Array.from({ length: plan.concurrency }, work));
  return {
    at,
    took: clock.monotonic() - began,
    versions: plan.versions,
    seed,
    pairs: pairs.sort((left, right) => (left.position.id < right.position.id ? -1 : 1)),
    left: positions.length - pairs.length,
    ...(end.why === undefined ? {} : { stopped: end.why }),
  };
}

/** Mixed, so that a run that ends early has seen something of everything. */
function inOrder(positions: readonly Position[], seed: number): Position[] {
  const rank = new Map(positions.map(({ id }) => [id, textHash(`${seed} ${id}`)]));
  return [...positions].sort((left, right) => (rank.get(left.id) ?? 0) - (rank.get(right.id) ?? 0));
}

async function askBoth(position: Position, { ask, seed, signal }: BenchmarkPlan): Promise<Record<Arm, Answer>> {
  const order: readonly Arm[] = isCandidateFirst(seed, position.id) ? ['candidate', 'baseline'] : arms;
  const answers: Partial<Record<Arm, Answer>> = {};
  for (const arm of order) answers[arm] = answerOf(await ask[arm](requestFor(position, arm), signal));
  return answers as Record<Arm, Answer>;
}

/** Which side is asked first at a position: either as often, and always the same at the same one. */
export function isCandidateFirst(seed: number, id: string): boolean {
  return textHash(`first ${seed} ${id}`) % 2 === 1;
}

/** The request that a keystroke at the position would make, without context of other files. */
export function requestFor({ id, languageId, path, prefix, suffix }: Position, arm: string): CompletionRequest {
  const shape = shapeAt(prefix.slice(prefix.lastIndexOf('\n') + 1), suffix.split('\n', 1)[0] ?? '', languageId);
  return {
    id: `${arm} ${id}`,
    languageId,
    documentId: `failsoft:benchmark/${path}`,
    path,
    prefix,
    suffix,
    shape,
    trigger: 'automatic',
    maxTokens: tokenBounds[shape],
  };
}

function answerOf({ attempt, outcome, text }: Asked): Answer {
  const usage = outcome.ok ? outcome.usage : undefined;
  return {
    outcome: attempt.outcome,
    text,
    elapsed: attempt.elapsed,
    censored: attempt.censored,
    ...(attempt.firstTextAfter === undefined ? {} : { firstTextAfter: attempt.firstTextAfter }),
    ...(attempt.interrupted === undefined ? {} : { interrupted: true }),
    ...(usage?.promptTokens === undefined ? {} : { promptTokens: usage.promptTokens }),
    ...(usage?.completionTokens === undefined ? {} : { completionTokens: usage.completionTokens }),
  };
}

/** Refusals of ours and of theirs alike; an empty answer is an answer. */
function isFailure({ outcome }: Answer): boolean {
  return outcome !== 'ok' && outcome !== 'empty';
}
