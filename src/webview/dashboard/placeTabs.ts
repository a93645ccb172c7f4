import { type PlaceName, placeNames } from '../../dashboard/protocol.ts';
import { make, setText } from './element.ts';

const placeWords: Readonly<Record<PlaceName, string>> = { activity: 'Activity', rollout: 'Rollout' };

/** What the tabs remember and tell about. */
export interface PlacePorts {
  place(): PlaceName;
  setPlace(place: PlaceName): void;
}

/** The parts of the page as tabs, of which one is seen. */
export class PlaceTabs {
  readonly element: HTMLElement;
  readonly panels: Readonly<Record<PlaceName, HTMLElement>>;
  readonly #tabs: Readonly<Record<PlaceName, HTMLButtonElement>>;
  readonly #ports: PlacePorts;
  readonly #onChange: (place: PlaceName) => void;
  readonly #hint = make('span', { class: 'model' });

  /** @param onChange told which part is seen, at first too */
  constructor(ports: PlacePorts, onChange: (place: PlaceName) => void) {
    this.#ports = ports;
    this.#onChange = onChange;
    const tab = (place: PlaceName): HTMLButtonElement => this.#tab(place);
    this.#tabs = { activity: tab('activity'), rollout: tab('rollout') };
    this.panels = { activity: panelOf('activity'), rollout: panelOf('rollout') };
    this.#tabs.rollout.append(this.#hint);
    this.element = make('div', {
      class: 'tabs places-of-page',
      attributes: { role: 'tablist', 'aria-label': 'Parts of the dashboard' },
      children: placeNames.map((place) => this.#tabs[place]),
    });
    this.element.addEventListener('keydown', (event) => this.#key(event));
    this.show(ports.place());
  }

  show(place: PlaceName): void {
    for (const each of placeNames) {
      const isShown = each === place;
      this.#tabs[each].setAttribute('aria-selected', String(isShown));
      this.#tabs[each].tabIndex = isShown ? 0 : -1;
      this.panels[each].hidden = !isShown;
    }
    this.#onChange(place);
  }

  /** A word on the tab of the rollout: where it is. */
  hint(text: string): void {
    setText(this.#hint, text);
  }

  #tab(place: PlaceName): HTMLButtonElement {
    const attributes = { type: 'button', role: 'tab', id: `tab-${place}`, 'aria-controls': `place-${place}`, 'data-place': place };
    const tab = make('button', { class: 'tab', attributes, children: [make('span', { text: placeWords[place] })] });
    tab.addEventListener('click', () => this.#choose(place));
    return tab;
  }

  #key(event: KeyboardEvent): void {
    const at = placeNames.findIndex((place) => this.#tabs[place] === document.activeElement);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: placeNames.length - 1 }[event.key];
    const place = to === undefined ? undefined : placeNames.at(to % placeNames.length);
    if (at < 0 || place === undefined) return;
    event.preventDefault();
    this.#choose(place);
    this.#tabs[place].focus();
  }

  #choose(place: PlaceName): void {
    this.#ports.setPlace(place);
    this.show(place);
  }
}

function panelOf(place: PlaceName): HTMLElement {
  const attributes = { role: 'tabpanel', id: `place-${place}`, 'aria-labelledby': `tab-${place}` };
  return make('div', { class: 'panel', attributes });
}
