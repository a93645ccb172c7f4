import * as vscode from 'vscode';
import type { Disposable, Millis } from '../base/clock.ts';
import type { Event } from '../base/event.ts';
import { messageOf } from '../base/logger.ts';
import { statusView, type StatusView } from '../ui/status.ts';
import type { TooltipOptions } from '../ui/tooltip.ts';
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
  return new StatusBar(ports);
}

class StatusBar implements Disposable {
  readonly #ports: StatusBarPorts;
  readonly #item = vscode.window.createStatusBarItem('failsoft.status', vscode.StatusBarAlignment.Right, 100);
  readonly #owned: Disposable[];
  #language: vscode.LanguageStatusItem | undefined;
  #detail: StatusDetail | undefined;
  #shown: StatusView | undefined;
  #shownTooltip = '';
  #drawnAt: Millis = -Infinity;
  #pending: Disposable | undefined;
  #tick: Disposable | undefined;
  #isDisposed = false;

  constructor(ports: StatusBarPorts) {
    this.#ports = ports;
    const { session, file, switches, clock } = ports;
    this.#item.name = 'Failsoft';
    this.#item.command = 'failsoft.showMenu';
    const draw = (): void => this.#draw();
    const update = (): void => this.#update();
    this.#owned = [
      this.#item,
      clock.after(changeInterval, () => this.#complete()),
      session.onDidChange(update),
      file.onDidChange(draw),
      switches.onDidChange(draw),
      vscode.window.onDidChangeActiveTextEditor(draw),
      // The language of the document in front has changed.
      vscode.workspace.onDidOpenTextDocument(update),
      vscode.window.onDidChangeWindowState(({ focused }) => focused && update()),
    ];
    draw();
    this.#item.show();
  }

  dispose(): void {
    this.#isDisposed = true;
    for (const each of [this.#pending, this.#tick, this.#detail, this.#language, ...this.#owned]) each?.dispose();
  }

  /** What activation does not wait for. */
  #complete(): void {
    this.#language = createLanguageItem();
    this.#draw();
    this.#ports.detail().then(
      (create) => {
        if (this.#isDisposed) return;
        this.#detail = create(this.#ports);
        this.#owned.push(this.#detail.onDidChange(() => this.#drawTooltip()));
        this.#drawTooltip();
      },
      (error: unknown) => this.#ports.log.error(`status: ${messageOf(error)}`),
    );
  }

  /** Text and icon at once after a quiet time, else at the end of the interval; the tooltip at once. */
  #update(): void {
    const { clock } = this.#ports;
    const wait = this.#drawnAt + changeInterval - clock.monotonic();
    if (wait <= 0) return this.#draw();
    this.#pending ??= clock.after(wait, () => this.#draw());
    this.#drawTooltip();
  }

  #draw(): void {
    this.#pending?.dispose();
    this.#pending = undefined;
    const view = statusView(this.#ports.session.snapshot(), this.#options());
    if (view.text !== this.#shown?.text) this.#drawnAt = this.#ports.clock.monotonic();
    drawItem(this.#item, view, this.#shown);
    if (this.#language) drawLanguage(this.#language, view);
    this.#shown = view;
    this.#drawTooltip();
  }

  #drawTooltip(): void {
    this.#tick?.dispose();
    if (!this.#detail) return;
    const { session, clock } = this.#ports;
    const { text, redrawIn } = this.#detail.tooltip(session.snapshot(), clock.now(), this.#options());
    if (text.value !== this.#shownTooltip) this.#item.tooltip = text;
    this.#shownTooltip = text.value;
    // The clock runs only while something counts down, and somebody may look.
    const isSeen = redrawIn !== undefined && vscode.window.state.focused;
    this.#tick = isSeen ? clock.after(redrawIn, () => this.#drawTooltip()) : undefined;
  }

  #options(): TooltipOptions {
    const { session, file, switches } = this.#ports;
    const document = vscode.window.activeTextEditor?.document;
    const at = document && switches.offAt(document);
    const fileNote = document && file.noteOn(document);
    return {
      localEnabled: session.settings.localEnabled,
      ...(document && at ? { off: { at, languageId: document.languageId } } : {}),
      ...(fileNote === undefined ? {} : { fileNote }),
    };
  }
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
