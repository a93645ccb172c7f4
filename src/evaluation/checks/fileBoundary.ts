import type { GoldenPrompt } from '../goldenPrompt.ts';
import { hasWord, quoted, trimmedLines } from '../lines.ts';
import { almostNever, ofCode, type PromptCheck } from '../promptCheck.ts';

/** Shorter lines are the same in many files. Characters. */
const telling = 20;

/** What a line names a file with, as prompts do: a comment, a separator or a heading. */
const mark = /^(?:\/\/|#+|\+{3,}|-{2,}|={3,}|>{3,}|;|<!--|\/\*)\s*(?:file(?:name)?|path)?\s*:?\s*|^(?:file(?:name)?|path)\s*[:=]\s*/i;
const markEnd = /\s*(?:-->|\*\/|={3,}|-{3,})$/;
/** A path with nothing beside it: one of several folders, or a file of source code. `this.size` is none. */
const path =
  /^[`"]?(?:[\w@.()[\]-]+[\\/][\w@.()[\]\\/-]*\.[a-z]\w{0,7}|[\w-]+\.(?:[cm]?[jt]sx?|py|go|rs|java|cs|rb|php|cpp|hpp|s?css|html|json|ya?ml|sql|sh|kt|swift|vue|toml))[`"]?$/i;

/** Text or names of other files in an answer. */
export const fileBoundary: PromptCheck = {
  name: 'file-boundary',
  title: 'File boundaries',
  about:
    'Names or text of other files in an answer: the model does not know where one file ends and the next one begins, and goes on with a ' +
    'file that was only there to help.',
  alone: almostNever,
  judge: ofCode((text, prompt) => headerIn(text, prompt) ?? otherFileIn(text, prompt)),
};

function headerIn(text: string, { context, path: ownPath, prefix, suffix }: GoldenPrompt): string | undefined {
  const paths = new Set([ownPath, ...context.map((piece) => piece.path)]);
  const own = new Set(trimmedLines(prefix + suffix));
  const isHeader = (line: string): boolean => mark.test(line) && path.test(line.replace(mark, '').replace(markEnd, ''));
  const found = trimmedLines(text).find((line) => !own.has(line) && (paths.has(line) || isHeader(line)));
  return found === undefined ? undefined : `names a file: ${quoted(found)}`;
}

/** Two whole lines of another file: one alone may be what belongs here too. */
function otherFileIn(text: string, { context, prefix, suffix, expected }: GoldenPrompt): string | undefined {
  const own = `${prefix}\n${expected}\n${suffix}`;
  const said = new Set(trimmedLines(text));
  for (const piece of context) {
    const copied = trimmedLines(piece.text).filter(
      (line) => line.length >= telling && hasWord(line) && !own.includes(line) && said.has(line),
    );
    if (copied.length >= 2) return `repeats ${copied.length} lines of ${piece.path}: ${quoted(copied[0] ?? '')}`;
  }
  return undefined;
}
