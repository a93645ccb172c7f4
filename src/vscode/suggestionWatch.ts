import * as vscode from 'vscode';
import type { Clock, Disposable } from '../base/clock.ts';
import { type Logger, messageOf } from '../base/logger.ts';
import type { Completed } from '../domain/completion.ts';
import type { PressurePort } from '../domain/pressure.ts';
import type { Rating, SuggestionFacts } from '../domain/observation.ts';
import { createObserving, type CursorPlace, type Observing, type Problem } from '../observing.ts';
import type { Session } from './session.ts';

/** What the provider has just given the editor. */
export interface EditorOffer {
  readonly document: vscode.TextDocument;
  /** What the items replace: the line up to the cursor, or its end. */
  readonly range: vscode.Range;
  readonly requestId: string;
  readonly trigger: 'automatic' | 'manual';
  /** In the order of the items, with their whole texts. */
  readonly items: readonly { readonly text: string; readonly outcome: Completed }[];
  /** They continue an entry of the editor's own list. */
  readonly isPreview: boolean;
}

/** Sees what becomes of suggestions. None of its functions throws. */
export interface SuggestionWatch extends Disposable {
  offered(offer: EditorOffer): void;
  /** @param candidate number of the item in the answer to that request */
  accepted(requestId: string, characters: number, candidate: number): void;
  /** A person's word on the last suggestion that was shown. */
  rate(rating: Rating): void;
}

/** Hands something to the watch, which the first use loads. */
export type LateWatch = (use: (watch: SuggestionWatch) => void) => void;

