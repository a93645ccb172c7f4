import type { GoldenPrompt } from '../goldenPrompt.ts';
import { hasWord, quoted, trimmedLines } from '../lines.ts';
import { almostNever, ofCode, type PromptCheck } from '../promptCheck.ts';

/** Shorter lines are the same in many files. Characters. */
const telling = 20;

/** A line that names a file as prompts name it: by a comment, a separator or a heading with nothing else in it. */
const header =
  /^(?:\/\/|#+|--|;|<!--|\/\*|\+{3,}|-{3,}|={3,}|>{3,})\s*(?:file(?:name)?|path)?\s*:?\s*[`"]?([\w@.()[\]-]+(?:[\\/][\w@.()[\]-]+)*\.[a-z]{1,8})[`"]?\s*(?:-->|\*\/|={3,}|-{3,})?$/i;
const named = /^(?:file(?:name)?|path)\s*[:=]\s*[`"]?[\w@./\\-]+\.[a-z]{1,8}[`"]?$/i;

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

function headerIn(text: string, { context, path, prefix, suffix }: GoldenPrompt): string | undefined {
  const paths = new Set([path, ...context.map((piece) => piece.path)]);
  const own = new Set(trimmedLines(prefix + suffix));
  const found = trimmedLines(text).find((line) => !own.has(line) && (paths.has(line) || header.test(line) || named.test(line)));
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
