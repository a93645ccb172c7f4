/** What the extension and the page of the dashboard say to each other. Both look at what arrives; what they do not know they ignore. */
import type { LatencyFigures } from '../domain/guarded.ts';
import { pressureLevels } from '../domain/pressure.ts';
import { type ReadinessCheck, readinessChecks, type RolloutAction, rolloutActions } from '../domain/rollout.ts';
import { healthStates } from '../domain/snapshot.ts';
import type { NowSource, NowView } from './now.ts';
import { type AnswerClass, answerClasses, type OutcomeClass, outcomeClasses } from './outcomeClass.ts';
import { type Bins, type RangeName, rangeNames } from './range.ts';
import { isFlag, isNumber, isText, listOf, maybe, oneOf, orNull, recordOf, type Shape } from '../base/valueShape.ts';
import { isRolloutView, type RolloutView } from './rolloutShape.ts';
import type {
  AnswersView,
  DashboardView,
  Figure,
  Incident,
  IncidentPart,
  Mark,
  ModelView,
  ProcessView,
  RoutePart,
  Series,
  UseRow,
} from './view.ts';

/** Of the messages. A page that was restored may belong to another version of the extension. */
export const protocolVersion = 1;

/** What of the journal could not be used. */
export interface Skipped {
  readonly lines: number;
  readonly files: number;
}

/** To the page. */
export type HostMessage = { readonly version: typeof protocolVersion } & (
  | {
      readonly kind: 'view';
      readonly view: DashboardView;
      /** Share of the journal that has been read, 0…1; 1: all of it. */
      readonly progress: number;
      readonly skipped: Skipped;
    }
  | { readonly kind: 'now'; readonly now: NowView }
  | { readonly kind: 'rollout'; readonly rollout: RolloutView }
  /** A person wants to see this part. */
  | { readonly kind: 'place'; readonly place: PlaceName }
  /** The journal cannot be read. */
  | { readonly kind: 'error'; readonly message: string }
);

/** From the page. */
export type PageMessage = { readonly version: typeof protocolVersion } & (
  | { readonly kind: 'ready'; readonly range: RangeName }
  | { readonly kind: 'range'; readonly range: RangeName }
  | { readonly kind: 'retry' }
  /** A person wants something decided; what has to be asked first is asked by the extension. */
  | { readonly kind: 'rollout-action'; readonly action: RolloutAction; readonly subject?: string }
  | { readonly kind: 'rollout-check'; readonly check: ReadinessCheck }
  | { readonly kind: 'rollout-open'; readonly what: RolloutOpening }
);

/** Parts of the page; one is seen at a time. */
export const placeNames = ['activity', 'rollout'] as const;
export type PlaceName = (typeof placeNames)[number];

/** What the rollout page opens in an editor. */
export const rolloutOpenings = ['new-policy', 'readiness'] as const;
export type RolloutOpening = (typeof rolloutOpenings)[number];

/** Longest model name that a page asks for. */
const longestSubject = 200;

/** What the page keeps for the next time, through the editor. */
export interface PageState {
  readonly range: RangeName;
  /** Index in `models`; the tab that was chosen. */
  readonly model?: string;
  /** Names of the charts that are shown as tables. */
  readonly tables: readonly string[];
  /** Classes of outcomes that are hidden. */
  readonly hidden: readonly string[];
  /** The part that was chosen. */
  readonly place?: PlaceName;
}

const isVersion = oneOf([protocolVersion]);
const isSeries: Shape<Series> = listOf(orNull(isNumber));
const isFigure = recordOf<Figure>({ value: isNumber, isAtLeast: isFlag });
const isState = oneOf(healthStates);

function byName<N extends string, T>(names: readonly N[], shape: Shape<T>): Shape<Readonly<Record<N, T>>> {
  return recordOf<Record<N, T>>(Object.fromEntries(names.map((name) => [name, shape])) as { [K in N]-?: Shape<T> });
}

const isModel = recordOf<ModelView>({
  sourceId: isText,
  model: isText,
  attempts: isNumber,
  answered: orNull(isNumber),
  probes: isNumber,
  p50: isSeries,
  p95: isSeries,
  p99: isSeries,
  censored: isSeries,
  overall: maybe(
    recordOf<NonNullable<ModelView['overall']>>({ p50: isFigure, p95: isFigure, p99: isFigure, censored: isNumber, samples: isNumber }),
  ),
  outcomes: byName<OutcomeClass, Series>(outcomeClasses, isSeries),
});

const isAnswers = recordOf<AnswersView>({
  series: byName<AnswerClass, Series>(answerClasses, isSeries),
  total: byName<AnswerClass, number>(answerClasses, isNumber),
  whileUnwell: byName<AnswerClass, number>(answerClasses, isNumber),
  unwellFor: isNumber,
  first: maybe(isText),
});

const isUseRow = recordOf<UseRow>({
  name: isText,
  shown: isNumber,
  accepted: isNumber,
  partly: isNumber,
  typed: isNumber,
  rejected: isNumber,
  kept: listOf(recordOf<UseRow['kept'][number]>({ share: orNull(isNumber), texts: isNumber })),
});

const isProcess = recordOf<ProcessView>({
  heap: isSeries,
  rss: isSeries,
  ledger: isSeries,
  index: isSeries,
  lagP99: isSeries,
  lagMax: isSeries,
  worst: maybe(oneOf(pressureLevels)),
  heapLimit: maybe(isNumber),
});

const isIncident = recordOf<Incident>({
  sourceId: isText,
  model: isText,
  from: isNumber,
  to: isNumber,
  isOngoing: isFlag,
  worst: isState,
  parts: listOf(recordOf<IncidentPart>({ state: isState, from: isNumber, to: isNumber })),
});

