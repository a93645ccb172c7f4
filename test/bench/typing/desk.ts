import type { CompletionRequest } from '../../../src/domain/completion.ts';
import type { OpenDocument } from '../../../src/domain/workspace.ts';
import { requestAt } from '../../../src/vscode/documentText.ts';
import type { Truth } from './modelledText.ts';
import type { Gap, SourceFile } from './sourceFiles.ts';

/** A file with parts missing, and a cursor in one of them. */
export class Desk {
  readonly file: SourceFile;
  readonly #gaps: readonly Gap[];
  readonly #written: string[];
  /** The text before each part, and that after the last. */
  readonly #heads: readonly string[];
  #part = 0;
  #version = 1;

  constructor(file: SourceFile, gaps: readonly Gap[]) {
    this.file = file;
    this.#gaps = gaps;
    this.#written = gaps.map(() => '');
    this.#heads = [...gaps, undefined].map((gap, part) => file.text.slice(gaps[part - 1]?.end ?? 0, gap?.start));
  }

  /** Which missing part the cursor is in. */
  get part(): number {
    return this.#part;
  }

  /** What stands in this part up to the cursor, mistakes included. */
  get written(): string {
    return this.#written[this.#part] ?? '';
  }

  /** What shall stand in this part at the end. */
  get wanted(): string {
    return this.#wantedIn(this.#part);
  }

  /** All text before the cursor. */
  get before(): string {
    return this.#base() + this.written;
  }

  /** All text before the cursor as it will be when this part is finished. */
  get target(): string {
    return this.#base() + this.wanted;
  }

  get isOnTheWay(): boolean {
    return this.wanted.startsWith(this.written);
  }

  isFinished(part: number): boolean {
    return this.#written[part] === this.#wantedIn(part);
  }

  /** Another part that is not finished, the next one first. */
  get otherPart(): number | undefined {
    const count = this.#gaps.length;
    for (let step = 1; step < count; step++) {
      const part = (this.#part + step) % count;
      if (!this.isFinished(part)) return part;
    }
    return undefined;
  }

  /** Characters of all parts when they are finished. */
  get finishedLength(): number {
    return this.#gaps.reduce((total, { start, end }) => total + end - start, 0);
  }

  /** How many characters of what was just inserted can stay. */
  rightIn(inserted: string): number {
    const start = this.written.length - inserted.length;
    const wanted = this.wanted.slice(start);
    let length = 0;
    while (length < inserted.length && inserted[length] === wanted[length]) length++;
    return length;
  }

  insert(text: string): void {
    this.#written[this.#part] = this.written + text;
    this.#version++;
  }

  deleteLast(): void {
    this.#written[this.#part] = this.written.slice(0, -1);
    this.#version++;
  }

  goTo(part: number): void {
    this.#part = part;
  }

  /** What the model has to know to be right. */
  truth(): Truth {
    const base = this.#base();
    const text = this.wanted;
    return {
      text,
      writtenIn: (prefix) => {
        if (!prefix.startsWith(base)) return undefined;
        const written = prefix.slice(base.length);
        return text.startsWith(written) ? written.length : undefined;
      },
    };
  }

  /** The question that the extension would put at this place. */
  request(id: string): CompletionRequest {
    const { before } = this;
    const after = this.#after();
    const lineStart = before.lastIndexOf('\n') + 1;
    const lineHead = before.slice(lineStart);
    const text = {
      id: this.#documentId,
      languageId: this.file.languageId,
      path: this.file.path,
      line: before.split('\n').length - 1,
      lineHead,
      lineTail: after.split('\n', 1)[0] ?? '',
      before: (maximum: number) => before.slice(Math.max(0, lineStart - maximum), lineStart),
      after: (maximum: number) => after.slice(0, maximum),
    };
    return requestAt(text, lineHead, id, 'automatic');
  }

  /** The document as the engine may read it. */
  document(): OpenDocument {
    const text = this.before + this.#after();
    return { id: this.#documentId, languageId: this.file.languageId, version: this.#version, text: () => text };
  }

  get #documentId(): string {
    return `file:///shop/${this.file.path}`;
  }

  #wantedIn(part: number): string {
    const gap = this.#gaps[part];
    return gap ? this.file.text.slice(gap.start, gap.end) : '';
  }

  /** The text before this part, the parts above as far as they are written. */
  #base(): string {
    const pieces = this.#heads.slice(0, this.#part + 1).map((head, part) => (this.#written[part - 1] ?? '') + head);
    return pieces.join('');
  }

  #after(): string {
    const next = this.#part + 1;
    return this.#heads
      .slice(next)
      .map((head, index) => head + (this.#written[next + index] ?? ''))
      .join('');
  }
}
