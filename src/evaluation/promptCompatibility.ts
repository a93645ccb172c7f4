import { delayOf, type Clock } from '../base/clock.ts';
import type { CompletionSource, Outcome } from '../domain/completion.ts';
import type { FailureKind } from '../domain/failure.ts';
import { answerChecks } from './checks/all.ts';
import {
  type CheckResult,
  compatibilityLimits,
  type CompatibilityReport,
  conclude,
  type ModelResult,
  weigh,
  type WrongAnswer,
  type WrongRate,
} from './compatibilityReport.ts';
import { askAtTheWindow, contextWindowDefaults, type WindowResult } from './contextWindow.ts';
import { goldenPrompts } from './golden/all.ts';
import { type GoldenPrompt, requestOf } from './goldenPrompt.ts';
import { cut } from './lines.ts';
import type { Judgement, ModelTraits, PromptCheck } from './promptCheck.ts';
import { judgeRatio, medianOf, ratioOf } from './tokenCount.ts';

/** One model version as golden prompts ask it. */
export interface AskedModel extends ModelTraits {
  /** What a report calls it. */
  readonly name: string;
  /** As it is: nothing may cut prompts, filter answers or ask elsewhere. */
  readonly source: CompletionSource;
  /** Tokens of its context; a text: why that is not known. */
  readonly contextTokens: number | string;
}

/** What a run needs. */
export interface CompatibilityOptions {
  readonly candidate: AskedModel;
  /** The version that people have. Without it a candidate has absolute limits. */
  readonly baseline?: AskedModel;
  readonly clock: Clock;
  /** Ends the run; what is known by then is reported. */
  readonly signal: AbortSignal;
  /** Default: all of them. */
  readonly prompts?: readonly GoldenPrompt[];
  readonly onProgress?: (asked: number, of: number) => void;
}

/** Failures that say something about a prompt. All others are for other checks than these. */
const aboutPrompts: ReadonlySet<FailureKind> = new Set([
  'content_filter',
  'bad_request',
  'context_length',
  'client_unsupported',
  'model_retired',
]);

/** Asks both versions all golden prompts, one request at a time, and looks for defects that only the candidate has. Never rejects. */
export async function checkPrompts(options: CompatibilityOptions): Promise<CompatibilityReport> {
  const { candidate, baseline, clock, signal, prompts = goldenPrompts } = options;
  const at = clock.now();
  const started = clock.monotonic();
  const ours = new Asking(candidate, clock, signal);
  const theirs = baseline && new Asking(baseline, clock, signal);
  const total = prompts.length * (theirs ? 2 : 1);
  let asked = 0;
  for (const [index, prompt] of prompts.entries()) {
    // Who is first changes, so that neither always finds the other's prompt in a cache of a shared server.
    const order = [ours, ...(theirs ? [theirs] : [])];
    for (const asking of index % 2 === 0 ? order : order.reverse()) {
      await asking.ask(prompt);
      options.onProgress?.((asked += 1), total);
    }
  }
  const checks = [
    ...answerChecks.map((check) => resultOf(check, prompts, ours, theirs)),
    windowResult(await ours.window(), await theirs?.window()),
    tokenResult(prompts, ours, theirs),
  ];
  const ratio = medianOf(ratiosOf(prompts, ours, theirs).flatMap(({ ratio: each }) => each ?? []));
  const results = { candidate: ours.result(), ...(theirs ? { baseline: theirs.result() } : {}) };
  return {
    at,
    took: clock.monotonic() - started,
    ...conclude(checks, results.candidate, results.baseline),
    ...results,
    prompts: prompts.length,
    checks,
    ...(ratio === undefined ? {} : { tokenRatio: ratio }),
  };
}

/** One model being asked. */
class Asking {
  readonly model: AskedModel;
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  readonly #outcomes = new Map<string, Outcome>();
  #failuresInARow = 0;
  #stopped: string | undefined;
  #lastFailure: string | undefined;

  constructor(model: AskedModel, clock: Clock, signal: AbortSignal) {
    this.model = model;
    this.#clock = clock;
    this.#signal = signal;
  }

