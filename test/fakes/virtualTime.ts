import FakeTimers from '@sinonjs/fake-timers';

export type VirtualTime = ReturnType<typeof FakeTimers.install>;

/** A clock that only moves when told: ours and opossum's, because both look at the globals. To be uninstalled. */
export function startVirtualTime(): VirtualTime {
  return FakeTimers.install({
    now: Date.UTC(2026, 0, 1),
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance'],
  });
}

/** Runs a test on such a clock. */
export async function withVirtualTime(test: (time: VirtualTime) => Promise<void>): Promise<void> {
  const time = startVirtualTime();
  try {
    await test(time);
  } finally {
    time.uninstall();
  }
}
