import type { Disposable } from '../base/clock.ts';
import type { Completed, CompletionRequest, CompletionSource } from '../domain/completion.ts';
import { failed } from '../domain/completion.ts';
import { failureOfAbort } from '../domain/failure.ts';
import type { WorkspaceView } from '../domain/service.ts';
import { builtinSnippets } from './builtinSnippets.ts';
import { DocumentFeed } from './documentFeed.ts';
import { createLocalIndex, type LocalIndex, type LocalIndexOptions } from './indexSupervisor.ts';
import { nothing, type Prediction } from './prediction.ts';
import { renderSnippetBody } from './snippetBody.ts';
import type { SnippetMatch } from './snippetMatch.ts';
import { matchSnippet } from './snippetMatch.ts';
import { closersOf, fitToSuffix, isOpenEnd } from './suffixFit.ts';

/** What the local engine needs. */
export interface LocalEngineOptions extends LocalIndexOptions {
  readonly view: WorkspaceView;
}

/** The engine that needs no model: it copies from what is open, and knows snippets. */
export interface LocalEngine extends CompletionSource, Disposable {
  /** The text to insert at the cursor, empty when there is none, with the estimated chance that it is right. Never rejects. */
  predict(request: CompletionRequest, signal: AbortSignal): Promise<Prediction>;
  /** The index; the sources of the workspace write to it. */
  readonly index: LocalIndex;
  /** Starts the index and hands over what is open. Without it the first question does. */
  start(): void;
}

/** A text that is less likely is not shown. The confidence is a chance: of texts at this bound one in seven is right. */
export const leastConfidence = 0.15;
/** The same when a person asks for a text: the best guess is worth seeing. */
const leastWhenAsked = 0.02;
/** A snippet's beginning is right about this often; a copied text that is surer comes first. */
const snippetConfidence = 0.35;
const wholeSnippetConfidence = 0.5;
/** Closing what the line has opened is right about this often. */
const closerConfidence = 0.25;
/** A text of one character saves nothing unless it is almost sure. */
const singleCharacter = 0.5;

/** Makes the local engine. It answers within a bounded time, so nothing can be at capacity. */
export function createLocalEngine({ view, ...options }: LocalEngineOptions): LocalEngine {
  const index = createLocalIndex(options);
  const feed = new DocumentFeed(index, view, options.clock);
  let isDisposed = false;
  index.onDidStart(() => {
    for (const file of snippetFiles()) index.write(file);
    feed.restart();
  });

  /** What it would say, the likeliest first. */
  const predictions = async (request: CompletionRequest, signal: AbortSignal): Promise<Prediction[]> => {
    const { prefix, suffix, documentId, languageId, trigger } = request;
    const lineBreak = suffix.indexOf('\n');
    const restOfLine = lineBreak < 0 ? suffix : suffix.slice(0, lineBreak);
    if (isDisposed || !isOpenEnd(restOfLine)) return [];
    index.start();
    feed.keepUp(documentId);
    const shape = restOfLine.trim() === '' ? request.shape : 'line';
    const extent = trigger === 'manual' ? 'line' : 'gain';
    const least = trigger === 'manual' ? leastWhenAsked : leastConfidence;
    const place = { path: documentId, languageId, prefix, suffix };
    const copied = (await index.complete(place, extent, shape === 'block', signal)) ?? nothing;
    const line = prefix.slice(prefix.lastIndexOf('\n') + 1);
    const snippet = restOfLine.trim() === '' ? matchSnippet(line, languageId, view.snippets(), shape) : undefined;
    const choices = [...inOrder(copied, snippet), closers(line)].filter(({ confidence }) => confidence >= least);
    return fitting(choices, line, suffix);
  };

  return {
    id: 'local',
    index,
    start: () => index.start(),
    predict: async (request, signal) => (await predictions(request, signal))[0] ?? nothing,
    async complete(request, { signal, onText }) {
      // One is shown while typing, all when the person asks by hand.
      const [{ text } = nothing, ...others] = signal.aborted ? [] : await predictions(request, signal);
      if (signal.aborted) {
        const failure = failureOfAbort(signal.reason) ?? { kind: 'cancelled', message: 'cancelled before the local engine answered' };
        return failed(failure);
      }
      if (text !== '') onText?.(text);
      const alternatives = request.trigger === 'manual' ? others.map((other) => completed(other.text)) : [];
      return alternatives.length > 0 ? { ...completed(text), alternatives } : completed(text);
    },
    dispose() {
      isDisposed = true;
      feed.dispose();
      index.dispose();
    },
  };
}

/** The built-in snippets of each language as a file to be copied from, so that `for ` goes on to a loop in a workspace without code. */
function snippetFiles(): { path: string; languageId: string; text: string; stamp: string }[] {
  const bodies = new Map<string, string[]>();
  for (const { languageIds, body } of builtinSnippets) {
    const languageId = languageIds[0] ?? '';
    bodies.set(languageId, [...(bodies.get(languageId) ?? []), renderSnippetBody(body).text]);
  }
  return [...bodies].map(([languageId, texts]) => ({ path: `snippets:${languageId}`, languageId, text: texts.join('\n'), stamp: '' }));
}

function completed(text: string): Completed {
  return { ok: true, text, origin: 'local', sourceId: 'local', finish: 'stop' };
}

/** Those that are worth showing once they fit to what stands behind the cursor. */
function fitting(choices: readonly Prediction[], line: string, suffix: string): Prediction[] {
  return choices
    .map(({ text, confidence }) => ({ text: fitToSuffix(text, line, suffix), confidence }))
    .filter(({ text, confidence }) => isWorth(text, line, confidence));
}

function inOrder(copied: Prediction, snippet: SnippetMatch | undefined): Prediction[] {
  if (snippet === undefined) return [copied];
  const known = { text: snippet.text, confidence: snippet.isWhole ? wholeSnippetConfidence : snippetConfidence };
  return copied.confidence >= known.confidence ? [copied, known] : [known, copied];
}

function closers(line: string): Prediction {
  const text = closersOf(line);
  return text === '' ? nothing : { text, confidence: closerConfidence };
}

function isWorth(text: string, line: string, confidence: number): boolean {
  const shown = text.trim();
  if (shown === '') return false;
  // On an empty line the editor has indented for code; a lone closing bracket there would stand too deep.
  if (line.trim() === '' && /^[)\]}]/.test(shown)) return false;
  return text.trimEnd().length > 1 || confidence >= singleCharacter || /[)\]}'"`;:]/.test(shown);
}
