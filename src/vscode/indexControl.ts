import type * as vscode from 'vscode';
import type { Clock, Disposable } from '../base/clock.ts';
import { type Logger, messageOf } from '../base/logger.ts';
import type { LocalEngine } from '../engine.ts';
import type { IndexView } from '../ui/indexRows.ts';

/** What the index and its feed need. */
export interface FeedPorts {
  readonly index: LocalEngine['index'];
  /** Open documents, the most recently used first. */
  readonly inOrderOfUse: () => readonly vscode.TextDocument[];
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Loads what feeds the index. */
export type LoadFeed = () => Promise<{ readonly createWorkspaceFeed: (ports: FeedPorts) => Disposable }>;

/** The index, for the menu. */
export interface IndexControl extends Disposable {
  /** `undefined` while nothing is known of it. */
  view(): IndexView | undefined;
  /** Until the person says otherwise, in this workspace, over sessions. */
  pause(isPaused: boolean): void;
}

const key = 'failsoft.indexPaused';

/** Feeds the index with the workspace as soon as it runs; paused at once where a person paused it in an earlier session. */
export function createIndexControl(
  ports: FeedPorts,
  { workspaceState: state }: Pick<vscode.ExtensionContext, 'workspaceState'>,
  loadFeed: LoadFeed,
): IndexControl {
  const { index, logger } = ports;
  let isPaused = state.get<unknown>(key) === true;
  let feed: Disposable | undefined;
  let isDisposed = false;
  if (isPaused) index.pause(true);
  const load = async (): Promise<void> => {
    const { createWorkspaceFeed } = await loadFeed();
    if (!isDisposed) feed = createWorkspaceFeed(ports);
  };
  const failed = (error: unknown): void => logger.error(`local: ${messageOf(error)}`);
  const subscription = index.onDidStart(() => {
    subscription.dispose();
    load().catch(failed);
  });
  return {
    view: () => viewOf(index, isPaused),
    pause(wanted) {
      isPaused = wanted;
      index.pause(wanted);
      state.update(key, wanted ? true : undefined).then(undefined, failed);
    },
    dispose() {
      isDisposed = true;
      subscription.dispose();
      feed?.dispose();
    },
  };
}

function viewOf({ progress }: FeedPorts['index'], isPaused: boolean): IndexView | undefined {
  if (progress === undefined) return isPaused ? { files: 0, bytes: 0, sampled: 0, left: 0, isPaused } : undefined;
  const { files, bytes, sampled, left, waiting, sources } = progress;
  const isDone = waiting === 0 && !sources.isListing;
  // A list that is still being made has no end: never all of it.
  const percent = Math.min(99, Math.floor((100 * sources.done) / Math.max(1, sources.listed)));
  return { files, bytes, sampled, left: left + (sources.refused.full ?? 0), isPaused, ...(isDone ? {} : { percent }) };
}
