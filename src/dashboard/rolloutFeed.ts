import type { Clock, Disposable } from '../base/clock.ts';
import type { ReadinessCheck, RolloutAction, RolloutControl, RolloutSnapshot } from '../domain/rollout.ts';
import { feedDefaults } from './feed.ts';
import { type HostMessage, pageMessageOf, type PlaceName, protocolVersion, type RolloutOpening } from './protocol.ts';
import type { RolloutView } from './rolloutShape.ts';

/** Decisions that the page is sent, the newest; figure in docs/settings.md. */
export const decisionsShown = 50;

/** What feeds the rollout page, and what it leads to. */
export interface RolloutFeedOptions {
  readonly clock: Clock;
  /** `undefined` when it could not be loaded. Never rejects. */
  readonly control: Promise<RolloutControl | undefined>;
  /** Does not throw. */
  readonly post: (message: HostMessage) => void;
  /** A person has pressed a button; asks what has to be asked, and does not throw. */
  readonly act: (action: RolloutAction, subject?: string) => void;
  readonly check: (check: ReadinessCheck) => void;
  readonly open: (what: RolloutOpening) => void;
}

/** Tells one page how the rollout is, at most once a second and only while it is seen, and passes on what a person wants. Never throws. */
export class RolloutFeed implements Disposable {
  readonly #options: RolloutFeedOptions;
  #control: RolloutControl | undefined;
  #subscription: Disposable | undefined;
  #timer: Disposable | undefined;
  #postedAt = -Infinity;
  #isLoaded: boolean | undefined;
  #isReady = false;
  #isVisible = true;
  #isDue = false;
  #isDisposed = false;
  #place: PlaceName | undefined;

  constructor(options: RolloutFeedOptions) {
    this.#options = options;
    void options.control.then((control) => {
      if (this.#isDisposed) return;
      this.#control = control;
      this.#isLoaded = control !== undefined;
      this.#subscription = control?.onDidChange(() => this.#changed());
      this.#changed();
    });
  }

  /** @param value whatever the page has sent */
  receive(value: unknown): void {
    const message = pageMessageOf(value);
    if (!message) return;
    const { act, check, open } = this.#options;
    if (message.kind === 'ready') this.#begin();
    else if (message.kind === 'rollout-action') act(message.action, message.subject);
    else if (message.kind === 'rollout-check') check(message.check);
    else if (message.kind === 'rollout-open') open(message.what);
  }

  /** Brings a part of the page to the front, now or as soon as there is a page. */
  show(place: PlaceName): void {
    if (this.#isReady && this.#isVisible) this.#options.post({ version: protocolVersion, kind: 'place', place });
    else this.#place = place;
  }

  /** A page that is hidden is forgotten by the editor: it says that it is ready when it is shown again. */
  setVisible(isVisible: boolean): void {
    this.#isVisible = isVisible;
    if (!isVisible) this.#stop();
    else if (this.#isDue) this.#changed();
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#stop();
    this.#subscription?.dispose();
  }

  #begin(): void {
    this.#isReady = true;
    this.#post();
    const place = this.#place;
    this.#place = undefined;
    if (place !== undefined) this.show(place);
  }

  #changed(): void {
    this.#isDue = true;
    if (!this.#isReady || !this.#isVisible || this.#timer) return;
    const wait = this.#postedAt + feedDefaults.liveEvery - this.#options.clock.monotonic();
    if (wait <= 0) this.#post();
    else this.#timer = this.#options.clock.after(wait, () => this.#post());
  }

  #post(): void {
    this.#stop();
    if (this.#isLoaded === undefined || this.#isDisposed) return;
    this.#isDue = false;
    this.#postedAt = this.#options.clock.monotonic();
    this.#options.post({ version: protocolVersion, kind: 'rollout', rollout: viewOf(this.#control) });
  }

  #stop(): void {
    this.#timer?.dispose();
    this.#timer = undefined;
  }
}

function viewOf(control: RolloutControl | undefined): RolloutView {
  const snapshot = control?.snapshot();
  return {
    snapshot: snapshot ? fitForPage(snapshot) : null,
    possible: control?.possible() ?? [],
    isLoaded: control !== undefined,
    problems: control?.problems ?? [],
  };
}

/** What is not finite has no words in JSON, and one such figure would cost the page all others. */
function fitForPage(snapshot: RolloutSnapshot): RolloutSnapshot {
  const isFit = ([, value]: [string, unknown]): boolean => typeof value !== 'number' || Number.isFinite(value);
  const fit = <T extends object>(each: T): T => Object.fromEntries(Object.entries(each).filter(isFit)) as T;
  return {
    ...snapshot,
    gates: snapshot.gates.map(fit),
    history: snapshot.history
      .slice(0, decisionsShown)
      .map((decision) => (decision.figures ? { ...decision, figures: fit(decision.figures) } : decision)),
  };
}
