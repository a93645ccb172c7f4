import { DataTable, type Row } from './dataTable.ts';
import { make, nextId, setText } from './element.ts';

/** What a figure remembers and tells about. */
export interface FigurePorts {
  isTable(name: string): boolean;
  /** A person has switched it. */
  setTable(name: string, isTable: boolean): void;
}

/** A heading, a picture, and the same figures as a table: hidden from the eye until it is wanted, but always there to be read out. */
export class Figure {
  readonly element: HTMLElement;
  /** Where the picture goes; not read out. */
  readonly picture: HTMLElement;
  /** Between heading and picture. */
  readonly legend = make('div', { class: 'legend' });
  readonly #note = make('p', { class: 'note' });
  readonly #frame: HTMLElement;
  readonly #table: DataTable;
  readonly #button: HTMLButtonElement;

  /** @param name of the figure in the kept state */
  constructor(name: string, title: string, ports: FigurePorts) {
    const id = nextId();
    this.#button = make('button', { class: 'switch', text: 'Show as table', attributes: { type: 'button' } });
    this.#button.setAttribute('aria-describedby', id);
    this.picture = make('div', { class: 'picture', attributes: { 'aria-hidden': 'true' } });
    this.#table = new DataTable(title);
    this.#frame = make('div', { class: 'table-frame', children: [this.#table.element] });
    const head = make('div', { class: 'figure-head', children: [make('h3', { text: title, attributes: { id } }), this.#button] });
    this.element = make('section', {
      class: 'figure',
      attributes: { 'aria-labelledby': id, 'data-figure': name },
      children: [head, this.#note, this.legend, this.picture, this.#frame],
    });
    this.#show(ports.isTable(name));
    this.#button.addEventListener('click', () => {
      const isTable = this.#button.getAttribute('aria-pressed') !== 'true';
      this.#show(isTable);
      ports.setTable(name, isTable);
    });
  }

  /** @param words columns of words; the others are numbers */
  tell(note: string, caption: string, columns: readonly string[], rows: readonly Row[], words: readonly number[] = []): void {
    setText(this.#note, note);
    this.#table.fill(columns, rows, caption, words);
  }

  #show(isTable: boolean): void {
    this.#button.setAttribute('aria-pressed', String(isTable));
    this.element.classList.toggle('as-table', isTable);
    this.#frame.classList.toggle('unseen', !isTable);
    // It scrolls only while it is seen; then the keyboard has to reach it.
    if (isTable) this.#frame.tabIndex = 0;
    else this.#frame.removeAttribute('tabindex');
  }
}
