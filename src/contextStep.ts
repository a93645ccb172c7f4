import type { ContextGathering, ContextGatheringOptions } from './context/contextGathering.ts';
import { type Clock, delayOf, type Disposable, type Millis } from './base/clock.ts';
import { type Logger, messageOf } from './base/logger.ts';
import type { ByteStore } from './domain/byteStore.ts';
import type { CompletionRequest } from './domain/completion.ts';
import type { ContextView } from './domain/context.ts';
import type { SecretScan } from './privacy/secretScan.ts';
import { contextRoom } from './prompt/promptRoom.ts';
import type { TokenMeter } from './prompt/tokenMeter.ts';
import type { Settings } from './settings/settings.ts';

/** The door to context. */
export interface ContextPort {
  readonly view: ContextView;
  /** Called with the first request to a model. */
  load(): Promise<(options: ContextGatheringOptions) => ContextGathering>;
}

/** What of the world context touches. */
export interface ContextPorts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly context?: ContextPort;
  /** Counts what is kept. */
  readonly pressure?: { register(store: ByteStore): Disposable };
}

/** The step of a keystroke that adds context. */
export interface ContextStep extends Disposable {
  /** The request with context, within its budget of time; the same where none is to be had. Never rejects. */
  readonly add: (request: CompletionRequest, signal: AbortSignal) => Promise<CompletionRequest>;
}

/** How long the first request waits for the code that finds context: as long as it takes to read a small file. In ms. */
const loadPatience: Millis = 50;

/**
 * What adds context to a request.
 *
 * @param nextMeter of the model that the next keystroke asks; `undefined` when none is asked: then nobody waits for context
 */
export function createContext(
  { contextEnabled }: Settings,
  { context, clock, logger, pressure }: ContextPorts,
  isOn: boolean,
  scan: () => Promise<SecretScan>,
  nextMeter: () => TokenMeter | undefined,
): ContextStep {
  if (!context || !contextEnabled || !isOn) {
    return { add: (request) => Promise.resolve(request), dispose: () => undefined };
  }
  const secretFinder = async (): Promise<(text: string) => boolean> => {
    const found = await scan();
    return (text) => found.redact(text, '').found.length > 0;
  };
  let isDisposed = false;
  let loading: Promise<void> | undefined;
  let gathering: ContextGathering | undefined;
  let counted: Disposable | undefined;
  const load = async (): Promise<void> => {
    try {
      const create = await context.load();
      if (isDisposed) return;
      gathering = create({ view: context.view, clock, logger, secretFinder });
      counted = pressure?.register(gathering);
    } catch (error) {
      logger.warn(`context: cannot be loaded, prompts go without: ${messageOf(error)}`);
    }
  };
  return {
    async add(request, signal) {
      const meter = nextMeter();
      if (!meter) return request;
      // Only the first request waits; code that never comes must not delay every keystroke.
      if (!loading) await waitFor((loading = load()), clock, signal);
      return gathering?.gather(request, contextRoom(meter), signal) ?? request;
    },
    dispose() {
      isDisposed = true;
      counted?.dispose();
      gathering?.dispose();
    },
  };
}

async function waitFor(promise: Promise<void>, clock: Clock, signal: AbortSignal): Promise<void> {
  const stop = new AbortController();
  await Promise.race([promise, delayOf(clock, loadPatience, AbortSignal.any([signal, stop.signal]))]);
  stop.abort();
}
