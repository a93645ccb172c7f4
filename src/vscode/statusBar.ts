import * as vscode from 'vscode';
import type { Clock, Disposable } from '../base/clock.ts';
import type { Event } from '../base/event.ts';
import { statusView, type StatusView } from '../ui/status.ts';
import type { Session } from './session.ts';
import type { Switches } from './switches.ts';

/** Why the document in front gets no text of a model, in one line. */
export interface FileNote {
  noteOn(document: vscode.TextDocument): string | undefined;
  readonly onDidChange: Event<void>;
}

/**
 * One item for everything; a click opens the menu.
 *
 * @param file what is to be said about the document in front, and when that may have changed
 * @param switches where the person wants no suggestions
 */
export function createStatusBar(session: Session, clock: Clock, file: FileNote, switches: Switches): Disposable {
  const item = vscode.window.createStatusBarItem('failsoft.status', vscode.StatusBarAlignment.Right, 100);
  item.name = 'Failsoft';
  item.command = 'failsoft.showMenu';
  let shown: StatusView | undefined;
  let tick: Disposable | undefined;
  const update = (): void => {
    tick?.dispose();
    const document = vscode.window.activeTextEditor?.document;
    const fileNote = document && file.noteOn(document);
    const at = document && switches.offAt(document);
    const view = statusView(session.snapshot(), clock.now(), {
      localEnabled: session.settings.localEnabled,
      ...(fileNote === undefined ? {} : { fileNote }),
      ...(document && at ? { off: { at, languageId: document.languageId } } : {}),
    });
    draw(item, view, shown);
    shown = view;
    // The clock runs only while somebody could read a countdown.
    tick = view.counts ? clock.after(1000, update) : undefined;
  };
  const subscriptions = [
    session.onDidChange(update),
    file.onDidChange(update),
    switches.onDidChange(update),
    vscode.window.onDidChangeActiveTextEditor(update),
    // The language of the document in front has changed.
    vscode.workspace.onDidOpenTextDocument(update),
  ];
  update();
  item.show();
  return {
    dispose() {
      tick?.dispose();
      for (const subscription of subscriptions) subscription.dispose();
      item.dispose();
    },
  };
}

/** Sets only what differs: each assignment is a message to the window. */
function draw(item: vscode.StatusBarItem, view: StatusView, shown: StatusView | undefined): void {
  if (view.text !== shown?.text) item.text = view.text;
  if (view.accessibleLabel !== shown?.accessibleLabel) {
    item.accessibilityInformation = { label: view.accessibleLabel, role: 'button' };
  }
  if (view.tooltipMarkdown !== shown?.tooltipMarkdown) item.tooltip = new vscode.MarkdownString(view.tooltipMarkdown);
  if (view.background !== shown?.background) {
    item.backgroundColor = view.background === 'warning' ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
  }
  // For the `enablement` of the commands in the manifest.
  if (view.state !== shown?.state) void vscode.commands.executeCommand('setContext', 'failsoft.state', view.state);
  if (view.retryable !== shown?.retryable) void vscode.commands.executeCommand('setContext', 'failsoft.retryable', view.retryable);
}