/** What the watch is made of. */
export interface WatchPorts {
  readonly session: Session;
  /** Whether a backend may get text of this document now: it is not ignored, too long or switched off. */
  readonly mayBeSent: (document: vscode.TextDocument) => boolean;
  readonly pressure: Pick<PressurePort, 'register'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Problems of a document that are looked at. */
const maximumProblems = 1000;

/** A function that throws into nobody's hands. */
type Safely = <T>(use: (value: T) => void) => (value: T) => void;

/** Concludes from the editor's events what the stable API does not say. A bundle of its own, loaded with the first suggestion. */
export function createSuggestionWatch({ session, mayBeSent, pressure, clock, logger }: WatchPorts): SuggestionWatch {
  let isRateable = false;
  const observing = createObserving({
    clock,
    logger,
    pressure,
    isInView: (id) => vscode.window.state.focused && vscode.window.activeTextEditor?.document.uri.toString() === id,
    mayBeSent(id) {
      const document = documentOf(id);
      return document !== undefined && mayBeSent(document);
    },
    view: { textOf, problems, isDefined },
    // Settings may have replaced the service since.
    pipeline: {
      shown: (id) => session.service.shown(id),
      rejected: (id) => session.service.rejected(id),
      accepted: (id, characters) => session.service.accepted(id, characters),
    },
    onDidObserve(observation) {
      session.service.observed(observation);
      // For the `enablement` of the commands in the manifest.
      if (!isRateable) void vscode.commands.executeCommand('setContext', 'failsoft.rateable', true);
      isRateable = true;
    },
  });
  const safely: Safely = (use) => (value) => {
    try {
      use(value);
    } catch (error) {
      logger.error(`observation: ${messageOf(error)}`);
    }
  };
  const { ledger } = observing;
  const subscriptions = [...followEditor(observing, safely), observing];
  return {
    offered: safely((offer) => offerTo(ledger, offer)),
    accepted: (id, characters, candidate) => safely(() => ledger.accepted(id, candidate, characters))(undefined),
    rate: safely((rating) => confirm(ledger.rate(rating), rating)),
    dispose() {
      for (const subscription of subscriptions) subscription.dispose();
    },
  };
}

function followEditor({ ledger, kept }: Observing, safely: Safely): readonly Disposable[] {
  return [
    vscode.workspace.onDidChangeTextDocument(
      safely(({ document, contentChanges, reason }) => {
        if (contentChanges.length === 0) return;
        const changes = contentChanges.map(({ rangeOffset, rangeLength, text }) => ({ offset: rangeOffset, removed: rangeLength, text }));
        // First, where accepted texts are now; what this edit itself takes stands there already.
        kept.changed(document.uri.toString(), changes);
        ledger.changed(document.uri.toString(), changes, reason !== undefined);
      }),
    ),
    vscode.window.onDidChangeTextEditorSelection(
      safely(({ textEditor, selections }) => {
        if (textEditor === vscode.window.activeTextEditor)
          ledger.moved(textEditor.document.uri.toString(), placeOf(textEditor, selections));
      }),
    ),
    vscode.window.onDidChangeActiveTextEditor(safely(() => ledger.looked())),
    vscode.window.onDidChangeWindowState(safely(() => ledger.looked())),
    vscode.workspace.onDidCloseTextDocument(
      safely(({ uri }) => {
        ledger.closed(uri.toString());
        kept.closed(uri.toString());
      }),
    ),
  ];
}

function offerTo(ledger: Observing['ledger'], offer: EditorOffer): void {
  const { document, range, requestId, trigger, items, isPreview } = offer;
  if (document.isClosed) return;
  ledger.offered({
    documentId: document.uri.toString(),
    anchor: document.offsetAt(range.start),
    typed: document.getText(range),
    requestId,
    isPreview,
    candidates: items.map(({ text, outcome }) => ({ text, facts: factsOf(requestId, document.languageId, trigger, outcome) })),
  });
}

function factsOf(id: string, languageId: string, trigger: SuggestionFacts['trigger'], outcome: Completed): SuggestionFacts {
  const { origin, sourceId, model } = outcome;
  return { id, languageId, origin, sourceId, ...(model === undefined ? {} : { model }), trigger };
}

function placeOf({ document }: vscode.TextEditor, selections: readonly vscode.Selection[]): CursorPlace | undefined {
  const [selection] = selections;
  if (!selection?.isEmpty || selections.length > 1) return undefined;
  const { range } = document.lineAt(selection.active.line);
  return { offset: document.offsetAt(selection.active), lineStart: document.offsetAt(range.start), lineEnd: document.offsetAt(range.end) };
}

/** Quiet: a word in the status bar, gone by itself. */
function confirm(about: SuggestionFacts | undefined, rating: Rating): void {
  const word = rating === 'up' ? 'good' : 'bad';
  const text = about ? `$(thumbs${rating}) Noted: the last suggestion was ${word}` : 'Failsoft: there was no suggestion yet';
  vscode.window.setStatusBarMessage(text, 4000);
}

function documentOf(id: string): vscode.TextDocument | undefined {
  return vscode.workspace.textDocuments.find(({ uri, isClosed }) => !isClosed && uri.toString() === id);
}

function textOf(id: string, start: number, end: number): string | undefined {
  const document = documentOf(id);
  return document?.getText(new vscode.Range(document.positionAt(start), document.positionAt(end)));
}

function problems(id: string): readonly Problem[] {
  const document = documentOf(id);
  if (!document) return [];
  return vscode.languages
    .getDiagnostics(document.uri)
    .filter(({ severity }) => severity <= vscode.DiagnosticSeverity.Warning)
    .slice(0, maximumProblems)
    .map(({ severity, range, code, message }) => ({
      severity: severity === vscode.DiagnosticSeverity.Error ? 'error' : 'warning',
      start: document.offsetAt(range.start),
      end: document.offsetAt(range.end),
      code: String(typeof code === 'object' ? code.value : (code ?? '')),
      message,
    }));
}

async function isDefined(id: string, offset: number): Promise<boolean> {
  const document = documentOf(id);
  if (!document) return false;
  const at = document.positionAt(offset);
  const found = await vscode.commands.executeCommand<readonly unknown[] | undefined>('vscode.executeDefinitionProvider', document.uri, at);
  return (found ?? []).length > 0;
}
