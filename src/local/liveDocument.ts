import type { CompletionRequest } from '../domain/completion.ts';
import type { Place } from './candidate.ts';
import { Segment } from './segment.ts';

/** Lines above and below the cursor that are searched. */
const maxLines = 2000;
/** The same as a bound in characters, for documents with very long lines. */
const maxCharacters = 120_000;
/** Lines directly above the cursor that are cut anew while typing, so that going up a little does not cut everything anew. */
const freshLines = 8;
/** The cursor may move away from what is cut by this much before everything is cut anew. */
const maxDrift = 4000;

interface Cut {
  readonly segment: Segment;
  /** Where it lies: characters before it (above) or after it (below). */
  readonly offset: number;
}

/** The document that is being typed in, as segments that stay the same from one keystroke to the next. */
export class LiveDocument {
  #documentId = '';
  #above: Cut | undefined;
  #below: Cut | undefined;
  #fresh: Segment | undefined;

  /** The document's text above and below the current line. The current line itself is the context, not a source. */
  places(request: CompletionRequest): Place[] {
    if (request.documentId !== this.#documentId) this.clear();
    this.#documentId = request.documentId;
    const lineStart = request.prefix.lastIndexOf('\n') + 1;
    const above = this.#cutAbove(request.prefix, lineStart);
    const fresh = this.#cutFresh(request.prefix.slice(above.offset + above.segment.text.length, lineStart));
    const below = this.#cutBelow(request.suffix);
    return [
      { segment: fresh, scope: 'above', rank: 0 },
      { segment: above.segment, scope: 'above', rank: 0 },
      { segment: below.segment, scope: 'below', rank: 0 },
    ];
  }

  clear(): void {
    this.#documentId = '';
    this.#above = undefined;
    this.#below = undefined;
    this.#fresh = undefined;
  }

  #cutAbove(prefix: string, lineStart: number): Cut {
    const kept = this.#above;
    if (kept !== undefined) {
      const end = kept.offset + kept.segment.text.length;
      if (end <= lineStart && lineStart - end <= maxDrift && prefix.startsWith(kept.segment.text, kept.offset)) return kept;
    }
    let end = lineStart;
    for (let line = 0; line < freshLines && end > 0; line += 1) end = prefix.lastIndexOf('\n', end - 2) + 1;
    let start = end;
    const bound = Math.max(0, end - maxCharacters);
    for (let line = 0; line < maxLines && start > bound; line += 1) start = prefix.lastIndexOf('\n', start - 2) + 1;
    this.#above = { segment: new Segment(prefix.slice(Math.max(start, bound), end)), offset: Math.max(start, bound) };
    return this.#above;
  }

  #cutFresh(text: string): Segment {
    if (this.#fresh?.text !== text) this.#fresh = new Segment(text);
    return this.#fresh;
  }

  #cutBelow(suffix: string): Cut {
    const kept = this.#below;
    const lineBreak = suffix.indexOf('\n');
    const lineEnd = lineBreak < 0 ? suffix.length : lineBreak + 1;
    if (kept !== undefined) {
      const start = suffix.length - kept.offset - kept.segment.text.length;
      if (start >= lineEnd && start - lineEnd <= maxDrift && suffix.startsWith(kept.segment.text, start)) return kept;
    }
    let end = lineEnd;
    const bound = Math.min(suffix.length, lineEnd + maxCharacters);
    for (let line = 0; line < maxLines && end < bound; line += 1) {
      const next = suffix.indexOf('\n', end);
      end = next < 0 ? suffix.length : next + 1;
    }
    end = Math.min(end, bound);
    this.#below = { segment: new Segment(suffix.slice(lineEnd, end), 'first'), offset: suffix.length - end };
    return this.#below;
  }
}
