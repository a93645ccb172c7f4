import { make } from './element.ts';

/** A cell: a text, or what is in it. */
export type WordCell = string | readonly Node[];

/**
 * A table of sentences. Where it is narrow each row becomes a block of its own, with the names of the columns in it: sentences cannot be
 * scrolled sideways. That takes the table's meaning from its tags, so the roles say it.
 */
export function wordTable(name: string, columns: readonly string[], rows: readonly (readonly WordCell[])[]): HTMLTableElement {
  const head = make('tr', {
    attributes: { role: 'row' },
    children: columns.map((column) => make('th', { text: column, attributes: { scope: 'col', role: 'columnheader' } })),
  });
  const body = rows.map((row) =>
    make('tr', {
      attributes: { role: 'row' },
      children: row.map((cell, index) => cellOf(cell, columns[index] ?? '', index)),
    }),
  );
  return make('table', {
    class: 'words',
    attributes: { role: 'table', 'aria-label': name },
    children: [
      make('thead', { attributes: { role: 'rowgroup' }, children: [head] }),
      make('tbody', { attributes: { role: 'rowgroup' }, children: body }),
    ],
  });
}

function cellOf(cell: WordCell, column: string, index: number): HTMLElement {
  const content = typeof cell === 'string' ? { text: cell } : { children: cell };
  const isEmpty = cell.length === 0;
  const wish = { ...content, ...(isEmpty ? { class: 'nothing' } : {}) };
  return index === 0
    ? make('th', { ...wish, attributes: { scope: 'row', role: 'rowheader' } })
    : make('td', { ...wish, attributes: { role: 'cell', 'data-column': column } });
}
