import * as vscode from 'vscode';
import type { Logger } from '../base/logger.ts';
import { messageOf } from '../base/logger.ts';
import { CancelledByEditor } from '../domain/failure.ts';
import type { CompletionCall, CompletionRequest, Outcome } from '../domain/completion.ts';
import { requestAt } from './documentText.ts';
import { editorDocumentText } from './editorDocumentText.ts';
import { skipReasonOf, writingSchemes } from './eligibility.ts';
import { isStill, momentOf } from './documentMoment.ts';
import { lineHeadWith, replacementOf, type SelectedSuggestion } from './ghostText.ts';
import type { LateWatch } from './suggestionWatch.ts';

/** The command that an accepted suggestion runs; not in the palette. */
export const acceptedCommand = 'failsoft.accepted';

/** What the provider needs of the running service. */
export interface CompletionDoor {
  complete(request: CompletionRequest, call: CompletionCall): Promise<Outcome>;
  readonly disabledLanguages: readonly string[];
}

/** Says why a document's text must not be sent to a backend; `undefined` when it may. */
export type LocalOnlyReason = (document: vscode.TextDocument) => string | undefined;

/** Registers ghost text for every kind of document in which code is written. */
export function registerProvider(
  door: CompletionDoor,
  localOnlyReason: LocalOnlyReason,
  watch: LateWatch,
  logger: Logger,
): vscode.Disposable {
  const selector = writingSchemes.map((scheme) => ({ scheme }));
  return vscode.languages.registerInlineCompletionItemProvider(selector, createProvider(door, localOnlyReason, watch, logger));
}

/** The provider: never throws, never rejects (law 1). @param watch hears of what the editor was given */
export function createProvider(
  door: CompletionDoor,
  localOnlyReason: LocalOnlyReason,
  watch: LateWatch,
  logger: Logger,
): vscode.InlineCompletionItemProvider {
  let asked = 0;
  return {
    async provideInlineCompletionItems(document, position, context, token) {
      try {
        if (token.isCancellationRequested) return undefined;
        const skip = skipReasonOf(occasionOf(document, door));
        if (skip) return undefined;
        asked += 1;
        const localOnly = localOnlyReason(document) !== undefined;
        return await offer({ door, watch, document, position, context, token, localOnly, id: `k${asked}` });
      } catch (error) {
        logger.error(`provider: ${messageOf(error)}`);
        return undefined;
      }
    },
  };
}

/** One question of the editor's. */
interface Question {
  readonly door: CompletionDoor;
  readonly watch: LateWatch;
  readonly document: vscode.TextDocument;
  readonly position: vscode.Position;
  readonly context: vscode.InlineCompletionContext;
  readonly token: vscode.CancellationToken;
  readonly localOnly: boolean;
  readonly id: string;
}

async function offer(question: Question): Promise<vscode.InlineCompletionItem[] | undefined> {
  const { door, watch, document, position, context, token, localOnly, id } = question;
  const text = editorDocumentText(document, position);
  const lineHead = lineHeadWith(selectedSuggestion(context, position), text.lineHead);
  if (lineHead === undefined) return undefined;
  const asked = momentOf(document, position);
  const trigger = context.triggerKind === vscode.InlineCompletionTriggerKind.Invoke ? 'manual' : 'automatic';
  const request = requestAt(text, lineHead, id, trigger);
  const outcome = await completeUntil(token, (signal) => door.complete(request, { signal, ...(localOnly ? { localOnly } : {}) }));
  if (!outcome.ok || token.isCancellationRequested || !isStill(document, position, asked)) return undefined;
  const lineEnd = document.eol === vscode.EndOfLine.CRLF ? '\r\n' : '\n';
  const replacement = replacementOf(text.lineHead, lineHead, outcome.text, lineEnd);
  if (!replacement) return undefined;
  const range = new vscode.Range(position.line, replacement.startColumn, position.line, position.character);
  const item = new vscode.InlineCompletionItem(replacement.text, range);
  item.command = { command: acceptedCommand, title: 'Suggestion accepted', arguments: [id, outcome.text.length, 0] };
  const items = [{ text: replacement.text, outcome }];
  const isPreview = context.selectedCompletionInfo !== undefined;
  watch((on) => on.offered({ document, range, requestId: id, trigger, items, isPreview }));
  return [item];
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

function occasionOf(document: vscode.TextDocument, door: CompletionDoor): Parameters<typeof skipReasonOf>[0] {
  const editor = vscode.window.activeTextEditor;
  return {
    scheme: document.uri.scheme,
    languageId: document.languageId,
    cursors: editor?.document === document ? editor.selections.length : 0,
    // `file` is always reported writable; a single read-only file cannot be told by the stable API.
    writable: document.uri.scheme === 'untitled' ? true : vscode.workspace.fs.isWritableFileSystem(document.uri.scheme),
    disabledLanguages: door.disabledLanguages,
  };
}

/** The selected suggestion, moved so that one on another line (which cannot be extended) never fits. */
function selectedSuggestion(context: vscode.InlineCompletionContext, position: vscode.Position): SelectedSuggestion | undefined {
  const selected = context.selectedCompletionInfo;
  if (!selected) return undefined;
  const { start, end } = selected.range;
  const isHere = start.line === position.line && end.line === position.line;
  return { startColumn: isHere ? start.character : Infinity, endColumn: end.character, text: selected.text };
}
