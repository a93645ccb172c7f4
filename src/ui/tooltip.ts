import type { EpochMillis, Millis } from '../base/clock.ts';
import type { BreakerState } from '../domain/guarded.ts';
import { type EngineSnapshot, outageKinds, type ServedCounts, type SourceHealth } from '../domain/snapshot.ts';
import { boundaryText } from './dataBoundary.ts';
import { lastText } from './lastSuggestion.ts';
import { offReason } from './offHere.ts';
import { escapeMarkdown, oneLine } from './plainText.ts';
import { pressureText } from './pressureText.ts';
import { retirementText, retryText, sourceLine } from './sourceLine.ts';
import { canRetry, offNow, type StatusOptions, substituteText } from './status.ts';
import { primaryOf, sourceWords, stateLooks, stateOf, type StatusState, type Substitute, substituteOf } from './statusState.ts';
import { type ClockTime, durationText, latencyText, localClockTime } from './times.ts';

/** One line of the table. */
export interface TooltipRow {
  readonly label: string;
  readonly value: string;
}

/** What is shown when the mouse rests on the status item. */
export interface Tooltip {
  readonly rows: readonly TooltipRow[];
  /** A table, and the actions below it. Of all commands it links `tooltipCommands` only. */
  readonly markdown: string;
  /** While it counts down: when it is to be drawn again. */
  readonly redrawIn?: Millis;
}

/** What the tooltip cannot read from the snapshot. */
export interface TooltipOptions extends StatusOptions {
  readonly clockTime?: ClockTime;
  /** Why the file in front is not sent to backends. */
  readonly fileNote?: string;
  /** What the provider of a source says about itself, in one line. */
  readonly providerSays?: (sourceId: string) => string | undefined;
  /** Where the rollout of a model is, and which version is used. */
  readonly rollout?: string;
}

/** A countdown is drawn at most this often: at its end, and while that is far away. */
export const redrawDefaults = { near: 2000, far: 30_000, farFrom: 120_000 } as const;

const actions = {
  retry: { command: 'failsoft.retryNow', label: 'Retry now' },
  pause: { command: 'failsoft.pause', label: 'Pause' },
  resume: { command: 'failsoft.resume', label: 'Resume' },
  rollout: { command: 'failsoft.rollout.show', label: 'Rollout' },
  dashboard: { command: 'failsoft.showDashboard', label: 'Dashboard' },
  log: { command: 'failsoft.showLog', label: 'Show log' },
  settings: { command: 'failsoft.openSettings', label: 'Settings' },
} as const;

/** The commands that the tooltip may run; nothing else in it can, whatever a server says. */
export const tooltipCommands: readonly string[] = Object.values(actions).map(({ command }) => command);

/** What is wrong, what still works, when does it end. Pure; equal input, equal tooltip. */
export function tooltipOf(snapshot: EngineSnapshot, now: EpochMillis, options: TooltipOptions = {}): Tooltip {
  const { localEnabled = true, clockTime = localClockTime } = options;
  const state = stateOf(snapshot);
  const off = offNow(state, options.off);
  const { unwell } = stateLooks[state];
  const substitute = substituteOf(snapshot);
  const primary = snapshot.sources[0];
  const rows = [
    row('Status', statusRow(snapshot, state, clockTime)),
    ...(off ? [row('This file', offReason(off.at))] : []),
    ...(options.fileNote === undefined ? [] : [row('This file', oneLine(`is not sent to backends: ${options.fileNote}`, 240))]),
    ...pressureRows(snapshot, clockTime),
    ...whyRows(snapshot, unwell),
    ...(substitute ? [row(unwell ? 'Using instead' : 'Using', substituteText(substitute, localEnabled))] : []),
    ...(primary && unwell && snapshot.mode === 'on' ? endRows(primary, now, { ...options, clockTime }) : []),
    ...(primary ? primaryRows(primary, now, clockTime) : []),
    ...otherRows(snapshot, substitute, clockTime),
    ...(options.rollout === undefined ? [] : [row('Rollout', oneLine(options.rollout, 280))]),
    ...boundaryRow(snapshot),
    ...(snapshot.lastServed ? [row('Last suggestion', lastText(snapshot.lastServed))] : []),
    row('Served', countsText(snapshot.counts)),
    ...snapshot.problems.map((problem) => row('Settings', oneLine(problem, 240))),
  ];
  const redrawIn = redrawOf(snapshot, now);
  return { rows, markdown: markdownOf(rows, snapshot, options), ...(redrawIn === undefined ? {} : { redrawIn }) };
}

