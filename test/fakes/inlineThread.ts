import type { Clock } from '../../src/base/clock.ts';
import { silentLogger } from '../../src/base/logger.ts';
import type { StartThread } from '../../src/base/thread.ts';
import type { WholeFiles } from '../../src/base/wholeFile.ts';
import type { EngineMemory, WorkspaceView } from '../../src/domain/service.ts';
import { fittedModel } from '../../src/local/fittedModel.ts';
import { IndexSession } from '../../src/local/indexSession.ts';
import { createLocalEngine, type LocalEngine } from '../../src/local/localEngine.ts';
import { modelOf } from '../../src/local/model.ts';
import { createSnippetVoter, type SnippetVoter } from '../../src/local/snippetMatch.ts';
import type { ToIndex } from '../../src/local/workerProtocol.ts';

/** A disk that has nothing and takes everything. */
export const noFiles: WholeFiles = { read: () => undefined, replace: () => undefined };

/** A local engine without a thread. */
export function inlineLocal(view: WorkspaceView, clock: Clock, memory?: EngineMemory): LocalEngine {
  const snippets = (): Promise<SnippetVoter> => Promise.resolve(createSnippetVoter());
  return createLocalEngine({ view, clock, logger: silentLogger, thread: inlineThread(clock), snippets, ...(memory ? { memory } : {}) });
}

/** Pause between two slices, in which keystrokes go first. */
const pause = 5;

/** The index without a thread of its own: answers within the call, and writes files between keystrokes, moved by `clock`. */
export function inlineThread(clock: Clock, files = noFiles): StartThread {
  return ({ onMessage }) => {
    const session = new IndexSession(modelOf(fittedModel), onMessage, files);
    let timer: ReturnType<Clock['after']> | undefined;
    let isDisposed = false;
    const work = (): void => {
      timer = undefined;
      if (!isDisposed && session.work()) timer = clock.after(pause, work);
    };
    onMessage({ kind: 'ready' });
    return {
      post(message) {
        if (isDisposed) return;
        const asked = message as ToIndex;
        session.take(asked);
        // The first files are there for the first keystroke, as much as one slice holds.
        if (asked.kind === 'complete' || timer === undefined) {
          timer?.dispose();
          work();
        }
      },
      dispose() {
        isDisposed = true;
        timer?.dispose();
      },
    };
  };
}
