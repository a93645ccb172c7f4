// @ts-check
/** Another extension with inline suggestions, as many people have one; nothing activates it but a test. */
const vscode = require('vscode');

exports.activate = (/** @type {vscode.ExtensionContext} */ context) => {
  const provider = { provideInlineCompletionItems: () => [] };
  context.subscriptions.push(vscode.languages.registerInlineCompletionItemProvider({ pattern: '**' }, provider));
};
