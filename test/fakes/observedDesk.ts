import { systemClock } from '../../src/base/clock.ts';
import type { Observation, SuggestionFacts } from '../../src/domain/observation.ts';
import type { TextChange } from '../../src/domain/textChange.ts';
import { KeptWatch } from '../../src/observation/keptWatch.ts';
import { observationDefaults, SuggestionLedger } from '../../src/observation/suggestionLedger.ts';
import type { Problem } from '../../src/observation/unknownNames.ts';
import type { VirtualTime } from './virtualTime.ts';

/** One document with a cursor, a suggestion in it, and the ledger that watches; on virtual time. */
export class ObservedDesk {
  readonly told: string[] = [];
  readonly observations: Observation[] = [];
  readonly ledger: SuggestionLedger;
  readonly kept: KeptWatch;
  document = '';
  cursor = 0;
  isInView = true;
  isOpen = true;
  mayBeSent = true;
  problems: Problem[] = [];
  isDefined: (offset: number) => Promise<boolean> = () => Promise.resolve(false);
  readonly #time: VirtualTime;
  #offers = 0;

  constructor(time: VirtualTime) {
    this.#time = time;
    const onDidObserve = (observation: Observation): void => {
      this.observations.push(observation);
      this.told.push(wordsOf(observation));
    };
    this.kept = new KeptWatch({
      clock: systemClock,
      onDidObserve,
      view: {
        textOf: (_, start, end) => (this.isOpen ? this.document.slice(start, end) : undefined),
        problems: () => this.problems,
        isDefined: (_, offset) => this.isDefined(offset),
      },
    });
    this.ledger = new SuggestionLedger({
      clock: systemClock,
      onDidObserve,
      isInView: () => this.isInView,
      mayBeSent: () => this.mayBeSent,
      pipeline: {
        shown: (id) => void this.told.push(`${id} on the screen`),
        rejected: (id) => void this.told.push(`${id} not wanted`),
        accepted: (id, characters) => void this.told.push(`${id} counted, ${characters}`),
      },
      onDidTake: (taken) => this.kept.taken(taken),
    });
  }

  /** Puts the cursor where `|` is. */
  write(marked: string): this {
    this.cursor = marked.indexOf('|');
    this.document = marked.replace('|', '');
    return this;
  }

  get #lineStart(): number {
    return this.document.slice(0, this.cursor).lastIndexOf('\n') + 1;
  }

  /** Offers texts for the rest of the line, as the provider does: from the line's start on. Returns the request's id. */
  offers(texts: string | readonly string[], facts: Partial<SuggestionFacts> = {}, isPreview = false): string {
    const id = `k${++this.#offers}`;
    const typed = this.document.slice(this.#lineStart, this.cursor);
    this.ledger.offered({
      documentId: 'one',
      anchor: this.#lineStart,
      typed,
      requestId: id,
      isPreview,
      candidates: [texts].flat().map((text) => ({
        text: typed + text,
        facts: { id, languageId: 'typescript', origin: 'model', sourceId: 'main', model: 'm', trigger: 'automatic', ...facts },
      })),
    });
    return id;
  }

  /** Edits the document and moves the cursor, each with its event, as the editor does. */
  edit(changes: readonly TextChange[], cursor: number, isReplay = false): void {
    for (const { offset, removed, text } of changes)
      this.document = this.document.slice(0, offset) + text + this.document.slice(offset + removed);
    this.kept.changed('one', changes);
    this.ledger.changed('one', changes, isReplay);
    this.moves(cursor);
  }

  /** One edit for all of it, as a word that is accepted. */
  inserts(text: string, isReplay = false): void {
    this.edit([{ offset: this.cursor, removed: 0, text }], this.cursor + text.length, isReplay);
  }

  /** Key by key, with a usual gap. */
  async types(text: string): Promise<void> {
    for (const key of text) {
      this.inserts(key);
      await this.passes(100);
    }
  }

  deletes(count: number): void {
    this.edit([{ offset: this.cursor - count, removed: count, text: '' }], this.cursor - count);
  }

  moves(cursor: number): void {
    this.cursor = cursor;
    const end = this.document.indexOf('\n', cursor);
    this.ledger.moved('one', { offset: cursor, lineStart: this.#lineStart, lineEnd: end < 0 ? this.document.length : end });
  }

  /** The editor puts the rest in and then says that the text was taken. */
  accepts(rest: string, id: string, candidate = 0): void {
    this.inserts(rest);
    this.ledger.accepted(id, candidate, rest.length);
  }

  passes(millis: number): Promise<number> {
    return this.#time.tickAsync(millis);
  }

  /** Long enough for a text to count as shown. */
  reads(): Promise<number> {
    return this.passes(observationDefaults.shown);
  }

  /** What was told since the last look. */
  news(): readonly string[] {
    return this.told.splice(0);
  }

  close(): void {
    this.isOpen = false;
    this.ledger.closed('one');
    this.kept.closed('one');
  }

  dispose(): void {
    this.ledger.dispose();
    this.kept.dispose();
  }
}

/** An observation as one line of a story. */
function wordsOf(observation: Observation): string {
  const { id } = observation;
  switch (observation.kind) {
    case 'shown':
      return `${id} shown`;
    case 'accepted':
      return `${id} accepted: ${observation.part}, ${observation.characters}`;
    case 'ended':
      return `${id} ended: ${observation.as} after ${observation.visibleFor}`;
    case 'kept':
      return `${id} kept ${observation.similarity} after ${observation.afterSeconds} s`;
    case 'checked': {
      const { errors, warnings, unknownImports, unknownNames, isChecked } = observation;
      return `${id} checked: ${errors} errors, ${warnings} warnings, ${unknownImports} imports, ${unknownNames} names${isChecked ? '' : ', by nobody'}`;
    }
    case 'rated':
      return `${id} rated ${observation.rating}`;
  }
}
