import { blockEnd } from './blockEnd.ts';
import { dropStrayClosers } from './bracketFilter.ts';
import { noDirectionTricks, plainCharacters, wholeCharacters } from './characterFilters.ts';
import { dropPromptEcho } from './echo.ts';
import type { Filter } from './filter.ts';
import { bounded } from './enough.ts';
import { fitIndentation } from './indentation.ts';
import { dropLeadIn } from './leadIn.ts';
import { dropPathHeaders } from './pathHeader.ts';
import { dropRepetition } from './repetition.ts';
import { dropNextLineDuplicate, dropSuffixEcho, dropSuffixOverlap } from './suffixFilters.ts';

/** Cuts at the first special token that a server forgot to strip. */
export function stripTokens(tokens: readonly string[]): Filter {
  return (text) => {
    let end = text.length;
    for (const token of tokens) {
      const at = text.indexOf(token);
      if (at >= 0) end = Math.min(end, at);
    }
    return text.slice(0, end);
  };
}

/** One line when only one was asked for. */
export const keepShape: Filter = (text, request) => (request.shape === 'line' ? (text.split('\n', 1)[0] ?? '') : text);

/** Up to where the block ends by its syntax. */
export const endAtBlock: Filter = (text, request) => text.slice(0, blockEnd(text, request, true));

/** White space at the end shows nothing and moves the cursor. */
export const trimEnd: Filter = (text) => text.trimEnd();

/**
 * All filters for a model's text, in order.
 *
 * First what is no text at all, so that the others see lines of characters. Then what stands ahead of the code, outermost first: a
 * thought, a fence, an echo, a header. What is left begins at the cursor, and only now its first line is its first line. Its
 * indentation is put right before anything compares indentations, circles go before the end of the block is looked for, because a
 * circle has none. Brackets are judged on the block alone. What follows the cursor already is taken from the end last, because only
 * now the end is the end; white space may show then, and half a character where something was cut.
 */
export function modelFilters(specialTokens: readonly string[]): readonly Filter[] {
  return [
    plainCharacters,
    noDirectionTricks,
    stripTokens(specialTokens),
    dropLeadIn,
    bounded,
    dropPromptEcho,
    dropPathHeaders,
    keepShape,
    fitIndentation,
    dropRepetition,
    endAtBlock,
    dropStrayClosers,
    dropSuffixOverlap,
    dropSuffixEcho,
    trimEnd,
    wholeCharacters,
    dropNextLineDuplicate,
  ];
}
