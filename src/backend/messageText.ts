/** Longer messages are cut before they are looked at: what went wrong stands at the beginning. In UTF-16 units. */
export const messageLength = 4096;

/**
 * A message as its words are looked for: lower case, one space between words and at both ends, everything else gone. Names in quotes
 * and addresses are left out: they quote the request (law 10), and a link to a page about quotas says nothing about a quota.
 * Linear in the length, whatever the message is.
 */
export function wordsOf(message: string): string {
  const said = withoutQuotes(message.slice(0, messageLength)).replace(/\bhttps?:\/\/\S+/gi, ' ');
  return ` ${said
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, ' ')
    .trim()} `;
}

/**
 * Whether the words are said.
 *
 * @param text from `wordsOf`
 * @param phrase lower case; ` … ` for up to 40 characters between, `^` for the beginning
 */
export function says(text: string, phrase: string): boolean {
  if (phrase.startsWith('^')) return text.startsWith(` ${phrase.slice(1)} `);
  const gap = phrase.indexOf(' … ');
  if (gap < 0) return text.includes(` ${phrase} `);
  const first = ` ${phrase.slice(0, gap)} `;
  const second = ` ${phrase.slice(gap + 3)} `;
  for (let at = text.indexOf(first); at >= 0; at = text.indexOf(first, at + 1)) {
    const end = at + first.length - 1;
    if (text.slice(end, end + 40 + second.length).includes(second)) return true;
  }
  return false;
}

/** One line for a person, at most 200 UTF-16 units, no control characters, no half of a character. */
export function lineOf(message: string, length = 200): string {
  const line = message
    // Enough for a line, however many of them are blanks of a normal text.
    .slice(0, 4 * length)
    .replace(/[\s\p{Cc}\p{Cf}]+/gu, ' ')
    .replace(/\p{Cs}/gu, '\uFFFD')
    .trim();
  return line.length <= length ? line : line.slice(0, length).replace(/[\uD800-\uDBFF]$/, '');
}

const quotes = `'"\``;

/** The text without what stands in quotes; a quote inside a word, as in "don't", is no quote. */
function withoutQuotes(text: string): string {
  let kept = '';
  let from = 0;
  /** Quotes that are not closed any more, so that each is looked for to the end once only. */
  const unclosed = new Set<string>();
  for (let at = 0; at < text.length; at++) {
    const quote = text.charAt(at);
    if (!quotes.includes(quote) || unclosed.has(quote) || isWord(text.charCodeAt(at - 1))) continue;
    const end = closingOf(text, quote, at + 1);
    if (end < 0) {
      unclosed.add(quote);
      continue;
    }
    kept += `${text.slice(from, at)} `;
    from = end + 1;
    at = end;
  }
  return kept + text.slice(from);
}

function closingOf(text: string, quote: string, from: number): number {
  for (let at = text.indexOf(quote, from); at >= 0; at = text.indexOf(quote, at + 1)) {
    if (!isWord(text.charCodeAt(at + 1))) return at;
  }
  return -1;
}

/** A letter or digit of ASCII; `NaN` (before the beginning, behind the end) is none. */
function isWord(code: number): boolean {
  return (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
}
