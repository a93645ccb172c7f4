/**
 * The name that was probably meant: the nearest by edits, if at most a third of it is wrong.
 *
 * @see Wagner and Fischer, "The string-to-string correction problem", J. ACM 21 (1974)
 */
export function nearestName(given: string, known: readonly string[]): string | undefined {
  let best: string | undefined;
  let least = Infinity;
  for (const name of known) {
    // Nobody mistypes a name to three times its length; the table stays small whatever is in the file.
    if (given.length > 3 * name.length) continue;
    const edits = editsBetween(given.toLowerCase(), name.toLowerCase());
    if (edits < least) [best, least] = [name, edits];
  }
  return best !== undefined && least <= Math.max(1, best.length / 3) ? best : undefined;
}

function editsBetween(one: string, other: string): number {
  let above = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let row = 1; row <= one.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= other.length; column += 1) {
      const replaced = (above[column - 1] ?? 0) + (one[row - 1] === other[column - 1] ? 0 : 1);
      current.push(Math.min(replaced, (above[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    above = current;
  }
  return above[other.length] ?? 0;
}
