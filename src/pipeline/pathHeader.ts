import type { Filter } from './filter.ts';

/** A comment that holds a path and nothing else, as prompts put it above a file. */
const header =
  /^\s*(?:\/\/|#|--|;|<!--|\/\*)\s*(?:file(?:name)?|path)?\s*:?\s*[`"]?(?<path>[\w@.()[\]-]+(?:[\\/][\w@.()[\]-]+)*\.\w{1,8})[`"]?\s*(?:-->|\*\/)?\s*$/i;

/** A longer line is no header; the expression would take the square of its length. In UTF-16 units. */
const longestHeader = 300;

/**
 * Models that saw file headers in prompts write them: one that names this file is dropped, one that names another ends the text,
 * because what follows belongs to that file.
 */
export const dropPathHeaders: Filter = (text, request) => {
  const isLineStart = request.prefix === '' || /\n[ \t]*$/.test(request.prefix);
  const lines = text.split('\n');
  const kept: string[] = [];
  for (const [index, line] of lines.entries()) {
    const path = line.length <= longestHeader && (index > 0 || isLineStart) ? header.exec(line)?.groups?.['path'] : undefined;
    if (path === undefined) kept.push(line);
    else if (!isSame(path, request.path)) break;
  }
  return kept.length === lines.length ? text : kept.join('\n');
};

function isSame(path: string, own: string): boolean {
  const name = (text: string): string => text.replaceAll('\\', '/').split('/').at(-1) ?? '';
  return name(path) === name(own);
}
