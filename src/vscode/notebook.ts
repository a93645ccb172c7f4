import * as vscode from 'vscode';

/**
 * The code of the cells before this one in its notebook, in the same language, the nearest last; '' for what is no cell. A notebook
 * runs from top to bottom as one program does, so to a model it is one.
 *
 * @param maximum UTF-16 units, 0…; of the end of that code
 */
export function cellsBefore(document: vscode.TextDocument, maximum: number): string {
  if (document.uri.scheme !== 'vscode-notebook-cell' || maximum <= 0) return '';
  const isOwn = (cell: vscode.NotebookCell): boolean => cell.document === document;
  const cells = vscode.workspace.notebookDocuments.map((notebook) => notebook.getCells()).find((each) => each.some(isOwn)) ?? [];
  const own = cells.findIndex(isOwn);
  let before = '';
  for (let index = own - 1; index >= 0 && before.length < maximum; index--) {
    const cell = cells[index]?.document;
    if (cell?.languageId === document.languageId) before = `${cell.getText()}\n${before}`;
  }
  return before.slice(-maximum);
}

/** The file that a document belongs to: of a notebook's cell, the notebook. */
export function fileOf(uri: vscode.Uri): vscode.Uri {
  if (uri.scheme !== 'vscode-notebook-cell') return uri;
  const notebook = vscode.workspace.notebookDocuments.find((candidate) => candidate.uri.path === uri.path);
  return notebook?.uri ?? uri.with({ scheme: 'file', fragment: '' });
}
