import type { Clock, Disposable } from './base/clock.ts';
import type { Event } from './base/event.ts';
import { createHttpClient } from './base/http.ts';
import type { Logger } from './base/logger.ts';
import type { EngineSnapshot, HealthState } from './domain/snapshot.ts';
import type { BackendSettings } from './settings/settings.ts';
import { statusPageOf } from './statuspage/knownPages.ts';
import { StatusPages } from './statuspage/statusPages.ts';
import type { ClockTime } from './ui/times.ts';

/** States that a provider's own word may explain; the others end with a person, or the network. */
const explained: ReadonlySet<string> = new Set<HealthState>([
  'open',
  'probing',
  'at-capacity',
  'rate-limited',
  'loading',
  'degraded',
  'slow',
]);

/** What providers say about themselves, while a backend of theirs is unwell. */
export interface ProviderWords extends Disposable {
  /** Some word is new. */
  readonly onDidChange: Event<void>;
  /** To be told each snapshot with the backends it is of. */
  seen(snapshot: EngineSnapshot, backends: readonly BackendSettings[]): void;
  /** In one line; `undefined` where nothing could be read. Text of others is in it. */
  said(backend: BackendSettings | undefined, clockTime: ClockTime): string | undefined;
}

/** Opens the connection that the status pages are read over; nothing is asked while all backends are well. */
export function createProviderWords(ports: { readonly clock: Clock; readonly logger: Logger }): ProviderWords {
  const http = createHttpClient();
  const pages = new StatusPages({ ...ports, http });
  return {
    onDidChange: pages.onDidChange,
    seen({ mode, sources }, backends) {
      const unwell = new Set(sources.filter(({ state }) => mode === 'on' && explained.has(state)).map(({ sourceId }) => sourceId));
      pages.watch(new Set(backends.filter(({ name }) => unwell.has(name)).flatMap((backend) => statusPageOf(backend) ?? [])));
    },
    said(backend, clockTime) {
      const url = backend && statusPageOf(backend);
      const word = url === undefined ? undefined : pages.wordOf(url);
      if (url === undefined || !word) return undefined;
      const text = word.says === 'fine' ? 'all is fine' : word.says === 'maintenance' ? `maintenance: ${word.text}` : word.text;
      return `${text.slice(0, 160)} (${new URL(url).host}, ${clockTime(word.at)})`;
    },
    dispose() {
      pages.dispose();
      http.dispose();
    },
  };
}
