import type { Millis } from '../../../src/base/clock.ts';
import type { CompletionSource, Outcome } from '../../../src/domain/completion.ts';
import { CancelledByEditor } from '../../../src/domain/failure.ts';
import { observationDefaults } from '../../../src/observation/suggestionLedger.ts';
import { Desk } from './desk.ts';
import type { SessionFigures } from './figures.ts';
import { ModelledBackend } from './modelledBackend.ts';
import { habits, Person, type Action, type Taken } from './person.ts';
import { gapBefore } from './rhythm.ts';
import { type Ghost, Screen } from './screen.ts';
import type { Gap, SourceFile } from './sourceFiles.ts';

/** What answers the person's keys; what it is told about its suggestions it need not hear. */
export interface Client extends CompletionSource {
  shown?(requestId: string): void;
  accepted?(requestId: string, characters: number, taken: Taken): void;
  rejected?(requestId: string): void;
  dispose?(): void;
}

/** One person writes parts of one file. */
export interface SessionPlan {
  readonly file: SourceFile;
  readonly gaps: readonly Gap[];
  readonly seed: number;
  readonly connect: (backend: ModelledBackend, desk: Desk) => Client;
}

/** A stop before a key that is at least so long is a pause: twice the usual interval. In ms. */
export const pauseFrom: Millis = 500;

/** So many keys in a row after a text stopped fitting it is rejected, and was not merely mistyped. */
export const rejectedAfter = 8;

/** Runs one session; needs a virtual clock that somebody moves. */
export async function runSession(plan: SessionPlan): Promise<SessionFigures> {
  const session = new Session(plan);
  try {
    return await session.run();
  } finally {
    session.dispose();
  }
}

class Session {
  readonly #desk: Desk;
  readonly #person: Person;
  readonly #screen = new Screen();
  readonly #backend: ModelledBackend;
  readonly #client: Client;
  #running: AbortController | undefined;
  #asked = 0;
  #wake: (() => void) | undefined;
  /** Answers of the backend that came into view. */
  readonly #seen = new Set<string>();
  /** Ghost texts that the person has judged. */
  readonly #judged = new Set<string>();
  readonly #waits: Millis[] = [];
  /** A text that was read and does not fit any more, and the keys since. */
  #doubted: { readonly ghost: Ghost; keys: number } | undefined;
  #keys = 0;
  #backspaces = 0;
  #pauses = 0;
  #pausesWithText = 0;
  #taken = 0;
  #charactersKept = 0;

  constructor({ file, gaps, seed, connect }: SessionPlan) {
    this.#desk = new Desk(file, gaps);
    this.#person = new Person(this.#desk, seed);
    this.#backend = new ModelledBackend('modelled', seed, () => this.#desk.truth());
    this.#client = connect(this.#backend, this.#desk);
  }

  async run(): Promise<SessionFigures> {
    const startedAt = performance.now();
    for (;;) {
      if (await this.#sit(gapBefore(this.#person.place(), this.#person.luck(3)))) continue;
      const action = this.#person.next();
      if (!action) break;
      this.#act(action);
    }
    const { flickers, changes } = this.#screen;
    const { asked, tokens } = this.#backend;
    return {
      keys: this.#keys,
      backspaces: this.#backspaces,
      requests: asked,
      wasted: asked - this.#seen.size,
      tokens,
      pauses: this.#pauses,
      pausesWithText: this.#pausesWithText,
      waits: this.#waits,
      judged: this.#judged.size,
      taken: this.#taken,
      charactersKept: this.#charactersKept,
      characters: this.#desk.finishedLength,
      flickers,
      changes,
      elapsed: performance.now() - startedAt,
    };
  }

  dispose(): void {
    this.#running?.abort(new CancelledByEditor());
    this.#client.dispose?.();
  }

  /** The time before a key, in which a ghost text may be read. True when it was taken. */
  async #sit(gap: Millis): Promise<boolean> {
    const end = performance.now() + gap;
    let hadText = false;
    let isTaken = false;
    while (performance.now() < end && !isTaken) {
      const ghost = this.#screen.visible(this.#desk.before);
      hadText ||= ghost !== undefined;
      const readAt = ghost && this.#desk.isOnTheWay && !this.#judged.has(ghost.whole) ? this.#readAt(ghost) : Infinity;
      if (ghost && readAt <= performance.now()) isTaken = this.#judge(ghost);
      else await this.#change(Math.min(end, readAt) - performance.now());
    }
    if (gap >= pauseFrom) {
      this.#pauses++;
      if (hadText) this.#pausesWithText++;
    }
    return isTaken;
  }

