import { answerClasses } from '../../dashboard/outcomeClass.ts';
import type { DashboardView, UseRow } from '../../dashboard/view.ts';
import { durationText } from '../../ui/times.ts';
import { make, nextId, setText } from './element.ts';
import { countText, plural, shareText } from './words.ts';

interface Tile {
  readonly name: string;
  readonly value: string;
  readonly note: string;
}

/** The four figures that one looks for first. */
export class Glance {
  readonly element: HTMLElement;
  readonly #tiles = make('div', { class: 'tiles' });

  constructor() {
    const id = nextId();
    this.element = make('section', {
      attributes: { 'aria-labelledby': id, 'data-section': 'glance' },
      children: [make('h2', { text: 'At a glance', attributes: { id } }), this.#tiles],
    });
  }

  draw(view: DashboardView): void {
    tilesOf(view).forEach(({ name, value, note }, index) => {
      let tile = this.#tiles.children[index];
      if (!tile) {
        tile = make('div', {
          class: 'tile',
          attributes: { 'data-tile': name },
          children: [make('h3'), make('div', { class: 'big' }), make('p')],
        });
        this.#tiles.append(tile);
      }
      [name, value, note].forEach((text, part) => {
        const element = tile.children[part];
        if (element) setText(element, text);
      });
    });
  }
}

function tilesOf(view: DashboardView): readonly Tile[] {
  return [availability(view), saved(view), trouble(view), acceptance(view)];
}

function availability({ answers: { total } }: DashboardView): Tile {
  const all = answerClasses.reduce((sum, name) => sum + total[name], 0);
  const withText = all - total.nothing;
  return {
    name: 'Answered with text',
    value: shareText(all === 0 ? null : withText / all),
    note: all === 0 ? 'nothing was asked for yet' : `${countText(withText)} of ${countText(all)} requests of yours`,
  };
}

/** What was known already would have been known without any fallback too. */
function saved({ answers: { first, unwellFor, whileUnwell } }: DashboardView): Tile {
  const name = 'Saved by fallbacks';
  if (first === undefined) return { name, value: '–', note: 'no backend is set up' };
  if (unwellFor === 0) return { name, value: '–', note: `${first} was well all the time` };
  const all = answerClasses.reduce((sum, each) => sum + whileUnwell[each], 0);
  const byOthers = whileUnwell['other-backend'];
  const { local } = whileUnwell;
  const alone = whileUnwell.first + whileUnwell.cache;
  const shares =
    all === 0 ? '' : ` Answered with text: ${shareText((alone + byOthers + local) / all)} instead of ${shareText(alone / all)}.`;
  return {
    name,
    value: countText(byOthers + local),
    note: `of ${plural(all, 'request')} in the ${durationText(unwellFor)} that ${first} was unwell: ${countText(byOthers)} by other backends, ${countText(local)} local.${shares}`,
  };
}

function trouble({ incidents }: DashboardView): Tile {
  const longest = Math.max(0, ...incidents.map(({ from, to }) => to - from));
  const worst = incidents.find(({ from, to }) => to - from === longest);
  return {
    name: 'Incidents',
    value: countText(incidents.length),
    note: worst ? `the longest ${durationText(longest)}, ${worst.sourceId}` : 'no backend was unwell',
  };
}

function acceptance({ byModel }: DashboardView): Tile {
  const sum = (value: (row: UseRow) => number): number => byModel.reduce((total, row) => total + value(row), 0);
  const shown = sum((row) => row.shown);
  const taken = sum((row) => row.accepted + row.partly);
  const texts = sum((row) => row.kept[0]?.texts ?? 0);
  const kept = sum((row) => (row.kept[0]?.share ?? 0) * (row.kept[0]?.texts ?? 0));
  return {
    name: 'Accepted',
    value: shareText(shown === 0 ? null : taken / shown),
    note:
      shown === 0
        ? 'no suggestion was shown yet'
        : `of ${countText(shown)} shown; ${texts === 0 ? 'none' : shareText(kept / texts)} of the text kept after 30 s`,
  };
}
