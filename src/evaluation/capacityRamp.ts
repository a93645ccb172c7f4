import { setMaxListeners } from 'node:events';
import { type Clock, delayOf, type Millis } from '../base/clock.ts';
import type { Random } from '../base/random.ts';
import type { Outcome } from '../domain/completion.ts';
import type { Failure } from '../domain/failure.ts';
import { quantileOf } from './serviceLaw.ts';
import { isFull, pollEvery, type ServerState } from './serverMetrics.ts';

/** How far a ramp goes. The defaults are those of `rampDefaults`. */
export interface RampLimits {
  /** Requests at once, level after level, ascending, each ≥ 1. */
  readonly levels: readonly number[];
  /** Between the answer and the next request of the same pretended person; varied by half. */
  readonly think: Millis;
  /** Answers wanted at a level: so many, and so many for each request at once. */
  readonly perLevel: number;
  readonly perRequest: number;
  /** All requests together, and in one second. */
  readonly mostRequests: number;
  readonly mostPerSecond: number;
  /** It ends when the P95 of a level is more than so many times that of the first. */
  readonly slowerBy: number;
  /** It ends when a level with so many times the requests brings less than this times the answers per second. */
  readonly leastGain: number;
}

export const rampDefaults: RampLimits = {
  levels: [1, 2, 4, 8, 16],
  think: 20,
  perLevel: 16,
  perRequest: 4,
  mostRequests: 400,
  mostPerSecond: 50,
  slowerBy: 3,
  leastGain: 1.15,
};

/** One answer of a ramp. */
export interface RampAnswer {
  /** Requests of ours that were under way when it began, itself included. */
  readonly inFlight: number;
  readonly latency: Millis;
}

/** What was seen while so many pretended people asked. */
export interface RampLevel {
  readonly requests: number;
  readonly answers: readonly RampAnswer[];
  readonly took: Millis;
  /** It got all its answers; of a level that was cut short the slow ones are missing. */
  readonly isWhole: boolean;
  /** Requests of ours at once as each of them met it, itself included: an average over the time, weighted by how many there were. */
  readonly inFlight: number;
}

/** Why a ramp ended. Only `levels-done` saw no limit at all. */
export type RampEnd =
  | { readonly kind: 'levels-done' | 'requests-spent' | 'cancelled' | 'slow' | 'no-gain' }
  /** The server says that its slots are taken, or that somebody waits. */
  | { readonly kind: 'full'; readonly state: ServerState }
  | { readonly kind: 'refused'; readonly failure: Failure; readonly inFlight: number }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** A ramp that has ended. */
export interface RampResult {
  readonly levels: readonly RampLevel[];
  readonly end: RampEnd;
  readonly requests: number;
  /** What the server said of itself last, if anything. */
  readonly state?: ServerState;
}

/** What a ramp touches. */
export interface RampPorts {
  /** Sends one request and settles within a deadline of its own; never rejects. */
  readonly ask: (signal: AbortSignal) => Promise<Outcome>;
  /** What the server says of itself; asked every `pollEvery` at most. Never rejects. */
  readonly state?: (signal: AbortSignal) => Promise<ServerState | undefined>;
  readonly onLevel?: (requests: number, sent: number) => void;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly random: Random;
}

/** A refusal is the limit that was looked for. */
const refusals: ReadonlySet<Failure['kind']> = new Set(['capacity', 'rate_limit', 'quota']);

/**
 * Asks a server more and more at once, and stops at the first sign that it is too much: nobody else who uses it may notice. Requests still
 * under way then are taken back.
 */
export function runRamp(limits: RampLimits, ports: RampPorts): Promise<RampResult> {
  return new Ramp(limits, ports).run();
}

class Ramp {
  readonly #limits: RampLimits;
  readonly #ports: RampPorts;
  readonly #stop = new AbortController();
  readonly #levels: RampLevel[] = [];
  #end: RampEnd | undefined;
  #sent = 0;
  #inFlight = 0;
  /** Integrals over the time of a level: of the requests under way, and of their square. */
  #met = { at: 0, once: 0, twice: 0 };
  #mayStartAt: Millis;
  #polledAt = -Infinity;
  #state: ServerState | undefined;

