import { delayOf, type Clock, type Disposable, type Millis } from '../base/clock.ts';
import { type ByteStore, storeShares, textBytes } from '../domain/byteStore.ts';
import type { Observation, Observed } from '../domain/observation.ts';
import type { TextChange } from '../domain/textChange.ts';
import { AcceptedText } from './acceptedText.ts';
import { similarityOf } from '../domain/editDistance.ts';
import type { Taken } from './suggestionLedger.ts';
import { type Problem, unknownIn } from './unknownNames.ts';

/** When and how an accepted text is looked at again; figures and reasons in docs/settings.md. */
export const keptDefaults = {
  /** In seconds after it was accepted. */
  after: [30, 120, 300, 600],
  /** So much of it, and of what stands there later, is compared; in UTF-16 units. */
  compared: 2048,
  /** Texts that are watched at once; of more the oldest are given up. */
  texts: 64,
  /** Names that are looked up to learn whether anybody checks the document. */
  names: 4,
  /** In ms: for all these together. */
  patience: 2000,
} as const;

/** What the editor knows of a document, in offsets in UTF-16 units. */
export interface DocumentView {
  /** `undefined` when it is not open. */
  textOf(documentId: string, start: number, end: number): string | undefined;
  problems(documentId: string): readonly Problem[];
  /** Whether the language server knows what the name there stands for. May reject or take any time. */
  isDefined(documentId: string, offset: number): Promise<boolean>;
}

/** Whom the watch asks and tells. None of them throws. */
export interface KeptOptions {
  readonly clock: Clock;
  readonly view: DocumentView;
  readonly onDidObserve: (observation: Observation) => void;
}

interface Watched {
  readonly taken: Taken;
  text: string;
  readonly place: AcceptedText;
  /** What was wrong in the document before, and how often. */
  readonly before: ReadonlyMap<string, number>;
  /** Ends what is asked about it. */
  readonly life: AbortController;
  timer: Disposable;
}

/** Looks again at what was accepted: whether it is still there, and whether the editor has come to complain about it. */
export class KeptWatch implements ByteStore, Disposable {
  readonly name = 'accepted';
  readonly #options: KeptOptions;
  #watched: readonly Watched[] = [];

  constructor(options: KeptOptions) {
    this.#options = options;
  }

  /** A text was accepted just now, or one more part of it. */
  taken(taken: Taken): void {
    const known = this.#watched.find((each) => each.taken.facts.id === taken.facts.id && each.taken.documentId === taken.documentId);
    const text = taken.text.slice(0, keptDefaults.compared);
    if (known) {
      known.text = text;
      known.place.extendTo(taken.start + text.length);
      return;
    }
    const place = new AcceptedText(taken.start, taken.start + text.length);
    const before = countsOf(this.#options.view.problems(taken.documentId));
    const watched: Watched = { taken, text, place, before, life: new AbortController(), timer: { dispose: () => undefined } };
    this.#lookLater(watched, 0);
    this.#watched = [...this.#watched, watched];
    const oldest = this.#watched.length > keptDefaults.texts ? this.#watched[0] : undefined;
    if (oldest) this.#forget(oldest);
    this.evict(storeShares.accepted);
  }

  get bytes(): number {
    return this.#watched.reduce((sum, { text, before }) => sum + textBytes(text, ...before.keys()), 0);
  }

  /** Of the oldest, nobody will know what became. */
  evict(toBytes: number): void {
    for (const oldest of this.#watched) if (this.bytes > toBytes) this.#forget(oldest);
  }

  /** @see SuggestionLedger.changed */
  changed(documentId: string, changes: readonly TextChange[]): void {
    for (const each of this.#watched) {
      if (each.taken.documentId === documentId) for (const change of changes) each.place.apply(change, each.text);
    }
  }

  /** Nobody can tell what becomes of the text from now on. */
  closed(documentId: string): void {
    for (const each of this.#watched) if (each.taken.documentId === documentId) this.#forget(each);
  }

  dispose(): void {
    for (const each of this.#watched) this.#forget(each);
  }

  #lookLater(watched: Watched, step: number): void {
    const seconds = keptDefaults.after[step];
    if (seconds === undefined) return this.#forget(watched);
    const wait: Millis = (seconds - (keptDefaults.after[step - 1] ?? 0)) * 1000;
    watched.timer = this.#options.clock.after(wait, () => {
      this.#look(watched, seconds);
      if (step === 0) void this.#check(watched);
      this.#lookLater(watched, step + 1);
    });
  }

  #look(watched: Watched, afterSeconds: number): void {
    const now = this.#textNow(watched);
    if (now === undefined) return;
    const similarity = Math.round(similarityOf(watched.text, now) * 100) / 100;
    this.#tell(watched, { kind: 'kept', afterSeconds, similarity });
  }

  #textNow({ place, taken }: Watched): string | undefined {
    return this.#options.view.textOf(taken.documentId, place.start, Math.min(place.end, place.start + keptDefaults.compared));
  }

  async #check(watched: Watched): Promise<void> {
    const { place, taken, before } = watched;
    const all = this.#options.view.problems(taken.documentId);
    const isNew = (problem: Problem, index: number): boolean => {
      const key = keyOf(problem);
      const asOften = all.slice(0, index + 1).filter((each) => keyOf(each) === key).length;
      return asOften > (before.get(key) ?? 0);
    };
    const found = all.filter((problem, index) => problem.start < place.end && problem.end >= place.start && isNew(problem, index));
    const isChecked = all.length > 0 || (await this.#isAnyDefined(watched));
    if (watched.life.signal.aborted) return;
    const unknown = found.map(unknownIn);
    this.#tell(watched, {
      kind: 'checked',
      errors: found.filter(({ severity }) => severity === 'error').length,
      warnings: found.filter(({ severity }) => severity === 'warning').length,
      unknownImports: unknown.filter((kind) => kind === 'import').length,
      unknownNames: unknown.filter((kind) => kind === 'name').length,
      isChecked,
    });
  }

  /** Whether a language server knows any of the first names: then it would have complained about those that it does not know. */
  async #isAnyDefined(watched: Watched): Promise<boolean> {
    const { clock, view } = this.#options;
    const { documentId } = watched.taken;
    const names = [...(this.#textNow(watched) ?? '').matchAll(/[\p{L}_$][\p{L}\p{N}_$]{2,}/gu)].slice(0, keptDefaults.names);
    const ask = async (): Promise<boolean> => {
      for (const { index } of names) if (await view.isDefined(documentId, watched.place.start + index)) return true;
      return false;
    };
    const wait = new AbortController();
    const over = (): void => wait.abort();
    watched.life.signal.addEventListener('abort', over, { once: true });
    const tooLate = delayOf(clock, keptDefaults.patience, wait.signal).then(() => false);
    const isDefined = await Promise.race([ask().catch(() => false), tooLate]);
    over();
    return isDefined;
  }

  #forget(watched: Watched): void {
    watched.timer.dispose();
    watched.life.abort();
    this.#watched = this.#watched.filter((each) => each !== watched);
  }

  #tell({ taken }: Watched, observed: Observed): void {
    this.#options.onDidObserve({ ...taken.facts, at: this.#options.clock.now(), ...observed });
  }
}

function keyOf({ severity, code, message }: Problem): string {
  return `${severity} ${code} ${message}`;
}

function countsOf(problems: readonly Problem[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const problem of problems) counts.set(keyOf(problem), (counts.get(keyOf(problem)) ?? 0) + 1);
  return counts;
}
