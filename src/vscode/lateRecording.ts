import type { Clock, Disposable, Millis } from '../base/clock.ts';
import { type Logger, messageOf } from '../base/logger.ts';
import { systemRandom } from '../base/random.ts';
import type * as RecordingModule from '../recording.ts';
import type { Recording } from '../recording.ts';
import { followService } from './followService.ts';
import type { Session } from './session.ts';

/** After activation; the first keys come first. */
export const loadAfter: Millis = 1000;
/** Events that wait for the bundle that writes them; a minute of fast typing, in case the disk is slow. */
export const mostPending = 512;

/** What recording needs of the window. */
export interface LateRecordingPorts {
  readonly session: Pick<Session, 'service' | 'onDidChange'>;
  /** Folder of the journal, on the disk of the extension host. */
  readonly path: string;
  /** Of the extension. */
  readonly version: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

type Use = (recording: Recording) => void;

/** The journal of this window, loaded soon after activation. */
export interface LateRecording extends Disposable {
  /** Folder of the journal. */
  readonly path: string;
  /** Of the extension. */
  readonly version: string;
  /** Hands something to the journal, now or as soon as it is loaded. */
  tell(use: Use): void;
  /** `undefined`: it could not be loaded, or the window has closed before. Never rejects. */
  readonly loaded: Promise<Recording | undefined>;
}

/** Writes down what the services of the session do, whichever it is; what comes before the code of that is loaded is kept for it. */
export function recordLater(ports: LateRecordingPorts, load: () => Promise<typeof RecordingModule>): LateRecording {
  const { session, path, version, clock, logger } = ports;
  const startedAt = clock.now();
  const pending: Use[] = [];
  let recording: Recording | undefined;
  let isDisposed = false;
  const tell = (use: Use): void => {
    if (recording) use(recording);
    else if (pending.length < mostPending) pending.push(use);
  };
  const begin = async (): Promise<Recording | undefined> => {
    try {
      const { createRecording, folderAt } = await load();
      if (isDisposed) return undefined;
      recording = createRecording({ ...ports, folder: folderAt(path), random: systemRandom, startedAt });
      for (const use of pending.splice(0)) use(recording);
    } catch (error) {
      logger.error(`journal: ${messageOf(error)}`);
    }
    return recording;
  };
  let timer: Disposable | undefined;
  let giveUp: (() => void) | undefined;
  const loaded = new Promise<Recording | undefined>((resolve) => {
    timer = clock.after(loadAfter, () => resolve(begin()));
    giveUp = () => resolve(recording);
  });
  const service = followService(session, {
    attempted: (attempt) => tell((on) => on.attempted(attempt)),
    observed: (observation) => tell((on) => on.observed(observation)),
    decided: (decision) => tell((on) => on.add(decision)),
    changed: (snapshot) => tell((on) => on.changed(snapshot)),
  });
  return {
    path,
    version,
    tell,
    loaded,
    dispose() {
      isDisposed = true;
      timer?.dispose();
      giveUp?.();
      service.dispose();
      recording?.dispose();
    },
  };
}
