import * as vscode from 'vscode';
import type { DocumentText } from './documentText.ts';
import { cellsBefore } from './notebook.ts';

/** A place in an editor's document. `length` is the whole document's, in UTF-16 units, found without making its text. */
export function editorDocumentText(document: vscode.TextDocument, position: vscode.Position): DocumentText & { readonly length: number } {
  const line = document.lineAt(position.line).text;
  const offset = document.offsetAt(position);
  const lineOffset = offset - position.character;
  return {
    id: document.uri.toString(),
    languageId: document.languageId,
    path: pathOf(document.uri),
    line: position.line,
    length: lengthOf(document),
    lineHead: line.slice(0, position.character),
    lineTail: line.slice(position.character),
    before(maximum) {
      const start = document.positionAt(Math.max(0, lineOffset - maximum));
      const own = document.getText(new vscode.Range(start, new vscode.Position(position.line, 0)));
      return cellsBefore(document, maximum - own.length) + own;
    },
    after: (maximum) => document.getText(new vscode.Range(position, document.positionAt(offset + maximum))),
  };
}

/** Length of a document in UTF-16 units, from the editor's line table. */
export function lengthOf(document: vscode.TextDocument): number {
  return document.offsetAt(document.lineAt(document.lineCount - 1).range.end);
}

/** Path inside the workspace; outside of it only the file's name, because a full path says who and where a person is. */
export function pathOf(uri: vscode.Uri): string {
  return vscode.workspace.getWorkspaceFolder(uri) ? vscode.workspace.asRelativePath(uri, false) : (uri.path.split('/').at(-1) ?? '');
}
