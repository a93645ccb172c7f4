import type { EpochMillis, Millis } from '../base/clock.ts';
import type { RouteRecord, SessionRecord, StateRecord } from '../domain/record.ts';
import { type HealthState, healthStates } from '../domain/snapshot.ts';
import type { Incident, IncidentPart, RoutePart } from './view.ts';

const well: ReadonlySet<HealthState> = new Set<HealthState>(['healthy', 'unknown', 'not-allowed']);

/** Whether a person would call it trouble. What the person does not allow is none. */
export function isUnwell(state: HealthState): boolean {
  return !well.has(state);
}

/** Where the range begins and ends. */
export interface Span {
  readonly from: EpochMillis;
  readonly to: EpochMillis;
}

/**
 * Runs of unwell states, cut to the span, in the order of their beginning. The records may come in any order, for several windows
 * write them. A run whose end nobody wrote down ends with the session that saw it, or goes on.
 *
 * @param ends times at which sessions ended, ascending
 */
export function incidentsOf(records: readonly StateRecord[], ends: readonly EpochMillis[], span: Span): readonly Incident[] {
  const byKey = new Map<string, StateRecord[]>();
  for (const record of records.toSorted((one, other) => one.at - other.at)) {
    const key = `${record.sourceId}\n${record.model}`;
    const list = byKey.get(key) ?? [];
    list.push(record);
    byKey.set(key, list);
  }
  return [...byKey.values()]
    .flatMap((list) => runsOf(fromBefore(list, span), ends, span))
    .filter(({ from, to, isOngoing }) => to > span.from && from <= span.to && (to > from || isOngoing))
    .sort((one, other) => one.from - other.from || (one.sourceId < other.sourceId ? -1 : 1));
}

/** What it was before the first word on it, where that is known: the record of that may be out of reach. */
function fromBefore(list: readonly StateRecord[], { from }: Span): readonly StateRecord[] {
  const [first] = list;
  return first && first.at > from && isUnwell(first.before) ? [{ ...first, at: from, state: first.before }, ...list] : list;
}

function runsOf(list: readonly StateRecord[], ends: readonly EpochMillis[], span: Span): Incident[] {
  const runs: Incident[] = [];
  let parts: IncidentPart[] = [];
  const close = (isOngoing: boolean): void => {
    const [first] = parts;
    const last = parts.at(-1);
    const { sourceId, model } = list[0] ?? { sourceId: '', model: '' };
    if (first && last) runs.push({ sourceId, model, from: first.from, to: last.to, isOngoing, worst: worstOf(parts), parts });
    parts = [];
  };
  for (const [index, { at, state }] of list.entries()) {
    if (!isUnwell(state)) continue;
    const next = list[index + 1];
    const to = endOf(at, next, ends, span);
    parts.push({ state, from: Math.max(at, span.from), to: Math.max(span.from, Math.min(to, span.to)) });
    // A new window begins with `unknown`: what it says next is the beginning of another run.
    const goesOn = next !== undefined && isUnwell(next.state) && to === next.at;
    if (!goesOn) close(next === undefined && to >= span.to);
  }
  return runs;
}

/** The next word on it; of one who begins anew the end of the session before, if that was said. */
function endOf(at: EpochMillis, next: StateRecord | undefined, ends: readonly EpochMillis[], { to }: Span): EpochMillis {
  if (next && next.before !== 'unknown') return next.at;
  const ended = ends.find((end) => end >= at);
  return Math.min(ended ?? next?.at ?? to, next?.at ?? to);
}

function worstOf(parts: readonly IncidentPart[]): HealthState {
  return healthStates.find((state) => parts.some((part) => part.state === state)) ?? 'unknown';
}

/** Time that is covered by at least one of the spans. @returns them without overlap, ascending */
export function joined(spans: readonly Span[]): readonly Span[] {
  const result: { from: EpochMillis; to: EpochMillis }[] = [];
  for (const { from, to } of spans.toSorted((one, other) => one.from - other.from)) {
    const last = result.at(-1);
    if (last && from <= last.to) last.to = Math.max(last.to, to);
    else result.push({ from, to });
  }
  return result;
}

/** How long spans without overlap are together. */
export function lengthOf(spans: readonly Span[]): Millis {
  return spans.reduce((total, { from, to }) => total + to - from, 0);
}

/** Who was asked first, without gaps from the first word on it. */
export function routeOf(records: readonly RouteRecord[], span: Span): readonly RoutePart[] {
  const parts: RoutePart[] = [];
  const known = records.toSorted((one, other) => one.at - other.at);
  const [first] = known;
  // A window begins with `local`, which says nothing; any other word is what was so until then.
  const ordered = first && first.at > span.from && first.before !== 'local' ? [{ at: span.from, serving: first.before }, ...known] : known;
  for (const [index, { at, serving }] of ordered.entries()) {
    const to = Math.min(ordered[index + 1]?.at ?? span.to, span.to);
    const from = Math.max(at, span.from);
    const last = parts.at(-1);
    if (to <= from) continue;
    if (last?.serving === serving) parts[parts.length - 1] = { ...last, to };
    else parts.push({ serving, from, to });
  }
  return parts;
}

/** When sessions ended, ascending; an unclean end is found later, so that its time is when it was found. */
export function endsOf(records: readonly SessionRecord[]): readonly EpochMillis[] {
  return records
    .filter(({ phase }) => phase === 'end' || phase === 'unclean-end')
    .map(({ at }) => at)
    .sort((one, other) => one - other);
}
