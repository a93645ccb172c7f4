/** What has to be known of a language to find where a block of it ends. Not a grammar: enough to skip strings and comments. */
export interface Syntax {
  readonly lineComments: readonly string[];
  readonly blockComments: readonly (readonly [open: string, close: string])[];
  /** Delimiters of strings that end with their line at the latest. */
  readonly strings: readonly string[];
  /** Delimiters of strings that may run over lines; tried before `strings`. */
  readonly longStrings: readonly string[];
  /** What, at the end of a line, opens a block that the next lines fill. Brackets and a line end within them are found apart. */
  readonly opener?: RegExp;
  /** Of the lines that `opener` finds, those that surely are whole; default: all of them. `if a` may still become `if any?`. */
  readonly wholeOpener?: RegExp;
  /** A line at the indentation of the block that ends it and belongs to it. */
  readonly closer: RegExp;
  /** A line at the indentation of the block that goes on with the same statement. */
  readonly continuation?: RegExp;
}

const brackets = /^\s*[)\]}]/;
const cLike = { lineComments: ['//'], blockComments: [['/*', '*/']], closer: brackets } as const;
// Words after a closing bracket, the rest of a chain, and the cases of a switch, which many write as deep as the switch.
const braceWords = /^\s*(?:(?:else|catch|finally|while)\b|[.?:]|&&|\|\||case\b.*:|default\s*:)/;

// The labels of a switch and of a class in C++.
const label = /^\s*(?:case\b.*|default|public|private|protected)\s*:$/;

const script: Syntax = { ...cLike, opener: label, strings: ['"', "'"], longStrings: ['`'], continuation: braceWords };
const braces: Syntax = { ...cLike, opener: label, strings: ['"', "'"], longStrings: ['"""'], continuation: braceWords };
const go: Syntax = {
  ...cLike,
  opener: label,
  strings: ['"', "'"],
  longStrings: ['`'],
  continuation: /^\s*(?:else\b|case\b.*:|default\s*:)/,
};
// A quote in Rust is a lifetime more often than a character.
const rust: Syntax = { ...cLike, strings: [], longStrings: ['"'], continuation: /^\s*(?:\.|\?|else\b|where\b)/ };
const python: Syntax = {
  lineComments: ['#'],
  blockComments: [],
  strings: ['"', "'"],
  longStrings: ['"""', "'''"],
  // A statement, or the end of a head over several lines. Not the `:` of a type, a slice or an entry.
  opener: /^\s*(?:(?:async|def|class|if|elif|else|for|while|try|except|finally|with|match|case|func|proc|enum|static)\b|\)).*:\s*(?:#.*)?$/,
  closer: brackets,
  continuation: /^\s*(?:else|elif|except|finally|case)\b/,
};
const ruby: Syntax = {
  lineComments: ['#'],
  blockComments: [],
  strings: ['"', "'"],
  longStrings: [],
  opener:
    /(?:^\s*(?:def|class|module|if|unless|while|until|for|case|begin)\b(?!.*\bend\s*$).*|\bdo(?:\s*\|[^|]*\|)?|=\s*(?:if|case|begin|unless)\b.*|^\s*(?:else|elsif|when|in|rescue|ensure)\b.*)$/,
  wholeOpener: /(?:\bdo(?:\s*\|[^|]*\|)?|\bthen|^\s*(?:begin|else|ensure)|^\s*(?:def|class|module)\b.*\))$/,
  closer: /^\s*(?:end\b|[)\]}])/,
  continuation: /^\s*(?:else|elsif|when|in|rescue|ensure)\b|^\s*&?\./,
};
const lua: Syntax = {
  lineComments: ['--'],
  blockComments: [['--[[', ']]']],
  strings: ['"', "'"],
  longStrings: [],
  opener: /(?:\b(?:then|do|else|repeat)|\bfunction\b[^)]*\))\s*$/,
  closer: /^\s*(?:end\b|until\b|[)\]}])/,
  continuation: /^\s*(?:else|elseif)\b/,
};
const shell: Syntax = {
  lineComments: ['#'],
  blockComments: [],
  strings: [],
  longStrings: ['"', "'"],
  opener: /(?:\b(?:then|do|else)|\bin)\s*$/,
  closer: /^\s*(?:fi|done|esac|\}|\))(?:\s|;|$)/,
  continuation: /^\s*(?:else|elif|then|do)\b/,
};
const markup: Syntax = {
  lineComments: [],
  blockComments: [['<!--', '-->']],
  strings: [],
  longStrings: [],
  opener: /<[a-z][^<>/]*>\s*$/i,
  closer: /^\s*(?:<\/|\/?>)/,
};
const yaml: Syntax = {
  lineComments: ['#'],
  blockComments: [],
  strings: ['"', "'"],
  longStrings: [],
  opener: /(?::|[|>][+-]?|:\s+[&!]\S+)\s*$/,
  closer: brackets,
};
const flat: Syntax = { lineComments: ['#'], blockComments: [], strings: ['"', "'"], longStrings: ['"""'], closer: brackets };
const css: Syntax = { lineComments: [], blockComments: [['/*', '*/']], strings: ['"', "'"], longStrings: [], closer: brackets };
const json: Syntax = { lineComments: ['//'], blockComments: [['/*', '*/']], strings: ['"'], longStrings: [], closer: brackets };
const sql: Syntax = { lineComments: ['--'], blockComments: [['/*', '*/']], strings: ["'", '"'], longStrings: [], closer: brackets };

/** By the editor's language identifier. */
const byLanguage: Readonly<Record<string, Syntax>> = {
  ...all(script, 'typescript', 'javascript', 'typescriptreact', 'javascriptreact', 'vue', 'svelte', 'dart'),
  ...all(braces, 'java', 'c', 'cpp', 'csharp', 'kotlin', 'swift', 'php', 'scala', 'groovy', 'objective-c', 'cuda-cpp'),
  ...all(css, 'css', 'scss', 'less'),
  ...all(json, 'json', 'jsonc', 'jsonl', 'json5'),
  ...all(markup, 'html', 'xml', 'xsl', 'handlebars', 'razor'),
  ...all(shell, 'shellscript', 'makefile', 'dockerfile'),
  ...all(python, 'python', 'gdscript', 'nim', 'coffeescript'),
  ...all(ruby, 'ruby', 'crystal', 'elixir'),
  ...all(flat, 'toml', 'ini', 'properties', 'r', 'perl', 'plaintext', 'markdown'),
  go,
  rust,
  lua,
  sql,
  yaml,
  dockercompose: yaml,
};

/** Whether what follows a line belongs into it: it ends with an opening bracket, an arrow or what else opens a block. */
export function opensBlock(line: string, { opener }: Pick<Syntax, 'opener'>): boolean {
  const trimmed = line.trimEnd();
  if (/[([{]$/.test(trimmed) || trimmed.endsWith('=>')) return true;
  // Nobody writes a line like this, and an expression may take the square of its length.
  return trimmed.length <= longestOpener && opener?.test(trimmed) === true;
}

const longestOpener = 1000;

/** The syntax of a language; of C's family for one that is not known, because most are. */
export function syntaxOf(languageId: string): Syntax {
  return Object.hasOwn(byLanguage, languageId) ? (byLanguage[languageId] ?? braces) : braces;
}

function all(syntax: Syntax, ...languageIds: readonly string[]): Record<string, Syntax> {
  return Object.fromEntries(languageIds.map((id) => [id, syntax]));
}
