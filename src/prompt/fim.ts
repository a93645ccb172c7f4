import type { CompletionRequest } from '../domain/completion.ts';
import type { FimFormat } from '../settings/settings.ts';
import { show } from '../settings/shownValue.ts';
import { type FileRule, type FimFamily, fimFamilies, type FimFamilyName, fimFamilyNames } from './fimTemplates.ts';
import { normaliseModel } from './modelName.ts';

/** How one backend is asked: by a family's template, or with prefix and suffix as the API's own fields. */
export type ResolvedFormat = FimFamilyName | 'suffix';

/** A file beside the current one that may help. */
export interface ContextFile {
  /** Relative to the workspace, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

/** More are refused by some servers. @see https://platform.openai.com/docs/api-reference/completions/create#completions-create-stop */
export const maximumStops = 4;

/** The family that a model's name belongs to; `undefined` when Failsoft knows none: it is never guessed. */
export function familyOf(model: string): FimFamilyName | undefined {
  const name = normaliseModel(model);
  return fimFamilyNames.find((family) => fimFamilies[family].pattern.test(name));
}

/**
 * The format for a backend.
 *
 * @returns with `warning`, one sentence for a person, when the model is unknown (then the server has to know best) or when the setting
 *   contradicts the model's name (then the setting wins)
 */
export function resolveFim(model: string, configured: FimFormat): { readonly format: ResolvedFormat; readonly warning?: string } {
  const family = familyOf(model);
  if (configured === 'auto') {
    if (family) return { format: family };
    return {
      format: 'suffix',
      warning:
        `the model ${show(model)} is in no known fill-in-the-middle family; the text after the cursor goes in a field of its own, ` +
        `which some servers ignore; use protocol openai-chat or set fim to one of suffix, ${fimFamilyNames.join(', ')}`,
    };
  }
  // Nobody who lets the server build the prompt contradicts a model.
  if (configured === 'suffix' || !family || isSameTemplate(fimFamilies[configured], fimFamilies[family])) return { format: configured };
  return {
    format: configured,
    warning: `fim is ${configured}, but the model ${show(model)} is in the family ${family}; using ${configured}`,
  };
}

/** Several families share their markers; using one for the other is no mistake. */
function isSameTemplate(one: FimFamily, other: FimFamily): boolean {
  return one.order === other.order && one.prefix === other.prefix && one.suffix === other.suffix && one.middle === other.middle;
}

/** Every token of a family that is not text: markers, ends of answers, separators of files and turns. */
export function tokensOf({ prefix, suffix, middle, opening, closing, stop, special }: FimFamily): readonly string[] {
  const all = [prefix, suffix, middle, opening, closing].flatMap((token) => token?.trim() ?? []);
  return [...new Set([...all, ...stop, ...special])].filter((token) => token !== '');
}

/** Tokens that are ordinary words in a usage line, in prose or in HTML: tokens only to their own family. */
const ordinaryWords: ReadonlySet<string> = new Set([
  ...['<filename>', '<reponame>', '<repo_name>', '<gh_stars>', '<eos>', '<PRE>', '<SUF>', '<MID>', '<EOT>'],
  ...['[PREFIX]', '[SUFFIX]', '[MIDDLE]', '[INST]', '[/INST]'],
]);

/** The tokens of all families that no program has as text. */
export const unmistakableTokens: readonly string[] = [...new Set(fimFamilyNames.flatMap((family) => tokensOf(fimFamilies[family])))].filter(
  (token) => !ordinaryWords.has(token),
);

/**
 * What must never be shown of an answer: the family's own tokens, and those of all others that cannot be meant as text.
 *
 * @param format `undefined` for a backend that is not asked by a template
 */
export function answerTokens(format: ResolvedFormat | undefined): readonly string[] {
  if (format === undefined || format === 'suffix') return unmistakableTokens;
  return [...new Set([...tokensOf(fimFamilies[format]), ...unmistakableTokens])];
}

/**
 * The prompt for a request.
 *
 * A server reads a token that stands in the document as the token. So the text ends there, on the side away from the cursor: what is
 * sent is always a piece of the document as it is, and each marker occurs once.
 *
 * @param files further files, the most important last; those that hold a token are left out
 * @returns `stop` with at most {@link maximumStops} texts, the most important first; the filter cuts at the others
 */
export function formatFim(
  request: CompletionRequest,
  format: ResolvedFormat,
  files: readonly ContextFile[] = [],
): { prompt: string; suffix?: string; stop: string[] } {
  const ends = request.shape === 'line' ? ['\n'] : ['\n\n'];
  if (format === 'suffix') {
    const { prefix, suffix } = betweenTokens(request, tokenPatterns.suffix);
    return { prompt: prefix, suffix, stop: ends };
  }
  const family = fimFamilies[format];
  const pattern = tokenPatterns[format];
  const { prefix, suffix } = betweenTokens(request, pattern);
  const { before, head } = inFront(request, family.files, files, pattern);
  const first = `${family.prefix}${head}${prefix}`;
  const second = `${family.suffix}${suffix}`;
  const ordered = family.order === 'psm' ? `${first}${second}` : `${second}${first}`;
  return {
    prompt: `${family.opening ?? ''}${before}${ordered}${family.middle}${family.closing ?? ''}`,
    stop: [...ends, ...family.stop].slice(0, maximumStops),
  };
}

/** What the family's rule for files puts ahead of the markers, and at the beginning of the text before the cursor. */
function inFront(
  request: CompletionRequest,
  rule: FileRule = {},
  files: readonly ContextFile[],
  pattern: RegExp,
): { before: string; head: string } {
  const isSafe = (text: string): boolean => !holds(text, pattern);
  const usable = rule.each === undefined ? [] : files.filter(({ path, text }) => isSafe(path) && isSafe(text));
  const values = { path: isSafe(request.path) ? request.path : '', mode: request.shape === 'line' ? 'LINE' : 'BLOCK' };
  const others = usable.map((file) => fill(rule.each ?? '', { ...values, ...file })).join('');
  const isNamed = usable.length > 0 || rule.isAlways === true;
  const current = isNamed ? fill(rule.current ?? '', values) : '';
  const head = isNamed ? fill(rule.head ?? '', values) : '';
  return rule.isInside ? { before: current, head: `${others}${head}` } : { before: `${others}${current}`, head };
}

/** Fills `{name}` in one pass, so that a text which holds `{path}` stays as it is. */
function fill(template: string, values: { readonly [Name in 'path' | 'text' | 'mode']?: string }): string {
  return template.replace(/\{(path|text|mode)\}/g, (_, name: keyof typeof values) => values[name] ?? '');
}

/** One expression for all tokens of a format; a search per token would read the document forty times. */
const tokenPatterns: { readonly [Name in ResolvedFormat]: RegExp } = {
  ...(Object.fromEntries(fimFamilyNames.map((name) => [name, anyOf(tokensOf(fimFamilies[name]))])) as { [Name in FimFamilyName]: RegExp }),
  suffix: anyOf(unmistakableTokens),
};

function anyOf(tokens: readonly string[]): RegExp {
  return new RegExp(tokens.map((token) => token.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')).join('|'), 'g');
}

/** Whether a text holds something that a server would read as a token of the format. */
export function holdsToken(text: string, format: ResolvedFormat): boolean {
  return holds(text, tokenPatterns[format]);
}

function holds(text: string, pattern: RegExp): boolean {
  return text.search(pattern) >= 0;
}

/** The text around the cursor up to the nearest token on each side. */
function betweenTokens({ prefix, suffix }: CompletionRequest, pattern: RegExp): { prefix: string; suffix: string } {
  const last = [...prefix.matchAll(pattern)].at(-1);
  const next = suffix.search(pattern);
  return {
    prefix: last ? prefix.slice(last.index + last[0].length) : prefix,
    suffix: next < 0 ? suffix : suffix.slice(0, next),
  };
}