const isViewShape = recordOf<DashboardView>({
  range: oneOf(rangeNames),
  bins: recordOf<Bins>({ first: isNumber, width: isNumber, count: isNumber }),
  to: isNumber,
  records: isNumber,
  models: listOf(isModel),
  answers: isAnswers,
  byModel: listOf(isUseRow),
  byLanguage: listOf(isUseRow),
  process: isProcess,
  incidents: listOf(isIncident),
  route: listOf(recordOf<RoutePart>({ serving: isText, from: isNumber, to: isNumber })),
  marks: listOf(recordOf<Mark>({ at: isNumber, kind: oneOf(['unclean-end', 'safe-mode']) })),
});

/** What the page draws at most. */
const mostBins = 300;

/** Also that each series has one value a bin: charts would be drawn askew. */
const isView: Shape<DashboardView> = (value): value is DashboardView => {
  if (!isViewShape(value)) return false;
  const { bins, models, answers, process } = value;
  const { heap, rss, ledger, index, lagP99, lagMax } = process;
  const ofModels = models.flatMap(({ p50, p95, p99, censored, outcomes }) => [p50, p95, p99, censored, ...Object.values(outcomes)]);
  const all = [...ofModels, ...Object.values(answers.series), heap, rss, ledger, index, lagP99, lagMax];
  return bins.count <= mostBins && all.every(({ length }) => length === bins.count);
};

const isNow = recordOf<NowView>({
  at: isNumber,
  mode: oneOf(['starting', 'on', 'paused', 'off', 'local-only']),
  serving: isText,
  sources: listOf(
    recordOf<NowSource>({
      sourceId: isText,
      model: isText,
      state: isState,
      since: isNumber,
      reason: isText,
      breaker: oneOf(['closed', 'open', 'half-open']),
      nextTryAt: maybe(isNumber),
      inFlight: isNumber,
      limit: isNumber,
      latency: recordOf<LatencyFigures>({ p50: isNumber, p95: isNumber, p99: isNumber, samples: isNumber }),
    }),
  ),
});

type Kinds<M extends { readonly kind: string }> = { readonly [K in M['kind']]: Shape<Extract<M, { readonly kind: K }>> };

const hostKinds: Kinds<HostMessage> = {
  view: recordOf<Extract<HostMessage, { kind: 'view' }>>({
    version: isVersion,
    kind: oneOf(['view']),
    view: isView,
    progress: isNumber,
    skipped: recordOf<Skipped>({ lines: isNumber, files: isNumber }),
  }),
  now: recordOf<Extract<HostMessage, { kind: 'now' }>>({ version: isVersion, kind: oneOf(['now']), now: isNow }),
  rollout: recordOf<Extract<HostMessage, { kind: 'rollout' }>>({ version: isVersion, kind: oneOf(['rollout']), rollout: isRolloutView }),
  place: recordOf<Extract<HostMessage, { kind: 'place' }>>({ version: isVersion, kind: oneOf(['place']), place: oneOf(placeNames) }),
  error: recordOf<Extract<HostMessage, { kind: 'error' }>>({ version: isVersion, kind: oneOf(['error']), message: isText }),
};

const isSubject: Shape<string> = (value): value is string => isText(value) && value.length <= longestSubject;

const pageKinds: Kinds<PageMessage> = {
  ready: recordOf<Extract<PageMessage, { kind: 'ready' }>>({ version: isVersion, kind: oneOf(['ready']), range: oneOf(rangeNames) }),
  range: recordOf<Extract<PageMessage, { kind: 'range' }>>({ version: isVersion, kind: oneOf(['range']), range: oneOf(rangeNames) }),
  retry: recordOf<Extract<PageMessage, { kind: 'retry' }>>({ version: isVersion, kind: oneOf(['retry']) }),
  'rollout-action': recordOf<Extract<PageMessage, { kind: 'rollout-action' }>>({
    version: isVersion,
    kind: oneOf(['rollout-action']),
    action: oneOf(rolloutActions),
    subject: maybe(isSubject),
  }),
  'rollout-check': recordOf<Extract<PageMessage, { kind: 'rollout-check' }>>({
    version: isVersion,
    kind: oneOf(['rollout-check']),
    check: oneOf(readinessChecks),
  }),
  'rollout-open': recordOf<Extract<PageMessage, { kind: 'rollout-open' }>>({
    version: isVersion,
    kind: oneOf(['rollout-open']),
    what: oneOf(rolloutOpenings),
  }),
};

const isPageState = recordOf<PageState>({
  range: oneOf(rangeNames),
  model: maybe(isText),
  tables: listOf(isText),
  hidden: listOf(isText),
  place: maybe(oneOf(placeNames)),
});

/** A message for the page. @param value whatever arrived @returns `undefined` for what is no message of this version */
export function hostMessageOf(value: unknown): HostMessage | undefined {
  return isMessage(hostKinds, value) ? (value as HostMessage) : undefined;
}

/** A message of the page. @param value whatever arrived @returns `undefined` for what is no message of this version */
export function pageMessageOf(value: unknown): PageMessage | undefined {
  return isMessage(pageKinds, value) ? (value as PageMessage) : undefined;
}

/** What an earlier page has kept. @param value whatever the editor gives back @returns `undefined` for what no page of this version keeps */
export function pageStateOf(value: unknown): PageState | undefined {
  return isPageState(value) ? value : undefined;
}

function isMessage(kinds: Readonly<Record<string, Shape<unknown>>>, value: unknown): boolean {
  const kind: unknown = typeof value === 'object' && value !== null && 'kind' in value ? value.kind : undefined;
  return typeof kind === 'string' && Object.hasOwn(kinds, kind) && kinds[kind]?.(value) === true;
}
