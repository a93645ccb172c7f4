import { keptAfter, type DashboardView, type UseRow } from '../../dashboard/view.ts';
import { DataTable, type Row } from './dataTable.ts';
import { make, nextId } from './element.ts';
import { countText, shareText } from './words.ts';

const columns = (name: string): string[] => [
  name,
  'Shown',
  'Accepted',
  'in part',
  'Typed',
  'Rejected',
  ...keptAfter.map((seconds) => (seconds < 60 ? `Kept ${seconds} s` : `${seconds / 60} min`)),
];

/** What became of the suggestions, by model and by language. A table is the best picture of it. */
export class UseSection {
  readonly element: HTMLElement;
  readonly #byModel = new DataTable('By model');
  readonly #byLanguage = new DataTable('By language');
  readonly #empty = make('p', { class: 'note', text: 'No suggestion was shown in this range.' });

  constructor() {
    const id = nextId();
    const frame = (table: DataTable): HTMLElement =>
      make('div', {
        class: 'figure table-frame',
        attributes: { tabindex: '0', role: 'group', 'aria-labelledby': id },
        children: [table.element],
      });
    this.element = make('section', {
      attributes: { 'aria-labelledby': id, 'data-section': 'use' },
      children: [
        make('h2', { text: 'Acceptance and retention', attributes: { id } }),
        this.#empty,
        make('div', { class: 'pair', children: [frame(this.#byModel), frame(this.#byLanguage)] }),
      ],
    });
  }

  draw({ byModel, byLanguage }: DashboardView): void {
    this.#empty.hidden = byModel.length > 0;
    this.element.querySelector<HTMLElement>('.pair')?.toggleAttribute('hidden', byModel.length === 0);
    this.#byModel.fill(columns('Model'), byModel.map(rowOf));
    this.#byLanguage.fill(columns('Language'), byLanguage.map(rowOf));
  }
}

function rowOf({ name, shown, accepted, partly, typed, rejected, kept }: UseRow): Row {
  const share = (count: number): string => shareText(shown === 0 ? null : count / shown);
  return [
    name,
    countText(shown),
    share(accepted),
    share(partly),
    share(typed),
    share(rejected),
    ...kept.map((each) => shareText(each.share)),
  ];
}
