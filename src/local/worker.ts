/** The thread of the local engine: an entry of its own, `dist/localWorker.cjs`. */
import { innerThread } from '../base/thread.ts';
import { systemFiles } from '../base/wholeFile.ts';
import { fittedModel } from './fittedModel.ts';
import { IndexSession } from './indexSession.ts';
import { modelOf } from './model.ts';
import type { ToIndex } from './workerProtocol.ts';

const thread = innerThread();
if (thread !== undefined) {
  const session = new IndexSession(modelOf(fittedModel), (message) => thread.post(message), systemFiles);
  let isAwake = false;
  const work = (): void => {
    isAwake = session.work();
    if (isAwake) thread.soon(work);
  };
  thread.onMessage((message) => {
    session.take(message as ToIndex);
    // Messages that are there already are taken first, so that only the latest completion is worked on.
    if (!isAwake) thread.soon(work);
    isAwake = true;
  });
  thread.post({ kind: 'ready' });
}
