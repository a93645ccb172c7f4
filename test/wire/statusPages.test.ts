import assert from 'node:assert/strict';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'mocha';
import type { Clock, Disposable } from '../../src/base/clock.ts';
import { createHttpClient } from '../../src/base/http.ts';
import { silentLogger } from '../../src/base/logger.ts';
import { type HeardWord, pageDefaults, StatusPages } from '../../src/statuspage/statusPages.ts';

/** Time that passes when the test says so. */
class HandClock implements Clock {
  #at = 0;
  #timers: { readonly due: number; readonly ring: () => void }[] = [];
  now = (): number => 1_700_000_000_000 + this.#at;
  monotonic = (): number => this.#at;
  get running(): number {
    return this.#timers.length;
  }
  after(delay: number, ring: () => void): Disposable {
    const timer = { due: this.#at + delay, ring };
    this.#timers.push(timer);
    return { dispose: () => void (this.#timers = this.#timers.filter((each) => each !== timer)) };
  }
  pass(millis: number): void {
    this.#at += millis;
    const due = this.#timers.filter((timer) => timer.due <= this.#at);
    this.#timers = this.#timers.filter((timer) => timer.due > this.#at);
    for (const { ring } of due) ring();
  }
}

type Handler = (request: http.IncomingMessage, response: http.ServerResponse) => void;

interface Bench {
  readonly url: string;
  readonly clock: HandClock;
  readonly pages: StatusPages;
  readonly seen: http.IncomingMessage[];
  answer: Handler;
  /** Lets a time pass and waits for the look that follows. */
  readonly look: (millis: number) => Promise<HeardWord | undefined>;
}

async function withPage(answer: Handler, test: (bench: Bench) => Promise<void>): Promise<void> {
  const seen: http.IncomingMessage[] = [];
  const server = http.createServer((request, response) => {
    seen.push(request);
    bench.answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v2/summary.json`;
  const clock = new HandClock();
  const client = createHttpClient();
  const pages = new StatusPages({ http: client, clock, logger: silentLogger });
  const bench: Bench = {
    ...{ url, clock, pages, seen, answer },
    look: (millis) =>
      new Promise((resolve) => {
        const listening = pages.onDidChange(() => {
          listening.dispose();
          resolve(pages.wordOf(url));
        });
        clock.pass(millis);
      }),
  };
  try {
    await test(bench);
  } finally {
    pages.dispose();
    client.dispose();
    server.closeAllConnections();
    server.close();
  }
}

/** Long enough for a request that was sent to be seen. */
const arrival = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 30));
const summary = (name?: string): string =>
  JSON.stringify({
    status: { indicator: name ? 'minor' : 'none', description: '' },
    incidents: name ? [{ name, status: 'identified' }] : [],
  });
const says: Handler = (_request, response) => response.setHeader('etag', '"1"').end(summary('Errors'));

describe('a status page', () => {
  it('is asked only while it is wanted, after one minute, then two, up to a quarter of an hour', () =>
    withPage(says, async ({ url, clock, pages, seen, look }) => {
      clock.pass(3_600_000);
      assert.equal(seen.length, 0);
      pages.watch(new Set([url]));
      assert.equal((await look(0))?.text, 'Errors (identified)');
      for (const [index, wait] of [60_000, 120_000, 240_000, 480_000, 900_000, 900_000].entries()) {
        clock.pass(wait - 1);
        await arrival();
        assert.equal(seen.length, index + 1, `too early before ${wait}`);
        await look(1);
        assert.equal(seen.length, index + 2);
      }
      pages.watch(new Set());
      assert.equal(pages.wordOf(url), undefined);
      assert.equal(clock.running, 0);
    }));

  it('is not asked more often than once a minute however its backend flaps', () =>
    withPage(says, async ({ url, clock, pages, seen, look }) => {
      pages.watch(new Set([url]));
      await look(0);
      for (let turn = 0; turn < 20; turn++) {
        pages.watch(new Set());
        pages.watch(new Set([url]));
        clock.pass(1000);
      }
      await arrival();
      assert.equal(seen.length, 1);
      await look(60_000);
      assert.equal(seen.length, 2);
    }));

  it('is told what is known of it, and takes 304 for the same word; a new outage asks in full', () =>
    withPage(says, async (bench) => {
      const { url, pages, seen, look } = bench;
      pages.watch(new Set([url]));
      await look(0);
      bench.answer = (request, response) => response.writeHead(request.headers['if-none-match'] === '"1"' ? 304 : 500).end();
      const word = await look(60_000);
      assert.equal(word?.text, 'Errors (identified)');
      assert.equal(word.at, 1_700_000_060_000, 'read again just now');
      pages.watch(new Set());
      bench.answer = says;
      pages.watch(new Set([url]));
      await look(120_000);
      assert.equal(seen.at(-1)?.headers['if-none-match'], undefined, 'a 304 would mean nothing without its word');
      bench.answer = (_request, response) => response.writeHead(304).end();
      pages.watch(new Set());
      pages.watch(new Set([url]));
      assert.equal(await look(60_000), undefined, 'a 304 that nobody asked for');
    }));

  it('gets neither key nor cookie, and no person’s text', () =>
    withPage(says, async ({ url, pages, seen, look }) => {
      pages.watch(new Set([url]));
      await look(0);
      assert.deepEqual(Object.keys(seen[0]?.headers ?? {}).sort(), ['accept', 'connection', 'host', 'user-agent']);
      assert.equal(seen[0]?.method, 'GET');
    }));

  it('may send on within its host, and nowhere else', () =>
    withPage(says, async (first) => {
      await withPage(says, async (other) => {
        first.answer = (request, response) =>
          request.url === '/there' ? says(request, response) : response.writeHead(302, { location: '/there' }).end();
        first.pages.watch(new Set([first.url]));
        assert.equal((await first.look(0))?.says, 'trouble');
        first.answer = (_request, response) => response.writeHead(301, { location: other.url }).end();
        assert.equal(await first.look(60_000), undefined);
        assert.equal(other.seen.length, 0);
        first.answer = (_request, response) => response.writeHead(307, { location: '/loop' }).end();
        const before = first.seen.length;
        assert.equal(await first.look(120_000), undefined);
        assert.equal(first.seen.length - before, 1 + pageDefaults.redirects);
        first.answer = (_request, response) => response.writeHead(302, { location: 'http://[' }).end();
        assert.equal(await first.look(240_000), undefined);
      });
    }));

  const useless: readonly (readonly [what: string, answer: Handler])[] = [
    ['a page for people', (_request, response) => response.end('<!doctype html><html><body>All fine</body></html>')],
    ['JSON of another shape', (_request, response) => response.end('{"ok":true}')],
    ['half of a JSON', (_request, response) => response.end('{"status":{"indicator":')],
    ['an error', (_request, response) => response.writeHead(503).end(summary('Errors'))],
    ['nothing', (_request, response) => response.end()],
    ['a cut connection', (_request, response) => response.destroy()],
    ['too many bytes', (_request, response) => response.end(summary('Errors') + ' '.repeat(pageDefaults.maximumBytes))],
  ];
  for (const [what, answer] of useless) {
    it(`has no word when it answers with ${what}, and is asked again later`, () =>
      withPage(answer, async (bench) => {
        bench.pages.watch(new Set([bench.url]));
        assert.equal(await bench.look(0), undefined);
        bench.answer = says;
        assert.equal((await bench.look(60_000))?.says, 'trouble');
      }));
  }

  it('is given up after ten seconds, also in the middle of its answer', () =>
    withPage(
      (_request, response) => void response.write('{"status":'),
      async (bench) => {
        bench.pages.watch(new Set([bench.url]));
        bench.clock.pass(0);
        while (bench.seen.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
        assert.equal(await bench.look(pageDefaults.patience), undefined);
      },
    ));

  it('leaves nothing running when it is stopped in the middle', () =>
    withPage(
      () => undefined,
      async (bench) => {
        bench.pages.watch(new Set([bench.url]));
        bench.clock.pass(0);
        while (bench.seen.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
        bench.pages.watch(new Set());
        await new Promise((resolve) => setTimeout(resolve, 50));
        assert.equal(bench.clock.running, 0);
        assert.equal(bench.pages.wordOf(bench.url), undefined);
      },
    ));
});
