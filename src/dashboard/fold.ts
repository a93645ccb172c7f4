import type { Clock, EpochMillis } from '../base/clock.ts';
import type { JournalRecord, RouteRecord, SessionRecord, StateRecord } from '../domain/record.ts';
import { AnswerFold } from './answerFold.ts';
import { endsOf, incidentsOf, joined, routeOf, type Span } from './incidents.ts';
import { ModelFold } from './modelFold.ts';
import { ProcessFold } from './processFold.ts';
import { type Bins, binsOf, type RangeName, ranges } from './range.ts';
import { UseFold } from './useFold.ts';
import type { DashboardView } from './view.ts';

/** What is kept at most, so that no journal can fill the memory; figures in docs/settings.md. */
export const foldBounds = {
  /** (Backend, model) pairs with charts of their own; further ones share one. */
  models: 12,
  /** State changes, route changes and session records, of each; of more the oldest are dropped. */
  changes: 4000,
} as const;

const others = 'others';

/**
 * Folds the records of the journal into what the dashboard shows of one range. Records may come in any order and while time passes;
 * those outside of the range are passed over. Holds sums by bin, never the attempts themselves: at most about 6 MB.
 */
export class DashboardFold {
  readonly range: RangeName;
  /** Id of the backend that stands first now. */
  readonly first: string | undefined;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #models = new Map<string, ModelFold>();
  readonly #answers: AnswerFold;
  readonly #byModel = new UseFold();
  readonly #byLanguage = new UseFold();
  readonly #process = new ProcessFold();
  readonly #records = new Map<number, number>();
  #states: StateRecord[] = [];
  #routes: RouteRecord[] = [];
  #sessions: SessionRecord[] = [];
  #oldest = 0;
  #newest = 0;

  constructor(range: RangeName, first: string | undefined, clock: Pick<Clock, 'now'>) {
    this.range = range;
    this.first = first;
    this.#clock = clock;
    this.#answers = new AnswerFold(first, ranges[range].bin);
    this.#forget(binsOf(range, clock.now()));
  }

  /** What is older than this adds nothing, except that a state from before may reach into the range. */
  get since(): EpochMillis {
    return binsOf(this.range, this.#clock.now()).first;
  }

  add(record: JournalRecord): void {
    const number = Math.floor(record.at / ranges[this.range].bin);
    const isInside = number >= this.#oldest && number <= this.#newest;
    // That a window was opened is nothing to look at yet.
    if (isInside && record.kind !== 'session' && record.kind !== 'route') this.#records.set(number, (this.#records.get(number) ?? 0) + 1);
    // A state or a route from before may reach into the range.
    if (number > this.#newest || (!isInside && record.kind !== 'state' && record.kind !== 'route')) return;
    switch (record.kind) {
      case 'attempt':
        return this.#modelOf(record.sourceId, record.model).add(number, record);
      case 'decision':
        return this.#answers.add(record);
      case 'process':
        return this.#process.add(number, record);
      case 'observation': {
        const { observation } = record;
        this.#byModel.add(
          number,
          observation.origin === 'local' ? 'local suggestions' : (observation.model ?? observation.sourceId),
          observation,
        );
        return this.#byLanguage.add(number, observation.languageId, observation);
      }
      case 'state':
        this.#states = keep(this.#states, record);
        return;
      case 'route':
        this.#routes = keep(this.#routes, record);
        return;
      case 'session':
        this.#sessions = keep(this.#sessions, record);
    }
  }

  /** Takes about 5 ms with 12 models. */
  view(): DashboardView {
    const to = this.#clock.now();
    const bins = binsOf(this.range, to);
    this.#forget(bins);
    const span: Span = { from: bins.first, to };
    const incidents = incidentsOf(this.#states, endsOf(this.#sessions), span);
    const unwell = joined(incidents.filter(({ sourceId }) => sourceId === this.first));
    const last = bins.first / bins.width + bins.count;
    return {
      range: this.range,
      bins,
      to,
      records: [...this.#records].reduce((total, [number, count]) => (number < last ? total + count : total), 0),
      models: [...this.#models.values()]
        .map((model) => model.view(bins))
        .filter(({ attempts, probes }) => attempts + probes > 0)
        .sort((one, other) => other.attempts - one.attempts || (one.sourceId < other.sourceId ? -1 : 1)),
      answers: this.#answers.view(bins, unwell),
      byModel: this.#byModel.view(bins),
      byLanguage: this.#byLanguage.view(bins),
      process: this.#process.view(bins),
      incidents,
      route: routeOf(this.#routes, span),
      marks: this.#sessions
        .filter(({ at }) => at >= span.from && at <= to)
        .flatMap(({ at, phase }) => (phase === 'unclean-end' || phase === 'safe-mode' ? [{ at, kind: phase }] : []))
        .sort((one, other) => one.at - other.at),
    };
  }

  #forget({ first, width, count }: Bins): void {
    const oldest = first / width;
    this.#oldest = oldest;
    // One more than there is, for what comes before the next look; a clock that was ahead must not fill the memory.
    this.#newest = oldest + count;
    for (const number of this.#records.keys()) if (number < oldest) this.#records.delete(number);
    for (const fold of [...this.#models.values(), this.#answers, this.#byModel, this.#byLanguage, this.#process]) fold.forget(oldest);
  }

  #modelOf(sourceId: string, model: string): ModelFold {
    const key = `${sourceId}\n${model}`;
    const known = this.#models.get(key) ?? (this.#models.size < foldBounds.models ? undefined : this.#models.get(others));
    if (known) return known;
    const isOther = this.#models.size >= foldBounds.models;
    const fold = isOther ? new ModelFold(others, '') : new ModelFold(sourceId, model);
    this.#models.set(isOther ? others : key, fold);
    return fold;
  }
}

/** Drops the older half when there are too many, so that it is seldom done. */
function keep<T extends { readonly at: EpochMillis }>(list: T[], record: T): T[] {
  list.push(record);
  if (list.length <= foldBounds.changes) return list;
  return list.sort((one, other) => one.at - other.at).slice(-foldBounds.changes / 2);
}
