/** The thread of the local engine: an entry of its own, `dist/localWorker.cjs`. It introduces the index to the rules of what is ignored. */
import { systemDisk } from './base/sourceDisk.ts';
import { innerThread } from './base/thread.ts';
import { systemFiles } from './base/wholeFile.ts';
import { fittedModel } from './local/fittedModel.ts';
import { IndexSession } from './local/indexSession.ts';
import { modelOf } from './local/model.ts';
import { SourceQueue } from './local/sourceQueue.ts';
import type { ToIndex } from './local/workerProtocol.ts';
import { IgnoredOnDisk } from './privacy/ignoredOnDisk.ts';

const thread = innerThread();
if (thread !== undefined) {
  const rules = new IgnoredOnDisk(systemDisk);
  const sources = new SourceQueue(systemDisk, rules, (message) => thread.post(message));
  const session = new IndexSession(modelOf(fittedModel), (message) => thread.post(message), systemFiles, { sources });
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
