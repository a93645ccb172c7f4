import { nothing, type Prediction } from './prediction.ts';

/** How often closing what is open was right, counted at every column of typed lines; see docs/local-engine.md. */
export const closerChances = {
  /** Behind a word, more words come as a rule. */
  word: 0.05,
  /** One bracket, and several, behind another one or a quote. */
  one: 0.5,
  several: 0.3,
  /** A block on a line that is indented as the line that opened it. */
  block: 0.65,
} as const;

const closerOf: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/** Words that end a block that words have begun, by language. */
const blockWords: Readonly<Record<string, readonly (readonly [opener: RegExp, closer: string])[]>> = {
  shellscript: [
    [/\bthen$/, 'fi'],
    [/\belse$/, 'fi'],
    [/\bdo$/, 'done'],
    [/^\s*case\b.*\bin$/, 'esac'],
  ],
  ruby: [[/^\s*(?:def|class|module|if|unless|while|until|begin|else|elsif|case)\b|\bdo(?: \|.*\|)?$/, 'end']],
  lua: [[/\b(?:then|do|else)$|\bfunction\b.*\)$/, 'end']],
};

/** A longer line opens no block that anybody looks for, in characters; the patterns take longer and longer for it. */
const longestOpener = 1000;
/** Lines above that are looked at for the one that opened the block. */
const linesAbove = 200;

/** What closes the brackets of the line, or the block that it stands below, with the chance that it is right. */
export function closers(prefix: string, suffix: string, line: string, languageId: string): Prediction {
  if (line.trim() === '') {
    const text = blockCloser(prefix, suffix, line, languageId);
    return text === '' ? nothing : { text, confidence: closerChances.block };
  }
  const text = closersOf(line);
  if (text === '') return nothing;
  const chance = /[\w$]$/.test(line) ? closerChances.word : text.length > 1 ? closerChances.several : closerChances.one;
  return { text, confidence: chance };
}

/** The brackets that close what the line has opened, e.g. `)` or `])`; empty behind an operator or inside a string. */
export function closersOf(line: string): string {
  if (!/[\w$)\]}"'`]$/.test(line)) return '';
  return openIn(line, '([') ?? '';
}

/** What closes the block whose first line is indented as the cursor's empty line; '' when there is none, or when it is closed below. */
export function blockCloser(prefix: string, suffix: string, line: string, languageId: string): string {
  const following =
    suffix
      .split('\n', 40)
      .slice(1)
      .find((each) => each.trim() !== '') ?? '';
  const isBelow = indentOf(following) >= line.length && following !== '';
  if (isBelow && (indentOf(following) > line.length || /^\s*(?:[)\]}]|end\b|fi\b|done\b|esac\b)/.test(following))) return '';
  let end = prefix.length - line.length - 1;
  let hasBody = false;
  for (let looked = 0; looked < linesAbove && end > 0; looked += 1) {
    const start = prefix.lastIndexOf('\n', end - 1) + 1;
    const above = prefix.slice(start, end);
    end = start - 1;
    if (above.trim() === '') continue;
    const indent = indentOf(above);
    if (indent < line.length) return '';
    if (indent === line.length) return hasBody ? closing(above.trimEnd(), languageId) : '';
    hasBody = true;
  }
  return '';
}

function closing(opener: string, languageId: string): string {
  if (opener.length > longestOpener) return '';
  for (const [pattern, word] of blockWords[languageId] ?? []) if (pattern.test(opener)) return word;
  return /[([{]$/.test(opener) ? (openIn(opener, '([{') ?? '') : '';
}

/** What closes the brackets that a line leaves open; `undefined` within a string. */
function openIn(line: string, brackets: string): string | undefined {
  const open: string[] = [];
  let quote = '';
  for (const character of line) {
    if (quote !== '') quote = character === quote ? '' : quote;
    else if (/["'`]/.test(character)) quote = character;
    else if (brackets.includes(character)) open.push(closerOf[character] ?? '');
    else if (open.at(-1) === character) open.pop();
  }
  return quote === '' ? open.reverse().join('') : undefined;
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}
