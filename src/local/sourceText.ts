/** Longest file that is taken in, in characters. */
export const maxFileCharacters = 512 * 1024;
/** A file with longer lines on average was written by a program. */
const maxMeanLine = 200;
/** Replacement characters in so large a part of the text: it was no text in this encoding. */
const maxReplaced = 0.01;

/** Whether a text is source that somebody could go on writing: no binary, nothing minified, not too large. */
export function isSourceText(text: string): boolean {
  if (text === '' || text.length > maxFileCharacters || text.includes('\0')) return false;
  let lines = 1;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines += 1;
  if (text.length / lines > maxMeanLine) return false;
  let replaced = 0;
  for (let at = text.indexOf('\ufffd'); at >= 0; at = text.indexOf('\ufffd', at + 1)) replaced += 1;
  return replaced <= text.length * maxReplaced;
}
