import * as vscode from 'vscode';

/** The command that asks by hand. */
export interface ManualTrigger {
  run(): Promise<void>;
  /** True while the editor asks because of this command, and not of one of its own. */
  readonly isRunning: boolean;
  /** The editor has asked by hand at this place, whichever command it was. */
  asked(document: vscode.TextDocument, position: vscode.Position): void;
}

/** The editor does not ask by hand a second time at the same place, unless it shows nothing there. */
export function createManualTrigger(): ManualTrigger {
  let running = 0;
  let asked = '';
  const keyOf = ({ uri, version }: vscode.TextDocument, { line, character }: vscode.Position): string =>
    [uri.toString(), version, line, character].join();
  return {
    async run() {
      const editor = vscode.window.activeTextEditor;
      running++;
      try {
        if (editor && asked === keyOf(editor.document, editor.selection.active)) {
          await vscode.commands.executeCommand('editor.action.inlineSuggest.hide');
        }
        await vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
      } finally {
        running--;
      }
    },
    get isRunning() {
      return running > 0;
    },
    asked: (document, position) => void (asked = keyOf(document, position)),
  };
}
