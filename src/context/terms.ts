/** Longer runs are no names but data. */
const longestTerm = 60;

/** A name of three characters or more; shorter ones are everywhere. */
const name = /[\p{L}_$][\p{L}\p{N}_$]{2,}/gu;

/** Words that every program has. What else is common is found out by counting. */
const keywords = new Set(
  (
    'abstract and async await bool boolean break case catch char class const constructor continue def default del delete elif else elsif end ' +
    'enum except export extends extern false False final finally float for foreach from func function get goto global if implements import in ' +
    'include instanceof int interface is lambda let long match module mut namespace new nil None nonlocal not null number object override ' +
    'package pass private protected public pub raise readonly require return self set short static string struct super switch template this ' +
    'throw throws trait true True try type typedef typeof undefined union unsigned use using var virtual void volatile where while with yield'
  ).split(' '),
);

/** The names in a text with the place of each one's first occurrence, in this order, keywords left out. */
export function placesOfTerms(text: string): Map<string, number> {
  const places = new Map<string, number>();
  for (const { 0: term, index } of text.matchAll(name)) {
    if (term.length <= longestTerm && !keywords.has(term) && !places.has(term)) places.set(term, index);
  }
  return places;
}

const partOfWord = /[\p{L}\p{N}_$]/u;

/** Where the word begins that a text ends with; its length when it ends with none. */
export function startOfLastWord(text: string): number {
  let start = text.length;
  while (start > 0 && partOfWord.test(text[start - 1] ?? '')) start -= 1;
  return start;
}
