import type { Disposable } from './clock.ts';

/** A subscription point in the editor's own shape: call it with a listener, dispose the result to stop. */
export type Event<T> = (listener: (value: T) => void) => Disposable;

/** Fires values to listeners. A listener that throws does not keep the others from hearing. */
export class Emitter<T> implements Disposable {
  readonly #listeners = new Set<(value: T) => void>();
  readonly #onError: (error: unknown) => void;

  /** @param onError hears what a listener threw; listeners of ours are not allowed to, so this is for the log */
  constructor(onError: (error: unknown) => void = () => undefined) {
    this.#onError = onError;
  }

  readonly event: Event<T> = (listener) => {
    // A fresh wrapper each time, so that one function subscribed twice is two subscriptions.
    const entry = (value: T): void => listener(value);
    this.#listeners.add(entry);
    return { dispose: () => this.#listeners.delete(entry) };
  };

  get listenerCount(): number {
    return this.#listeners.size;
  }

  fire(value: T): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener(value);
      } catch (error) {
        this.#onError(error);
      }
    }
  }

  dispose(): void {
    this.#listeners.clear();
  }
}
