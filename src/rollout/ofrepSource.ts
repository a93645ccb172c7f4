import { OFREPWebProvider } from '@openfeature/ofrep-web-provider';
import type { Provider } from '@openfeature/web-sdk';
import type { Clock, Disposable, EpochMillis, Millis } from '../base/clock.ts';
import type { HttpClient } from '../base/http.ts';
import type { Random } from '../base/random.ts';
import type { Arm } from '../domain/rollout.ts';
import { fetchOver, FlagServerTrouble } from './ofrepFetch.ts';
import type { FlagDomain } from './openFeature.ts';

/** What a flag server has said last, and why it says nothing now. */
export interface ServerWord {
  readonly arm?: Arm;
  /** When it said so. */
  readonly at?: EpochMillis;
  /** In which the server is the subject; absent while it answers. */
  readonly trouble?: string;
}

/** The world as a flag server is asked from. */
export interface OfrepPorts {
  readonly clock: Clock;
  readonly random: Random;
  readonly http: HttpClient;
}

/** A server, and the flag it is asked for. */
export interface OfrepServer {
  /** Without a trailing slash. */
  readonly url: string;
  readonly interval: Millis;
  readonly flag: string;
}

/** Polls come up to this share earlier, so that the windows of a company do not ask together. */
const earlier = 0.1;

/**
 * Asks a flag server by OFREP, at once and then each interval, until disposed. What it said last stays while it says nothing usable.
 *
 * The provider's own polling is not used: it never begins when the server is away at the start, and one wrong answer would replace what
 * the server said before.
 *
 * @param before what it said before a restart
 * @param onWord called after every poll
 * @see https://openfeature.dev/specification/appendix-c
 */
export function pollServer(
  server: OfrepServer,
  domain: FlagDomain,
  ports: OfrepPorts,
  before: ServerWord,
  onWord: (word: ServerWord) => void,
): Disposable {
  const { clock, random } = ports;
  let last = before;
  let trouble: FlagServerTrouble | undefined;
  let hasBegun = false;
  let isDisposed = false;
  let timer: Disposable | undefined;
  const fetchOurs = fetchOver(ports.http, clock);

  const provider = (): Provider =>
    // Their types are not made for `exactOptionalPropertyTypes`.
    new OFREPWebProvider({
      baseUrl: server.url,
      // Nothing of the browser: no storage of its own, no event streams, no looking at whether a page is visible.
      cacheMode: 'disabled',
      changeDetection: 'none',
      disableVisibilityRefresh: true,
      pollInterval: 0,
      fetchImplementation: async (input: Request, init: { signal: AbortSignal }) => {
        try {
          return await fetchOurs(input, init);
        } catch (error) {
          trouble = error instanceof FlagServerTrouble ? error : new FlagServerTrouble('cannot be asked');
          throw trouble;
        }
      },
    }) as Provider;

  const poll = async (): Promise<void> => {
    trouble = undefined;
    try {
      if (hasBegun) await domain.refresh();
      else await domain.bind(provider());
      hasBegun = true;
    } catch {
      trouble ??= new FlagServerTrouble('gives an answer that cannot be used');
    }
    if (isDisposed) return;
    const reading = trouble === undefined ? domain.read(server.flag) : undefined;
    if (reading?.kind === 'arm') last = { arm: reading.arm, at: clock.now() };
    else last = { ...last, trouble: trouble?.message ?? `is of no use: ${reading?.why ?? 'it says nothing'}` };
    const usual = server.interval * (1 - earlier * random());
    timer = clock.after(Math.max(usual, trouble?.wait ?? 0), () => void poll());
    onWord(last);
  };
  void poll();
  return {
    dispose() {
      isDisposed = true;
      timer?.dispose();
      void domain.close().catch(() => undefined);
    },
  };
}
