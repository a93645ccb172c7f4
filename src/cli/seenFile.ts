import { isNumber, recordOf } from '../base/valueShape.ts';
import type { SeenAnswer } from '../evaluation/seenAnswers.ts';
import { type CommandContext, UsageError } from './command.ts';
import { readFlagFile } from './flagFile.ts';

const isLine = recordOf<SeenAnswer>({
  at: isNumber,
  batch: (value): value is number => isNumber(value) && value >= 1,
  latency: (value): value is number => isNumber(value) && value > 0,
});

/**
 * The answers in the file of `--seen`: JSON, one to a line.
 *
 * @throws UsageError for a line that is something else, with its number
 */
export function readSeenFile(context: CommandContext, given: string): readonly SeenAnswer[] {
  const lines = readFlagFile(context, 'seen', given).split('\n');
  return lines.flatMap((line, index) => (line.trim() === '' ? [] : [answerOf(line, `--seen ${given} line ${index + 1}`)]));
}

function answerOf(line: string, place: string): SeenAnswer {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    value = undefined;
  }
  if (isLine(value)) return value;
  const said = line.trim().slice(0, 80);
  throw new UsageError(
    `${place} is ${said}, allowed is {"at": MS, "batch": N, "latency": MS} with a batch of at least 1 and a latency of more than 0`,
  );
}
