import type { Millis } from '../../../src/base/clock.ts';

/** The ghost text that a client's answer put on the screen. */
export interface Ghost {
  /** All text before the cursor as it will be once all of it is taken. */
  readonly whole: string;
  /** The question that brought it. */
  readonly askedId: string;
  /** The answer of the backend that it stems from; `undefined` for local text. */
  readonly answerId: string | undefined;
  readonly since: Millis;
}

/**
 * What VS Code shows: the text last provided, for as long as what stands before the cursor is a beginning of it; a new answer takes
 * its place, an answer without text takes it away. Counts how often that hurts.
 */
export class Screen {
  #ghost: Ghost | undefined;
  /** Ghost text that vanished or changed although it was still right: the person read it and would have taken it. */
  flickers = 0;
  /** Ghost text that changed although what was typed still fitted, right or not. */
  changes = 0;

  /** What is in view with this text before the cursor. */
  visible(before: string): Ghost | undefined {
    const ghost = this.#ghost;
    return ghost && ghost.whole.length > before.length && ghost.whole.startsWith(before) ? ghost : undefined;
  }

  /**
   * An answer has come.
   *
   * @param next what it says; `undefined`: it has no text
   * @param truth the text before the cursor and what the person is going to write there
   */
  provide(next: Ghost | undefined, before: string, truth: string): void {
    const shown = this.visible(before);
    if (shown && shown.whole !== next?.whole) {
      this.changes++;
      const right = rightPart(shown.whole, before, truth);
      if (right !== undefined && !next?.whole.startsWith(right)) this.flickers++;
    }
    // The same text is not put there anew: it has been in view since then.
    this.#ghost = shown && next?.whole === shown.whole ? { ...next, since: shown.since } : next;
  }

  /** The cursor went elsewhere. */
  clear(): void {
    this.#ghost = undefined;
  }
}

/** What of a ghost text is right, from the beginning on; `undefined` when not even its first line is. */
function rightPart(whole: string, before: string, truth: string): string | undefined {
  let end = before.length;
  while (end < whole.length && whole[end] === truth[end]) end++;
  const lineEnd = whole.indexOf('\n', before.length);
  const needed = lineEnd < 0 ? whole.length : lineEnd;
  return end >= needed && end > before.length ? whole.slice(0, end) : undefined;
}
