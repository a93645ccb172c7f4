import type { SecretRule, Span } from './secretRule.ts';

/** Least randomness of a value that counts as a secret, in bits a character. Words and paths lie below 3.5, random Base64 above 4. */
export const leastEntropy = 3.5;

/** A value given to a name that says it is a secret. In group 1 what stands before the value. */
const assigned =
  /((?:secret|passw(?:or)?d|passphrase|token|api[_-]?key|access[_-]?key|private[_-]?key|credential|auth)[\w.-]{0,30}["'`\]]{0,2}[ \t]{0,4}(?::=|=>|[:=])[ \t]{0,4}["'`])([^\s"'`$<>{}()]{16,200})(?=["'`])/gi;

/** Three parts of Base64url, the first two JSON objects. @see RFC 7519 */
const webToken = /\beyJ[\w-]{8,4000}\.eyJ[\w-]{8,8000}\.[\w-]{8,4000}/g;

/** The marks of a private key in text form. @see RFC 7468 */
const keyBegin = /-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----/g;
const keyEnd = /-----END [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----/g;
/** Base64 behind the first mark, also within a string with line breaks in it. */
const keyText = /(?:(?:\\[nr]|[\s"'`+,])*[A-Za-z0-9+/=]{16,})*/y;
/** Text of a private key, in characters: RSA with 16384 bits has some 12 000. */
const longestKey = 20_000;
const base64Line = /^[\s"'+]*[A-Za-z0-9+/=]{16,}(?:\\n)?[\s"',+]*$/;

/** A key of Google's services. @see https://cloud.google.com/docs/authentication/api-keys */
const googleKey = /\bAIza[\w-]{35}(?![\w-])/g;

/** Keys that begin with the name of their kind and that the library's rules do not know. In group 1 what is random. */
const prefixed =
  /\b(?:sk-(?:or-v1-|proj-)?|xai-|pplx-|nvapi-|r8_|do[opr]_v1_|dckr_pat_|pypi-|rubygems_|npm_|AGE-SECRET-KEY-1|ya29\.|sq0[a-z]{3}-)([\w-]{20,400})/g;

/** What the library's rules leave out. */
export const ownSecretRules: readonly SecretRule[] = [
  { name: 'assigned', find: (text) => [...text.matchAll(assigned)].flatMap((match) => assignedValue(match)) },
  { name: 'prefixed-key', find: (text) => wholeMatches(text, prefixed, (match) => looksRandom(match[1] ?? '')) },
  { name: 'web-token', find: (text) => wholeMatches(text, webToken) },
  { name: 'google-key', find: (text) => wholeMatches(text, googleKey) },
  { name: 'private-key', find: privateKeys },
];

function wholeMatches(text: string, pattern: RegExp, isSecret: (match: RegExpExecArray) => boolean = () => true): Span[] {
  return [...text.matchAll(pattern)].filter(isSecret).map((match) => ({ start: match.index, end: match.index + match[0].length }));
}

function assignedValue(match: RegExpExecArray): Span[] {
  const [, before = '', value = ''] = match;
  // An address is a secret only by what is in it, and other rules look for that.
  if (/^(?:https?|file|data):/i.test(value) || !looksRandom(value)) return [];
  const start = match.index + before.length;
  return [{ start, end: start + value.length }];
}

/** From mark to mark; where one of them lies outside of the text, the other with the Base64 beside it. */
function privateKeys(text: string): Span[] {
  const ends = [...text.matchAll(keyEnd)];
  const spans = [...text.matchAll(keyBegin)].map((begin): Span => {
    const bodyStart = begin.index + begin[0].length;
    const end = ends.find(({ index }) => index >= bodyStart);
    if (end && end.index - bodyStart <= longestKey) return { start: begin.index, end: end.index + end[0].length };
    keyText.lastIndex = bodyStart;
    return { start: begin.index, end: bodyStart + (keyText.exec(text)?.[0].length ?? 0) };
  });
  return [...spans, ...ends.map((end) => ({ start: base64Above(text, end.index), end: end.index + end[0].length }))];
}

/** Where the lines of Base64 directly above a place begin. */
function base64Above(text: string, place: number): number {
  let start = place;
  while (start > 0) {
    const lineStart = text.lastIndexOf('\n', start - 2) + 1;
    if (!base64Line.test(text.slice(lineStart, start))) break;
    start = lineStart;
  }
  return start;
}

function looksRandom(value: string): boolean {
  return /[A-Za-z]/.test(value) && /\d/.test(value) && entropyOf(value) >= leastEntropy;
}

/** Shannon's entropy of the characters, in bits a character. */
function entropyOf(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let sum = 0;
  for (const count of counts.values()) sum -= (count / text.length) * Math.log2(count / text.length);
  return sum;
}
