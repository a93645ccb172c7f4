import { withVirtualTime } from '../../fakes/virtualTime.ts';

/**
 * Runs something on virtual time as fast as the processor can: whenever nothing is left to do at one moment, the clock goes on to the
 * next timer. An hour of typing takes some seconds, and every run has the same times.
 */
export async function playFast<Result>(work: () => Promise<Result>): Promise<Result> {
  let result: Promise<Result> | undefined;
  await withVirtualTime(async (time) => {
    let isDone = false;
    const done = (): void => void (isDone = true);
    result = work();
    result.then(done, done);
    while (!isDone) {
      // Real, not virtual: all promises that can settle at this moment have settled then.
      await new Promise((resolve) => setImmediate(resolve));
      time.next();
    }
  });
  if (!result) throw new Error('the work was not begun');
  return result;
}
