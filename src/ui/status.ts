import type { EpochMillis } from '../base/clock.ts';
import type { EngineSnapshot, ServedCounts } from '../domain/snapshot.ts';
import { lastText } from './lastSuggestion.ts';
import { escapeMarkdown, oneLine, withoutIcons } from './plainText.ts';
import { boundaryText } from './dataBoundary.ts';
import { type OffHere, offReason, offWords } from './offHere.ts';
import { pressureText } from './pressureText.ts';
import { retryText, sourceLine } from './sourceLine.ts';
import {
  isRetryable,
  primaryOf,
  type StateLook,
  stateLooks,
  stateOf,
  type StatusState,
  type Substitute,
  substituteOf,
} from './statusState.ts';
import { type ClockTime, localClockTime } from './times.ts';

/** One line of the tooltip's table. */
export interface TooltipRow {
  readonly label: string;
  readonly value: string;
}

/** Everything the status item shows, as text. */
export interface StatusView {
  readonly state: StatusState;
  /** Codicon id, e.g. `sparkle` or `loading~spin`. */
  readonly icon: string;
  /** The item's text with its icon, e.g. `$(dashboard) Failsoft: at capacity`. */
  readonly text: string;
  /** What a screen reader says. Without a countdown: it would be read out each second. */
  readonly accessibleLabel: string;
  readonly background: StateLook['background'];
  readonly rows: readonly TooltipRow[];
  readonly tooltipMarkdown: string;
  /** Settings that could not be used, 0…; shown as a badge beside any state. */
  readonly problemCount: number;
  /** True when the tooltip counts down and has to be drawn again each second. */
  readonly counts: boolean;
  /** True when "Retry now" has something to do, on whichever route. */
  readonly retryable: boolean;
}

/** What the view cannot read from the snapshot. */
export interface StatusOptions {
  /** False when the person switched the local engine off: then nothing stands in for a model. */
  readonly localEnabled?: boolean;
  /** Why the file in front is not sent to backends. */
  readonly fileNote?: string;
  /** Where the person has switched suggestions off, for the file in front. */
  readonly off?: { readonly at: OffHere; readonly languageId: string };
  readonly clockTime?: ClockTime;
}

/** What the status item shows for a snapshot. Pure; equal input, equal view. */
export function statusView(snapshot: EngineSnapshot, now: EpochMillis, options: StatusOptions = {}): StatusView {
  const { localEnabled = true, clockTime = localClockTime } = options;
  const state = stateOf(snapshot);
  // What the person switched off everywhere needs no word on this file.
  const off = state === 'off' || state === 'paused' ? undefined : options.off;
  const { icon, words, background, unwell } = stateLooks[state];
  const substitute = substituteOf(snapshot);
  const retry = retryRow(snapshot, now);
  const rows = [
    { label: 'Status', value: statusRow(snapshot, state, clockTime) },
    ...(off ? [{ label: 'This file', value: offReason(off.at) }] : []),
    ...(options.fileNote === undefined
      ? []
      : [{ label: 'This file', value: oneLine(`is not sent to backends: ${options.fileNote}`, 240) }]),
    ...(snapshot.pressure
      ? [{ label: snapshot.pressure.cause === 'lag' ? 'Extension host' : 'Memory', value: pressureText(snapshot.pressure, clockTime) }]
      : []),
    ...whyRows(snapshot, unwell),
    ...(substitute ? [{ label: unwell ? 'Using instead' : 'Using', value: substituteText(substitute, localEnabled) }] : []),
    ...(retry ? [{ label: 'Tried again', value: retry.text }] : []),
    ...sourceRows(snapshot, substitute, clockTime),
    ...boundaryRow(snapshot),
    ...lastRow(snapshot),
    { label: 'Served', value: countsText(snapshot.counts) },
    ...snapshot.problems.map((problem) => ({ label: 'Settings', value: oneLine(problem, 240) })),
  ];
  const named = off ? offWords(off.at, off.languageId) : words;
  const inFront = off ? undefined : substitute;
  const short = shortText(named, off !== undefined || unwell || (state !== 'ready' && state !== 'working'), inFront);
  const drawn = off ? 'circle-slash' : icon;
  const problemCount = snapshot.problems.length;
  return {
    state,
    icon: drawn,
    text: `$(${drawn}) ${withoutIcons(short, 70)}${problemCount > 0 ? ' $(warning)' : ''}`,
    accessibleLabel: accessibleLabel(named, inFront, localEnabled, problemCount),
    background: off ? 'none' : background,
    rows,
    tooltipMarkdown: tooltipMarkdown(rows),
    problemCount,
    counts: retry?.counts ?? false,
    retryable: snapshot.mode === 'on' && snapshot.sources.some(isRetryable),
  };
}