  async ask(prompt: GoldenPrompt): Promise<void> {
    if (this.#signal.aborted) this.#stopped ??= 'it was interrupted';
    if (this.#stopped !== undefined) return;
    const outcome = await this.#patiently(prompt);
    this.#outcomes.set(prompt.id, outcome);
    if (!outcome.ok) this.#lastFailure = outcome.failure.message;
    const saysNothing = !outcome.ok && !aboutPrompts.has(outcome.failure.kind);
    this.#failuresInARow = saysNothing ? this.#failuresInARow + 1 : 0;
    if (saysNothing && this.#failuresInARow >= compatibilityLimits.failuresInARow) {
      this.#stopped = `it was not asked any more after ${this.#failuresInARow} failures in a row, the last one ${outcome.failure.kind}`;
    }
  }

  /** Waits once where the server says how long: rates of many servers are below what this run asks. */
  async #patiently(prompt: GoldenPrompt): Promise<Outcome> {
    const once = (): Promise<Outcome> => this.model.source.complete(requestOf(prompt), { signal: this.#signal });
    const outcome = await once();
    if (outcome.ok || outcome.failure.kind !== 'rate_limit') return outcome;
    const { retryAfter } = outcome.failure;
    if (retryAfter === undefined || retryAfter > compatibilityLimits.longestWait) return outcome;
    await delayOf(this.#clock, retryAfter, this.#signal);
    return once();
  }

  judge(check: PromptCheck, prompt: GoldenPrompt): Judgement {
    const outcome = this.#outcomes.get(prompt.id);
    return outcome ? check.judge(outcome, prompt, this.model) : { kind: 'unknown' };
  }

  outcome(prompt: GoldenPrompt): Outcome | undefined {
    return this.#outcomes.get(prompt.id);
  }

  async window(): Promise<WindowResult> {
    const { contextTokens, source } = this.model;
    if (typeof contextTokens === 'string') return { why: contextTokens };
    if (this.#signal.aborted || this.#stopped !== undefined) return { why: this.#stopped ?? 'it was interrupted' };
    return askAtTheWindow(source, contextTokens, this.#signal);
  }

  result(): ModelResult {
    const failures: Partial<Record<FailureKind, number>> = {};
    let answered = 0;
    for (const outcome of this.#outcomes.values()) {
      if (outcome.ok) answered += 1;
      else failures[outcome.failure.kind] = (failures[outcome.failure.kind] ?? 0) + 1;
    }
    const lastFailure = answered === 0 || this.#stopped !== undefined ? this.#lastFailure : undefined;
    return {
      ...{ name: this.model.name, answered, failures },
      ...(this.#stopped === undefined ? {} : { stopped: this.#stopped }),
      ...(lastFailure === undefined ? {} : { lastFailure }),
    };
  }
}

/** A check over all prompts. Beside a baseline only those count that both have an answer to. */
function resultOf(check: PromptCheck, prompts: readonly GoldenPrompt[], ours: Asking, theirs: Asking | undefined): CheckResult {
  const judged = prompts
    .map((prompt) => ({ prompt, ours: ours.judge(check, prompt), theirs: theirs?.judge(check, prompt) }))
    .filter((each) => each.ours.kind !== 'unknown' && each.theirs?.kind !== 'unknown');
  const examples = judged.flatMap(({ prompt, ours: judgement }) =>
    judgement.kind === 'wrong' ? [exampleOf(prompt.id, judgement.words, ours.outcome(prompt))] : [],
  );
  const candidate = rateOf(judged.map((each) => each.ours));
  const baseline = theirs && rateOf(judged.flatMap((each) => each.theirs ?? []));
  return checkResult(check, candidate, baseline, { examples, wanted: prompts.length });
}

function windowResult(ours: WindowResult, theirs: WindowResult | undefined): CheckResult {
  const about = {
    name: 'context-window',
    title: 'End of the context',
    about:
      'Prompts of one token less than the context has, of as many and of one more: they have to be answered or refused in words that say ' +
      'so. A server that cuts prompts without a word answers to half a question.',
    alone: contextWindowDefaults.alone,
  } as const;
  if ('why' in ours) return { ...checkResult(about, rateOf([]), undefined, { examples: [], wanted: 3 }), words: ours.why };
  const examples = ours.findings.flatMap(({ id, judgement }) => (judgement.kind === 'wrong' ? [exampleOf(id, judgement.words)] : []));
  const rate = rateOf(ours.findings.map(({ judgement }) => judgement));
  const baseline = theirs && 'findings' in theirs ? rateOf(theirs.findings.map(({ judgement }) => judgement)) : undefined;
  return checkResult(about, rate, baseline, { examples, wanted: ours.findings.length });
}

function tokenResult(prompts: readonly GoldenPrompt[], ours: Asking, theirs: Asking | undefined): CheckResult {
  const about = {
    name: 'token-count',
    title: 'Tokens of a prompt',
    about:
      'The candidate counts other tokens than the baseline for the same prompt. Budgets for context, costs and the bound of an answer were ' +
      'made for the baseline’s.',
    alone: 0,
  } as const;
  const judged = ratiosOf(prompts, ours, theirs).map(({ prompt, ratio }) => ({ prompt, judgement: judgeRatio(ratio) }));
  const examples = judged.flatMap(({ prompt, judgement }) => (judgement.kind === 'wrong' ? [exampleOf(prompt.id, judgement.words)] : []));
  const rate = rateOf(judged.map(({ judgement }) => judgement));
  const baseline: WrongRate | undefined = theirs && { wrong: 0, judged: rate.judged };
  const result = checkResult(about, rate, baseline, { examples, wanted: prompts.length });
  return theirs || result.verdict !== 'inconclusive' ? result : { ...result, words: 'there is no baseline to compare with' };
}

function ratiosOf(prompts: readonly GoldenPrompt[], ours: Asking, theirs: Asking | undefined): { prompt: GoldenPrompt; ratio?: number }[] {
  return prompts.map((prompt) => {
    const [candidate, baseline] = [ours.outcome(prompt), theirs?.outcome(prompt)];
    const ratio = candidate && baseline && ratioOf(candidate, baseline);
    return { prompt, ...(ratio === undefined ? {} : { ratio }) };
  });
}

function checkResult(
  { name: check, title, about, alone }: Omit<PromptCheck, 'judge'>,
  candidate: WrongRate,
  baseline: WrongRate | undefined,
  { examples, wanted }: { readonly examples: readonly WrongAnswer[]; readonly wanted: number },
): CheckResult {
  const shown = examples.slice(0, compatibilityLimits.examples);
  return {
    check,
    title,
    about,
    ...weigh(candidate, baseline, alone, wanted),
    candidate,
    ...(baseline ? { baseline } : {}),
    examples: shown,
  };
}

function rateOf(judgements: readonly Judgement[]): WrongRate {
  const known = judgements.filter(({ kind }) => kind !== 'unknown');
  return { wrong: known.filter(({ kind }) => kind === 'wrong').length, judged: known.length };
}

function exampleOf(prompt: string, words: string, outcome?: Outcome): WrongAnswer {
  const answer = outcome?.ok === true && outcome.text !== '' ? cut(outcome.text, compatibilityLimits.shownAnswer) : undefined;
  return { prompt, words, ...(answer === undefined ? {} : { answer }) };
}
