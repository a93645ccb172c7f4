import type { Clock, Disposable, Millis } from '../base/clock.ts';
import type { Random } from '../base/random.ts';
import { CancelledByEditor } from '../domain/failure.ts';
import type { ShadowOffer } from '../domain/rolloutPort.ts';
import { noShadow, type ShadowCounts } from './evidenceFiles.ts';
import type { ShadowBudget } from './policy.ts';

const hour: Millis = 3_600_000;

/** So long after the person was answered: their own next steps come first. */
const copyAfter: Millis = 50;

/** What copies need to know. */
export interface ShadowPorts {
  readonly clock: Clock;
  readonly random: Random;
  /** False under memory pressure, on battery, while either model is unwell, or where code may not go to the candidate. */
  readonly mayCopy: () => boolean;
  /** How alike two texts are, 0…1; called outside of any keystroke. */
  readonly similarity: (left: string, right: string) => number;
  readonly budget: () => ShadowBudget | undefined;
  /** Something was counted. */
  readonly onCounted: () => void;
}

/**
 * Copies of requests to the candidate. Nobody waits for them and nobody sees them: one at a time, after the person was answered, and only
 * within the budget.
 */
export class Shadow implements Disposable {
  readonly #ports: ShadowPorts;
  #counts: ShadowCounts = noShadow;
  #running: AbortController | undefined;
  #timer: Disposable | undefined;
  #isDisposed = false;
  /** Of the last hour. */
  #spent: { readonly at: Millis; tokens: number }[] = [];

  constructor(ports: ShadowPorts) {
    this.#ports = ports;
  }

  get counts(): ShadowCounts {
    return this.#counts;
  }

  /** A new phase begins to count anew. What was spent stays spent. */
  reset(): void {
    this.#counts = noShadow;
  }

  /** Returns at once. */
  offer(offer: ShadowOffer): void {
    const { clock, random } = this.#ports;
    const allowed = this.#ports.budget();
    if (
      this.#isDisposed ||
      !allowed ||
      this.#running ||
      this.#timer ||
      random() >= allowed.share ||
      !this.#isAffordable(allowed) ||
      !this.#ports.mayCopy()
    )
      return;
    this.#timer = clock.after(copyAfter, () => {
      this.#timer = undefined;
      // A moment may be enough to run short of something, or to be taken back.
      if (this.#ports.budget() && this.#ports.mayCopy()) void this.#copy(offer);
    });
  }

  /** The person asks again: a copy must not stand in the way of that on a server of one place. */
  yield(): void {
    this.#timer?.dispose();
    this.#timer = undefined;
    this.#running?.abort(new CancelledByEditor());
  }

  dispose(): void {
    this.#isDisposed = true;
    this.yield();
  }

  #isAffordable({ requestsPerHour, tokensPerHour }: ShadowBudget): boolean {
    const now = this.#ports.clock.monotonic();
    this.#spent = this.#spent.filter(({ at }) => now - at < hour);
    const tokens = this.#spent.reduce((sum, each) => sum + each.tokens, 0);
    return this.#spent.length < requestsPerHour && tokens < tokensPerHour;
  }

  async #copy(offer: ShadowOffer): Promise<void> {
    const { request, text } = offer;
    const controller = new AbortController();
    const spent = { at: this.#ports.clock.monotonic(), tokens: roughTokens(request.prefix.length + request.suffix.length) };
    this.#running = controller;
    this.#spent.push(spent);
    const outcome = await offer.ask(controller.signal);
    this.#running = undefined;
    if (this.#isDisposed) return;
    const made = outcome.ok ? (outcome.usage?.completionTokens ?? roughTokens(outcome.text.length)) : 0;
    spent.tokens += made;
    this.#counts = { ...this.#counts, copies: this.#counts.copies + 1, tokens: this.#counts.tokens + spent.tokens };
    if (outcome.ok) this.#pair(text, outcome.text);
    this.#ports.onCounted();
  }

  /** Both texts are forgotten when this returns. */
  #pair(baseline: string, candidate: string): void {
    const { pairs, similarity, same, sameFirstLine } = this.#counts;
    this.#counts = {
      ...this.#counts,
      pairs: pairs + 1,
      similarity: similarity + this.#ports.similarity(baseline, candidate),
      same: same + (baseline === candidate ? 1 : 0),
      sameFirstLine: sameFirstLine + (firstLine(baseline) === firstLine(candidate) ? 1 : 0),
    };
  }
}

/** Four characters make a token of code, about; a budget needs no more. */
function roughTokens(characters: number): number {
  return Math.ceil(characters / 4);
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0]?.trim() ?? '';
}
