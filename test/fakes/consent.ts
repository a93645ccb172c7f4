import { Emitter } from '../../src/base/event.ts';
import type { BoundaryConsent, ConsentAnswer } from '../../src/domain/service.ts';

/** A person's answers that a test gives. */
export class ScriptedConsent implements BoundaryConsent {
  readonly #answers = new Map<string, ConsentAnswer>();
  readonly #changed = new Emitter<string>();
  readonly onDidChange = this.#changed.event;

  /** @param answers boundary → answer */
  constructor(answers: Readonly<Record<string, ConsentAnswer>> = {}) {
    for (const [boundary, answer] of Object.entries(answers)) this.#answers.set(boundary, answer);
  }

  answerFor(boundary: string): ConsentAnswer {
    return this.#answers.get(boundary) ?? 'undecided';
  }

  set(boundary: string, answer: ConsentAnswer): void {
    this.#answers.set(boundary, answer);
    this.#changed.fire(boundary);
  }
}
