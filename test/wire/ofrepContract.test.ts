import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'mocha';
import { startOfrepServer, type OfrepServer } from '../fakes/ofrepServer.ts';
import { recordedFlags } from '../fakes/recordedFlags.ts';

interface Exchange {
  readonly title: string;
  readonly method: string;
  readonly target: string;
  readonly sent: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Exchanges with the real flagd, as they were recorded; those whose bytes were cut short are left out. */
function recordedExchanges(): Exchange[] {
  const text = readFileSync(new URL('../fakes/recorded/flagd-ofrep.txt', import.meta.url), 'utf8').replaceAll('\r\n', '\n');
  const exchanges = text.split(/^##### /m).slice(1);
  return exchanges.flatMap((exchange) => {
    const found =
      /^(.*)\n>>> request\n(\w+) (\S+) HTTP\/1\.1\n([\s\S]*?)\n\n([\s\S]*?)\n<<<.*\nHTTP\/1\.1 (\d+).*\n([\s\S]*?)\n\n([\s\S]*?)\n--- .*EOF/.exec(
        exchange,
      );
    if (!found || /more characters\]/.test(exchange)) return [];
    const [, title = '', method = '', target = '', , sent = '', status = '', head = '', body = ''] = found;
    const headers = Object.fromEntries(
      head.split('\n').map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 2)]),
    );
    return [{ title, method, target, sent: sent.trim(), status: Number(status), headers, body }];
  });
}

function exchangeWith(base: string, { method, target, sent }: Exchange): Promise<Pick<Exchange, 'status' | 'headers' | 'body'>> {
  return new Promise((resolve, reject) => {
    const request = http.request(
      `${base}${target}`,
      { method, agent: false, headers: { 'content-type': 'application/json' } },
      (response) => {
        let body = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => (body += chunk));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers as Record<string, string>, body }));
      },
    );
    request.on('error', reject);
    request.end(sent);
  });
}

describe('the flag server of the tests', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'failsoft-ofrep-'));
  const file = path.join(folder, 'flags.json');
  let server: OfrepServer;

  before(async () => {
    writeFileSync(file, JSON.stringify(recordedFlags));
    server = await startOfrepServer(file);
  });
  after(async () => {
    await server.close();
    rmSync(folder, { recursive: true });
  });

  const exchanges = recordedExchanges();

  it('is compared with what was recorded from flagd', () => assert.ok(exchanges.length >= 20, `${exchanges.length}`));

  for (const exchange of exchanges) {
    if (exchange.method === 'OPTIONS') continue;
    it(`answers as flagd did: ${exchange.title}`, async () => {
      const { status, headers, body } = await exchangeWith(server.url, exchange);
      assert.equal(body.trim(), exchange.body.trim());
      assert.equal(status, exchange.status);
      for (const name of ['content-type', 'content-length', 'vary', 'x-content-type-options']) {
        assert.equal(headers[name], exchange.headers[name], name);
      }
    });
  }

  it('refuses a body as large as flagd refuses', async () => {
    const [first] = exchanges;
    assert.ok(first);
    const { status, body } = await exchangeWith(server.url, {
      ...first,
      sent: JSON.stringify({ context: { targetingKey: 'x'.repeat(2_000_000) } }),
    });
    assert.deepEqual([status, body], [413, '{"errorDetails":"request body too large"}']);
  });

  it('serves a changed file, and the old flags while it is broken', async () => {
    const single = exchanges.find(({ title }) => title === 'single max-tokens');
    assert.ok(single);
    writeFileSync(file, JSON.stringify(recordedFlags).replace('"few":32', '"few":33'));
    assert.match((await exchangeWith(server.url, single)).body, /"value":33/);
    writeFileSync(file, '{');
    assert.match((await exchangeWith(server.url, single)).body, /"value":33/);
  });
});
