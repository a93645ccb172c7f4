// @ts-check
/** The sample extension of the self-test: ghost text after every key, and a status bar item that tells it is up. */
const vscode = require('vscode');

/** @param {import('vscode').ExtensionContext} context */
exports.activate = (context) => {
  const status = vscode.window.createStatusBarItem(vscode.StatusBarAlignment.Left, 100);
  status.text = 'Sample ready';
  status.show();
  const provider = vscode.languages.registerInlineCompletionItemProvider(
    { pattern: '**' },
    {
      provideInlineCompletionItems: (_document, position) => [
        new vscode.InlineCompletionItem(process.env['SELFTEST_GHOST'] ?? '', new vscode.Range(position, position)),
      ],
    },
  );
  context.subscriptions.push(status, provider);
};
