/** Which behaviour the next request gets: queued ones first, then the running phase, then the lasting one. */

import type { Behaviour, Phase } from './behaviour.ts';
import { after } from './clock.ts';

/** Keeps the order of behaviours; calls back whenever the behaviour in force may have changed. */
export class Schedule {
  readonly #onChange: () => void;
  #lasting: Behaviour = { kind: 'healthy' };
  #queue: Behaviour[] = [];
  #phases: readonly Phase[] = [];
  #requestsInPhase = 0;
  #stopTimer: () => void = () => undefined;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** What a request arriving now would get. */
  get current(): Behaviour {
    return this.#queue[0] ?? this.#phases[0]?.behaviour ?? this.#lasting;
  }

  /** From now on, for every request; forgets the queue and the phases. */
  set(behaviour: Behaviour): void {
    this.#stopTimer();
    this.#queue = [];
    this.#phases = [];
    this.#lasting = behaviour;
    this.#onChange();
  }

  /** One request each, before anything else. */
  next(behaviours: readonly Behaviour[]): void {
    if (behaviours.some((behaviour) => behaviour.kind === 'refused')) {
      throw new RangeError('refused cannot be queued: a refused request is never seen; allowed: set, or a phase with forMs');
    }
    this.#queue.push(...behaviours);
    this.#onChange();
  }

  /** One after the other from now on; after the last timed one the behaviour of `set` is back. */
  phases(phases: readonly Phase[]): void {
    if (phases.some((phase) => phase.behaviour.kind === 'refused' && 'forRequests' in phase)) {
      throw new RangeError('refused cannot be counted in requests: it never sees one; allowed: forMs, or no end');
    }
    this.#enter(phases);
  }

  /** Takes the behaviour for one request. */
  take(): Behaviour {
    const queued = this.#queue.shift();
    if (queued !== undefined) {
      this.#onChange();
      return queued;
    }
    const phase = this.#phases[0];
    if (phase === undefined) {
      return this.#lasting;
    }
    this.#requestsInPhase += 1;
    if ('forRequests' in phase && this.#requestsInPhase >= phase.forRequests) {
      this.#enter(this.#phases.slice(1));
    }
    return phase.behaviour;
  }

  /** Stops the phase timer. */
  dispose(): void {
    this.#stopTimer();
  }

  #enter(phases: readonly Phase[]): void {
    this.#stopTimer();
    this.#phases = phases;
    this.#requestsInPhase = 0;
    const phase = phases[0];
    if (phase !== undefined && 'forMs' in phase) {
      this.#stopTimer = after(phase.forMs, () => {
        this.#enter(phases.slice(1));
      });
    }
    this.#onChange();
  }
}
