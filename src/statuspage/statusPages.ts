import type { Clock, Disposable, EpochMillis, Millis } from '../base/clock.ts';
import { Emitter } from '../base/event.ts';
import type { HttpClient, HttpResponse } from '../base/http.ts';
import { type Logger, messageOf } from '../base/logger.ts';
import { type ProviderWord, readStatusPage } from './providerWord.ts';

/** How often a page is looked at, and how much of it. */
export const pageDefaults = {
  /** Between the first two looks while a backend is unwell; each next wait is twice as long, … */
  firstWait: 60_000,
  /** … but no longer than this. */
  longestWait: 900_000,
  /** One look as a whole. */
  patience: 10_000,
  /** More bytes are not read: OpenAI's page has some 20 KB. */
  maximumBytes: 512 * 1024,
  /** Within the same host. */
  redirects: 2,
} as const;

/** What the pages are read with. */
export interface StatusPagePorts {
  readonly http: HttpClient;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A word, and when it was read. */
export interface HeardWord extends ProviderWord {
  readonly at: EpochMillis;
}

interface Page {
  word: HeardWord | undefined;
  /** Of the answer that `word` was read from. */
  etag: string | undefined;
  wait: Millis;
  /** Monotonic; no look before it, however often a backend turns unwell. */
  nextAt: Millis;
  timer: Disposable | undefined;
  running: AbortController | undefined;
}

/**
 * Looks at the status pages of providers, each only while a backend of it is unwell. Sends no key and no cookie, follows no redirect to
 * another host. Never throws; a page that cannot be read has no word.
 */
export class StatusPages implements Disposable {
  readonly #ports: StatusPagePorts;
  readonly #pages = new Map<string, Page>();
  readonly #changed = new Emitter<void>();

  /** There is a new word. */
  readonly onDidChange = this.#changed.event;

  constructor(ports: StatusPagePorts) {
    this.#ports = ports;
  }

  /** @param urls the pages to look at from now on; all others are left alone */
  watch(urls: ReadonlySet<string>): void {
    for (const [url, page] of this.#pages) if (!urls.has(url)) stop(page);
    for (const url of urls) {
      let page = this.#pages.get(url);
      if (!page) {
        page = { word: undefined, etag: undefined, wait: pageDefaults.firstWait, nextAt: -Infinity, timer: undefined, running: undefined };
        this.#pages.set(url, page);
      }
      if (!page.timer && !page.running) this.#lookSoon(url, page);
    }
  }

  /** What the page said when it was last read, during this outage. */
  wordOf(url: string): HeardWord | undefined {
    return this.#pages.get(url)?.word;
  }

  dispose(): void {
    for (const page of this.#pages.values()) stop(page);
    this.#pages.clear();
    this.#changed.dispose();
  }

  #lookSoon(url: string, page: Page): void {
    const { clock } = this.#ports;
    page.timer = clock.after(Math.max(0, page.nextAt - clock.monotonic()), () => void this.#look(url, page));
  }

  async #look(url: string, page: Page): Promise<void> {
    const { clock, logger } = this.#ports;
    const running = new AbortController();
    page.timer = undefined;
    page.running = running;
    page.nextAt = clock.monotonic() + page.wait;
    page.wait = Math.min(pageDefaults.longestWait, page.wait * 2);
    const limit = clock.after(pageDefaults.patience, () => running.abort(new Error(`no answer within ${pageDefaults.patience} ms`)));
    try {
      await this.#read(url, page, running.signal);
    } catch (error) {
      page.word = undefined;
      logger.debug(`status page ${new URL(url).host}: ${messageOf(error)}`);
    }
    limit.dispose();
    // Nobody is unwell any more.
    if (page.running !== running) return;
    page.running = undefined;
    this.#changed.fire();
    this.#lookSoon(url, page);
  }

  async #read(url: string, page: Page, signal: AbortSignal): Promise<void> {
    const response = await this.#get(url, page.word ? page.etag : undefined, signal);
    const at = this.#ports.clock.now();
    if (response.status === 304 && page.word) {
      page.word = { ...page.word, at };
      await bytesOf(response, 0);
      return;
    }
    if (response.status !== 200) throw new Error(`HTTP ${response.status}`);
    const word = readStatusPage(await bytesOf(response, pageDefaults.maximumBytes), at);
    if (!word) throw new Error('not a status page that can be read');
    page.word = { ...word, at };
    page.etag = response.headers['etag'];
  }

  /** Follows redirects within the same origin only. */
  async #get(url: string, etag: string | undefined, signal: AbortSignal): Promise<HttpResponse> {
    const headers = {
      accept: 'application/json, application/atom+xml',
      'user-agent': 'failsoft',
      ...(etag === undefined ? {} : { 'if-none-match': etag }),
    };
    let next = new URL(url);
    for (let turn = 0; ; turn++) {
      const response = await this.#ports.http.request({ method: 'GET', url: next.href, headers, signal });
      if (response.status < 301 || response.status > 308 || response.status === 304) return response;
      await bytesOf(response, 0);
      const target = new URL(response.headers['location'] ?? '', next);
      if (target.origin !== next.origin) throw new Error(`redirected to another host, ${target.host}`);
      if (turn === pageDefaults.redirects) throw new Error('redirected too often');
      next = target;
    }
  }
}

function stop(page: Page): void {
  page.timer?.dispose();
  page.timer = undefined;
  const { running } = page;
  page.running = undefined;
  running?.abort(new Error('not wanted any more'));
  // The next outage is another one, and its first word is not of this one.
  page.word = undefined;
  page.wait = pageDefaults.firstWait;
}

/**
 * Reads the whole body as text.
 *
 * @param maximum what comes beyond is an error; 0: nothing is wanted, and the rest is not waited for
 */
async function bytesOf({ body }: HttpResponse, maximum: number): Promise<string> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of body) {
    size += piece.length;
    if (size > maximum) {
      if (maximum === 0) return '';
      throw new Error(`more than ${maximum} bytes`);
    }
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}
