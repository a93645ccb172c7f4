/** How a language is cut into tokens: where its comments and strings begin and end. */
export interface LanguageSpec {
  /** What a comment to the end of the line begins with. */
  readonly lineComments: readonly string[];
  /** What a comment over lines begins and ends with. */
  readonly blockComments: readonly (readonly [open: string, close: string])[];
  /** Quotes of strings that end with the line at the latest. */
  readonly quotes: string;
  /** Quotes of strings that may go over lines. */
  readonly longQuotes: readonly string[];
  /** In this long string, what opens code that a `}` closes. */
  readonly interpolation?: { readonly quote: string; readonly open: string };
  /** `'` is a string only around a single character: elsewhere it is a lifetime, a label or an apostrophe. */
  readonly hasCharacters?: boolean;
  /** A `/` where a value is expected begins a regular expression. */
  readonly hasRegularExpressions?: boolean;
  /** A line comment counts only at the beginning of a word, as `#` in a shell. */
  readonly commentsAfterBlank?: boolean;
  /** Further characters that names may have, e.g. `-` in style sheets. */
  readonly nameCharacters?: string;
}

const cBlock = [['/*', '*/']] as const;
const htmlBlock = [['<!--', '-->']] as const;
const cLike: LanguageSpec = { lineComments: ['//'], blockComments: cBlock, quotes: '"', longQuotes: [], hasCharacters: true };
const script: LanguageSpec = {
  lineComments: ['//'],
  blockComments: cBlock,
  quotes: '"\'',
  longQuotes: ['`'],
  interpolation: { quote: '`', open: '${' },
  hasRegularExpressions: true,
};
const python: LanguageSpec = { lineComments: ['#'], blockComments: [], quotes: '"\'', longQuotes: ['"""', "'''"] };
const jvm: LanguageSpec = { ...cLike, longQuotes: ['"""'] };
const shell: LanguageSpec = { lineComments: ['#'], blockComments: [], quotes: '', longQuotes: ['"', "'"], commentsAfterBlank: true };
const styles: LanguageSpec = { lineComments: [], blockComments: cBlock, quotes: '"\'', longQuotes: [], nameCharacters: '-' };
const data: LanguageSpec = { lineComments: ['#'], blockComments: [], quotes: '"\'', longQuotes: [], commentsAfterBlank: true };
const markup: LanguageSpec = { lineComments: [], blockComments: htmlBlock, quotes: '"', longQuotes: [], nameCharacters: '-' };
const json: LanguageSpec = { lineComments: ['//'], blockComments: cBlock, quotes: '"', longQuotes: [] };
const prose: LanguageSpec = { lineComments: [], blockComments: htmlBlock, quotes: '', longQuotes: [] };
/** For languages that are not in the table: strings end with the line, and nothing is a comment. */
const other: LanguageSpec = { lineComments: [], blockComments: [], quotes: '"', longQuotes: [] };

interface Family {
  readonly spec: LanguageSpec;
  readonly languageIds: readonly string[];
  readonly endings: readonly string[];
}

