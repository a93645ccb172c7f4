import type { Millis } from '../base/clock.ts';
import type { DecisionRecord } from '../domain/record.ts';
import { lengthOf, type Span } from './incidents.ts';
import { type AnswerClass, answerClasses } from './outcomeClass.ts';
import type { Bins } from './range.ts';
import type { AnswersView, Series } from './view.ts';

/** Steps of a bin in which it is known whether the first backend was well when a keystroke was answered. */
export const stepsOfBin = 60;

/** What keystrokes were answered with, by steps of time. Sums, so that their order does not matter. */
export class AnswerFold {
  readonly #first: string | undefined;
  readonly #step: Millis;
  readonly #steps = new Map<number, Uint32Array>();

  /** @param first id of the backend whose answers no fallback was needed for @param binWidth in ms */
  constructor(first: string | undefined, binWidth: Millis) {
    this.#first = first;
    this.#step = binWidth / stepsOfBin;
  }

  add(record: DecisionRecord): void {
    const number = Math.floor(record.at / this.#step);
    let step = this.#steps.get(number);
    if (!step) {
      step = new Uint32Array(answerClasses.length);
      this.#steps.set(number, step);
    }
    const index = answerClasses.indexOf(this.#classOf(record));
    step[index] = (step[index] ?? 0) + 1;
  }

  /** Forgets bins before this one. */
  forget(oldest: number): void {
    for (const number of this.#steps.keys()) if (number < oldest * stepsOfBin) this.#steps.delete(number);
  }

  /** @param unwell when the first backend was unwell, without overlap, ascending */
  view({ first, width, count }: Bins, unwell: readonly Span[]): AnswersView {
    const bins = Array.from({ length: count }, (): Uint32Array | undefined => undefined);
    const whileUnwell = new Uint32Array(answerClasses.length);
    for (const [number, step] of this.#steps) {
      const at = number * this.#step;
      const index = Math.floor((at - first) / width);
      if (index < 0 || index >= count) continue;
      const bin = (bins[index] ??= new Uint32Array(answerClasses.length));
      const middle = at + this.#step / 2;
      const isUnwell = unwell.some(({ from, to }) => from <= middle && middle < to);
      for (const [kind, amount] of step.entries()) {
        bin[kind] = (bin[kind] ?? 0) + amount;
        if (isUnwell) whileUnwell[kind] = (whileUnwell[kind] ?? 0) + amount;
      }
    }
    const by = <T>(value: (kind: number) => T): Record<AnswerClass, T> =>
      Object.fromEntries(answerClasses.map((name, kind) => [name, value(kind)])) as Record<AnswerClass, T>;
    const series = by((kind): Series => bins.map((bin) => bin?.[kind] ?? null));
    return {
      series,
      total: by((kind) => bins.reduce((total, bin) => total + (bin?.[kind] ?? 0), 0)),
      whileUnwell: by((kind) => whileUnwell[kind] ?? 0),
      unwellFor: lengthOf(unwell),
      ...(this.#first === undefined ? {} : { first: this.#first }),
    };
  }

  #classOf({ origin, sourceId }: DecisionRecord): AnswerClass {
    if (origin === 'model') return sourceId === this.#first ? 'first' : 'other-backend';
    return origin;
  }
}
