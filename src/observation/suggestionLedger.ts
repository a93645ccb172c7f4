import type { Clock, Disposable, EpochMillis } from '../base/clock.ts';
import { type ByteStore, storeShares } from '../domain/byteStore.ts';
import { candidateId } from '../domain/completion.ts';
import type { Observation, Observed, Rating, SuggestionEnd, SuggestionFacts } from '../domain/observation.ts';
import type { TextChange } from '../domain/textChange.ts';
import { type Offer, Tracked } from './tracked.ts';

/** What counts as what; figures and reasons in docs/settings.md. */
export const observationDefaults = {
  /** In ms: the pipeline is told that a text is on the screen. */
  onScreen: 150,
  /** In ms: it has been read. */
  shown: 750,
  /** Characters typed beside a text before it counts as not wanted. */
  astray: 8,
  /** In ms: the editor's word that a text was taken comes so soon after the text, or it was typed. */
  word: 500,
  /** Suggestions that the person has left and may come back to. */
  pending: 8,
} as const;

/** Where the cursor is, in offsets in UTF-16 units. */
export interface CursorPlace {
  readonly offset: number;
  readonly lineStart: number;
  readonly lineEnd: number;
}

/** Text that the person took. */
export interface Taken {
  readonly facts: SuggestionFacts;
  readonly documentId: string;
  readonly start: number;
  readonly text: string;
}

/** Whom the ledger asks and tells. None of them throws. */
export interface LedgerOptions {
  readonly clock: Clock;
  /** Whether the person has this document before them: the window and the editor have the focus. */
  readonly isInView: (documentId: string) => boolean;
  /** Whether a backend may get text of this document now; it may have, when the suggestion was asked for. */
  readonly mayBeSent: (documentId: string) => boolean;
  readonly onDidObserve: (observation: Observation) => void;
  /** The pipeline's own words. */
  readonly pipeline: {
    shown(requestId: string): void;
    rejected(requestId: string): void;
    accepted(requestId: string, characters: number): void;
  };
  readonly onDidTake: (taken: Taken) => void;
}

/**
 * What becomes of each text that the editor is given. The editor does not say: it is concluded from edits, the cursor and the focus.
 * Each text that was shown ends in exactly one way.
 */
export class SuggestionLedger implements ByteStore, Disposable {
  readonly name = 'offered';
  readonly #options: LedgerOptions;
  #current: Tracked | undefined;
  /** Those that may still be taken or come back, the oldest first. */
  #pending: readonly Tracked[] = [];
  #cursor: { readonly documentId: string; readonly offset: number } | undefined;
  #screenTimer: Disposable | undefined;
  #shownTimer: Disposable | undefined;
  #last: SuggestionFacts | undefined;

  constructor(options: LedgerOptions) {
    this.#options = options;
  }

  /** The editor was given texts. */
  offered(offer: Offer): void {
    const first = offer.candidates[0];
    if (!first || offer.candidates.some(({ text }) => !text.startsWith(offer.typed) || text === offer.typed)) return;
    this.#cursor = { documentId: offer.documentId, offset: offer.anchor + offer.typed.length };
    const before = this.#current;
    if (!before?.continueWith(offer)) {
      if (before) this.#stepAside(before);
      // The person has come back to a text that was left.
      const known = this.#pending.find((each) => each.continueWith(offer));
      this.#pending = this.#pending.filter((each) => each !== known);
      this.#current = known ?? new Tracked(offer, this.#options.clock);
    }
    this.evict(storeShares.offered);
    this.#look(true);
  }

  get bytes(): number {
    return this.#all.reduce((sum, { text }) => sum + text.bytes, 0);
  }

