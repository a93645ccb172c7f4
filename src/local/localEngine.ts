import type { Disposable } from '../base/clock.ts';
import { messageOf } from '../base/logger.ts';
import type { Completed, CompletionCall, CompletionRequest, CompletionSource, LocalBasis, Outcome } from '../domain/completion.ts';
import { failed } from '../domain/completion.ts';
import { failureOfAbort } from '../domain/failure.ts';
import type { EngineMemory, WorkspaceView } from '../domain/service.ts';
import type { Sensitivity } from '../settings/settings.ts';
import { closers } from './closers.ts';
import { DocumentFeed } from './documentFeed.ts';
import { createLocalIndex, type LocalIndex, type LocalIndexOptions } from './indexSupervisor.ts';
import { LocalLearning } from './localLearning.ts';
import { nothing, type Prediction } from './prediction.ts';
import { leastChance } from './sensitivity.ts';
import type { SnippetMatch, SnippetVoter } from './snippetMatch.ts';
import { fitToSuffix, isOpenEnd } from './suffixFit.ts';
import { type Choice, choiceOfCopied, choiceOfSnippet } from './voters.ts';

/** What the local engine needs. */
export interface LocalEngineOptions extends LocalIndexOptions {
  readonly view: WorkspaceView;
  /** Loads what knows snippets; called once. Default: nothing does. */
  readonly snippets?: () => Promise<SnippetVoter>;
  /** Where what was learnt is kept. Default: nowhere. */
  readonly memory?: EngineMemory;
}

/** The engine that needs no model: it copies from what is open, and knows snippets. */
export interface LocalEngine extends CompletionSource, Disposable {
  /** The text to insert at the cursor, empty when there is none, with the estimated chance that it is right. Never rejects. */
  predict(request: CompletionRequest, signal: AbortSignal): Promise<Prediction>;
  /** The index; the sources of the workspace write to it. */
  readonly index: LocalIndex;
  /** Starts the index and hands over what is open. Without it the first question does. */
  start(): void;
  /** How sure a text has to be to be shown while typing. Default: balanced. */
  setSensitivity(sensitivity: Sensitivity): void;
  /** The person took a text of this engine, or did not want it. */
  readonly learn: (languageId: string, basis: LocalBasis, isTaken: boolean) => void;
  /** Forgets what was learnt so. */
  forgetLearned(): void;
}

/** When a person asks for a text, the best guess is worth seeing. */
const leastWhenAsked = 0.02;
/** A text of one character saves nothing unless it is almost sure. */
const singleCharacter = 0.5;

/** Makes the local engine. It answers within a bounded time, so nothing can be at capacity. */
export function createLocalEngine(options: LocalEngineOptions): LocalEngine {
  return new Engine(options);
}

class Engine implements LocalEngine {
  readonly id = 'local';
  readonly index: LocalIndex;
  readonly #options: LocalEngineOptions;
  readonly #feed: DocumentFeed;
  readonly #learning: LocalLearning;
  #sensitivity: Sensitivity = 'balanced';
  #isDisposed = false;
  #loading: Promise<SnippetVoter | undefined> | undefined;

