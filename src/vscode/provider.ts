import * as vscode from 'vscode';
import type { Logger } from '../base/logger.ts';
import { messageOf } from '../base/logger.ts';
import { CancelledByEditor } from '../domain/failure.ts';
import { type Completed, type CompletionCall, type CompletionRequest, type Outcome, snippetOf } from '../domain/completion.ts';
import { requestAt } from './documentText.ts';
import { editorDocumentText } from './editorDocumentText.ts';
import { isCommandMode } from './editorMode.ts';
import { skipReasonOf, writingSchemes } from './eligibility.ts';
import { isStill, momentOf } from './documentMoment.ts';
import { lineHeadWith, type Replacement, replacementOf, type SelectedSuggestion } from './ghostText.ts';
import type { ManualTrigger } from './manualTrigger.ts';
import { withLineEnds } from './requestText.ts';
import type { LateWatch } from './suggestionWatch.ts';
import type { Switches } from './switches.ts';

/** The command that an accepted suggestion runs; not in the palette. */
export const acceptedCommand = 'failsoft.accepted';

/** What the provider needs of the running service. */
export interface CompletionDoor {
  complete(request: CompletionRequest, call: CompletionCall): Promise<Outcome>;
}

/** What the provider works with. */
export interface ProviderPorts {
  readonly door: CompletionDoor;
  /** Says why a document's text must not be sent to a backend; `undefined` when it may. */
  readonly localOnlyReason: (document: vscode.TextDocument) => string | undefined;
  /** Where the person has switched suggestions off. */
  readonly switches: Pick<Switches, 'offAt'>;
  readonly trigger: ManualTrigger;
  /** Hears of what the editor was given. */
  readonly watch: LateWatch;
  readonly logger: Logger;
}

/** Registers ghost text for every kind of document in which code is written. */
export function registerProvider(ports: ProviderPorts): vscode.Disposable {
  const selector = writingSchemes.map((scheme) => ({ scheme }));
  return vscode.languages.registerInlineCompletionItemProvider(selector, createProvider(ports));
}

/** The provider: never throws, never rejects (law 1). */
function createProvider(ports: ProviderPorts): vscode.InlineCompletionItemProvider {
  let asked = 0;
  return {
    async provideInlineCompletionItems(document, position, context, token) {
      try {
        const isManual = context.triggerKind === vscode.InlineCompletionTriggerKind.Invoke;
        if (token.isCancellationRequested || isSkipped(document, isManual, ports)) return undefined;
        asked += 1;
        return await offer({ ports, document, position, context, token, isManual, id: `k${asked}` });
      } catch (error) {
        ports.logger.error(`provider: ${messageOf(error)}`);
        return undefined;
      }
    },
  };
}

/** One question of the editor's. */
interface Question {
  readonly ports: ProviderPorts;
  readonly document: vscode.TextDocument;
  readonly position: vscode.Position;
  readonly context: vscode.InlineCompletionContext;
  readonly token: vscode.CancellationToken;
  readonly isManual: boolean;
  readonly id: string;
}

