import * as vscode from 'vscode';
import type { Clock, Disposable } from '../base/clock.ts';
import { statusView, type StatusView } from '../ui/status.ts';
import type { Session } from './session.ts';

/** One item for everything; a click opens the menu. */
export function createStatusBar(session: Session, clock: Clock): Disposable {
  const item = vscode.window.createStatusBarItem('failsoft.status', vscode.StatusBarAlignment.Right, 100);
  item.name = 'Failsoft';
  item.command = 'failsoft.showMenu';
  let shown: StatusView | undefined;
  let tick: Disposable | undefined;
  const update = (): void => {
    tick?.dispose();
    const view = statusView(session.snapshot(), clock.now(), { localEnabled: session.settings.localEnabled });
    draw(item, view, shown);
    shown = view;
    // The clock runs only while somebody could read a countdown.
    tick = view.counts ? clock.after(1000, update) : undefined;
  };
  const subscription = session.onDidChange(update);
  update();
  item.show();
  return {
    dispose() {
      tick?.dispose();
      subscription.dispose();
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
