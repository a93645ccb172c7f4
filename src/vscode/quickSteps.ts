import * as vscode from 'vscode';
import type { Disposable } from '../base/clock.ts';
import type { PickLine } from '../ui/addBackendItems.ts';

/** How a step ended. `cancel`: with Escape. */
export type StepEnd<Value> = { readonly kind: 'next'; readonly value: Value } | { readonly kind: 'back' } | { readonly kind: 'cancel' };

/** What every step shows. */
export interface StepFrame {
  readonly title: string;
  /** From 1; the editor writes them behind the title. */
  readonly step: number;
  readonly totalSteps: number;
  readonly canGoBack: boolean;
}

/** Changes a list on show. */
export interface OpenList<Value> {
  readonly show: (lines: readonly PickLine<Value>[]) => void;
  readonly setBusy: (isBusy: boolean) => void;
  /** Aborted when the step is left, however. */
  readonly signal: AbortSignal;
}

/** A step that is a list. */
export interface PickStep<Value> extends StepFrame {
  readonly placeholder: string;
  readonly lines: readonly PickLine<Value>[];
  /** Picks the line that is active at first. */
  readonly isActive?: (value: Value) => boolean;
  /** Called once the list is open, to fill it. */
  readonly load?: (list: OpenList<Value>) => void;
  /** Given: deals with a pick, and says whether the list stays open. */
  readonly stays?: (value: Value, list: OpenList<Value>) => boolean;
}

type Item<Value> = vscode.QuickPickItem & { readonly value?: Value };

/** Lets a person pick. Settles when the list closes; what it had started is aborted then. */
export function pickOne<Value>(options: PickStep<Value>): Promise<StepEnd<Value>> {
  const pick = vscode.window.createQuickPick<Item<Value>>();
  frame(pick, options);
  pick.placeholder = options.placeholder;
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  const left = new AbortController();
  const list: OpenList<Value> = {
    show: (lines) => {
      if (left.signal.aborted) return;
      const wasActive = pick.activeItems[0]?.label;
      pick.items = lines.map(itemOf);
      // Items that come while a person reads must not move what they are about to choose.
      const active = pick.items.find((item) => item.label === wasActive) ?? activeOf(pick.items, options);
      pick.activeItems = active ? [active] : [];
    },
    setBusy: (isBusy) => {
      if (!left.signal.aborted) pick.busy = isBusy;
    },
    signal: left.signal,
  };
  return new Promise((resolve) => {
    const end = (result: StepEnd<Value>): void => {
      if (left.signal.aborted) return;
      left.abort();
      resolve(result);
      for (const subscription of subscriptions) subscription.dispose();
      pick.dispose();
    };
    const subscriptions: Disposable[] = [
      pick.onDidAccept(() => {
        const value = pick.selectedItems[0]?.value ?? pick.activeItems[0]?.value;
        if (value === undefined || options.stays?.(value, list) === true) return;
        end({ kind: 'next', value });
      }),
      pick.onDidTriggerButton((button) => button === vscode.QuickInputButtons.Back && end({ kind: 'back' })),
      pick.onDidHide(() => end({ kind: 'cancel' })),
    ];
    pick.items = options.lines.map(itemOf);
    const active = activeOf(pick.items, options);
    if (active) pick.activeItems = [active];
    pick.show();
    options.load?.(list);
  });
}

function activeOf<Value>(items: readonly Item<Value>[], { isActive }: PickStep<Value>): Item<Value> | undefined {
  const choices = items.filter(({ value }) => value !== undefined);
  return choices.find(({ value }) => value !== undefined && isActive?.(value) === true) ?? choices[0];
}

function itemOf<Value>(line: PickLine<Value>): Item<Value> {
  const { label, description, detail, value, always } = line;
  if (value === undefined) return { label, kind: vscode.QuickPickItemKind.Separator };
  return {
    label,
    value,
    ...(description === undefined ? {} : { description }),
    ...(detail === undefined ? {} : { detail }),
    ...(always === true ? { alwaysShow: true } : {}),
  };
}

/** A step that is a line of text. */
export interface TextStep extends StepFrame {
  readonly prompt: string;
  readonly value?: string;
  readonly placeholder?: string;
  readonly password?: boolean;
  /** What is wrong with the text; then it is not accepted. */
  readonly problem: (value: string) => string | undefined;
  /** A word on a text that is accepted. */
  readonly note?: (value: string) => string | undefined;
  /** A page that helps, opened by a button. */
  readonly help?: string;
}

/** Lets a person type. What is wrong is shown as they type. */
export function askText(options: TextStep): Promise<StepEnd<string>> {
  const input = vscode.window.createInputBox();
  frame(input, options);
  const helpButton = { iconPath: new vscode.ThemeIcon('link-external'), tooltip: 'Where to get it' };
  if (options.help?.startsWith('https://') === true) input.buttons = [...input.buttons, helpButton];
  input.prompt = options.prompt;
  input.value = options.value ?? '';
  input.placeholder = options.placeholder ?? '';
  input.password = options.password ?? false;
  const check = (value: string): void => {
    const problem = options.problem(value);
    input.validationMessage = problem === undefined ? undefined : { message: problem, severity: vscode.InputBoxValidationSeverity.Error };
    const note = problem === undefined ? options.note?.(value) : undefined;
    input.prompt = note === undefined ? options.prompt : `${options.prompt} ${note}`;
  };
  return new Promise((resolve) => {
    let isOver = false;
    const end = (result: StepEnd<string>): void => {
      if (isOver) return;
      isOver = true;
      resolve(result);
      for (const subscription of subscriptions) subscription.dispose();
      input.dispose();
    };
    const subscriptions: Disposable[] = [
      input.onDidChangeValue(check),
      input.onDidAccept(() => {
        check(input.value);
        if (options.problem(input.value) === undefined) end({ kind: 'next', value: input.value });
      }),
      input.onDidTriggerButton((button) => {
        if (button === vscode.QuickInputButtons.Back) end({ kind: 'back' });
        else if (options.help !== undefined) void vscode.env.openExternal(vscode.Uri.parse(options.help));
      }),
      input.onDidHide(() => end({ kind: 'cancel' })),
    ];
    // An empty box is not wrong before anything was typed.
    if (input.value !== '') check(input.value);
    input.show();
  });
}

function frame(input: vscode.QuickInput & { buttons: readonly vscode.QuickInputButton[] }, options: StepFrame): void {
  input.title = options.title;
  if (options.totalSteps > 1) {
    input.step = options.step;
    input.totalSteps = options.totalSteps;
  }
  // A person who fetches the key from a browser comes back to where they were.
  input.ignoreFocusOut = true;
  if (options.canGoBack) input.buttons = [vscode.QuickInputButtons.Back];
}
