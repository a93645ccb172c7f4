/** Numbers of the health state machine; formulas and evidence in docs/health.md. */
export const healthDefaults = {
  /** Of the failure rate; two answers of "at capacity" within it are shown until so long after the last, whatever comes in between. */
  rateWindow: 30_000,
  /** Failure rate above which a backend counts as degraded … */
  degradedAbove: 0.1,
  /** … and below which it has to stay for `rateWindow` to count as well again. */
  wellBelow: 0.05,
  /** A request cancelled without text after longer than twice the usual P95, and than this, is a failure. */
  hangFloor: 800,
  /** Slow at once: so many of the last `recent` took longer than the usual P95 (by chance: 3 in 100 000) … */
  recent: 5,
  slowOfRecent: 4,
  /** … until no more than so many did. */
  calmOfRecent: 1,
  /** Bad requests in a row after which the person is told: something about the address or the model's settings is wrong. */
  badRequestsInARow: 3,
} as const;
