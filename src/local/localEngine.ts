import type { Disposable } from '../base/clock.ts';
import { messageOf } from '../base/logger.ts';
import type { Completed, CompletionRequest, CompletionSource, LocalBasis } from '../domain/completion.ts';
import { failed } from '../domain/completion.ts';
import { failureOfAbort } from '../domain/failure.ts';
import type { EngineMemory, WorkspaceView } from '../domain/service.ts';
import type { Sensitivity } from '../settings/settings.ts';
import { closers } from './closers.ts';
import { DocumentFeed } from './documentFeed.ts';
import { createLocalIndex, type LocalIndex, type LocalIndexOptions } from './indexSupervisor.ts';
import { LocalLearning } from './localLearning.ts';
import { nothing, type Prediction } from './prediction.ts';
import { leastChances } from './sensitivity.ts';
import type { SnippetVoter } from './snippetMatch.ts';
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
  learn(languageId: string, basis: LocalBasis, isTaken: boolean): void;
  /** Forgets what was learnt so. */
  forgetLearned(): void;
}

/** When a person asks for a text, the best guess is worth seeing. */
const leastWhenAsked = 0.02;
/** A text of one character saves nothing unless it is almost sure. */
const singleCharacter = 0.5;

/** Makes the local engine. It answers within a bounded time, so nothing can be at capacity. */
export function createLocalEngine(options: LocalEngineOptions): LocalEngine {
  const { view, clock, logger } = options;
  const index = createLocalIndex(options);
  const feed = new DocumentFeed(index, view, clock);
  const learning = new LocalLearning(options.memory);
  if (learning.wasCorrupt) logger.info('local: what was learnt could not be read; it begins anew');
  let sensitivity: Sensitivity = 'balanced';
  let isDisposed = false;
  let loading: Promise<SnippetVoter | undefined> | undefined;
  const snippets = (): Promise<SnippetVoter | undefined> =>
    (loading ??= Promise.resolve(options.snippets?.()).catch((error: unknown) => {
      logger.error(`local: the snippets could not be loaded: ${messageOf(error)}`);
      return undefined;
    }));
  index.onDidStart(() => {
    void snippets().then((voter) => voter?.files.forEach((file) => index.write(file)));
    feed.restart();
  });

  /** What all voters say, as sure as this person finds them. */
  const votes = async (request: CompletionRequest, restOfLine: string, signal: AbortSignal): Promise<Choice[]> => {
    const { prefix, suffix, documentId, languageId, trigger, path } = request;
    const line = prefix.slice(prefix.lastIndexOf('\n') + 1);
    const isLast = restOfLine.trim() === '';
    index.start();
    feed.keepUp(documentId);
    const voter = await snippets();
    const place = { path: documentId, languageId, prefix, suffix };
    const extent = trigger === 'manual' ? 'line' : 'gain';
    const copied = await index.complete(place, extent, isLast && request.shape === 'block', signal);
    const lineIndex = request.line ?? prefix.split('\n').length - 1;
    const where = { languageId, documentId, path, line, lineIndex, prefix, suffix, now: clock.now() };
    const snippet = isLast ? voter?.match(where, view.snippets()) : undefined;
    const closer = isLast || line.trim() !== '' ? closers(prefix, suffix, line, languageId) : nothing;
    const said: Choice[] = [...choiceOfCopied(copied), ...choiceOfSnippet(snippet), { ...closer, voter: 'closer' }];
    return said
      .map((choice) => ({ ...choice, confidence: learning.chanceOf(languageId, choice.voter, choice.confidence) }))
      .sort((one, other) => other.confidence - one.confidence);
  };

  const choices = async (request: CompletionRequest, signal: AbortSignal): Promise<Choice[]> => {
    const { prefix, suffix, trigger } = request;
    const restOfLine = suffix.split('\n', 1)[0] ?? '';
    if (isDisposed || !isOpenEnd(restOfLine)) return [];
    const line = prefix.slice(prefix.lastIndexOf('\n') + 1);
    const least = trigger === 'manual' ? leastWhenAsked : leastChances[sensitivity];
    const said = (await votes(request, restOfLine, signal)).filter(({ confidence }) => confidence >= least);
    return said.map((choice) => ({ ...choice, text: fitToSuffix(choice.text, line, suffix) })).filter((choice) => isWorth(choice, line));
  };

  return {
    id: 'local',
    index,
    start: () => index.start(),
    predict: async (request, signal) => (await choices(request, signal))[0] ?? nothing,
    setSensitivity: (wanted) => void (sensitivity = wanted),
    learn: (languageId, basis, isTaken) => learning.learn(languageId, basis, isTaken),
    forgetLearned: () => learning.forget(),
    async complete(request, { signal, onText }) {
      // One is shown while typing, all when the person asks by hand.
      const [first, ...others] = signal.aborted ? [] : await choices(request, signal);
      if (signal.aborted) {
        const failure = failureOfAbort(signal.reason) ?? { kind: 'cancelled', message: 'cancelled before the local engine answered' };
        return failed(failure);
      }
      if (first) onText?.(first.text);
      const alternatives = request.trigger === 'manual' ? others.map(completed) : [];
      return alternatives.length > 0 ? { ...completed(first), alternatives } : completed(first);
    },
    dispose() {
      isDisposed = true;
      feed.dispose();
      index.dispose();
    },
  };
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