  /** Of those that the person has left, nobody will know what became. */
  evict(toBytes: number): void {
    for (const oldest of this.#pending) if (this.bytes > toBytes) this.#end(oldest, 'left');
  }

  /**
   * A document was edited.
   *
   * @param changes in the order in which they apply, one after the other
   * @param isReplay by undo or redo: nothing is taken by that
   */
  changed(documentId: string, changes: readonly TextChange[], isReplay = false): void {
    for (const each of this.#all.filter((one) => one.documentId === documentId)) this.#follow(each, changes, isReplay);
    this.#look(true);
  }

  /** The cursor has moved. @param place `undefined`: something is selected, or there are several cursors */
  moved(documentId: string, place: CursorPlace | undefined): void {
    this.#cursor = place && { documentId, offset: place.offset };
    for (const each of this.#all.filter((one) => one.documentId === documentId)) {
      if (place?.offset === each.text.place) continue;
      each.isHidden = true;
      const isOnLine = !place || (each.text.place >= place.lineStart && each.text.place <= place.lineEnd);
      if (!isOnLine && !each.waiting) this.#reject(each);
    }
    this.#look(false);
  }

  /** The focus may have changed. */
  looked(): void {
    this.#look(false);
  }

  closed(documentId: string): void {
    for (const each of this.#all.filter((one) => one.documentId === documentId)) this.#end(each, 'left');
  }

  /** The editor says that a text was taken as a whole. @param candidate its number in the answer to that request */
  accepted(requestId: string, candidate: number, characters: number): void {
    const found = this.#all.find((each) => each.isOf(requestId));
    if (!found) return this.#options.pipeline.accepted(requestId, characters);
    const text = found.text.texts[candidate] ?? found.text.texts[0] ?? '';
    const from = Math.min(found.completedFrom ?? found.text.typed.length, text.length);
    this.#take(found, 'all', from, text, candidate);
    this.#end(found, 'accepted');
  }

  /** The person's word on the last text that was shown. @returns the text it is about; `undefined` when none was shown yet */
  rate(rating: Rating): SuggestionFacts | undefined {
    if (this.#last) this.#tell(this.#last, { kind: 'rated', rating });
    return this.#last;
  }

  dispose(): void {
    for (const each of this.#all) this.#end(each, 'left');
    this.#stopTimers();
  }

  get #all(): readonly Tracked[] {
    return this.#current ? [...this.#pending, this.#current] : this.#pending;
  }

  /** Another text comes: what the person has gone away from, or has just completed, waits for what follows. */
  #stepAside(before: Tracked): void {
    before.isVisible = false;
    this.#stopTimers();
    this.#current = undefined;
    if (before.text.astray === '' && !before.waiting && !before.isHidden) return this.#end(before, 'replaced');
    this.#pending = [...this.#pending, before];
    const oldest = this.#pending.length > observationDefaults.pending ? this.#pending[0] : undefined;
    if (oldest) this.#end(oldest, 'left');
  }

  #follow(each: Tracked, changes: readonly TextChange[], isReplay: boolean): void {
    const before = each.text.typed;
    for (const change of changes) if (each.text.apply(change) === 'gone') return this.#end(each, 'left');
    const { typed, astray, isComplete } = each.text;
    if (typed === before) return;
    if (isComplete) this.#waitForWord(each, before);
    else {
      each.waiting?.dispose();
      each.waiting = undefined;
    }
    if (astray.length >= observationDefaults.astray || /[\r\n]/.test(astray)) return this.#reject(each);
    const added = typed.slice(before.length);
    const isOffered = each === this.#current && !each.isHidden && !each.isPreview && !isReplay;
    // One key brings one character; a line end brings its indentation along.
    const isPart = isOffered && astray === '' && !isComplete && typed.startsWith(before) && added.length > 1 && /\S/.test(added);
    if (isPart) this.#take(each, added.includes('\n') ? 'line' : 'word', before.length, typed, 0);
  }

  /** All of the text stands there: taken, if the editor says so within a moment, else typed. */
  #waitForWord(each: Tracked, before: string): void {
    each.completedFrom = Math.min(before.length, each.text.typed.length);
    each.waiting?.dispose();
    each.waiting = this.#options.clock.after(observationDefaults.word, () => this.#end(each, 'typed'));
  }

  #take(each: Tracked, part: 'all' | 'word' | 'line', from: number, upTo: string, candidate: number): void {
    const facts = each.facts(candidate);
    if (!facts) return;
    this.#show(each);
    this.#tell(facts, { kind: 'accepted', part, characters: upTo.length - from });
    if (!each.isCounted) this.#options.pipeline.accepted(candidateId(each.requestId, candidate), upTo.length - from);
    each.isCounted = true;
    each.takenFrom ??= from;
    const start = each.text.anchor + each.takenFrom;
    this.#options.onDidTake({ facts, documentId: each.documentId, start, text: upTo.slice(each.takenFrom) });
  }

  #reject(each: Tracked): void {
    if (each.isShown && each.takenFrom === undefined) this.#options.pipeline.rejected(each.requestId);
    this.#end(each, 'rejected');
  }

  #end(each: Tracked, as: SuggestionEnd): void {
    each.isVisible = false;
    each.waiting?.dispose();
    if (each === this.#current) this.#stopTimers();
    this.#current = this.#current === each ? undefined : this.#current;
    this.#pending = this.#pending.filter((one) => one !== each);
    const facts = each.facts();
    if (!each.isShown || !facts) return;
    const end = each.takenFrom !== undefined && as !== 'accepted' ? 'partly-accepted' : as;
    this.#tell(facts, { kind: 'ended', as: end, visibleFor: Math.round(each.visibleFor) });
  }

  /** Looks whether the text is on the screen now, as far as can be known. @param isNew what is there has changed */
  #look(isNew: boolean): void {
    const current = this.#current;
    if (!current) return this.#stopTimers();
    const { text, documentId, isHidden } = current;
    const isAtPlace = this.#cursor?.documentId === documentId && (isNew || this.#cursor.offset === text.place);
    const isVisible = isAtPlace && !isHidden && !text.isComplete && text.astray === '' && this.#options.isInView(documentId);
    current.isVisible = isVisible;
    if (!isVisible) return this.#stopTimers();
    const { clock, pipeline, mayBeSent } = this.#options;
    if (isNew || !this.#screenTimer) {
      this.#screenTimer?.dispose();
      this.#screenTimer = clock.after(observationDefaults.onScreen, () => {
        // What it leads to is sent.
        if (mayBeSent(documentId)) pipeline.shown(current.requestId);
      });
    }
    if (!current.isShown) this.#shownTimer ??= clock.after(observationDefaults.shown - current.visibleFor, () => this.#show(current));
  }

  #stopTimers(): void {
    this.#screenTimer?.dispose();
    this.#shownTimer?.dispose();
    this.#screenTimer = undefined;
    this.#shownTimer = undefined;
  }

  #show(each: Tracked): void {
    const facts = each.facts();
    if (!facts) return;
    this.#last = facts;
    if (each.isShown) return;
    each.isShown = true;
    this.#tell(facts, { kind: 'shown' });
  }

  #tell(facts: SuggestionFacts, observed: Observed): void {
    const at: EpochMillis = this.#options.clock.now();
    this.#options.onDidObserve({ ...facts, at, ...observed });
  }
}
