/** What decides a benchmark; docs/settings.md says where each number comes from. */
export const benchmarkDefaults = {
  /** Percentage points by which the candidate may be worse. */
  margin: 2,
  /** Positions asked about in each set. */
  positions: 300,
  /** With fewer pairs nothing has passed. */
  enoughPairs: 20,
  /** With fewer pairs nothing has failed; a side that fails so often in a row is not bothered any longer. */
  failuresInARow: 10,
  /** An answer is too slow beyond this multiple: the same that the latency gate of a rollout takes back for. */
  latencyLimit: 2,
  /** Of all intervals, in a language of all of its and the other languages' intervals together. */
  confidence: 0.95,
  /** Draws of a bootstrap: enough that its ends move by less than a twentieth of the interval from seed to seed. */
  draws: 2000,
} as const;
