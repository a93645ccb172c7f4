/** What the server answers: the true continuation where it knows the file, a short line where it does not. */

/**
 * Makes the answer text.
 * @param prefix text before the cursor. @param suffix text after it. @param body the request as it came.
 */
export type Answer = (prefix: string, suffix: string, body: unknown) => string;

/** Shorter matches are chance: half an identifier or a closing bracket. Characters. */
const shortestMatch = 8;

/** How much of the prefix's end is looked up at first; the best hit is then measured in full. Characters. */
const lookupLengths: readonly number[] = [64, 24, shortestMatch];

/** A block longer than this is cut; a real model is cut by `max_tokens`. Lines. */
const longestBlock = 24;

const fallbackLines: readonly string[] = ['return value;', 'const result = value;', 'count += 1;'];

/**
 * Answers from finished source files: finds where the end of the prefix stands in one of them and goes on from
 * there, to the end of the line, or of the block if the line opens one.
 * @param corpus the finished files' texts.
 */
export function corpusAnswer(corpus: readonly string[]): Answer {
  const texts = corpus.map((text) => text.replaceAll('\r\n', '\n'));
  return (prefix, suffix) => {
    const typed = prefix.replaceAll('\r\n', '\n');
    const exact = bestContinuation(texts, typed);
    if (exact !== undefined) {
      return withoutOverlap(takeUnit(typed, exact), suffix);
    }
    // The cursor's own indentation may differ from the file's: look without it.
    const bare = typed.replace(/(?<=\n)[ \t]+$/u, '');
    const loose = bare === typed ? undefined : bestContinuation(texts, bare);
    if (loose !== undefined) {
      return withoutOverlap(takeUnit(typed, loose.replace(/^[ \t]+/u, '')), suffix);
    }
    return fallbackLines[prefix.length % fallbackLines.length] ?? '';
  };
}

function bestContinuation(texts: readonly string[], prefix: string): string | undefined {
  let best: { readonly length: number; readonly rest: string } | undefined;
  for (const lookupLength of lookupLengths) {
    const key = prefix.slice(-lookupLength);
    if (key.trim().length < 4 || (prefix.length < lookupLength && lookupLength !== shortestMatch)) {
      continue;
    }
    for (const text of texts) {
      for (let at = text.indexOf(key); at >= 0; at = text.indexOf(key, at + 1)) {
        const cursor = at + key.length;
        const length = commonEnd(prefix, text.slice(0, cursor));
        const rest = text.slice(cursor);
        if (rest.trim() !== '' && (best === undefined || length > best.length)) {
          best = { length, rest };
        }
      }
    }
    if (best !== undefined) {
      return best.rest;
    }
  }
  return undefined;
}

function commonEnd(left: string, right: string): number {
  const limit = Math.min(left.length, right.length);
  let length = 0;
  while (length < limit && left[left.length - 1 - length] === right[right.length - 1 - length]) {
    length += 1;
  }
  return length;
}

const opensBlock = /(?:[{([:]|=>)\s*$/u;

/** Cuts the rest of a file to what a person would accept in one go: a line, or the block that it opens. */
function takeUnit(prefix: string, rest: string): string {
  const lines = rest.split('\n');
  const typedLine = prefix.slice(prefix.lastIndexOf('\n') + 1);
  const current = typedLine + (lines[0] ?? '');
  // On an empty line, or behind a finished one, the unit is the next line that says something.
  const isFinished = (lines[0] ?? '').trim() === '' && !opensBlock.test(current);
  const start = isFinished
    ? Math.max(
        0,
        lines.findIndex((line) => line.trim() !== ''),
      )
    : 0;
  const opener = start === 0 ? current : (lines[start] ?? '');
  const head = lines.slice(0, start + 1);
  return (opensBlock.test(opener) ? [...head, ...restOfBlock(lines.slice(start + 1), opener)] : head).join('\n').trimEnd();
}

function restOfBlock(lines: readonly string[], opener: string): string[] {
  const taken: string[] = [];
  for (const line of lines.slice(0, longestBlock)) {
    if (line.trim() !== '' && indentOf(line) <= indentOf(opener)) {
      return /^\s*[})\]]/u.test(line) && indentOf(line) === indentOf(opener) ? [...taken, line] : taken;
    }
    taken.push(line);
  }
  return taken;
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

/** Leaves out the end of an answer that already stands after the cursor. */
function withoutOverlap(answer: string, suffix: string): string {
  const following = suffix.replaceAll('\r\n', '\n').trimEnd();
  for (let length = Math.min(answer.length, following.length); length > 0; length -= 1) {
    const overlap = following.slice(0, length);
    if (overlap.trim() !== '' && answer.endsWith(overlap)) {
      return answer.slice(0, answer.length - length);
    }
  }
  return answer;
}
