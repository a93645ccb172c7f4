/**
 * A glob of the editor's settings as patterns of git: what has no `**` at its beginning stands at the root of the folder. Alternatives
 * in braces become a pattern each; of more than `mostAlternatives` none is left.
 *
 * @see https://code.visualstudio.com/docs/editor/glob-patterns
 */
export function gitPatternsOf(glob: string): string[] {
  return [...new Set(alternativesOf(glob.trim().replace(/^\.\//, '')))]
    .filter((pattern) => pattern !== '')
    .map((pattern) => (pattern.startsWith('**/') || pattern.startsWith('/') ? pattern : `/${pattern}`));
}

const mostAlternatives = 100;

function alternativesOf(glob: string): string[] {
  let left = [glob];
  for (;;) {
    const next = left.flatMap(firstAlternatives);
    if (next.length > mostAlternatives) return [];
    if (next.length === left.length && next.every((each, index) => each === left[index])) return next;
    left = next;
  }
}

/** Expands the first innermost braces. */
function firstAlternatives(glob: string): string[] {
  const found = /\{([^{}]*)\}/.exec(glob);
  if (found === null) return [glob];
  const before = glob.slice(0, found.index);
  const after = glob.slice(found.index + found[0].length);
  return (found[1] ?? '').split(',').map((each) => before + each + after);
}

/** What `files.exclude` and `search.exclude` leave out. An entry that depends on another file (`when`) is left to the editor's search. */
export function excludedPatterns(...settings: readonly unknown[]): string[] {
  const globs = settings.flatMap((setting) =>
    typeof setting === 'object' && setting !== null ? Object.entries(setting).flatMap(([glob, is]) => (is === true ? [glob] : [])) : [],
  );
  return [...new Set(globs.flatMap(gitPatternsOf))];
}

/**
 * Globs of folders that git ignores at the root, for the editor's search to leave out: only what a line says plainly, since whatever
 * is found is asked about again. None when a line brings something back.
 */
export function plainlyIgnored(gitignore: string): string[] {
  const lines = gitignore.split(/\r\n?|\n/).map((line) => line.trim());
  if (lines.some((line) => line.startsWith('!'))) return [];
  return lines.flatMap((line) => (/^[\w.-]+\/?$/.test(line) ? [`**/${line.replace(/\/$/, '')}`] : [])).slice(0, mostAlternatives);
}