/** Short enough for a status bar: a model that stands in is named, the local engine is not. */
function shortText(words: string, isStateNamed: boolean, substitute: Substitute | undefined): string {
  const using = substitute?.kind === 'source' ? `using ${oneLine(substitute.name, 28)}` : undefined;
  const said = [isStateNamed ? words : undefined, using].filter((part) => part !== undefined).join(', ');
  return said ? `Failsoft: ${said}` : 'Failsoft';
}

function accessibleLabel(words: string, substitute: Substitute | undefined, localEnabled: boolean, problemCount: number): string {
  const parts = [`Failsoft: ${words}`];
  if (substitute) parts.push(`using ${substituteText(substitute, localEnabled)}`);
  if (problemCount > 0) parts.push(`${problemCount} ${problemCount === 1 ? 'problem' : 'problems'} with the settings`);
  return parts.join(', ');
}

function substituteText(substitute: Substitute, localEnabled: boolean): string {
  if (substitute.kind === 'source') return oneLine(substitute.name, 60);
  return localEnabled ? 'local suggestions' : 'nothing, local suggestions are switched off';
}

function statusRow(snapshot: EngineSnapshot, state: StatusState, clockTime: ClockTime): string {
  const words = stateLooks[state].words;
  if (state === 'paused')
    return snapshot.pausedUntil === undefined ? 'paused until you resume' : `paused until ${clockTime(snapshot.pausedUntil)}`;
  if (state === 'off') return 'off, switched off in the settings (failsoft.enable)';
  if (state === 'local-only') return 'local suggestions only';
  const primary = primaryOf(snapshot);
  return primary && stateLooks[state].unwell ? `${words} since ${clockTime(primary.since)}` : words;
}

function whyRows(snapshot: EngineSnapshot, unwell: boolean): TooltipRow[] {
  const reason = snapshot.mode === 'local-only' ? snapshot.modeReason : unwell ? primaryOf(snapshot)?.reason : undefined;
  return reason ? [{ label: 'Why', value: oneLine(reason) }] : [];
}

/** The first one's reason has a row of its own. */
function sourceRows(snapshot: EngineSnapshot, substitute: Substitute | undefined, clockTime: ClockTime): TooltipRow[] {
  return snapshot.sources.map((source, index) => {
    const isStandingIn = substitute?.kind === 'source' && substitute.name === source.sourceId;
    return { label: oneLine(source.sourceId, 60), value: sourceLine(source, clockTime, { isStandingIn, isAlone: index > 0 }) };
  });
}

/** Nothing to say while nothing had to be asked. */
function boundaryRow({ boundaries }: EngineSnapshot): TooltipRow[] {
  const isPlain = boundaries.every(({ permission }) => permission === 'not-needed');
  return isPlain ? [] : [{ label: 'Code goes to', value: boundaryText(boundaries) }];
}

function retryRow(snapshot: EngineSnapshot, now: EpochMillis): ReturnType<typeof retryText> {
  const primary = primaryOf(snapshot);
  return primary && snapshot.mode === 'on' ? retryText(primary, now) : undefined;
}

/** Where the suggestion came from that was offered last. */
function lastRow({ lastServed }: EngineSnapshot): TooltipRow[] {
  return lastServed ? [{ label: 'Last suggestion', value: lastText(lastServed) }] : [];
}

function countsText(counts: ServedCounts): string {
  return `${counts.model} by models, ${counts.local} local, ${counts.cache} from the cache; ${counts.accepted} accepted`;
}

function tooltipMarkdown(rows: readonly TooltipRow[]): string {
  const lines = rows.map((row) => `| ${escapeMarkdown(row.label)} | ${escapeMarkdown(row.value)} |`);
  // A table needs a head; an empty one takes no room.
  return ['**Failsoft**', '', '| | |', '|:--|:--|', ...lines].join('\n');
}
