/**
 * The server of the overhead figures, a process of its own: as little work as a server can do, so that what is measured is the
 * client. Speaks every protocol as a stream; the delay before the first token is the argument, in milliseconds.
 */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { everyProtocol } from '../fakes/spoken.ts';

const firstTokenMs = Number(process.argv[2] ?? 0);

const envelope = { id: 'cmpl-1', model: 'qwen2.5-coder', created: 1_700_000_000 };
const usage = { promptTokens: 2000, completionTokens: 3 };

/** What is streamed, by path. */
const streams = new Map(
  everyProtocol.flatMap(([, { dialect }]) => {
    const events = [dialect.begin(envelope), ...['total', ' + ', 'item.price'].map((text) => dialect.chunk(envelope, text))];
    const stream = {
      headers: dialect.streamHeaders,
      events: events.filter(Boolean),
      end: dialect.finish(envelope, 'stop', usage) + dialect.done,
    };
    return dialect.paths.map((path) => [path, stream] as const);
  }),
);

function answer(response: http.ServerResponse, path: string): void {
  const stream = streams.get(path);
  response.writeHead(stream ? 200 : 404, stream?.headers);
  for (const each of stream?.events ?? []) response.write(each);
  response.end(stream?.end);
}

const server = http.createServer((request, response) => {
  const path = (request.url ?? '').split('?', 1)[0] ?? '';
  request.resume();
  request.once('end', () => {
    if (firstTokenMs > 0) setTimeout(answer, firstTokenMs, response, path);
    else answer(response, path);
  });
});
// Far longer than the run: a connection that the server closes is another test's business.
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
process.once('disconnect', () => {
  process.exit();
});
