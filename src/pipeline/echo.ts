import type { Filter } from './filter.ts';

/** Of the text before the cursor, this many lines are looked at for an echo. */
export const echoLines = 30;

/** How much has to be said again before it counts as an echo. */
interface EchoBounds {
  /** Whole lines before the cursor's. */
  readonly lines: number;
  /** Characters of the cursor's line. */
  readonly characters: number;
}

/** The text before the cursor said again, once or more often: whole lines of it, the beginning of the cursor's line, or both. */
function echoFilter(bounds: EchoBounds): Filter {
  const once = withoutOneEcho(bounds);
  return (text, request) => {
    let said = text;
    for (let rest = once(said, request); rest.length < said.length; rest = once(said, request)) said = rest;
    return said;
  };
}

function withoutOneEcho(bounds: EchoBounds): Filter {
  return (text, request) => {
    const before = linesBefore(request.prefix);
    const line = (before.pop() ?? '').trimStart();
    const lines = text.replace(/^\s*\n/, '').split('\n');
    const repeated = repeatedLines(lines, before);
    const rest = lines.slice(repeated).join('\n');
    const bare = rest.trimStart();
    const said = line.trimEnd();
    const saysLine = hasWord(said) && bare.startsWith(said);
    if (!saysLine || (said.length < bounds.characters && repeated === 0)) return repeated >= bounds.lines ? rest : text;
    const behind = bare.slice(said.length);
    // White space that stands before the cursor already is said again too.
    return line.length > said.length ? behind.replace(/^[ \t]+/, '') : behind;
  };
}

/** For models that chat, which like to say again what they were given. */
export const dropEcho = echoFilter({ lines: 1, characters: 3 });

/** For models that continue text: a line of theirs may well be like the one before. */
export const dropPromptEcho = echoFilter({ lines: 2, characters: 8 });

/** Whether a line stands before the cursor: an echo may go on until it reaches the cursor. */
export function isSaidBefore(line: string, prefix: string): boolean {
  return (
    hasWord(line) &&
    linesBefore(prefix)
      .slice(0, -1)
      .some((other) => other.trim() === line.trim())
  );
}

/** The last lines, that of the cursor at the end. */
function linesBefore(prefix: string): string[] {
  let start = prefix.length;
  for (let line = 0; line <= echoLines && start > 0; line += 1) start = prefix.lastIndexOf('\n', start - 1);
  return prefix.slice(start + 1).split('\n');
}

/** How many of the first lines repeat the last lines before the cursor; lines of brackets alone prove nothing. */
function repeatedLines(lines: readonly string[], before: readonly string[]): number {
  for (let from = 0; from < before.length; from++) {
    const wanted = before.slice(from);
    const isRepeated = wanted.length <= lines.length && wanted.every((line, index) => line.trim() === lines[index]?.trim());
    if (isRepeated && wanted.some(hasWord)) return wanted.length;
  }
  return 0;
}

/** Whether a line says something that would hardly be there twice by chance. */
export const hasWord = (line: string): boolean => /\w{3}/.test(line);
