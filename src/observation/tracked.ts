import type { Clock, Disposable, Millis } from '../base/clock.ts';
import type { SuggestionFacts } from '../domain/observation.ts';
import { FollowedText } from './followedText.ts';

/** A text that the editor was given, and where. */
export interface Offer {
  /** Identity of the document; stays in memory. */
  readonly documentId: string;
  /** Offset at which the text begins, in UTF-16 units. */
  readonly anchor: number;
  /** What stands between there and the cursor: a beginning of the text. */
  readonly typed: string;
  /** The request it answers. */
  readonly requestId: string;
  /** At least one; the first is on the screen unless the person looks at another. */
  readonly candidates: readonly { readonly text: string; readonly facts: SuggestionFacts }[];
  /** It continues an entry of the editor's own list, which is taken as a whole too: then a part that comes at once is not ours. */
  readonly isPreview?: boolean;
}

/** Requests whose text one suggestion has been; the last ones are those the editor still holds. */
const requestsKept = 20;

/** One suggestion: the same text at the same place, however often the editor asks while the person types into it. */
export class Tracked {
  readonly documentId: string;
  readonly text: FollowedText;
  /** Length of the text before the part that came last, while all of it stands there. */
  completedFrom: number | undefined;
  /** The part of the text that the person has taken so far. */
  takenFrom: number | undefined;
  isPreview = false;
  isShown = false;
  isCounted = false;
  /** The editor takes a text away when the cursor leaves, and does not bring it back by itself. */
  isHidden = false;
  /** Waits for the command that tells a text that was taken from one that was typed. */
  waiting: Disposable | undefined;
  readonly #clock: Clock;
  #facts: readonly SuggestionFacts[] = [];
  #requestIds: string[] = [];
  #visibleBefore: Millis = 0;
  #visibleSince: Millis | undefined;

  constructor(offer: Offer, clock: Clock) {
    this.#clock = clock;
    this.documentId = offer.documentId;
    this.text = new FollowedText(
      offer.anchor,
      offer.typed,
      offer.candidates.map(({ text }) => text),
    );
    this.#facts = offer.candidates.map(({ facts }) => facts);
    this.#note(offer);
  }

  /** Takes an offer of the same text as its own. */
  continueWith(offer: Offer): boolean {
    const isSame = this.documentId === offer.documentId && this.#continueText(offer);
    if (isSame) this.#note(offer);
    return isSame;
  }

  /** @param candidate as the editor counts them in its last answer */
  facts(candidate = 0): SuggestionFacts | undefined {
    return this.#facts[candidate] ?? this.#facts[0];
  }

  get requestId(): string {
    return this.#requestIds.at(-1) ?? '';
  }

  isOf(requestId: string): boolean {
    return this.#requestIds.includes(requestId);
  }

  set isVisible(isVisible: boolean) {
    if (isVisible === (this.#visibleSince !== undefined)) return;
    this.#visibleBefore = this.visibleFor;
    this.#visibleSince = isVisible ? this.#clock.monotonic() : undefined;
  }

  get visibleFor(): Millis {
    return this.#visibleBefore + (this.#visibleSince === undefined ? 0 : this.#clock.monotonic() - this.#visibleSince);
  }

  #continueText({ anchor, typed, candidates }: Offer): boolean {
    const isSame = this.text.continueWith(
      anchor,
      typed,
      candidates.map(({ text }) => text),
    );
    const id = this.facts()?.id;
    // Who made the first one made it; a candidate more has facts of its own, but is the same suggestion.
    if (isSame && id !== undefined) this.#facts = candidates.map(({ facts }, index) => this.#facts[index] ?? { ...facts, id });
    return isSame;
  }

  #note({ requestId, isPreview = false }: Offer): void {
    this.#requestIds = [...this.#requestIds, requestId].slice(-requestsKept);
    this.isPreview = isPreview;
    this.isHidden = false;
  }
}
