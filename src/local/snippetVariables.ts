import type { EpochMillis } from '../base/clock.ts';
import { syntaxOf } from '../domain/syntax.ts';
import { escapeBody } from './snippetBody.ts';

/** Where a snippet is put. */
export interface VariablePlace {
  readonly languageId: string;
  /** URI of the document as text, and its path relative to the workspace folder. */
  readonly documentId: string;
  readonly path: string;
  /** The line up to the cursor; nothing stands behind the cursor in it. */
  readonly line: string;
  /** Zero-based. */
  readonly lineIndex: number;
  readonly now: EpochMillis;
}

/** Longer values are not transformed: a pattern of somebody's could take for ever. */
const longestTransformed = 200;
/** The same for a pattern with more repeats, or with one of a group. */
const mostRepeats = 3;
/** Longer bodies are nobody's snippet, and would take a while. In characters. */
const longestBody = 10_000;

/** What nobody can know before the text is taken, so that what is shown would not be what comes. */
const unknowable = /\$\{?(?:CLIPBOARD|RANDOM|RANDOM_HEX|UUID|WORKSPACE_NAME|WORKSPACE_FOLDER|CURSOR_INDEX|CURSOR_NUMBER)\b/;

/** A variable: `$NAME`, or `${NAME` and what ends it; or an escape, which is passed over. */
const variable =
  /\\[\s\S]|\$([A-Z_]\w*)|\$\{([A-Z_]\w*)(?:\}|:|\/((?:\\.|[^/\\])+)\/((?:\\.|\$\{\d+(?::[^}]*)?\}|\$(?!\{\d+(?::[^}]*)?\})|[^/\\$])*)\/([gimsuy]*)\})/gi;

/**
 * The body with each variable replaced by its value, since the editor shows nothing in its place before the text is taken.
 *
 * @returns `undefined` when it has a variable whose value cannot be told beforehand, or a transform that cannot be made
 * @see https://code.visualstudio.com/docs/editing/userdefinedsnippets#_variables
 */
