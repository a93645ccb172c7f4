/** A duration in milliseconds. */
export type Millis = number;

/** A point in wall-clock time: milliseconds since 1970-01-01T00:00Z. Shown to people, compared with `Retry-After` dates; never used to measure a duration. */
export type EpochMillis = number;

/** Something that holds a resource until it is disposed. `dispose` is idempotent. */
export interface Disposable {
  dispose(): void;
}

/**
 * The only door to time. Durations come from `monotonic`, which neither jumps nor runs backwards; `now` may do both.
 *
 * The functions are looked up on `globalThis` at each call, so that a virtual clock installed there (tests, simulator)
 * moves our timers and opossum's together.
 */
export interface Clock {
  now(): EpochMillis;
  /** Milliseconds from an arbitrary origin, fractional. */
  monotonic(): Millis;
  /** Runs `callback` once after `delay`. The timer never keeps a process alive. */
  after(delay: Millis, callback: () => void): Disposable;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(delay, callback) {
    const timer = setTimeout(callback, delay);
    (timer as { unref?: () => void }).unref?.();
    return { dispose: () => clearTimeout(timer) };
  },
};

/** Resolves after `delay`, or at once when `signal` is or becomes aborted. Never rejects. */
export function delayOf(clock: Clock, delay: Millis, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted || delay <= 0) return Promise.resolve();
  return new Promise((resolve) => {
    const finish = (): void => {
      timer.dispose();
      signal?.removeEventListener('abort', finish);
      resolve();
    };
    const timer = clock.after(delay, finish);
    signal?.addEventListener('abort', finish, { once: true });
  });
}
