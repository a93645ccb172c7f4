import type { Clock, Disposable } from '../base/clock.ts';
import { systemClock } from '../base/clock.ts';
import type { Completed, CompletionRequest, CompletionSource } from '../domain/completion.ts';
import { failed } from '../domain/completion.ts';
import { failureOfAbort } from '../domain/failure.ts';
import type { WorkspaceView } from '../domain/service.ts';
import { contextOf } from './cursorContext.ts';
import { closersOf, fitToSuffix, isOpenEnd } from './fit.ts';
import { LiveDocument } from './liveDocument.ts';
import { OpenDocuments } from './openDocuments.ts';
import type { Prediction } from './predict.ts';
import { nothing, predict } from './predict.ts';
import type { SnippetMatch } from './snippetMatch.ts';
import { matchSnippet, shapesOf } from './snippetMatch.ts';

/** What the local engine needs. */
export interface LocalEngineOptions {
  readonly view: WorkspaceView;
  /** Drives the cutting of documents between keystrokes. Default: the system's clock. */
  readonly clock?: Clock;
}

/** The engine that needs no model: it copies from what is open, and knows snippets. */
export interface LocalEngine extends CompletionSource, Disposable {
  /** The text to insert at the cursor; empty when there is none. Takes a few milliseconds at most and never throws for any text. */
  suggest(request: CompletionRequest): string;
  /** The same with the estimated chance that it is right. */
  predict(request: CompletionRequest): Prediction;
  /** Bytes held by the index of the open documents, up to 8 MB. */
  readonly bytes: number;
}

/** Pause before further documents are cut, in which keystrokes go first. */
const warmPause = 15;

/** A snippet's beginning is right about this often; a copied text that is surer comes first. */
const snippetConfidence = 0.35;
const wholeSnippetConfidence = 0.5;
/** Closing what the line has opened is right about this often. */
const closerConfidence = 0.25;
/** A text of one character saves nothing unless it is almost sure. */
const singleCharacter = 0.5;

/** Makes the local engine. It works within the call, so nothing is to be waited for and nothing can be at capacity. */
export function createLocalEngine({ view, clock = systemClock }: LocalEngineOptions): LocalEngine {
  const documents = new OpenDocuments();
  const live = new LiveDocument();
  let timer: Disposable | undefined;
  let isDisposed = false;

  const warm = (exceptId: string): void => {
    timer?.dispose();
    timer = undefined;
    if (documents.refresh(view.openDocuments(), exceptId) || isDisposed) return;
    timer = clock.after(warmPause, () => warm(exceptId));
  };

  /** What it would say, the likeliest first; each as it is looked for. */
  function* predictionsAt(request: CompletionRequest): Generator<Prediction, undefined> {
    const lineBreak = request.suffix.indexOf('\n');
    const restOfLine = lineBreak < 0 ? request.suffix : request.suffix.slice(0, lineBreak);
    if (isDisposed || !isOpenEnd(restOfLine)) return undefined;
    const open = view.openDocuments();
    warm(request.documentId);
    const context = contextOf(request.prefix);
    const places = [
      ...live.places(request),
      ...documents.places(open, request.languageId, request.documentId),
      ...shapesOf(request.languageId),
    ];
    const shape = restOfLine.trim() === '' ? request.shape : 'line';
    const copied = predict(context, places, shape);
    const snippet = restOfLine.trim() === '' ? matchSnippet(context.line, request.languageId, view.snippets(), shape) : undefined;
    return yield* fitting([...inOrder(copied, snippet), closers(context.line)], context.line, request.suffix);
  }
  const predictAt = (request: CompletionRequest): Prediction => predictionsAt(request).next().value ?? nothing;

  return {
    id: 'local',
    get bytes() {
      return documents.bytes;
    },
    predict: predictAt,
    suggest: (request) => predictAt(request).text,
    complete(request, { signal, onText }) {
      if (signal.aborted) {
        const failure = failureOfAbort(signal.reason) ?? { kind: 'cancelled', message: 'cancelled before the local engine began' };
        return Promise.resolve(failed(failure));
      }
      // One is looked for while typing, all when the person asks by hand.
      const [{ text } = nothing, ...others] = request.trigger === 'manual' ? predictionsAt(request) : [predictAt(request)];
      const alternatives = others.map((other) => completed(other.text));
      if (text !== '') onText?.(text);
      return Promise.resolve(alternatives.length > 0 ? { ...completed(text), alternatives } : completed(text));
    },
    dispose() {
      isDisposed = true;
      timer?.dispose();
      timer = undefined;
      documents.clear();
      live.clear();
    },
  };
}

function completed(text: string): Completed {
  return { ok: true, text, origin: 'local', sourceId: 'local', finish: 'stop' };
}

/** Those that are worth showing once they fit to what stands behind the cursor; each is looked at when it is asked for. */
function* fitting(choices: readonly Prediction[], line: string, suffix: string): Generator<Prediction, undefined> {
  for (const { text, confidence } of choices) {
    const fitted = fitToSuffix(text, line, suffix);
    if (isWorth(fitted, line, confidence)) yield { text: fitted, confidence };
  }
  return undefined;
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
