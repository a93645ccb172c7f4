import { make, setText } from './element.ts';

/** One row; the first cell names it. */
export type Row = readonly string[];

/** A table whose cells are changed in place, so that a reader in the middle of it stays where they are. */
export class DataTable {
  readonly element: HTMLTableElement;
  readonly #head = make('tr');
  readonly #body = make('tbody');
  readonly #caption: HTMLElement;

  constructor(caption: string) {
    this.#caption = make('caption', { text: caption });
    this.element = make('table', { children: [this.#caption, make('thead', { children: [this.#head] }), this.#body] });
  }

  /** @param columns names; those after the first are numbers, unless `words` says otherwise */
  fill(columns: readonly string[], rows: readonly Row[], caption?: string, words: readonly number[] = []): void {
    if (caption !== undefined) setText(this.#caption, caption);
    fit(this.#head, columns.length, () => make('th', { attributes: { scope: 'col' } }));
    columns.forEach((column, index) => {
      const cell = this.#head.children[index];
      if (cell) setCell(cell, column, index, words);
    });
    fit(this.#body, rows.length, () => make('tr'));
    rows.forEach((row, index) => {
      const line = this.#body.children[index];
      if (line) fillRow(line, row, words);
    });
  }
}

function fillRow(line: Element, row: Row, words: readonly number[]): void {
  if (line.children.length !== row.length) {
    line.replaceChildren(...row.map((_, index) => (index === 0 ? make('th', { attributes: { scope: 'row' } }) : make('td'))));
  }
  row.forEach((text, index) => {
    const cell = line.children[index];
    if (cell) setCell(cell, text, index, words);
  });
}

function setCell(cell: Element, text: string, index: number, words: readonly number[]): void {
  setText(cell, text);
  cell.classList.toggle('number', index > 0 && !words.includes(index));
}

function fit(parent: Element, count: number, create: () => Element): void {
  while (parent.children.length > count) parent.lastElementChild?.remove();
  while (parent.children.length < count) parent.append(create());
}
