import { similarityOf } from '../domain/editDistance.ts';
import { scanLines } from '../domain/scanLines.ts';
import { type Syntax, syntaxOf } from '../domain/syntax.ts';
import type { Answer, MetricName, Position } from './benchmarkTypes.ts';
import { hasWords, isKnownWord } from './languageWords.ts';

/** What one answer is worth by each metric, 0…1; `undefined` where it cannot be told. */
export type Scores = Readonly<Record<MetricName, number | undefined>>;

/** Scores an answer against what truly stands there. Blanks at both ends of an answer count for nothing. */
export function scoresOf(position: Position, { outcome, text }: Answer): Scores {
  const isAnswered = outcome === 'ok' || outcome === 'empty';
  const given = text.trim();
  const truth = position.expected.trim();
  const ofAnswer = <Value>(value: () => Value): Value | undefined => (isAnswered ? value() : undefined);
  const ofText = (value: () => boolean): number | undefined => (isAnswered && given !== '' ? Number(value()) : undefined);
  return {
    answered: Number(isAnswered),
    'not-empty': ofAnswer(() => Number(given !== '')),
    exact: ofAnswer(() => Number(sameLines(given) === sameLines(truth))),
    'first-line': ofAnswer(() => Number(given !== '' && firstLine(given) === firstLine(truth))),
    similarity: ofAnswer(() => similarityOf(given, truth)),
    syntax: ofText(() => flawsWith(position, text) <= flawsWith(position, position.expected)),
    'known-names': hasWords(position.languageId) ? ofText(() => unknownNamesIn(position, text).length === 0) : undefined,
  };
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0]?.trimEnd() ?? '';
}

/** Blanks at the ends of lines are nobody's mistake. */
function sameLines(text: string): string {
  return text.replace(/[ \t]+$/gm, '');
}

/**
 * Brackets without a partner, quotes that their line does not close, and strings and comments that the end of the text leaves open, in
 * the text with this put at the cursor. Not a parser: it sees what an editor would colour wrongly, and no missing operator.
 */
function flawsWith({ languageId, prefix, suffix }: Position, insertion: string): number {
  return flawsOf(prefix + insertion + suffix, syntaxOf(languageId));
}

const partner: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };

function flawsOf(text: string, syntax: Syntax): number {
  const open: string[] = [];
  let flaws = 0;
  const lines = scanLines(
    text,
    syntax,
    (at) => {
      const bracket = text.charAt(at);
      const wanted = partner[bracket];
      if (wanted === undefined) open.push(bracket);
      else if (open.at(-1) === wanted) open.pop();
      else flaws += 1;
    },
    () => (flaws += 1),
  );
  // The scan says what is open where a line begins: one more line tells it of the end.
  const last = scanLines(`${text}\n`, syntax).at(-1);
  return flaws + open.length + (lines.length > 0 && last?.startsInside === true ? 1 : 0);
}

const identifier = /[\p{L}_$][\p{L}\p{N}_$]*/gu;

/**
 * Names of an answer that stand nowhere around the cursor, not in the true text, and are no word that the language brings: what a model
 * has made up, or has introduced itself. What stands in strings and comments is no name.
 */
export function unknownNamesIn({ languageId, prefix, suffix, expected }: Position, text: string): readonly string[] {
  const known = new Set(
    [...prefix.matchAll(identifier), ...suffix.matchAll(identifier), ...expected.matchAll(identifier)].map(([name]) => name),
  );
  const names = [...withoutWords(text, syntaxOf(languageId)).matchAll(identifier)].map(([name]) => name);
  return [...new Set(names)].filter((name) => name.length > 1 && !known.has(name) && !isKnownWord(languageId, name));
}

/** The text without what stands in its strings and comments. */
function withoutWords(text: string, { lineComments, blockComments, strings, longStrings }: Syntax): string {
  const escaped = (mark: string): string => mark.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  const parts = [
    ...blockComments.map(([open, close]) => `${escaped(open)}[\\s\\S]*?(?:${escaped(close)}|$)`),
    ...lineComments.map((mark) => `${escaped(mark)}[^\\n]*`),
    ...longStrings.map((mark) => `${escaped(mark)}(?:\\\\[\\s\\S]|(?!${escaped(mark)})[^\\\\])*(?:${escaped(mark)}|$)`),
    ...strings.map((mark) => `${escaped(mark)}(?:\\\\.|(?!${escaped(mark)})[^\\\\\\n])*(?:${escaped(mark)}|(?=\\n)|$)`),
  ];
  return parts.length === 0 ? text : text.replace(new RegExp(parts.join('|'), 'g'), ' ');
}
