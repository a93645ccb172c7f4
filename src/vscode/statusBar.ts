import * as vscode from 'vscode';
import type { Disposable } from '../base/clock.ts';
import type { Event } from '../base/event.ts';
import { messageOf } from '../base/logger.ts';
import { type StatusOptions, statusView, type StatusView } from '../ui/status.ts';
import type { createStatusDetail, StatusDetail, StatusDetailPorts } from './statusDetail.ts';
import type { Switches } from './switches.ts';

/** Why the document in front gets no text of a model, in one line. */
export interface FileNote {
  noteOn(document: vscode.TextDocument): string | undefined;
  readonly onDidChange: Event<void>;
}

/** What the status item runs on. */
export interface StatusBarPorts extends StatusDetailPorts {
  /** What is to be said about the document in front, and when that may have changed. */
  readonly file: FileNote;
  /** Where the person wants no suggestions. */
  readonly switches: Switches;
  /** Loads tooltip, toasts and status pages, soon after the start. */
  readonly detail: () => Promise<typeof createStatusDetail>;
}

/** Text and icon change at most this often; faster only flickers. Also how long after the start the details are loaded. */
export const changeInterval = 2000;

/** One item for everything; a click opens the menu. The language status has the same words. */
export function createStatusBar(ports: StatusBarPorts): Disposable {
  const { session, clock, file, switches } = ports;
  const item = vscode.window.createStatusBarItem('failsoft.status', vscode.StatusBarAlignment.Right, 100);
  item.name = 'Failsoft';
  item.command = 'failsoft.showMenu';
  let language: vscode.LanguageStatusItem | undefined;
  let detail: StatusDetail | undefined;
  let shown: StatusView | undefined;
  let shownTooltip = '';
  let drawnAt = -Infinity;
  let timer: Disposable | undefined;
  let isDisposed = false;

  const drawTooltip = (options: StatusOptions, fileNote: string | undefined): void => {
    if (!detail) return;
    const { text, redrawIn } = detail.tooltip(session.snapshot(), clock.now(), {
      ...options,
      ...(fileNote === undefined ? {} : { fileNote }),
    });
    if (text.value !== shownTooltip) item.tooltip = text;
    shownTooltip = text.value;
    // The clock runs only while something counts down, and somebody may look.
    if (redrawIn !== undefined && vscode.window.state.focused) timer = clock.after(redrawIn, draw);
  };
  const draw = (): void => {
    timer?.dispose();
    timer = undefined;
    const document = vscode.window.activeTextEditor?.document;
    const at = document && switches.offAt(document);
    const options: StatusOptions = {
      localEnabled: session.settings.localEnabled,
      ...(document && at ? { off: { at, languageId: document.languageId } } : {}),
    };
    const view = statusView(session.snapshot(), options);
    if (view.text !== shown?.text) drawnAt = clock.monotonic();
    drawItem(item, view, shown);
    if (language) drawLanguage(language, view);
    shown = view;
    drawTooltip(options, document && file.noteOn(document));
  };
  /** At once after a quiet time, else at the end of the interval. */
  const update = (): void => {
    const wait = drawnAt + changeInterval - clock.monotonic();
    timer?.dispose();
    if (wait <= 0) draw();
    else timer = clock.after(wait, draw);
  };
  const loading = clock.after(changeInterval, () => {
    language = createLanguageItem();
    draw();
    ports.detail().then(
      (create) => {
        if (isDisposed) return;
        detail = create(ports);
        subscriptions.push(detail, detail.onDidChange(draw));
        draw();
      },
      (error: unknown) => ports.log.error(`status: ${messageOf(error)}`),
    );
  });
  const subscriptions: Disposable[] = [
    session.onDidChange(update),
    file.onDidChange(draw),
    switches.onDidChange(draw),
    vscode.window.onDidChangeActiveTextEditor(draw),
    // The language of the document in front has changed.
    vscode.workspace.onDidOpenTextDocument(update),
    vscode.window.onDidChangeWindowState(({ focused }) => focused && update()),
  ];
  draw();
  item.show();
  return {
    dispose() {
      isDisposed = true;
      timer?.dispose();
      for (const each of [loading, ...subscriptions, item, ...(language ? [language] : [])]) each.dispose();
    },
  };
}

function createLanguageItem(): vscode.LanguageStatusItem {
  const item = vscode.languages.createLanguageStatusItem('failsoft.language', { pattern: '**' });
  item.name = 'Failsoft';
  item.command = { command: 'failsoft.showMenu', title: 'Menu' };
  return item;
}

/** Severe only where the status item is coloured; never an error. */
function drawLanguage(item: vscode.LanguageStatusItem, view: StatusView): void {
  item.text = `$(${view.icon}) Failsoft`;
  item.detail = view.words;
  item.accessibilityInformation = { label: view.accessibleLabel };
  item.severity = view.background === 'warning' ? vscode.LanguageStatusSeverity.Warning : vscode.LanguageStatusSeverity.Information;
}

/** Sets only what differs: each assignment is a message to the window. */
function drawItem(item: vscode.StatusBarItem, view: StatusView, shown: StatusView | undefined): void {
  if (view.text !== shown?.text) item.text = view.text;
  if (view.accessibleLabel !== shown?.accessibleLabel) {
    item.accessibilityInformation = { label: view.accessibleLabel, role: 'button' };
  }
  if (view.background !== shown?.background) {
    item.backgroundColor = view.background === 'warning' ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
  }
  // For the `enablement` of the commands in the manifest.
  if (view.state !== shown?.state) void vscode.commands.executeCommand('setContext', 'failsoft.state', view.state);
  if (view.retryable !== shown?.retryable) void vscode.commands.executeCommand('setContext', 'failsoft.retryable', view.retryable);
}
