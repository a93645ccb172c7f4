import type { RolloutAction, RolloutSnapshot } from '../domain/rollout.ts';
import type { EngineSnapshot, SourceHealth } from '../domain/snapshot.ts';
import { boundaryText, placeOf, wantedOf } from './dataBoundary.ts';
import { indexRows, type IndexView } from './indexRows.ts';
import { lastText } from './lastSuggestion.ts';
import { withoutIcons } from './plainText.ts';
import { pressureText } from './pressureText.ts';
import { retirementText, sourceLine } from './sourceLine.ts';
import { inOrder } from './rolloutPage.ts';
import { askingText, rolloutLine } from './rolloutWords.ts';
import { isRetryable, needsConsent } from './statusState.ts';
import { type ClockTime, localClockTime } from './times.ts';

/** What picking an item does; the door carries it out. */
export type MenuAction =
  | { readonly kind: 'retry-now' }
  | { readonly kind: 'pause'; readonly minutes?: number }
  | { readonly kind: 'pause-for' }
  | { readonly kind: 'resume' }
  | { readonly kind: 'toggle-language' }
  | { readonly kind: 'toggle-file' }
  | { readonly kind: 'enable'; readonly enabled: boolean }
  | { readonly kind: 'set-key'; readonly backend: string }
  | { readonly kind: 'manage-boundary' }
  | { readonly kind: 'allow-model'; readonly backend: string }
  | { readonly kind: 'add-backend' }
  | { readonly kind: 'manage-backends' }
  | { readonly kind: 'pause-index'; readonly isPaused: boolean }
  | { readonly kind: 'leave-safe-mode' }
  | { readonly kind: 'show-rollout' }
  | { readonly kind: 'rollout'; readonly action: RolloutAction }
  | { readonly kind: 'show-dashboard' }
  | { readonly kind: 'show-log' }
  | { readonly kind: 'open-settings' };

export type MenuItem =
  | { readonly kind: 'separator'; readonly label: string }
  | { readonly kind: 'action'; readonly label: string; readonly description?: string; readonly action: MenuAction };

/** How long the short pause lasts, in minutes. Long enough for a call or a review, short enough to forget about. */
export const pauseMinutes = 10;

/** Other durations of a pause to choose from, in minutes. */
export const pauseChoices = [5, 30, 60, 240] as const;

/** The document in front, for its switches. */
export interface DocumentInFront {
  readonly languageId: string;
  readonly isLanguageOff: boolean;
  readonly isFileOff: boolean;
}

/** What the menu cannot read from the snapshot. */
export interface MenuOptions {
  readonly clockTime?: ClockTime;
  readonly inFront?: DocumentInFront | undefined;
  readonly index?: IndexView | undefined;
  readonly isSafeMode?: boolean;
  /** The rollout that is planned, and what a person can ask for now. */
  readonly rollout?: { readonly snapshot: RolloutSnapshot; readonly possible: readonly RolloutAction[] } | undefined;
}

/** The menu behind the status item: what helps right now comes first. */
export function menuOf(snapshot: EngineSnapshot, options: MenuOptions = {}): MenuItem[] {
  const { clockTime = localClockTime, inFront, index, isSafeMode = false, rollout } = options;
  return [
    ...(isSafeMode ? [action('$(debug-continue) Leave safe mode', { kind: 'leave-safe-mode' }, 'ask backends again')] : []),
    ...(snapshot.sources.length === 0 ? [action('$(add) Add a backend…', { kind: 'add-backend' }, 'a model to complete your code')] : []),
    ...keyItems(snapshot),
    ...wantedItems(snapshot),
    ...retryItems(snapshot),
    ...pressureItems(snapshot, clockTime),
    ...retirementItems(snapshot),
    ...backendItems(snapshot, clockTime),
    ...(rollout ? rolloutItems(rollout) : []),
    ...(snapshot.sources.length === 0 ? [] : [{ kind: 'separator', label: 'Suggestions' } as const]),
    ...switchItems(snapshot),
    ...(inFront && snapshot.mode !== 'off' ? documentItems(inFront) : []),
    ...boundaryItems(snapshot),
    ...(snapshot.sources.length === 0 ? [] : [action('$(server) Manage backends…', { kind: 'manage-backends' }, 'add, edit, order, test')]),
    ...(index && snapshot.mode !== 'off' ? indexItems(index) : []),
    action('$(graph-line) Dashboard', { kind: 'show-dashboard' }, 'latency, outcomes and incidents over time'),
    action('$(output) Show log', { kind: 'show-log' }),
    action('$(gear) Open settings', { kind: 'open-settings' }, problemsText(snapshot.problems.length)),
    ...lastItems(snapshot),
  ];
}

/** Where the rollout is, and what can be decided about it. */
function rolloutItems({ snapshot, possible }: NonNullable<MenuOptions['rollout']>): MenuItem[] {
  const icons: Partial<Record<RolloutAction, string>> = {
    'roll-back': 'discard',
    pause: 'debug-pause',
    advance: 'arrow-up',
    begin: 'play',
  };
  return [
    { kind: 'separator', label: `Rollout ${withoutIcons(snapshot.name, 60)}` },
    action('$(rocket) Show rollout', { kind: 'show-rollout' }, withoutIcons(rolloutLine(snapshot), 300)),
    ...inOrder(possible).map((each) => {
      const label = withoutIcons(askingText(each, snapshot), 120);
      return action(`$(${icons[each] ?? 'circle-small'}) ${label}`, { kind: 'rollout', action: each });
    }),
  ];
}

