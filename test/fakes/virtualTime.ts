import FakeTimers from '@sinonjs/fake-timers';

export type VirtualTime = ReturnType<typeof FakeTimers.install>;

/** Runs a test on a clock that only moves when told: ours and opossum's, because both look at the globals. */
export async function withVirtualTime(test: (time: VirtualTime) => Promise<void>): Promise<void> {
  const time = FakeTimers.install({
    now: Date.UTC(2026, 0, 1),
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance'],
  });
  try {
    await test(time);
  } finally {
    time.uninstall();
  }
}
