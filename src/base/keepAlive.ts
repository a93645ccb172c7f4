import type { Disposable } from './clock.ts';

/** Far enough: the longest that a timer can wait. In ms. */
const longest = 2 ** 31 - 1;

/**
 * Keeps this process running until it is disposed of. The timers of `Clock` do not, and a process with nothing else to wait for ends
 * in the middle of its work, with the exit code of success.
 */
export function keepAlive(): Disposable {
  const timer = setInterval(() => undefined, longest);
  return { dispose: () => clearInterval(timer) };
}