/** Languages of one family are alike enough to be copied from one to the other. */
const families: readonly Family[] = [
  {
    spec: script,
    languageIds: ['typescript', 'typescriptreact', 'javascript', 'javascriptreact', 'vue', 'svelte'],
    endings: ['ts', 'mts', 'cts', 'tsx', 'js', 'mjs', 'cjs', 'jsx', 'vue', 'svelte'],
  },
  { spec: python, languageIds: ['python'], endings: ['py', 'pyi'] },
  {
    spec: { lineComments: ['//'], blockComments: cBlock, quotes: '"', longQuotes: ['`'], hasCharacters: true },
    languageIds: ['go'],
    endings: ['go'],
  },
  { spec: cLike, languageIds: ['rust'], endings: ['rs'] },
  { spec: jvm, languageIds: ['java'], endings: ['java'] },
  {
    spec: cLike,
    languageIds: ['c', 'cpp', 'cuda-cpp', 'objective-c', 'objective-cpp'],
    endings: ['c', 'h', 'cc', 'cpp', 'cxx', 'hpp', 'hh', 'm', 'mm', 'cu'],
  },
  { spec: { ...cLike, longQuotes: ['"""'] }, languageIds: ['csharp'], endings: ['cs'] },
  {
    spec: { lineComments: ['#'], blockComments: [['=begin', '=end']], quotes: '"\'', longQuotes: [], nameCharacters: '@' },
    languageIds: ['ruby'],
    endings: ['rb', 'rake'],
  },
  { spec: { ...cLike, lineComments: ['//', '#'], quotes: '"\'', hasCharacters: false }, languageIds: ['php'], endings: ['php'] },
  { spec: jvm, languageIds: ['kotlin', 'scala', 'groovy'], endings: ['kt', 'kts', 'scala', 'groovy', 'gradle'] },
  { spec: { ...cLike, longQuotes: ['"""'], hasCharacters: false }, languageIds: ['swift'], endings: ['swift'] },
  { spec: cLike, languageIds: ['dart', 'zig'], endings: ['dart', 'zig'] },
  { spec: shell, languageIds: ['shellscript', 'makefile', 'dockerfile'], endings: ['sh', 'bash', 'zsh', 'mk'] },
  { spec: markup, languageIds: ['html', 'xml', 'handlebars'], endings: ['html', 'htm', 'xml', 'svg', 'hbs'] },
  { spec: { ...styles, lineComments: ['//'] }, languageIds: ['scss', 'less'], endings: ['scss', 'less'] },
  { spec: styles, languageIds: ['css'], endings: ['css'] },
  { spec: json, languageIds: ['json', 'jsonc', 'jsonl'], endings: ['json', 'jsonc', 'jsonl'] },
  { spec: { ...data, nameCharacters: '-' }, languageIds: ['yaml', 'dockercompose'], endings: ['yaml', 'yml'] },
  {
    spec: { ...data, longQuotes: ['"""', "'''"], commentsAfterBlank: false },
    languageIds: ['toml', 'ini', 'properties'],
    endings: ['toml', 'ini', 'cfg'],
  },
  {
    spec: { lineComments: ['--'], blockComments: cBlock, quotes: '"\'', longQuotes: [] },
    languageIds: ['sql', 'lua'],
    endings: ['sql', 'lua'],
  },
  { spec: prose, languageIds: ['markdown', 'plaintext', 'restructuredtext', 'latex'], endings: ['md', 'txt', 'rst', 'tex'] },
  { spec: other, languageIds: [], endings: [] },
];

const lastFamily = families.length - 1;
const familyOfId = new Map(families.flatMap(({ languageIds }, family) => languageIds.map((id) => [id, family] as const)));
const familyOfEnding = new Map(families.flatMap(({ endings }, family) => endings.map((ending) => [ending, family] as const)));

/** The number of a language's family, for the specification and for telling whether two documents are of one kind. 0…255. */
export function familyOf(languageId: string, path: string): number {
  const byId = familyOfId.get(languageId);
  if (byId !== undefined) return byId;
  const ending = path.slice(path.lastIndexOf('.') + 1).toLowerCase();
  return familyOfEnding.get(ending) ?? lastFamily;
}

/** How the languages of a family are cut into tokens. */
export function specOf(family: number): LanguageSpec {
  return families[family]?.spec ?? other;
}

/** Words that are no names, in any of the languages: contexts that are equal up to names still have to agree in these. */
export const keywords: ReadonlySet<string> = new Set(
  (
    'abstract and as assert async await auto begin bool boolean break byte case catch chan char class const continue crate def default defer ' +
    'del delete do done double elif else elsif end enum esac except export extends extern false False fi final finally float fn for foreach ' +
    'friend from fun func function global go goto guard if impl implements import in inline instanceof int interface internal is lambda let ' +
    'long loop match mod module mut namespace new nil None not null number object of operator or out override package pass private protected ' +
    'protocol pub public raise range readonly ref require rescue return self Self sizeof static string struct super switch template then this ' +
    'throw throws trait true True try type typedef typeof undefined union unless unsafe unsigned use using val var virtual void volatile when ' +
    'where while with yield SELECT FROM WHERE INSERT UPDATE DELETE JOIN ON AND OR NOT NULL AS'
  ).split(' '),
);
