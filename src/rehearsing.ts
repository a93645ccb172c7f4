import { type Clock, delayOf, type EpochMillis, type Millis } from './base/clock.ts';
import { messageOf } from './base/logger.ts';
import type { Random } from './base/random.ts';
import { makeSandbox } from './base/sandbox.ts';
import { smallFilesIn } from './base/smallFiles.ts';
import type { CompletionRequest, Outcome } from './domain/completion.ts';
import type { Arm, RolloutDecision } from './domain/rollout.ts';
import type { Service } from './domain/service.ts';
import { flagFileName, flagName, names, openRehearsalWindow, type RehearsalWindow } from './rehearsalWindow.ts';
import { stagedFlag } from './rollout/flagdFlags.ts';
import { PracticeModel } from './simulator/practiceModel.ts';

/** A rehearsal that takes longer has not passed. */
export const rehearsalLimit: Millis = 60_000;

/** Between two requests of the person who is played. */
const pause: Millis = 25;
/** Evidence has to span 30 s before anything is taken back for being slow; this much more is certain. */
const healthyFor: Millis = 31_000;
/** Times slower that the candidate becomes. */
const regression = 6;
/** Candidate requests within which it has to be noticed. */
const noticedWithin = 60;
/** A flag file is looked at each second; twice that is allowed. */
const flagReadWithin: Millis = 2000;
/** Requests after a flip. One alone says little: some of who is in get the baseline all the same, for comparison. */
const askedAfterFlip = 10;

/** What a rehearsal touches: nothing of the person's. */
export interface RehearsalPorts {
  readonly clock: Clock;
  readonly random: Random;
  readonly signal: AbortSignal;
  /** @param share of the whole, 0…1 */
  readonly onProgress: (share: number, words: string) => void;
}

/** One thing that had to be seen. */
export interface RehearsalStep {
  readonly words: string;
  /** Since the beginning. */
  readonly at: Millis;
  readonly isPassed: boolean;
}

/** What a rehearsal has shown. */
export interface RehearsalReport {
  readonly startedAt: EpochMillis;
  readonly took: Millis;
  readonly verdict: 'passed' | 'failed';
  readonly steps: readonly RehearsalStep[];
  readonly decisions: readonly RolloutDecision[];
}

/**
 * Runs the whole machine against two practice models: a rollout begins, its flag is switched off and on in its file, its candidate becomes
 * slow, and what has to happen is looked for: that the flag is obeyed, the roll-back, that the next request is answered by the baseline,
 * that another window and a restart know of it. State and flag file are in a folder of their own, and the route is one that nobody types
 * on. Real time, about 40 s. @throws Error `stopped` when the signal is aborted
 */
export async function rehearse(ports: RehearsalPorts): Promise<RehearsalReport> {
  const sandbox = makeSandbox('rehearsal');
  try {
    return await new Rehearsal(ports, sandbox.path).run();
  } finally {
    sandbox.dispose();
  }
}

class Rehearsal {
  readonly #ports: RehearsalPorts;
  readonly #folder: string;
  readonly #models: Readonly<Record<string, PracticeModel>>;
  readonly #steps: RehearsalStep[] = [];
  readonly #began: Millis;
  #asked = 0;