  constructor(options: LocalEngineOptions) {
    this.#options = options;
    this.index = createLocalIndex(options);
    this.#feed = new DocumentFeed(this.index, options.view, options.clock);
    this.#learning = new LocalLearning(options.memory);
    if (this.#learning.wasCorrupt) options.logger.info('local: what was learnt could not be read; it begins anew');
    this.index.onDidStart(() => void this.#began());
  }

  start(): void {
    this.index.start();
  }

  setSensitivity(sensitivity: Sensitivity): void {
    this.#sensitivity = sensitivity;
  }

  readonly learn = (languageId: string, basis: LocalBasis, isTaken: boolean): void => this.#learning.learn(languageId, basis, isTaken);

  forgetLearned(): void {
    this.#learning.forget();
  }

  async predict(request: CompletionRequest, signal: AbortSignal): Promise<Prediction> {
    return (await this.#choices(request, signal))[0] ?? nothing;
  }

  async complete(request: CompletionRequest, { signal, onText, isAlone = false, isWanted = () => true }: CompletionCall): Promise<Outcome> {
    // One is shown while typing, all when the person asks by hand.
    const all = signal.aborted ? [] : await this.#choices(request, signal, isAlone);
    const [first, ...others] = all.filter(({ text }) => isWanted(text));
    if (signal.aborted) {
      const failure = failureOfAbort(signal.reason) ?? { kind: 'cancelled', message: 'cancelled before the local engine answered' };
      return failed(failure);
    }
    if (first) onText?.(first.text);
    const alternatives = request.trigger === 'manual' ? others.map(completed) : [];
    return alternatives.length > 0 ? { ...completed(first), alternatives } : completed(first);
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#feed.dispose();
    this.index.dispose();
  }

  /** Templates come first: of files alike, the newer one counts for more. */
  async #began(): Promise<void> {
    for (const file of (await this.#snippets())?.files ?? []) this.index.write(file);
    this.#feed.restart();
  }

  #snippets(): Promise<SnippetVoter | undefined> {
    const { snippets, logger } = this.#options;
    return (this.#loading ??= Promise.resolve(snippets?.()).catch((error: unknown) => {
      logger.error(`local: the snippets could not be loaded: ${messageOf(error)}`);
      return undefined;
    }));
  }

  /** What is sure enough to be offered, as it fits to what stands behind the cursor; the surest first. */
  async #choices(request: CompletionRequest, signal: AbortSignal, isAlone = false): Promise<readonly Choice[]> {
    const { prefix, suffix, trigger } = request;
    const restOfLine = suffix.split('\n', 1)[0] ?? '';
    if (this.#isDisposed || !isOpenEnd(restOfLine)) return [];
    const line = prefix.slice(prefix.lastIndexOf('\n') + 1);
    const least = trigger === 'manual' ? leastWhenAsked : leastChance(this.#sensitivity, isAlone);
    const said = await this.#votes(request, line, restOfLine, signal);
    return said
      .filter(({ confidence }) => confidence >= least)
      .map((choice) => ({ ...choice, text: fitToSuffix(choice.text, line, suffix) }))
      .filter((choice) => isWorth(choice, line));
  }

  /** What all voters say, as sure as this person finds them; the surest first. */
  async #votes(request: CompletionRequest, line: string, restOfLine: string, signal: AbortSignal): Promise<Choice[]> {
    const { prefix, suffix, documentId, languageId, trigger } = request;
    const isLast = restOfLine.trim() === '';
    this.index.start();
    const voter = await this.#snippets();
    this.#feed.keepUp(documentId);
    const place = { path: documentId, languageId, prefix, suffix };
    const extent = trigger === 'manual' ? 'line' : 'gain';
    const copied = await this.index.complete(place, extent, isLast && request.shape === 'block', signal);
    const snippet = isLast ? this.#snippetAt(request, line, voter) : undefined;
    const closer = isLast || line.trim() !== '' ? closers(prefix, suffix, line, languageId) : nothing;
    const said: Choice[] = [...choiceOfCopied(copied), ...choiceOfSnippet(snippet), { ...closer, voter: 'closer' }];
    return said
      .map((choice) => ({ ...choice, confidence: this.#learning.chanceOf(languageId, choice.voter, choice.confidence) }))
      .sort((one, other) => other.confidence - one.confidence);
  }

  #snippetAt(request: CompletionRequest, line: string, voter: SnippetVoter | undefined): SnippetMatch | undefined {
    const { prefix, languageId, documentId, path, suffix } = request;
    const { view, clock } = this.#options;
    const lineIndex = request.line ?? prefix.split('\n').length - 1;
    return voter?.match({ languageId, documentId, path, line, lineIndex, prefix, suffix, now: clock.now() }, view.snippets());
  }
}

function completed(choice: Choice | undefined): Completed {
  const plain = { ok: true, text: choice?.text ?? '', origin: 'local', sourceId: 'local', finish: 'stop' } as const;
  if (!choice) return plain;
  const { voter, confidence, snippet } = choice;
  return { ...plain, basis: { voter, chance: confidence }, ...(snippet ? { snippet } : {}) };
}

function isWorth({ text, confidence, voter }: Choice, line: string): boolean {
  const shown = text.trim();
  if (shown === '') return false;
  // On an empty line the editor has indented for code; a lone closing bracket there would stand too deep.
  if (line.trim() === '' && voter !== 'closer' && /^[)\]}]/.test(shown)) return false;
  return text.trimEnd().length > 1 || confidence >= singleCharacter || /[)\]}'"`;:]/.test(shown);
}
