import type { Millis } from '../base/clock.ts';
import type { CompletionCall, CompletionRequest, Outcome } from './completion.ts';

/** A request on its way through the models. */
export interface ModelRun {
  /** Settles when a model has answered, all have failed, or the call was cancelled. */
  readonly outcome: Promise<Outcome>;
  /** What has come so far of the text that will be the answer, made fit to be shown; '' while nothing has. */
  soFar(): string;
}

/** The route in two halves, so that one run of a model can serve several keystrokes. */
export interface ModelRoute {
  /** Asks models only, at once. */
  ask(request: CompletionRequest, call: CompletionCall): ModelRun;
  /**
   * Answers one keystroke with what a run brings, or with local text where that is better. Settles at once when the call is
   * cancelled; the run goes on.
   *
   * @param model what the models say for this very keystroke; `undefined`: local text only
   * @param waited since the key; local text comes so much sooner. Default: 0
   */
  serve(request: CompletionRequest, call: CompletionCall, model?: Promise<Outcome>, waited?: Millis): Promise<Outcome>;
}
