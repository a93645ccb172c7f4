import { lineHead, type GoldenPrompt } from '../goldenPrompt.ts';
import { hasWord, quoted, trimmedLines } from '../lines.ts';
import { almostNever, ofCode, type PromptCheck } from '../promptCheck.ts';

/** Of the line with the cursor so much has to be said again. Characters. */
const tellingHead = 10;
/** A first line of a file so long is not written twice. Characters. */
const tellingLine = 16;

/** Prefix and suffix in the wrong order or under the wrong markers. */
export const fimOrder: PromptCheck = {
  name: 'fim-order',
  title: 'Order of fill-in-the-middle',
  about:
    'The answer begins with what stands after the cursor, or says again what stands before it: prefix and suffix reach the model in the ' +
    'wrong order, or it does not know the markers.',
  alone: almostNever,
  judge: ofCode((text, prompt) => suffixFirst(text, prompt) ?? prefixAgain(text, prompt)),
};

/** The first two lines after the cursor at the very beginning of the answer; in the middle of a line the first one is enough. */
function suffixFirst(text: string, { prefix, suffix, expected }: GoldenPrompt): string | undefined {
  const wanted = trimmedLines(suffix).slice(0, 2);
  const [first] = wanted;
  const [said, second] = trimmedLines(text);
  if (first === undefined || said === undefined || expected.trimStart().startsWith(first)) return undefined;
  const isWhole = wanted.length === 2 && second === wanted[1] && said === first;
  // On an empty line the next one said again is an echo.
  const isLine = said === first && hasWord(first) && first.length >= tellingHead && lineHead(prefix).trim() !== '';
  return (isWhole && wanted.some(hasWord)) || isLine ? `begins with what follows the cursor: ${quoted(first)}` : undefined;
}

function prefixAgain(text: string, { prefix, expected }: GoldenPrompt): string | undefined {
  const said = trimmedLines(text);
  const before = trimmedLines(prefix.slice(0, prefix.length - lineHead(prefix).length));
  const [first = ''] = before;
  const [saidFirst = ''] = said;
  if (first.length >= tellingLine && hasWord(first) && saidFirst === first && !expected.includes(first)) {
    return `begins the file anew: ${quoted(first)}`;
  }
  const head = lineHead(prefix).trim();
  if (head.length >= tellingHead && hasWord(head) && saidFirst.startsWith(head)) return `says the cursor's line again: ${quoted(head)}`;
  const last = before.slice(-2);
  const isRepeated = last.length === 2 && last.some((line) => line.length >= tellingLine && hasWord(line));
  if (isRepeated && last.every((line, index) => said[index] === line))
    return `repeats what stands before the cursor: ${quoted(last[0] ?? '')}`;
  return undefined;
}
