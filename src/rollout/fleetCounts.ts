import type { Clock, Disposable, Millis } from '../base/clock.ts';
import type { HttpClient } from '../base/http.ts';
import { messageOf } from '../base/logger.ts';
import { recordOf } from '../base/valueShape.ts';
import type { Evidence } from './evidence.ts';
import { isArmCounts } from './evidenceFiles.ts';

export const fleetDefaults = {
  /** A fleet's counts change slowly. */
  askEvery: 60_000 as Millis,
  /** Older counts are no evidence: the fleet may have met something since. */
  goodFor: 300_000 as Millis,
} as const;

/** The counts that a fleet has put together, asked for while somebody types. */
export class FleetCounts implements Disposable {
  readonly #clock: Clock;
  readonly #fetch: ((url: string) => Promise<Evidence>) | undefined;
  #known: { readonly counts: Evidence; readonly at: Millis } | undefined;
  #askedAt: Millis = -Infinity;
  #isDisposed = false;
  #round = 0;

  /** Why there are none, in one line. */
  problem: string | undefined;

  constructor({ clock, fleet }: { readonly clock: Clock; readonly fleet?: (url: string) => Promise<Evidence> }) {
    this.#clock = clock;
    this.#fetch = fleet;
  }

  /** Another rollout begins: counts of this one say nothing about it. */
  reset(): void {
    this.#known = undefined;
    this.#askedAt = -Infinity;
    this.#round++;
    this.problem = undefined;
  }

  /** The last good counts; asks for new ones when these are a minute old. */
  latest(url: string): Evidence | undefined {
    const now = this.#clock.monotonic();
    if (this.#fetch && now - this.#askedAt >= fleetDefaults.askEvery) {
      this.#askedAt = now;
      void this.#ask(this.#fetch, url);
    }
    return this.#known && now - this.#known.at < fleetDefaults.goodFor ? this.#known.counts : undefined;
  }

  dispose(): void {
    this.#isDisposed = true;
  }

  async #ask(fetch: (url: string) => Promise<Evidence>, url: string): Promise<void> {
    const round = this.#round;
    try {
      const counts = await fetch(url);
      if (this.#isDisposed || round !== this.#round) return;
      this.#known = { counts, at: this.#clock.monotonic() };
      this.problem = undefined;
    } catch (error) {
      if (round === this.#round) this.problem = `the counts of the fleet could not be had: ${messageOf(error)}`;
    }
  }
}

const isEvidence = recordOf<Evidence>({ candidate: isArmCounts, control: isArmCounts });

/** Of an answer, in bytes: counts of both arms with some dozen languages. */
const largest = 256 * 1024;
const deadline: Millis = 5000;

/**
 * Asks a fleet's server for its counts: `GET`, JSON with `candidate` and `control`, as in the files of evidence. Rejects with what was
 * wrong; a redirect is not followed.
 */
export async function fetchFleet(http: HttpClient, clock: Clock, url: string): Promise<Evidence> {
  const late = new AbortController();
  const timer = clock.after(deadline, () => late.abort(new Error(`no answer within ${deadline / 1000} s`)));
  try {
    const { status, body } = await http.request({ method: 'GET', url, headers: { accept: 'application/json' }, signal: late.signal });
    if (status !== 200) throw new Error(`status ${status}, 200 is allowed`);
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    for await (const chunk of body) {
      bytes += chunk.byteLength;
      if (bytes > largest) throw new Error(`more than ${largest / 1024} KiB`);
      chunks.push(chunk);
    }
    return countsOf(Buffer.concat(chunks).toString('utf8'));
  } finally {
    timer.dispose();
  }
}

function countsOf(text: string): Evidence {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error('the answer is no JSON');
  }
  if (!isEvidence(value)) throw new Error('the answer has no "candidate" and "control" with counts');
  return { candidate: value.candidate, control: value.control };
}
