import { lineHead } from '../goldenPrompt.ts';
import { isInProse, quoted } from '../lines.ts';
import { nowAndThen, ofCode, type PromptCheck } from '../promptCheck.ts';

/** Signs of languages: a line that is certainly no code of most others. */
const signs = {
  pythonDefinition: /^\s*(?:def \w+\(.*\).*:|class \w+(?:\(.*\))?:|elif .+:|(?:from [\w.]+ )?import [\w.]+(?: as \w+)?$|if __name__ ==)/m,
  pythonBlock: /^\s*(?:if|for|while|else|try|except)\b[^{;]*:\s*$/m,
  scriptDeclaration: /^\s*(?:const|let) \w+\s*=|\bfunction\s*\w*\([^)]*\)\s*\{|\)\s*=>\s*\{|[!=]==\s|\bconsole\.log\(/m,
  variable: /^\s*var \w+ =/m,
  goDeclaration: /^\s*(?:func [\w(]|package \w+$)|\b\w+ := \w/m,
  rustDeclaration: /\bfn \w+\(|\blet mut \b|\bprintln!\(|^\s*use \w+(?:::\w+)+;/m,
  javaDeclaration: /^\s*(?:public|private|protected) (?:static )?(?:final )?(?:void|int|String|boolean|class) |System\.out\.print/m,
  rubyEnd: /^\s*def \w+[^(:]*$|^end$|\bputs ['"]/m,
  phpVariable: /<\?php|^\s*\$\w+->\w+|\becho ['"$]/m,
  statement: /;\s*$/m,
} as const;
type Sign = keyof typeof signs;

const scripts: readonly Sign[] = ['scriptDeclaration', 'variable'];
const programs: readonly Sign[] = [
  'pythonDefinition',
  'pythonBlock',
  'goDeclaration',
  'rustDeclaration',
  'javaDeclaration',
  'rubyEnd',
  'phpVariable',
];
const without = (...own: readonly Sign[]): readonly Sign[] => [...programs, ...scripts].filter((sign) => !own.includes(sign));

/** What is foreign to a language; one that is not here is not judged. */
const foreign: Readonly<Record<string, readonly Sign[]>> = {
  // A class field may be private, a label ends with a colon.
  typescript: without(...scripts, 'javaDeclaration'),
  javascript: without(...scripts),
  python: [...without('pythonDefinition', 'pythonBlock'), 'statement'],
  go: without('goDeclaration', 'variable'),
  rust: without('rustDeclaration', 'scriptDeclaration'),
  java: without('javaDeclaration', 'variable', 'pythonBlock'),
  csharp: without('javaDeclaration', 'variable', 'pythonBlock', 'rustDeclaration', 'scriptDeclaration'),
  cpp: without('pythonBlock', 'rubyEnd'),
  ruby: [...without('rubyEnd', 'pythonDefinition'), 'statement'],
  php: without('phpVariable', 'scriptDeclaration', 'javaDeclaration', 'pythonBlock'),
  css: without(),
  json: [...without(), 'statement'],
  yaml: without('pythonBlock'),
  sql: without(),
};

/** Code of another language. */
export const language: PromptCheck = {
  name: 'language',
  title: 'Another language',
  about: 'Code of another programming language than the file’s, recognised by declarations that the file’s language does not have.',
  alone: nowAndThen,
  judge: ofCode((text, { languageId, prefix, expected }) => {
    if (isInProse(lineHead(prefix))) return undefined;
    // What stands in strings and comments may be of any language.
    const code = text
      .split('\n')
      .filter((line) => !/^\s*(?:\/\/|#|--|\*|\/\*|<!--)/.test(line))
      .join('\n')
      .replace(/"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g, '""');
    const found = (foreign[languageId] ?? []).find((sign) => signs[sign].test(code) && !signs[sign].test(expected));
    return found && `is code of another language: ${quoted((signs[found].exec(code)?.[0] ?? '').trim())}`;
  }),
};
