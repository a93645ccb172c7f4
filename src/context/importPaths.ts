/** More imports than this are not followed, the first ones of a file counting. */
const maximumImports = 12;
/** Imports stand at the beginning of a file. In UTF-16 units. */
const reach = 8000;

/** How imports of a language family look, and what a path without an extension may mean. */
interface ImportRule {
  readonly languages: readonly string[];
  /**
   * The first group is the path as it is written. No two repeats that follow each other take the same character, and none that may
   * begin at every match runs to the end of the text: else a text can be made that costs the square of its length.
   */
  readonly pattern: RegExp;
  /** Paths relative to the importing file's folder that a written path may stand for; none for a path that leads out of the project. */
  readonly candidates: (written: string) => readonly string[];
}

const scriptEndings = ['.ts', '.tsx', '.js', '.jsx', '.mjs', '.cjs', '.vue', '.svelte', '.d.ts'];

const rules: readonly ImportRule[] = [
  {
    languages: ['typescript', 'typescriptreact', 'javascript', 'javascriptreact', 'vue', 'svelte'],
    pattern: /(?:\bfrom\s*|\bimport\s*(?:\(\s*)?|\brequire\s*\(\s*)["']([^"'\n]+)["']/g,
    candidates(written) {
      if (!/^\.\.?(?:\/|$)/.test(written)) return [];
      // `./a.js` in TypeScript may mean `./a.ts`.
      const bare = written.replace(/\.[cm]?jsx?$/, '');
      const names = [...new Set([written, bare])];
      if (/\.(?:[cm]?[jt]sx?|vue|svelte)$/.test(written) && bare === written) return [written];
      return [
        ...(bare === written ? [] : [written]),
        ...names.slice(-1).flatMap((name) => endings(name)),
        `${bare}/index.ts`,
        `${bare}/index.js`,
      ];
    },
  },
  {
    languages: ['python'],
    pattern: /^[ \t]*from[ \t]+([\w.]+)[ \t]+import\b/gm,
    candidates(written) {
      const dots = /^\.*/.exec(written)?.[0].length ?? 0;
      const steps = dots === 0 ? '' : '../'.repeat(dots - 1);
      const path = steps + written.slice(dots).replaceAll('.', '/');
      return [`${path}.py`, `${path}/__init__.py`.replace(/^\//, '')];
    },
  },
  {
    languages: ['c', 'cpp', 'objective-c', 'objective-cpp', 'cuda-cpp'],
    pattern: /^[ \t]*#[ \t]*(?:include|import)[ \t]+"([^"\n]+)"/gm,
    candidates: (written) => [written],
  },
  {
    languages: ['ruby'],
    pattern: /^[ \t]*require_relative[ \t(]+["']([^"'\n]+)["']/gm,
    candidates: (written) => [written.endsWith('.rb') ? written : `${written}.rb`],
  },
  {
    languages: ['rust'],
    pattern: /^[ \t]*(?:pub(?:\([^)\n]*\))?[ \t]+)?mod[ \t]+(\w+)[ \t]*;/gm,
    candidates: (written) => [`${written}.rs`, `${written}/mod.rs`],
  },
  {
    languages: ['css', 'scss', 'less'],
    pattern: /@(?:import|use|forward)\s+(?:url\()?["']([^"'\n]+)["']/g,
    candidates: (written) => (/\.\w+$/.test(written) ? [written] : [`${written}.scss`, `${written}.css`, `${written}.less`]),
  },
];

function endings(name: string): string[] {
  return scriptEndings.map((ending) => name + ending);
}

/** An import, with the URIs that it may stand for, the likeliest first. Empty: only the language server knows. */
export interface WrittenImport {
  readonly written: string;
  /** Where it stands, in UTF-16 units from the beginning of the text. */
  readonly offset: number;
  readonly ids: readonly string[];
}

/**
 * The imports at the beginning of a text whose files lie beside it, found by their form alone.
 *
 * @param documentId URI of the importing document
 */
export function importsIn(text: string, languageId: string, documentId: string): WrittenImport[] {
  const rule = rules.find(({ languages }) => languages.includes(languageId));
  if (!rule || !URL.canParse(documentId)) return [];
  const found = new Map<string, WrittenImport>();
  for (const match of text.slice(0, reach).matchAll(rule.pattern)) {
    const written = match[1] ?? '';
    const offset = match.index + match[0].indexOf(written);
    if (found.size < maximumImports && !found.has(written)) {
      found.set(written, { written, offset, ids: rule.candidates(written).flatMap((path) => resolved(path, documentId)) });
    }
  }
  return [...found.values()].filter(({ written, ids }) => ids.length > 0 || isAlias(written));
}

/** A path such as `@/cart` or `#lib/cart`, which a project's settings map to its own files; a package's name is none. */
function isAlias(written: string): boolean {
  return /^(?:[@~]\/|[~#]\w|src\/|app\/|lib\/)/.test(written);
}

function resolved(path: string, documentId: string): string[] {
  const base = new URL(documentId);
  const url = URL.canParse(path, documentId) ? new URL(path, base) : undefined;
  // A path cannot lead to another scheme or host.
  return url && url.protocol === base.protocol && url.host === base.host ? [url.href] : [];
}