  constructor(limits: RampLimits, ports: RampPorts) {
    this.#limits = limits;
    this.#ports = ports;
    this.#mayStartAt = ports.clock.monotonic();
    // Everybody who asks or thinks listens to it.
    setMaxListeners(0, this.#stop.signal);
  }

  async run(): Promise<RampResult> {
    const cancel = (): void => this.#finish({ kind: 'cancelled' });
    if (this.#ports.signal.aborted) cancel();
    this.#ports.signal.addEventListener('abort', cancel, { once: true });
    // Whoever is there before us has the slots.
    await this.#poll();
    for (const requests of this.#limits.levels) {
      if (this.#end !== undefined) break;
      this.#ports.onLevel?.(requests, this.#sent);
      await this.#runLevel(requests);
    }
    this.#ports.signal.removeEventListener('abort', cancel);
    const result = { levels: this.#levels, end: this.#end ?? { kind: 'levels-done' as const }, requests: this.#sent };
    return this.#state === undefined ? result : { ...result, state: this.#state };
  }

  async #runLevel(requests: number): Promise<void> {
    const { clock } = this.#ports;
    const answers: RampAnswer[] = [];
    const wanted = Math.max(this.#limits.perLevel, this.#limits.perRequest * requests);
    const began = clock.monotonic();
    this.#met = { at: began, once: 0, twice: 0 };
    await Promise.all(Array.from({ length: requests }, () => this.#person(wanted, answers)));
    const took = clock.monotonic() - began;
    if (answers.length === 0) return;
    const { once, twice } = this.#met;
    this.#levels.push({ requests, answers, took, isWhole: this.#end === undefined, inFlight: once > 0 ? twice / once : 1 });
    if (this.#end === undefined && this.#hasNoGain()) this.#finish({ kind: 'no-gain' });
  }

  /** Asks, reads, thinks and asks again, until the level has its answers or the ramp ends. */
  async #person(wanted: number, answers: RampAnswer[]): Promise<void> {
    const { think } = this.#limits;
    const { clock, random } = this.#ports;
    while (await this.#mayStart(wanted, answers)) {
      await this.#askOnce(answers);
      await this.#poll();
      await delayOf(clock, think * (0.5 + random()), this.#stop.signal);
    }
  }

  /** Waits for its turn; false when no more are wanted. */
  async #mayStart(wanted: number, answers: readonly RampAnswer[]): Promise<boolean> {
    const { clock } = this.#ports;
    const isWanted = (): boolean => this.#end === undefined && answers.length + this.#inFlight < wanted;
    if (!isWanted()) return false;
    const wait = this.#mayStartAt - clock.monotonic();
    this.#mayStartAt = Math.max(this.#mayStartAt, clock.monotonic()) + 1000 / this.#limits.mostPerSecond;
    await delayOf(clock, wait, this.#stop.signal);
    if (!isWanted()) return false;
    if (this.#sent < this.#limits.mostRequests) return true;
    this.#finish({ kind: 'requests-spent' });
    return false;
  }

  async #askOnce(answers: RampAnswer[]): Promise<void> {
    const { clock } = this.#ports;
    this.#sent++;
    const inFlight = this.#change(1);
    const began = clock.monotonic();
    const outcome = await this.#ports.ask(this.#stop.signal);
    this.#change(-1);
    if (this.#end !== undefined && !outcome.ok) return;
    if (outcome.ok) answers.push({ inFlight, latency: clock.monotonic() - began });
    else if (refusals.has(outcome.failure.kind)) this.#finish({ kind: 'refused', failure: outcome.failure, inFlight });
    else this.#finish({ kind: 'failed', failure: outcome.failure });
    if (this.#isSlow(answers)) this.#finish({ kind: 'slow' });
  }

  /** One more or one less is under way. @returns how many there are now */
  #change(by: 1 | -1): number {
    const now = this.#ports.clock.monotonic();
    const passed = now - this.#met.at;
    const { once, twice } = this.#met;
    this.#met = { at: now, once: once + passed * this.#inFlight, twice: twice + passed * this.#inFlight ** 2 };
    this.#inFlight += by;
    return this.#inFlight;
  }

  async #poll(): Promise<void> {
    const { clock, state } = this.#ports;
    if (state === undefined || this.#end !== undefined || clock.monotonic() - this.#polledAt < pollEvery) return;
    this.#polledAt = clock.monotonic();
    const said = await state(this.#stop.signal);
    if (said === undefined) return;
    this.#state = said;
    if (isFull(said)) this.#finish({ kind: 'full', state: said });
  }

  #isSlow(answers: readonly RampAnswer[]): boolean {
    const [first] = this.#levels;
    if (!first || answers.length < 6) return false;
    return p95Of(answers) > this.#limits.slowerBy * p95Of(first.answers);
  }

  #hasNoGain(): boolean {
    const [before, last] = this.#levels.slice(-2);
    if (!before || !last || last.inFlight < 1.4 * before.inFlight) return false;
    return perSecond(last) < this.#limits.leastGain * perSecond(before);
  }

  /** The first reason counts. */
  #finish(end: RampEnd): void {
    if (this.#end !== undefined) return;
    this.#end = end;
    // What still runs was of use to nobody: the server gets its slots back.
    if (end.kind !== 'requests-spent') this.#stop.abort(new Error(`the ramp ended: ${end.kind}`));
  }
}

/** Answers per second of a level. */
export function perSecond({ answers, took }: RampLevel): number {
  return (1000 * answers.length) / took;
}

function p95Of(answers: readonly RampAnswer[]): Millis {
  return quantileOf(
    answers.map(({ latency }) => latency).sort((one, other) => one - other),
    0.95,
  );
}
