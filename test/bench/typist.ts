import type { Random } from '../../src/base/random.ts';
import type { CompletionRequest } from '../../src/domain/completion.ts';
import type { OpenDocument } from '../../src/domain/workspace.ts';
import { sampleFunction, sampleSource } from './sourceText.ts';

/** Someone who writes code: types functions one after the other, deletes now and then, goes elsewhere in the document. */
export class Typist {
  readonly #random: Random;
  readonly #path: string;
  #prefix = sampleSource(1, 20);
  #suffix = `\n${sampleSource(100, 20)}`;
  #toType = '';
  #functions = 10_000;
  #keys = 0;
  /** What the editor would show; read by the engine through `view`. */
  readonly document: OpenDocument;

  /** @param name of the document */
  constructor(random: Random, name = 'typed') {
    this.#random = random;
    this.#path = `${name}.ts`;
    const read = (): string => this.#prefix + this.#suffix;
    const version = (): number => this.#keys;
    this.document = {
      id: `file:///open/${this.#path}`,
      languageId: 'typescript',
      get version() {
        return version();
      },
      text: read,
    };
  }

  /** One key, and the request that the editor would make after it. */
  press(): CompletionRequest {
    this.#keys++;
    if (this.#keys % 50 === 0) this.#prefix = this.#prefix.slice(0, -8);
    else if (this.#keys % 500 === 1) this.#goElsewhere();
    else this.#typeOne();
    return {
      id: `${this.#path}-${this.#keys}`,
      languageId: 'typescript',
      documentId: this.document.id,
      path: this.#path,
      prefix: this.#prefix,
      suffix: this.#suffix,
      shape: this.#keys % 3 === 0 ? 'block' : 'line',
      trigger: 'automatic',
      maxTokens: 32,
    };
  }

  #typeOne(): void {
    if (this.#toType === '') this.#toType = sampleFunction(this.#functions++);
    this.#prefix += this.#toType.slice(0, 1);
    this.#toType = this.#toType.slice(1);
  }

  #goElsewhere(): void {
    const text = this.#prefix + this.#suffix;
    const lineEnd = text.indexOf('\n', Math.floor(this.#random() * text.length));
    const at = lineEnd < 0 ? text.length : lineEnd + 1;
    // A copy of its own: a slice would keep the whole text that it was cut from.
    [this.#prefix, this.#suffix] = [Buffer.from(text.slice(0, at)).toString(), Buffer.from(text.slice(at)).toString()];
    this.#toType = '';
  }
}
