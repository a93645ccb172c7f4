import type { CompletionRequest, CompletionSource, Outcome } from '../domain/completion.ts';
import { almostNever, fine, type Judgement, unknown, wrongIf } from './promptCheck.ts';

/** What is asked where the context of a model ends. */
export const contextWindowDefaults = {
  /** A longer window is not filled: a prompt of Failsoft has 64 KB at most, and a server is not to be kept busy for minutes. Tokens. */
  longest: 32_768,
  /** Requests at most until a prompt has the length that is wanted. */
  tries: 8,
  /** Lines of the two prompts from which the tokens of a line are learnt. */
  measured: [20, 60],
  /** A count that is so far below what was sent means that the server has cut the prompt. Tokens; one or two are the server's own. */
  slack: 4,
  alone: almostNever,
} as const;

/** What was found at one length. */
export interface WindowFinding {
  /** `n-1`, `n` or `n+1`. */
  readonly id: string;
  readonly judgement: Judgement;
}

/** What was found where the context ends; `why`: nothing could be, and the reason for a person. */
export type WindowResult = { readonly findings: readonly WindowFinding[] } | { readonly why: string };

/** Five tokens or so in most vocabularies, and the same in each line. */
const line = 'total = total + step\n';
/** One token in most vocabularies; what it really is shows in the count. */
const pad = ' x';

/**
 * Asks with prompts of one token less than the context, of as many, and of one more. How many tokens a prompt has is what the server
 * counts, in its answer or in its refusal.
 *
 * @param contextTokens as the server says it
 */
export async function askAtTheWindow(source: CompletionSource, contextTokens: number, signal: AbortSignal): Promise<WindowResult> {
  if (contextTokens > contextWindowDefaults.longest) {
    return { why: `its context of ${contextTokens} tokens is longer than what is tried, ${contextWindowDefaults.longest} tokens` };
  }
  const edge = new Edge(source, signal);
  const per = await edge.measure();
  if (per === undefined) return { why: 'the server does not count tokens' };
  const start = await edge.reach(contextTokens - 1, per);
  if (typeof start === 'string') return { why: start };
  const findings: WindowFinding[] = [{ id: 'n-1', judgement: inside(start.outcome, contextTokens - 1) }];
  if (start.outcome.ok && (start.outcome.usage?.promptTokens ?? 0) < contextTokens - 1 - contextWindowDefaults.slack) return { findings };
  for (const [id, more] of [
    ['n', 1],
    ['n+1', 2],
  ] as const) {
    const outcome = await edge.ask(start.lines, start.pads + more);
    findings.push({ id, judgement: atTheEnd(outcome, contextTokens - 1 + more) });
  }
  return { findings };
}

/** One token less than the context has to be answered. */
function inside(outcome: Outcome, tokens: number): Judgement {
  if (outcome.ok) return cutWithoutAWord(outcome.usage?.promptTokens, tokens);
  // Without a count it may have been more than was meant.
  if (outcome.failure.kind === 'context_length' && outcome.failure.promptTokens !== tokens) return unknown;
  return isOfTheServer(outcome) ? wrongIf(`refuses ${tokens} tokens, though they fit: ${outcome.failure.kind}`) : unknown;
}

/** From there on the server may answer or say that the prompt is too long, in words from which that is learnt. */
function atTheEnd(outcome: Outcome, tokens: number): Judgement {
  if (outcome.ok) return cutWithoutAWord(outcome.usage?.promptTokens, tokens);
  if (outcome.failure.kind === 'context_length') return fine;
  return isOfTheServer(outcome)
    ? wrongIf(`answers ${tokens} tokens with the failure ${outcome.failure.kind} instead of saying that they are too many`)
    : unknown;
}

function cutWithoutAWord(counted: number | undefined, tokens: number): Judgement {
  if (counted === undefined) return unknown;
  return wrongIf(
    counted < tokens - contextWindowDefaults.slack ? `cuts the prompt without a word: of ${tokens} tokens it read ${counted}` : undefined,
  );
}

/** Not the network and not a crowd. */
function isOfTheServer(outcome: Outcome): boolean {
  return !outcome.ok && ['context_length', 'bad_request', 'server', 'content_filter'].includes(outcome.failure.kind);
}

/** A prompt that was asked, and of what it is made. */
interface Reached {
  readonly outcome: Outcome;
  readonly lines: number;
  readonly pads: number;
}

/** Prompts of a wanted length. */
class Edge {
  readonly #source: CompletionSource;
  readonly #signal: AbortSignal;

  constructor(source: CompletionSource, signal: AbortSignal) {
    this.#source = source;
    this.#signal = signal;
  }

  ask(lines: number, pads: number): Promise<Outcome> {
    const request: CompletionRequest = {
      id: `golden-window-${lines}-${pads}`,
      documentId: 'failsoft:golden/window',
      languageId: 'python',
      path: 'window.py',
      prefix: line.repeat(lines) + pad.repeat(pads),
      suffix: '',
      shape: 'line',
      trigger: 'manual',
      maxTokens: 1,
    };
    return this.#source.complete(request, { signal: this.#signal });
  }

  /** Tokens of a line and of what stands around all lines; `undefined`: the server does not say. */
  async measure(): Promise<{ readonly line: number; readonly around: number } | undefined> {
    const [few, more] = contextWindowDefaults.measured;
    const first = countOf(await this.ask(few, 0));
    const second = countOf(await this.ask(more, 0));
    if (first === undefined || second === undefined || second <= first) return undefined;
    const perLine = (second - first) / (more - few);
    return { line: perLine, around: first - few * perLine };
  }

  /** @returns why it could not be reached, in words */
  async reach(tokens: number, per: { readonly line: number; readonly around: number }): Promise<Reached | string> {
    const lines = Math.max(0, Math.floor((tokens - per.around) / per.line) - 1);
    let pads = Math.max(0, Math.round(tokens - per.around - lines * per.line));
    const expected = (): number => per.around + lines * per.line + pads;
    for (let tried = 0; tried < contextWindowDefaults.tries; tried += 1) {
      const outcome = await this.ask(lines, pads);
      const counted = countOf(outcome);
      if (counted === undefined) {
        if (!outcome.ok && !isOfTheServer(outcome)) return `a prompt of ${tokens} tokens was not answered: ${outcome.failure.kind}`;
        // A refusal without a count: what was sent is what the arithmetic says.
        return { outcome, lines, pads };
      }
      const isCut = outcome.ok && counted < expected() - Math.max(contextWindowDefaults.slack, 0.1 * tokens);
      if (counted === tokens || isCut) return { outcome, lines, pads };
      pads = Math.max(0, pads + tokens - counted);
    }
    return `no prompt of ${tokens} tokens could be made`;
  }
}

function countOf(outcome: Outcome): number | undefined {
  if (outcome.ok) return outcome.usage?.promptTokens;
  return outcome.failure.kind === 'context_length' ? outcome.failure.promptTokens : undefined;
}
