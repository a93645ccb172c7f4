import * as vscode from 'vscode';
import type { Disposable } from '../base/clock.ts';
import type { OpenDocument } from '../domain/workspace.ts';
import { lengthOf } from './editorDocumentText.ts';
import { maximumModelLength, writingSchemes } from './eligibility.ts';
import { recencyOrder } from './recency.ts';

/** More documents than this are not read; the least recently used are left out. */
const maximumDocuments = 40;

/** The open documents, the most recently used first. */
export interface Documents extends Disposable {
  openDocuments(): readonly OpenDocument[];
  /** The same ones as the editor has them; not to be held. */
  readonly inOrderOfUse: () => readonly vscode.TextDocument[];
}

/**
 * Remembers in which order documents were used, by identity only: no reference outlives the document.
 *
 * @param isPrivate whether a document is ignored: its text must not turn up in another one
 */
export function createDocuments(isPrivate: (document: vscode.TextDocument) => boolean): Documents {
  const order = recencyOrder();
  const use = (document: vscode.TextDocument | undefined): void => {
    if (document && isWriting(document)) order.use(document.uri.toString());
  };
  const subscriptions = [
    vscode.window.onDidChangeActiveTextEditor((editor) => use(editor?.document)),
    vscode.workspace.onDidChangeTextDocument((event) => use(event.document)),
    vscode.workspace.onDidCloseTextDocument((document) => order.forget(document.uri.toString())),
  ];
  use(vscode.window.activeTextEditor?.document);
  const inOrderOfUse = (): vscode.TextDocument[] => {
    const open = vscode.workspace.textDocuments.filter((document) => !document.isClosed && isWriting(document));
    const ranked = open.map((document) => ({ document, rank: order.rankOf(document.uri.toString()) }));
    return ranked
      .sort((left, right) => right.rank - left.rank)
      .slice(0, maximumDocuments)
      .map(({ document }) => document)
      .filter((document) => lengthOf(document) <= maximumModelLength);
  };
  return {
    openDocuments: () =>
      inOrderOfUse()
        .filter((document) => !isPrivate(document))
        .map(openDocument),
    inOrderOfUse,
    dispose() {
      for (const subscription of subscriptions) subscription.dispose();
      order.clear();
    },
  };
}

function isWriting(document: vscode.TextDocument): boolean {
  return (writingSchemes as readonly string[]).includes(document.uri.scheme);
}

/** Made anew at each call, so that nothing but the caller of that moment holds the document. */
function openDocument(document: vscode.TextDocument): OpenDocument {
  return { id: document.uri.toString(), languageId: document.languageId, version: document.version, text: () => document.getText() };
}
