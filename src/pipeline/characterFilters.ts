import type { Filter } from './filter.ts';

/** Line ends as in a request; a control character other than a tab ends the text, because no source code holds one. */
export const plainCharacters: Filter = (text) => {
  const lf = text.replace(/\r\n?/g, '\n');
  const control = lf.search(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffd]/);
  return control < 0 ? lf : lf.slice(0, control);
};

/** Half of a character beyond the first plane, left by a cut, would be shown as a box. */
export const wholeCharacters: Filter = (text) => text.slice(0, loneSurrogateAt(text));

function loneSurrogateAt(text: string): number {
  for (let at = 0; at < text.length; at++) {
    const code = text.codePointAt(at) ?? 0;
    if (code >= 0xd800 && code <= 0xdfff) return at;
    if (code > 0xffff) at += 1;
  }
  return text.length;
}

/**
 * Characters that change the direction of what follows make code look different from what it does. A model's text may hold them only
 * where the document does; right-to-left letters themselves are no harm.
 *
 * @see CVE-2021-42574
 */
export const noDirectionTricks: Filter = (text, request) => {
  const at = text.search(directionMarks);
  return at < 0 || directionMarks.test(request.prefix + request.suffix) ? text : text.slice(0, at);
};

const directionMarks = /[\u202a-\u202e\u2066-\u2069]/;
