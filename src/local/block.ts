import type { Candidate } from './candidate.ts';
import { lineEnd } from './token.ts';

/** Most lines that are added below the current one. */
const maxLines = 12;

/** Lines that have to be the same, token by token, before a block is copied: the current one and the one above. */
const equalLines = 2;

/**
 * The lines that follow the current one up to the end of its block, re-indented, with a leading line break; empty when the
 * places where the same was written before disagree about them.
 *
 * @param voters the places that end their line here, the best first
 * @param indent indentation of the current line
 */
export function blockAfter(voters: readonly Candidate[], indent: string): string {
  const alike = voters.filter(({ lines }) => lines >= equalLines);
  const [best, ...others] = alike;
  if (best === undefined) return '';
  const block = blockOf(best, indent);
  return others.every((other) => blockOf(other, indent) === block) ? block : '';
}

function blockOf({ place: { segment }, position }: Candidate, indent: string): string {
  const { text } = segment;
  const lineStart = text.lastIndexOf('\n', Math.max(0, segment.end(position) - 1)) + 1;
  const base =
    /^[ \t]*/.exec(text.slice(segment.hash(position) === lineEnd ? segment.start(position) : lineStart, lineStart + 200))?.[0] ?? '';
  const from = text.indexOf('\n', segment.start(position + 1));
  const lines = from < 0 ? [] : text.slice(from + 1, from + 1 + maxLines * 200).split('\n', maxLines + 1);
  const block: string[] = [];
  for (const line of lines) {
    const isBlank = line.trim() === '';
    const isDeeper = line.startsWith(base) && /^[ \t]/.test(line.slice(base.length));
    if (isDeeper) block.push(indent + line.slice(base.length));
    else if (isBlank && block.length > 0) block.push('');
    else {
      // The line that closes the block belongs to it; whatever else comes at this depth does not.
      if (block.length > 0 && line.startsWith(base) && /^[)\]}]+[;,)]*$/.test(line.slice(base.length)))
        block.push(indent + line.slice(base.length));
      else while (block.at(-1) === '') block.pop();
      return block.length === 0 ? '' : `\n${block.join('\n')}`;
    }
  }
  // The block does not end within sight: half a block is worse than none.
  return '';
}
