/**
 * Cutting text into the tokens that the local engine compares: words, numbers, runs of operator characters, single brackets and
 * quotes, and one token for any number of line ends together with the indentation that follows them. Blanks inside a line are no token.
 */

/** The hash of the line-end token. */
export const lineEnd = 10;

/** The hash that stands for any word that is no keyword, when contexts are compared up to names. */
export const anyName = 1;

/** The hash that stands for any number. */
export const anyNumber = 2;

/** Longest token in characters; longer runs are cut, so that a length fits into a byte. */
const maxTokenLength = 250;

const plain = 0;
const word = 1;
const operator = 2;
const blank = 3;
const newline = 4;

const classes = new Uint8Array(128);
for (const character of '=<>!&|+-*/?:.^%~') classes[character.charCodeAt(0)] = operator;
for (const character of ' \t\r\f\v') classes[character.charCodeAt(0)] = blank;
for (let code = 0; code < 128; code += 1) if (/[\w$]/.test(String.fromCharCode(code))) classes[code] = word;
classes[10] = newline;

function classOf(code: number): number {
  // Letters outside ASCII count as letters; the no-break space and its like are rare enough in code to be so too.
  return code < 128 ? (classes[code] ?? plain) : word;
}

/** Whether the character may be part of a name, e.g. at a cursor inside a word. */
export function isWordCode(code: number): boolean {
  return classOf(code) === word;
}

/** Whether a token that ends with this character may still grow while typing on. */
export function isRunCode(code: number): boolean {
  const kind = classOf(code);
  return kind === word || kind === operator;
}

/** The hash of `text` from `from` to `to`; equal tokens have equal hashes, and two different ones have so once in four thousand millions. */
export function hashOf(text: string, from = 0, to = text.length): number {
  let hash = 0x811c9dc5;
  for (let index = from; index < to; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return (hash ^ (hash >>> 15)) | 0;
}

const keywords = new Set(
  (
    'abstract and as async await break case catch class const continue def default defer delete do elif else enum except export extends ' +
    'false False final finally fn for from func function go if impl implements import in instanceof interface is lambda let loop match mod ' +
    'mut new nil None not null of or package pass private protected pub public raise readonly return self Self static struct super switch ' +
    'this throw throws trait true True try type typeof undefined use var void where while with yield string number boolean int bool'
  )
    .split(' ')
    .map((keyword) => hashOf(keyword)),
);

/**
 * Calls `emit` for each token in order, until it returns false.
 *
 * @param emit gets the hash, the hash up to names, and where the token begins and ends; a line-end token ends where the next line's text begins
 */
export function scan(text: string, emit: (hash: number, shape: number, start: number, end: number) => boolean): void {
  let index = 0;
  while (index < text.length) {
    const start = index;
    const code = text.charCodeAt(index);
    const kind = classOf(code);
    index += 1;
    if (kind === blank) continue;
    if (kind === newline) {
      while (index < text.length && classOf(text.charCodeAt(index)) >= blank) index += 1;
      if (!emit(lineEnd, lineEnd, start, index)) return;
      continue;
    }
    if (kind !== plain) {
      const bound = Math.min(text.length, start + maxTokenLength);
      while (index < bound && classOf(text.charCodeAt(index)) === kind) index += 1;
    }
    const hash = hashOf(text, start, index);
    if (!emit(hash, kind === word ? shapeOf(code, hash) : hash, start, index)) return;
  }
}

/** The hash of a word up to names: a keyword is itself, a number any number, everything else any name. */
export function shapeOf(firstCode: number, hash: number): number {
  if (firstCode >= 48 && firstCode <= 57) return anyNumber;
  return keywords.has(hash) ? hash : anyName;
}
