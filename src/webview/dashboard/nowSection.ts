import type { NowSource, NowView } from '../../dashboard/now.ts';
import { healthWords } from '../../ui/statusState.ts';
import { localClockTime } from '../../ui/times.ts';
import { make, nextId, setText } from './element.ts';
import { millisText } from './words.ts';

const modeWords: Readonly<Record<NowView['mode'], string>> = {
  starting: 'Failsoft is starting.',
  on: '',
  paused: 'Failsoft is paused: nothing is offered.',
  off: 'Failsoft is switched off.',
  'local-only': 'No backend is asked: suggestions are local.',
};

const breakerWords: Readonly<Record<NowSource['breaker'], string>> = {
  closed: 'closed: it is asked',
  open: 'open: it is not asked',
  'half-open': 'half-open: one probe is on its way',
};

/** The route and the breakers at this moment, a card each in the order of the route. */
export class NowSection {
  readonly element: HTMLElement;
  readonly #note = make('p', { class: 'note' });
  readonly #cards = make('ol', { class: 'cards' });
  readonly #shown = new Map<string, string>();

  constructor() {
    const id = nextId();
    this.element = make('section', {
      attributes: { 'aria-labelledby': id, 'data-section': 'now' },
      children: [make('h2', { text: 'Now', attributes: { id } }), this.#note, this.#cards],
    });
  }

  draw(now: NowView): void {
    const names = new Map(now.sources.map(({ sourceId }, index) => [sourceId, index]));
    const asked =
      now.serving === 'local' ? 'Local suggestions answer the next keystroke.' : `The next keystroke asks ${now.serving} first.`;
    setText(this.#note, modeWords[now.mode] || (names.size === 0 ? 'No backend is set up.' : asked));
    const cards = now.sources.map((source) => ({ source, text: JSON.stringify([source, now.serving]) }));
    // A card that says the same stays, so that nobody loses their place.
    const same = cards.length === this.#shown.size && cards.every(({ source, text }) => this.#shown.get(source.sourceId) === text);
    if (same) return;
    this.#shown.clear();
    for (const { source, text } of cards) this.#shown.set(source.sourceId, text);
    this.#cards.replaceChildren(...now.sources.map((source) => card(source, source.sourceId === now.serving)));
  }
}

function card(source: NowSource, isServing: boolean): HTMLElement {
  const { sourceId, model, state, since, reason, breaker, nextTryAt, inFlight, limit, latency } = source;
  const facts: [string, string][] = [
    ['Breaker', breakerWords[breaker]],
    ...(nextTryAt === undefined ? [] : [['Tried again', `at ${localClockTime(nextTryAt)}`] satisfies [string, string]]),
    [
      'Last 5 min',
      latency.samples === 0
        ? 'too few answers'
        : `P50 ${millisText(latency.p50)}, P95 ${millisText(latency.p95)}, P99 ${millisText(latency.p99)}`,
    ],
    ['In flight', `${inFlight} of ${limit}`],
  ];
  const head = make('div', {
    class: 'card-head',
    children: [make('strong', { text: sourceId }), ...(isServing ? [make('span', { class: 'badge', text: 'asked first' })] : [])],
  });
  const isWell = state === 'healthy' || state === 'unknown';
  const words = isWell ? healthWords(state) : `${healthWords(state)} since ${localClockTime(since)}`;
  return make('li', {
    class: `card ${state === 'unknown' ? 'unknown' : isWell ? 'well' : 'unwell'}`,
    attributes: { 'data-state': state },
    children: [
      head,
      make('div', { class: 'model', text: model }),
      make('div', { class: 'state', text: words }),
      ...(reason === '' ? [] : [make('div', { class: 'reason', text: reason })]),
      make('dl', { children: facts.flatMap(([name, value]) => [make('dt', { text: name }), make('dd', { text: value })]) }),
    ],
  });
}
