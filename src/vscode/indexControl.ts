import type * as vscode from 'vscode';
import { type Logger, messageOf } from '../base/logger.ts';
import type { LocalEngine } from '../engine.ts';
import type { IndexView } from '../ui/indexRows.ts';

/** The index, for the menu. */
export interface IndexControl {
  /** `undefined` while nothing is known of it. */
  view(): IndexView | undefined;
  /** Until the person says otherwise, in this workspace, over sessions. */
  pause(isPaused: boolean): void;
}

const key = 'failsoft.indexPaused';

/** Pauses the index at once where a person paused it in an earlier session. */
export function createIndexControl(index: LocalEngine['index'], state: vscode.Memento, log: Logger): IndexControl {
  let isPaused = state.get<unknown>(key) === true;
  if (isPaused) index.pause(true);
  return {
    view() {
      const { progress } = index;
      if (progress === undefined) return isPaused ? { files: 0, bytes: 0, sampled: 0, left: 0, isPaused } : undefined;
      const { files, bytes, sampled, left, waiting, sources } = progress;
      const isDone = waiting === 0 && !sources.isListing;
      // A list that is still being made has no end: never all of it.
      const percent = Math.min(99, Math.floor((100 * sources.done) / Math.max(1, sources.listed)));
      return { files, bytes, sampled, left: left + (sources.refused.full ?? 0), isPaused, ...(isDone ? {} : { percent }) };
    },
    pause(wanted) {
      isPaused = wanted;
      index.pause(wanted);
      state.update(key, wanted ? true : undefined).then(undefined, (error: unknown) => log.warn(`local: ${messageOf(error)}`));
    },
  };
}