async function offer(question: Question): Promise<vscode.InlineCompletionItem[] | undefined> {
  const { ports, document, position, context, token, isManual, id } = question;
  const text = editorDocumentText(document, position);
  const lineHead = lineHeadWith(selectedSuggestion(context, position), text.lineHead);
  if (lineHead === undefined) return undefined;
  const asked = momentOf(document, position);
  if (isManual) ports.trigger.asked(document, position);
  const localOnly = ports.localOnlyReason(document) !== undefined;
  const plain = requestAt(text, lineHead, id, isManual ? 'manual' : 'automatic');
  const request = isManual && ports.trigger.isRunning ? { ...plain, newestFirst: true } : plain;
  const outcome = await completeUntil(token, (signal) => ports.door.complete(request, { signal, ...(localOnly ? { localOnly } : {}) }));
  if (!outcome.ok || token.isCancellationRequested || !isStill(document, position, asked)) return undefined;
  // Meanwhile the person may have left the insert mode or switched this file off.
  if (isSkipped(document, isManual, ports)) return undefined;
  const lineEnd = document.eol === vscode.EndOfLine.CRLF ? '\r\n' : '\n';
  const offered = offeredTexts(text.lineHead, lineHead, outcome, lineEnd);
  const [first] = offered;
  if (!first) return undefined;
  const range = new vscode.Range(position.line, first.startColumn, position.line, position.character);
  const { trigger } = request;
  const isPreview = context.selectedCompletionInfo !== undefined;
  if (trigger !== 'probe') ports.watch((on) => on.offered({ document, range, requestId: id, trigger, items: offered, isPreview }));
  return offered.map((offer, index) => {
    const item = new vscode.InlineCompletionItem(insertionOf(offer.outcome, offer, lineEnd), range);
    item.command = { command: acceptedCommand, title: 'Suggestion accepted', arguments: [id, offer.outcome.text.length, index] };
    return item;
  });
}

/** What the editor gets for one text: it replaces the line from `startColumn` up to the cursor. */
interface OfferedText extends Replacement {
  readonly outcome: Completed;
}

/** The text and its alternatives as they replace the same part of the line. */
function offeredTexts(documentHead: string, askedHead: string, outcome: Completed, lineEnd: '\n' | '\r\n'): OfferedText[] {
  return [outcome, ...(outcome.alternatives ?? [])].flatMap((candidate) => {
    const replacement = replacementOf(documentHead, askedHead, candidate.text, lineEnd);
    return replacement ? [{ ...replacement, outcome: candidate }] : [];
  });
}

/** The text, or a snippet that begins with the same line head and is shown as the same text. */
function insertionOf(completed: Completed, { text }: Replacement, lineEnd: '\n' | '\r\n'): string | vscode.SnippetString {
  const snippet = snippetOf(completed);
  if (!snippet) return text;
  const head = text.slice(0, text.length - withLineEnds(completed.text, lineEnd).length);
  const insertion = new vscode.SnippetString().appendText(head + withLineEnds(snippet.lead, lineEnd));
  insertion.value += withLineEnds(snippet.body, lineEnd);
  return insertion;
}

/** Runs `start` with a signal that follows the editor's token, and lets go of the token afterwards. */
async function completeUntil<T>(token: vscode.CancellationToken, start: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const subscription = token.onCancellationRequested(() => controller.abort(new CancelledByEditor()));
  try {
    return await start(controller.signal);
  } finally {
    subscription.dispose();
  }
}

function isSkipped(document: vscode.TextDocument, isManual: boolean, { switches }: ProviderPorts): boolean {
  const { scheme } = document.uri;
  const active = vscode.window.activeTextEditor;
  const editor = active?.document === document ? active : undefined;
  const ownStyle = (): string | undefined => vscode.workspace.getConfiguration('editor', document).get('cursorStyle');
  const reason = skipReasonOf({
    scheme,
    cursors: editor?.selections.length ?? 0,
    // `file` is always reported writable; a single read-only file cannot be told by the stable API.
    writable: scheme === 'untitled' ? true : vscode.workspace.fs.isWritableFileSystem(scheme),
    off: switches.offAt(document),
    isCommandMode: isCommandMode(editor?.options.cursorStyle, ownStyle),
    isManual,
  });
  return reason !== undefined;
}

/** The selected suggestion, moved so that one on another line (which cannot be extended) never fits. */
function selectedSuggestion(context: vscode.InlineCompletionContext, position: vscode.Position): SelectedSuggestion | undefined {
  const selected = context.selectedCompletionInfo;
  if (!selected) return undefined;
  const { start, end } = selected.range;
  const isHere = start.line === position.line && end.line === position.line;
  return { startColumn: isHere ? start.character : Infinity, endColumn: end.character, text: selected.text };
}