function indexItems(view: IndexView): MenuItem[] {
  return indexRows(view).map(({ label, description, does }) =>
    action(label, does === 'show-log' ? { kind: 'show-log' } : { kind: 'pause-index', isPaused: does === 'pause' }, description),
  );
}

function keyItems(snapshot: EngineSnapshot): MenuItem[] {
  return snapshot.sources
    .filter((source) => source.state === 'auth-needed')
    .map((source) => {
      const name = withoutIcons(source.sourceId, 60);
      const label = needsConsent(source) ? `$(shield) Allow ${name} in VS Code…` : `$(key) Set API key for ${name}…`;
      return action(label, sourceAction(source), withoutIcons(source.reason));
    });
}

function retryItems(snapshot: EngineSnapshot): MenuItem[] {
  const unwell = snapshot.sources.filter(isRetryable);
  if (snapshot.mode !== 'on' || unwell.length === 0) return [];
  return [action('$(refresh) Retry now', { kind: 'retry-now' }, withoutIcons(unwell.map((source) => source.sourceId).join(', '), 80))];
}

/** A model that may be going: the settings name its successor. */
function retirementItems(snapshot: EngineSnapshot): MenuItem[] {
  return snapshot.sources.flatMap(({ sourceId, retirement }) =>
    retirement
      ? [
          action(
            `$(archive) Check the model of ${withoutIcons(sourceId, 60)}…`,
            { kind: 'open-settings' },
            withoutIcons(retirementText(retirement), 200),
          ),
        ]
      : [],
  );
}

/** Nothing to do but to know; the log has the figures. */
function pressureItems({ pressure }: EngineSnapshot, clockTime: ClockTime): MenuItem[] {
  if (!pressure) return [];
  return [
    action(
      `$(warning) ${pressure.cause === 'lag' ? 'The extension host is busy' : 'Memory is scarce'}`,
      { kind: 'show-log' },
      withoutIcons(pressureText(pressure, clockTime), 300),
    ),
  ];
}

/** A fallback that waits for the person's word: what the question said, for those who closed it. */
function wantedItems(snapshot: EngineSnapshot): MenuItem[] {
  const wanted = wantedOf(snapshot);
  if (!wanted) return [];
  const description = `code would go to ${placeOf(wanted.boundary)}; allow that here?`;
  const name = withoutIcons(wanted.sources[0] ?? '', 60);
  return [action(`$(shield) ${name} may be used as fallback…`, { kind: 'manage-boundary' }, withoutIcons(description))];
}

function boundaryItems({ boundaries }: EngineSnapshot): MenuItem[] {
  if (boundaries.length === 0) return [];
  return [action('$(shield) Data boundary…', { kind: 'manage-boundary' }, withoutIcons(`code goes to ${boundaryText(boundaries)}`))];
}

function switchItems(snapshot: EngineSnapshot): MenuItem[] {
  if (snapshot.mode === 'off') return [action('$(play) Enable', { kind: 'enable', enabled: true })];
  const pausing =
    snapshot.mode === 'paused'
      ? [action('$(play) Resume', { kind: 'resume' })]
      : [
          action(`$(debug-pause) Pause for ${pauseMinutes} minutes`, { kind: 'pause', minutes: pauseMinutes }),
          action('$(debug-pause) Pause for another time…', { kind: 'pause-for' }),
          action('$(debug-pause) Pause until resumed', { kind: 'pause' }),
        ];
  return [...pausing, action('$(circle-slash) Disable', { kind: 'enable', enabled: false })];
}

/** The file before its language: it is the smaller change. */
function documentItems({ languageId, isLanguageOff, isFileOff }: DocumentInFront): MenuItem[] {
  const language = withoutIcons(languageId, 40);
  return [
    isFileOff
      ? action('$(play) Turn on for this file', { kind: 'toggle-file' })
      : action('$(circle-slash) Turn off for this file', { kind: 'toggle-file' }),
    isLanguageOff
      ? action(`$(play) Turn on for ${language}`, { kind: 'toggle-language' })
      : action(`$(circle-slash) Turn off for ${language}`, { kind: 'toggle-language' }),
  ];
}

/** Where the text came from that was offered last; the log says more. */
function lastItems({ lastServed }: EngineSnapshot): MenuItem[] {
  if (!lastServed) return [];
  return [action('$(info) Last suggestion', { kind: 'show-log' }, withoutIcons(lastText(lastServed), 120))];
}

/** One line per backend; picking it does what helps that backend. */
function backendItems({ sources, serving }: EngineSnapshot, clockTime: ClockTime): MenuItem[] {
  if (sources.length === 0) return [];
  const items = sources.map((source, index) => {
    const isStandingIn = index > 0 && source.sourceId === serving;
    const line = sourceLine(source, clockTime, { isStandingIn, isAlone: true });
    return action(withoutIcons(source.sourceId, 60), sourceAction(source), withoutIcons(line, 240));
  });
  return [{ kind: 'separator', label: 'Backends, in the order they are asked' }, ...items];
}

function sourceAction(source: SourceHealth): MenuAction {
  if (needsConsent(source)) return { kind: 'allow-model', backend: source.sourceId };
  if (source.state === 'auth-needed') return { kind: 'set-key', backend: source.sourceId };
  if (source.state === 'not-allowed') return { kind: 'manage-boundary' };
  // A retired model does not come back by asking again.
  return isRetryable(source) && source.state !== 'retired' ? { kind: 'retry-now' } : { kind: 'open-settings' };
}

function problemsText(count: number): string | undefined {
  return count === 0 ? undefined : `${count} ${count === 1 ? 'problem' : 'problems'}, see the log`;
}

function action(label: string, what: MenuAction, description?: string): MenuItem {
  return { kind: 'action', label, action: what, ...(description ? { description } : {}) };
}
