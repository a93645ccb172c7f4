import { lineHead, type GoldenPrompt } from '../goldenPrompt.ts';
import { hasWord, quoted, surplusOfClosers, trimmedLines } from '../lines.ts';
import { nowAndThen, ofCode, type PromptCheck } from '../promptCheck.ts';

/** Of the rest of a line without brackets so much has to be said again. Characters. */
const telling = 6;

/** What stands after the cursor, again at the end of the answer. */
export const suffixEcho: PromptCheck = {
  name: 'suffix-echo',
  title: 'Suffix said again',
  about:
    'The answer ends with what stands after the cursor already, such as the bracket that the editor has closed or the next lines. Taken as ' +
    'it is it would stand there twice.',
  alone: nowAndThen,
  judge: ofCode((text, prompt) => restOfLine(text, prompt) ?? nextLines(text, prompt)),
};

/** The rest of the cursor's line. Of closing brackets only those count that the answer has not opened. */
function restOfLine(text: string, { suffix, expected }: GoldenPrompt): string | undefined {
  const rest = (suffix.split('\n', 1)[0] ?? '').trim();
  const said = text.trimEnd();
  if (rest === '' || !said.endsWith(rest) || expected.trimEnd().endsWith(rest)) return undefined;
  const closes = surplusOfClosers(rest);
  if (closes > 0 ? surplusOfClosers(said) > 0 : rest.length >= telling && hasWord(rest)) {
    return `ends with the rest of the line: ${quoted(rest)}`;
  }
  return undefined;
}

/** Whole lines that follow; a line of brackets only if the answer closes more than it opens. */
function nextLines(text: string, { prefix, suffix, expected }: GoldenPrompt): string | undefined {
  const following = trimmedLines(suffix.slice(suffix.indexOf('\n') + 1));
  const lines = trimmedLines(text);
  // What begins in the line of the cursor is a line of its own only where that line is empty so far.
  const first = lineHead(prefix).trim() === '' ? 0 : 1;
  const wanted = new Set(trimmedLines(expected));
  for (let start = first; start < lines.length; start += 1) {
    const tail = lines.slice(start);
    if (tail.length > following.length || !tail.every((line, index) => line === following[index])) continue;
    // A line that a good answer has too, or that the file has often, proves nothing alone.
    const isProof = tail.some((line) => hasWord(line) && !wanted.has(line) && (tail.length > 1 || !prefix.includes(line)));
    if (isProof || (!tail.some(hasWord) && surplusOfClosers(text) > 0)) return `ends with the next lines: ${quoted(tail[0] ?? '')}`;
  }
  return undefined;
}