  #readAt(ghost: Ghost): Millis {
    const { least, most } = habits.reaction;
    return ghost.since + least + (most - least) * this.#person.luck(4)();
  }

  #judge(ghost: Ghost): boolean {
    this.#judged.add(ghost.whole);
    const verdict = this.#person.judge(ghost);
    if (!verdict) return false;
    const { text, taken } = verdict;
    this.#taken++;
    this.#keys++;
    this.#desk.insert(text);
    this.#charactersKept += this.#desk.rightIn(text);
    this.#client.accepted?.(ghost.askedId, text.length, taken);
    this.#ask();
    return true;
  }

  #act(action: Action): void {
    if (action.kind === 'go') {
      // The cursor alone asks for nothing, and takes away what is shown.
      this.#running?.abort(new CancelledByEditor());
      this.#screen.clear();
      this.#desk.goTo(action.part);
      this.#person.arrived();
      return;
    }
    this.#keys++;
    const shown = this.#screen.visible(this.#desk.before);
    if (action.kind === 'delete') {
      this.#backspaces++;
      this.#desk.deleteLast();
    } else this.#desk.insert(action.text);
    this.#watchRejection(shown, action);
    this.#ask();
  }

  /** A text that was read and typed over; not yet while that may be a slip that is going to be taken back. */
  #watchRejection(shown: Ghost | undefined, { kind }: Action): void {
    const { before } = this.#desk;
    if (shown && this.#judged.has(shown.whole) && !shown.whole.startsWith(before)) this.#doubted = { ghost: shown, keys: 0 };
    if (!this.#doubted) return;
    // Who deletes has seen that something is wrong, and not with the text.
    if (kind === 'delete' || this.#doubted.ghost.whole.startsWith(before)) this.#doubted = undefined;
    else if (++this.#doubted.keys >= rejectedAfter) {
      this.#client.rejected?.(this.#doubted.ghost.askedId);
      this.#doubted = undefined;
    }
  }

  #ask(): void {
    this.#running?.abort(new CancelledByEditor());
    const controller = new AbortController();
    this.#running = controller;
    const { before, target } = this.#desk;
    const id = `key ${++this.#asked}`;
    const askedAt = performance.now();
    const hasText = this.#screen.visible(before) !== undefined;
    void this.#client.complete(this.#desk.request(id), { signal: controller.signal }).then((outcome) => {
      // What was cancelled the editor does not look at.
      if (controller.signal.aborted) return;
      const ghost = ghostOf(outcome, before, id);
      this.#screen.provide(ghost, before, target);
      if (ghost) {
        if (!hasText) this.#waits.push(performance.now() - askedAt);
        if (ghost.answerId !== undefined) this.#seen.add(ghost.answerId);
        if (!hasText) setTimeout(() => this.#tellShown(ghost.whole), observationDefaults.onScreen);
      }
      this.#wake?.();
    });
  }

  /** The client hears of a text that is still there, typed into or not. */
  #tellShown(whole: string): void {
    const ghost = this.#screen.visible(this.#desk.before);
    if (ghost?.whole === whole) this.#client.shown?.(ghost.askedId);
  }

  /** Waits until something on the screen may have changed, at most so long. */
  #change(atMost: Millis): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.#wake = undefined;
        resolve();
      };
      // A clock in whole milliseconds would stand still with less than one.
      const timer = setTimeout(wake, Math.ceil(atMost));
      this.#wake = wake;
    });
  }
}

function ghostOf(outcome: Outcome, before: string, askedId: string): Ghost | undefined {
  if (!outcome.ok || outcome.text === '') return undefined;
  const answerId = outcome.origin === 'local' ? undefined : outcome.requestId;
  return { whole: before + outcome.text, askedId, answerId, since: performance.now() };
}
