/** The parts of a document that tell its language. */
export interface NamedDocument {
  readonly uri: { readonly path: string; toString(): string };
  readonly languageId: string;
}

/**
 * Whether a file is of a language that is switched off. The editor knows the language of open documents only, and opening a file to ask
 * starts language servers on it; so one that is not open is taken to be of the language of those that are and end alike, and of a
 * language that is off when there is none: then its text stays here.
 *
 * @param disabled identifiers, as they stand in the settings
 */
export function isLanguageOff(uri: NamedDocument['uri'], disabled: readonly unknown[], open: readonly NamedDocument[]): boolean {
  if (disabled.length === 0) return false;
  const itself = open.filter((each) => each.uri.toString() === uri.toString());
  const alike = itself.length > 0 ? itself : open.filter((each) => endingOf(each.uri.path) === endingOf(uri.path));
  return alike.length === 0 || alike.some(({ languageId }) => disabled.includes(languageId));
}

/** `.ts` of `a/cart.ts`; the whole name where there is no dot, as in `Makefile`. */
function endingOf(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return name.slice(Math.max(0, name.lastIndexOf('.')));
}
