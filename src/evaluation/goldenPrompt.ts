import type { CompletionRequest, ContextPiece } from '../domain/completion.ts';

/** What a golden prompt is there for. */
export const goldenKinds = [
  /** Code before and after the cursor in one line. */
  'middle',
  'line-end',
  'block',
  /** Pieces of other files go along, and must not come back. */
  'file-boundary',
  /** The same place several times in one file, as when several cursors are set. */
  'repeated',
  /** Much text before or after the cursor. */
  'long',
  'indentation',
  /** Nothing stands after the cursor. */
  'open-end',
  /** Letters beyond ASCII, emoji, line ends of other systems. */
  'characters',
  /** The code holds sentences that sound like orders to a model. */
  'instruction',
  /** Ordinary code with words that over-eager filters take for something else. */
  'harmless',
] as const;
export type GoldenKind = (typeof goldenKinds)[number];

/** A place in a made-up file, and what a person would write there. */
export interface GoldenPrompt {
  /** Unique; what reports name it by. */
  readonly id: string;
  readonly kind: GoldenKind;
  /** The editor's language identifier. */
  readonly languageId: string;
  readonly path: string;
  readonly prefix: string;
  readonly suffix: string;
  /** One good answer; another one may be as good. */
  readonly expected: string;
  readonly context: readonly ContextPiece[];
}

/** What a golden prompt is made of, beside its text. */
interface GoldenPlace extends Pick<GoldenPrompt, 'id' | 'kind' | 'languageId' | 'path'> {
  readonly context?: readonly ContextPiece[];
}

/** Tokens at most of an answer: several times what a good one has, so that one which uses them up has found no end. */
export const answerTokensAtMost = { line: 64, block: 256 } as const;

const begin = '⟦';
const end = '⟧';

/**
 * Reads a golden prompt from the finished file.
 *
 * @param source the file with the good answer between `⟦` and `⟧`; a line end at its beginning does not belong to it
 * @throws RangeError where the marks are missing
 */
export function golden(place: GoldenPlace, source: string): GoldenPrompt {
  const text = source.replace(/^\n/, '');
  const from = text.indexOf(begin);
  const to = text.indexOf(end, from);
  if (from < 0 || to < 0) throw new RangeError(`the golden prompt ${place.id} marks no answer by ${begin} and ${end}`);
  return { context: [], ...place, prefix: text.slice(0, from), expected: text.slice(from + 1, to), suffix: text.slice(to + 1) };
}

/** Whether one line is asked for or a block. */
export function shapeOf({ expected }: GoldenPrompt): CompletionRequest['shape'] {
  return expected.includes('\n') ? 'block' : 'line';
}

/** The prompt as it is asked: with the patience of a request by hand. */
export function requestOf(prompt: GoldenPrompt): CompletionRequest {
  const { id, languageId, path, prefix, suffix, context } = prompt;
  const shape = shapeOf(prompt);
  return {
    id: `golden-${id}`,
    documentId: `failsoft:golden/${id}`,
    languageId,
    path,
    prefix,
    suffix,
    shape,
    trigger: 'manual',
    maxTokens: answerTokensAtMost[shape],
    ...(context.length === 0 ? {} : { context }),
  };
}

/** The last line before the cursor, as far as it is written. */
export function lineHead(prefix: string): string {
  return prefix.slice(prefix.lastIndexOf('\n') + 1);
}