export function resolveVariables(body: string, place: VariablePlace): string | undefined {
  if (!/\$\{?[A-Z_]/i.test(body)) return body;
  if (unknowable.test(body) || body.length > longestBody) return undefined;
  let text = '';
  let at = 0;
  variable.lastIndex = 0;
  for (let found = variable.exec(body); found; found = variable.exec(body)) {
    const [all, bare, braced, pattern, format, flags] = found;
    const name = bare ?? braced;
    text += body.slice(at, found.index);
    at = found.index + all.length;
    if (name === undefined) {
      text += all;
      continue;
    }
    const value = valueOf(name, place);
    if (pattern !== undefined) {
      const made = transformed(value ?? '', pattern, format ?? '', flags ?? '');
      if (made === undefined) return undefined;
      text += escapeBody(made);
    } else if (all.endsWith(':')) {
      // Its default is a body of its own.
      const end = closingOf(body, at);
      const fallback = end === undefined ? undefined : resolveVariables(body.slice(at, end), place);
      if (end === undefined || fallback === undefined) return undefined;
      text += value === undefined || value === '' ? fallback : escapeBody(value);
      at = end + 1;
      variable.lastIndex = at;
    } else text += escapeBody(value ?? name);
  }
  return text + body.slice(at);
}

/** The value; '' for one that is known and has none here, `undefined` for one that the editor does not know either. */
function valueOf(name: string, place: VariablePlace): string | undefined {
  const { path, line, lineIndex, documentId, languageId, now } = place;
  const file = path.split('/').at(-1) ?? '';
  const folder = pathOf(documentId).split('/').slice(0, -1);
  const syntax = syntaxOf(languageId);
  const [open = '', close = ''] = syntax.blockComments[0] ?? [];
  const values: Readonly<Record<string, string>> = {
    TM_SELECTED_TEXT: '',
    TM_CURRENT_LINE: line,
    TM_CURRENT_WORD: /\w*$/.exec(line.slice(-longestTransformed))?.[0] ?? '',
    TM_LINE_INDEX: String(lineIndex),
    TM_LINE_NUMBER: String(lineIndex + 1),
    TM_FILENAME: file,
    TM_FILENAME_BASE: file.replace(/(?<=.)\.[^.]*$/, ''),
    TM_DIRECTORY: folder.join('/'),
    TM_DIRECTORY_BASE: folder.at(-1) ?? '',
    TM_FILEPATH: pathOf(documentId),
    RELATIVE_FILEPATH: path,
    LINE_COMMENT: syntax.lineComments[0] ?? '',
    BLOCK_COMMENT_START: open,
    BLOCK_COMMENT_END: close,
  };
  return values[name] ?? (name.startsWith('CURRENT_') ? timeOf(name, new Date(now)) : undefined);
}

function pathOf(uri: string): string {
  try {
    return decodeURIComponent(new URL(uri).pathname);
  } catch {
    return uri;
  }
}

function timeOf(name: string, now: Date): string | undefined {
  const digits = (value: number): string => String(value).padStart(2, '0');
  const word = (options: Intl.DateTimeFormatOptions): string => now.toLocaleDateString('en-GB', options);
  const offset = -now.getTimezoneOffset();
  const values: Readonly<Record<string, () => string>> = {
    CURRENT_YEAR: () => String(now.getFullYear()),
    CURRENT_YEAR_SHORT: () => String(now.getFullYear()).slice(-2),
    CURRENT_MONTH: () => digits(now.getMonth() + 1),
    CURRENT_MONTH_NAME: () => word({ month: 'long' }),
    CURRENT_MONTH_NAME_SHORT: () => word({ month: 'short' }).slice(0, 3),
    CURRENT_DATE: () => digits(now.getDate()),
    CURRENT_DAY_NAME: () => word({ weekday: 'long' }),
    CURRENT_DAY_NAME_SHORT: () => word({ weekday: 'short' }).slice(0, 3),
    CURRENT_HOUR: () => digits(now.getHours()),
    CURRENT_MINUTE: () => digits(now.getMinutes()),
    CURRENT_SECOND: () => digits(now.getSeconds()),
    CURRENT_SECONDS_UNIX: () => String(Math.floor(now.getTime() / 1000)),
    CURRENT_TIMEZONE_OFFSET: () => `${offset < 0 ? '-' : '+'}${digits(Math.floor(Math.abs(offset) / 60))}:${digits(Math.abs(offset) % 60)}`,
  };
  return values[name]?.();
}

/** Where the brace that closes a default stands. */
function closingOf(body: string, from: number): number | undefined {
  let open = 1;
  for (let at = from; at < body.length; at += 1) {
    const character = body.charAt(at);
    if (character === '\\') at += 1;
    else if (body.startsWith('${', at)) open += 1;
    else if (character === '}' && (open -= 1) === 0) return at;
  }
  return undefined;
}

function transformed(value: string, pattern: string, format: string, flags: string): string | undefined {
  if (value.length > longestTransformed || mayTakeForEver(pattern)) return undefined;
  try {
    const expression = new RegExp(pattern.replaceAll(String.raw`\/`, '/'), flags);
    return value.replace(expression, (...given: readonly unknown[]) => formatted(format, given));
  } catch {
    // Not a pattern.
    return undefined;
  }
}

/** Snippets come with workspaces, too, and nobody has asked for them when their patterns are tried. */
function mayTakeForEver(pattern: string): boolean {
  const plain = pattern.replaceAll(/\\.|\[(?:\\.|[^\]\\])*\]/g, 'x');
  return /\)[*+{]/.test(plain) || (plain.match(/[*+{]/g)?.length ?? 0) > mostRepeats;
}

const formatPart = /\\([\s\S])|\$(\d+)|\$\{(\d+)(?::(?:\/(\w+)|\+([^}]*)|\?([^:}]*):([^}]*)|-?([^}]*)))?\}/g;

function formatted(format: string, groups: readonly unknown[]): string {
  return format.replace(formatPart, (...found: readonly unknown[]) => {
    const [, escaped, bare, braced, change, yes, both, no, otherwise] = found as readonly (string | undefined)[];
    if (escaped !== undefined) return escaped === 'n' ? '\n' : escaped;
    const given = groups[Number(bare ?? braced)];
    const group = typeof given === 'string' ? given : '';
    if (change !== undefined) return changed(group, change);
    if (yes !== undefined) return group === '' ? '' : yes;
    if (both !== undefined) return group === '' ? (no ?? '') : both;
    return group === '' ? (otherwise ?? '') : group;
  });
}

function changed(text: string, change: string): string {
  const words = text.match(/[a-zA-Z0-9]+/g) ?? [];
  const first = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
  const pascal = words.map(first).join('');
  switch (change) {
    case 'upcase':
      return text.toUpperCase();
    case 'downcase':
      return text.toLowerCase();
    case 'capitalize':
      return first(text);
    case 'pascalcase':
      return pascal;
    case 'camelcase':
      return pascal.charAt(0).toLowerCase() + pascal.slice(1);
    default:
      return text;
  }
}
