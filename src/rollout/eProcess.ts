/**
 * A test that may be looked at after every request. Under the null hypothesis (the share of bad requests is at most `nullRate`) the
 * e-value is a non-negative supermartingale that starts at 1, so the chance that it ever reaches 1/α is at most α.
 *
 * @see Ville 1939, "Étude critique de la notion de collectif"; Grünwald, de Heide & Koolen, "Safe testing", https://arxiv.org/abs/1906.07801
 */
export const eProcessDefaults = {
  /** Alternatives that it is a mixture of, as multiples of the null rate: a little worse is found late, much worse at once. */
  multiples: [2, 5, 10, 30],
  /** 1/α with α = 1 %. */
  tripAt: 100,
  /** Fewer requests than this decide nothing. */
  leastSamples: 10,
  /** Requests of a shorter time than this decide nothing, in milliseconds: one hiccup is one event, however many requests it hits. */
  leastSpan: 30_000,
} as const;

/** No alternative says more than half, so that a single bad request is never proof. */
const mostAlternative = 0.5;

/** Rates beyond these have no alternatives worth naming, or no logarithm. */
const rateBounds = { least: 1e-6, most: 0.99 } as const;

/**
 * The natural logarithm of the e-value of `bad` among `requests`. Needs no more than these two counts, so counts of windows, restarts
 * and installations are put together by adding them up.
 *
 * @param bad 0…`requests`
 * @param nullRate share of bad requests that is allowed, 0…1
 */
export function logEValue(bad: number, requests: number, nullRate: number): number {
  const nulled = Math.min(rateBounds.most, Math.max(rateBounds.least, nullRate));
  const logs = eProcessDefaults.multiples.map((multiple) => {
    const rate = alternativeOf(multiple, nulled);
    return bad * Math.log(rate / nulled) + (requests - bad) * Math.log((1 - rate) / (1 - nulled));
  });
  const largest = Math.max(...logs);
  return largest + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - largest), 0) / logs.length);
}

/** Where half the requests may be bad or nearly so, the alternative is halfway to all of them: it is always above the null. */
function alternativeOf(multiple: number, nullRate: number): number {
  const most = nullRate < mostAlternative / 2 ? mostAlternative : (1 + nullRate) / 2;
  return Math.min(most, multiple * nullRate);
}

/** What an e-process is asked about. */
export interface Trials {
  readonly bad: number;
  readonly requests: number;
  /** Share that is allowed, 0…1. */
  readonly nullRate: number;
  /** From the first request to the last, in milliseconds. */
  readonly span: number;
}

/** Whether more than the allowed share is proven. @param tripAt e-value that proves it */
export function hasTripped({ bad, requests, nullRate, span }: Trials, tripAt: number = eProcessDefaults.tripAt): boolean {
  if (requests < eProcessDefaults.leastSamples || span < eProcessDefaults.leastSpan || bad <= nullRate * requests) return false;
  return logEValue(bad, requests, nullRate) >= Math.log(tripAt);
}