function row(label: string, value: string): TooltipRow {
  return { label, value };
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

function pressureRows({ pressure }: EngineSnapshot, clockTime: ClockTime): TooltipRow[] {
  return pressure ? [row(pressure.cause === 'lag' ? 'Extension host' : 'Memory', pressureText(pressure, clockTime))] : [];
}

function whyRows(snapshot: EngineSnapshot, unwell: boolean): TooltipRow[] {
  const reason = snapshot.mode === 'local-only' ? snapshot.modeReason : unwell ? primaryOf(snapshot)?.reason : undefined;
  return reason ? [row('Why', oneLine(reason))] : [];
}

/** When it is tried again, when it is expected back and on whose word. */
function endRows(primary: SourceHealth, now: EpochMillis, options: TooltipOptions & { readonly clockTime: ClockTime }): TooltipRow[] {
  const retry = retryText(primary, now);
  const expected = expectedText(primary, now, options.clockTime);
  const said = options.providerSays?.(primary.sourceId);
  return [
    ...(retry ? [row('Tried again', retry.text)] : []),
    ...(expected === undefined ? [] : [row('Expected back', expected)]),
    ...(said === undefined ? [] : [row('Provider says', oneLine(said, 200))]),
  ];
}

/** `undefined` for what a person ends, or what serves all the same. A time only where something supports it. */
function expectedText(primary: SourceHealth, now: EpochMillis, clockTime: ClockTime): string | undefined {
  const passes = outageKinds.some((kind) => kind === primary.state) || primary.state === 'probing' || primary.state === 'offline';
  if (primary.nextTrySource === 'backend' && primary.nextTryAt !== undefined && primary.nextTryAt > now) {
    return `${clockTime(primary.nextTryAt)}, says the backend`;
  }
  if (!passes) return undefined;
  const { likeOutages } = primary;
  if (!likeOutages) return 'not known';
  return `nobody says; ${likeOutages.count} earlier outages like this one lasted ${durationText(likeOutages.median)} in the median`;
}

function primaryRows(primary: SourceHealth, now: EpochMillis, clockTime: ClockTime): TooltipRow[] {
  const name = oneLine(primary.sourceId, 60);
  const model = oneLine(primary.model, 60);
  return [
    row('Model', `${name.includes(model) ? name : `${model} (${name})`}, ${sourceWords(primary)}`),
    row('Latency', latencyRow(primary)),
    row('Breaker', breakerRow(primary.guard.breaker, now)),
    ...(primary.retirement ? [row('Suspicion', retirementText(primary.retirement))] : []),
    row('Last good answer', primary.lastSuccessAt === undefined ? 'none yet' : clockTime(primary.lastSuccessAt)),
  ];
}

/** Without samples the figures are a configured guess, and a guess is not shown as a measurement (law 9). */
function latencyRow({ latency, usual }: SourceHealth): string {
  const usually = usual ? `; usual are ${latencyText(usual.p50)} and ${latencyText(usual.p99)}` : '';
  if (latency.samples === 0) return `not measured yet${usually}`;
  return `P50 ${latencyText(latency.p50)}, P99 ${latencyText(latency.p99)} of ${latency.samples}${usually}`;
}

function breakerRow(breaker: BreakerState, now: EpochMillis): string {
  if (breaker.kind === 'closed') return 'closed';
  if (breaker.kind === 'half-open') return 'half-open, a probe is running';
  return breaker.probeAt <= now ? 'open, a probe any moment now' : `open, next probe in ${durationText(breaker.probeAt - now)}`;
}

function otherRows(snapshot: EngineSnapshot, substitute: Substitute | undefined, clockTime: ClockTime): TooltipRow[] {
  return snapshot.sources.slice(1).map((source) => {
    const isStandingIn = substitute?.kind === 'source' && substitute.name === source.sourceId;
    return row(oneLine(source.sourceId, 60), sourceLine(source, clockTime, { isStandingIn, isAlone: true }));
  });
}

/** Nothing to say while nothing had to be asked. */
function boundaryRow({ boundaries }: EngineSnapshot): TooltipRow[] {
  const isPlain = boundaries.every(({ permission }) => permission === 'not-needed');
  return isPlain ? [] : [row('Code goes to', boundaryText(boundaries))];
}

function countsText(counts: ServedCounts): string {
  return `${counts.model} by models, ${counts.local} local, ${counts.cache} from the cache; ${counts.accepted} accepted`;
}

/** Only what the first backend's rows count down to; `undefined` while nothing does. */
function redrawOf(snapshot: EngineSnapshot, now: EpochMillis): Millis | undefined {
  const primary = primaryOf(snapshot);
  if (!primary || snapshot.mode !== 'on') return undefined;
  const { breaker } = primary.guard;
  const ends = [retryText(primary, now)?.counts ? primary.nextTryAt : undefined, breaker.kind === 'open' ? breaker.probeAt : undefined];
  const left = ends.filter((end): end is number => end !== undefined && end > now).map((end) => end - now);
  if (left.length === 0) return undefined;
  return Math.min(...left) > redrawDefaults.farFrom ? redrawDefaults.far : redrawDefaults.near;
}

function markdownOf(rows: readonly TooltipRow[], snapshot: EngineSnapshot, { rollout }: TooltipOptions): string {
  const lines = rows.map(({ label, value }) => `| ${escapeMarkdown(label)} | ${escapeMarkdown(value)} |`);
  const offered = [
    ...(canRetry(snapshot) ? [actions.retry] : []),
    ...(snapshot.mode === 'on' ? [actions.pause] : snapshot.mode === 'paused' ? [actions.resume] : []),
    ...(rollout === undefined ? [] : [actions.rollout]),
    ...[actions.dashboard, actions.log, actions.settings],
  ];
  const links = offered.map(({ command, label }) => `[${label}](command:${command})`).join(' · ');
  // A table needs a head; an empty one takes no room.
  return ['**Failsoft**', '', '| | |', '|:--|:--|', ...lines, '', links].join('\n');
}
