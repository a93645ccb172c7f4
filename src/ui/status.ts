import type { EngineSnapshot } from '../domain/snapshot.ts';
import { type OffHere, offWords } from './offHere.ts';
import { oneLine, withoutIcons } from './plainText.ts';
import { isRetryable, type StateLook, stateLooks, stateOf, type StatusState, type Substitute, substituteOf } from './statusState.ts';

/** What the status item shows, as text; its tooltip is in tooltip.ts, which is loaded later. */
export interface StatusView {
  readonly state: StatusState;
  /** Codicon id, e.g. `sparkle` or `loading~spin`. */
  readonly icon: string;
  /** The item's text with its icon, e.g. `$(dashboard) Failsoft: at capacity`. */
  readonly text: string;
  /** The state in words, and what is used instead. */
  readonly words: string;
  /** What a screen reader says. Without a countdown: it would be read out each second. */
  readonly accessibleLabel: string;
  readonly background: StateLook['background'];
  /** True when "Retry now" has something to do, on whichever route. */
  readonly retryable: boolean;
}

/** What the view cannot read from the snapshot. */
export interface StatusOptions {
  /** False when the person switched the local engine off: then nothing stands in for a model. */
  readonly localEnabled?: boolean;
  /** Where the person has switched suggestions off, for the file in front. */
  readonly off?: { readonly at: OffHere; readonly languageId: string };
}

/** What the status item shows for a snapshot. Pure; equal input, equal view. */
export function statusView(snapshot: EngineSnapshot, options: StatusOptions = {}): StatusView {
  const { localEnabled = true } = options;
  const state = stateOf(snapshot);
  const off = offNow(state, options.off);
  const { icon, words, background, unwell } = stateLooks[state];
  const named = off ? offWords(off.at, off.languageId) : words;
  const inFront = off ? undefined : substituteOf(snapshot);
  const short = shortText(named, off !== undefined || unwell || (state !== 'ready' && state !== 'working'), inFront);
  const drawn = off ? 'circle-slash' : icon;
  const problemCount = snapshot.problems.length;
  const spoken = [named, ...(inFront ? [`using ${substituteText(inFront, localEnabled)}`] : [])].join(', ');
  return {
    state,
    icon: drawn,
    text: `$(${drawn}) ${withoutIcons(short, 70)}${problemCount > 0 ? ' $(warning)' : ''}`,
    words: spoken,
    accessibleLabel: `Failsoft: ${spoken}${problemCount === 0 ? '' : `, ${problemsText(problemCount)} with the settings`}`,
    background: off ? 'none' : background,
    retryable: canRetry(snapshot),
  };
}

/** What the person switched off everywhere needs no word on this file. */
export function offNow(state: StatusState, off: StatusOptions['off']): StatusOptions['off'] {
  return state === 'off' || state === 'paused' ? undefined : off;
}

/** Whether a person may want to try something again now. */
export function canRetry(snapshot: EngineSnapshot): boolean {
  return snapshot.mode === 'on' && snapshot.sources.some(isRetryable);
}

/** Short enough for a status bar: a model that stands in is named, the local engine is not. */
function shortText(words: string, isStateNamed: boolean, substitute: Substitute | undefined): string {
  const using = substitute?.kind === 'source' ? `using ${oneLine(substitute.name, 28)}` : undefined;
  const said = [isStateNamed ? words : undefined, using].filter((part) => part !== undefined).join(', ');
  return said ? `Failsoft: ${said}` : 'Failsoft';
}

function problemsText(count: number): string {
  return `${count} ${count === 1 ? 'problem' : 'problems'}`;
}

/** What serves instead, in words. */
export function substituteText(substitute: Substitute, localEnabled: boolean): string {
  if (substitute.kind === 'source') return oneLine(substitute.name, 60);
  return localEnabled ? 'local suggestions' : 'nothing, local suggestions are switched off';
}