  constructor(ports: RehearsalPorts, folder: string) {
    const { clock, random } = ports;
    this.#ports = ports;
    this.#folder = folder;
    this.#began = clock.monotonic();
    const pace = { p50: 20, p99: 50 };
    this.#models = {
      'model-1': new PracticeModel(names.baseline, pace, clock, random),
      'model-2': new PracticeModel(names.candidate, pace, clock, random),
    };
  }

  async run(): Promise<RehearsalReport> {
    const startedAt = this.#ports.clock.now();
    const window = this.#window('first');
    const other = this.#window('other');
    let decisions: readonly RolloutDecision[] = [];
    try {
      await this.#begin(window, other);
      await this.#stayHealthy(window);
      await this.#flip(window, other);
      await this.#harm(window);
      await this.#next(window);
      this.#otherWindow(other);
      decisions = window.rollout.snapshot()?.history ?? [];
    } finally {
      window.dispose();
      other.dispose();
    }
    await this.#restart();
    const took = this.#passed;
    this.#step(`the whole took ${(took / 1000).toFixed(1)} s, ${rehearsalLimit / 1000} s are allowed`, took <= rehearsalLimit);
    const verdict = this.#steps.every(({ isPassed }) => isPassed) ? 'passed' : 'failed';
    return { startedAt, took, verdict, steps: this.#steps, decisions };
  }

  /** It begins and reaches the first stage, and the flag lets this installation in, as few as that stage is for. */
  async #begin(window: RehearsalWindow, other: RehearsalWindow): Promise<void> {
    const { rollout, engine } = window;
    // Three hundred copies would take longer than the rest; they are no part of the way back.
    await rollout.ask({ action: 'override', subject: 'shadow', reason: 'a rehearsal has no copies' });
    const refused = await rollout.ask({ action: 'begin', reason: 'rehearsal' });
    const isThere = (): boolean => rollout.snapshot()?.phase.kind === 'stage';
    const until = this.#passed + 8000;
    while (!isThere() && this.#passed < until) await this.#ask(engine);
    const isReached = isThere();
    const { isRead, words } = await this.#flagSays('candidate', window, other);
    this.#step(
      `the rollout began${refused === undefined ? '' : `: ${refused}`} and reached its first stage; the flag, switched on, ${words}`,
      isReached && isRead,
    );
  }

  async #stayHealthy({ rollout, engine }: RehearsalWindow): Promise<void> {
    const until = this.#passed + healthyFor;
    let byCandidate = 0;
    while (this.#passed < until) if (sourceOf(await this.#ask(engine)) === names.candidate) byCandidate++;
    const isIn = rollout.snapshot()?.phase.kind === 'stage';
    this.#step(
      `the candidate answered ${byCandidate} requests for ${healthyFor / 1000} s, and nothing was taken back`,
      isIn && byCandidate > 100,
    );
  }

  /** The flag is flipped in its file, and obeyed whatever the stage says: off, everybody has the baseline; on, the candidate answers again. */
  async #flip(window: RehearsalWindow, other: RehearsalWindow): Promise<void> {
    const off = await this.#flagSays('baseline', window, other);
    const whileOff = await this.#afterFlip(window);
    const on = await this.#flagSays('candidate', window, other);
    const whileOn = await this.#afterFlip(window);
    this.#step(
      `the flag, switched off, ${off.words}: the candidate answered ${whileOff} of the next ${askedAfterFlip}; ` +
        `switched on, ${on.words}: ${whileOn} of the next ${askedAfterFlip}`,
      off.isRead && whileOff === 0 && on.isRead && whileOn > 0,
    );
  }

  /** How many of the next requests the candidate answers. */
  async #afterFlip({ engine }: RehearsalWindow): Promise<number> {
    let byCandidate = 0;
    for (let asked = 0; asked < askedAfterFlip; asked++) if (sourceOf(await this.#ask(engine)) === names.candidate) byCandidate++;
    return byCandidate;
  }

  /** Writes the flag, and asks on until both windows say that their version comes from its file. */
  async #flagSays(
    arm: Arm,
    window: RehearsalWindow,
    other: RehearsalWindow,
  ): Promise<{ readonly isRead: boolean; readonly words: string }> {
    try {
      smallFilesIn(this.#folder).replace(flagFileName, stagedFlag(flagName, arm === 'candidate' ? 100 : 0));
    } catch (error) {
      return { isRead: false, words: `could not be written: ${messageOf(error)}` };
    }
    const written = this.#passed;
    const isRead = (): boolean =>
      [window, other].every(({ rollout }) => {
        const assignment = rollout.snapshot()?.assignment;
        return assignment?.source === 'flag-file' && assignment.arm === arm;
      });
    while (!isRead() && this.#passed - written < flagReadWithin) await this.#ask(window.engine);
    const time = `${((this.#passed - written) / 1000).toFixed(1)} s`;
    return isRead()
      ? { isRead: true, words: `was read back by both windows after ${time}` }
      : { isRead: false, words: `was not read back by both windows within ${time}` };
  }

  async #harm({ rollout, engine }: RehearsalWindow): Promise<void> {
    const candidate = this.#models['model-2'];
    if (candidate) candidate.slowness = regression;
    const isBack = (): boolean => rollout.snapshot()?.phase.kind === 'rolled-back';
    let byCandidate = 0;
    const until = this.#passed + 10_000;
    while (!isBack() && byCandidate < noticedWithin && this.#passed < until)
      if (sourceOf(await this.#ask(engine)) === names.candidate) byCandidate++;
    const why = rollout.snapshot()?.reason ?? '';
    this.#step(`made ${regression} times slower it was taken back after ${byCandidate} of its answers: ${why}`, isBack());
  }

  async #next({ engine }: RehearsalWindow): Promise<void> {
    const answers = [await this.#ask(engine), await this.#ask(engine)];
    this.#step(
      'the next requests were answered by the baseline',
      answers.every((answer) => sourceOf(answer) === names.baseline),
    );
  }

  #otherWindow({ rollout }: RehearsalWindow): void {
    const arm = rollout.armFor({ id: 'other', languageId: 'typescript', trigger: 'automatic' });
    this.#step(
      'another window sends its next request to the baseline',
      arm === 'baseline' && rollout.snapshot()?.phase.kind === 'rolled-back',
    );
  }

  /** A new start finds what was decided, and cannot be talked into beginning again. */
  async #restart(): Promise<void> {
    const window = this.#window('second');
    try {
      const isBack = window.rollout.snapshot()?.phase.kind === 'rolled-back';
      const answer = await this.#ask(window.engine);
      this.#step('after a restart it is still taken back, and the baseline answers', isBack && sourceOf(answer) === names.baseline);
      const refused = await window.rollout.ask({ action: 'begin', reason: 'rehearsal' });
      const isStillBack = window.rollout.snapshot()?.phase.kind === 'rolled-back';
      this.#step(`beginning again is refused: ${refused ?? 'it was not'}`, refused !== undefined && isStillBack);
    } finally {
      window.dispose();
    }
  }

  #window(name: string): RehearsalWindow {
    const { clock, random } = this.#ports;
    return openRehearsalWindow(name, { clock, random, folder: this.#folder, models: this.#models });
  }

  async #ask(engine: Service): Promise<Outcome> {
    const { signal, clock, onProgress } = this.#ports;
    if (signal.aborted) throw new Error('stopped');
    const share = Math.min(0.99, this.#passed / (healthyFor + 9000));
    onProgress(share, this.#steps.at(-1)?.words ?? 'the rollout begins');
    const outcome = await engine.complete(practiceRequest(++this.#asked), { signal });
    await delayOf(clock, pause, signal);
    return outcome;
  }

  #step(words: string, isPassed: boolean): void {
    this.#steps.push({ words, at: this.#passed, isPassed });
  }

  get #passed(): Millis {
    return this.#ports.clock.monotonic() - this.#began;
  }
}

function sourceOf(outcome: Outcome): string | undefined {
  return outcome.ok ? outcome.sourceId : undefined;
}

function practiceRequest(number: number): CompletionRequest {
  const place = { languageId: 'typescript', documentId: `practice:${number}`, path: `practice/${number}.ts` };
  const text = { prefix: `const value${number} = `, suffix: '\n', line: 0 };
  return { id: `rehearsal-${number}`, ...place, ...text, shape: 'line', trigger: 'automatic', maxTokens: 32 };
}
