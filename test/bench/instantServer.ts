/**
 * The server of the overhead figures, a process of its own: as little work as a server can do, so that what is measured is the
 * client. Speaks `/v1/completions` as a stream; the delay before the first token is the argument, in milliseconds.
 */
import http from 'node:http';
import type { AddressInfo } from 'node:net';

const firstTokenMs = Number(process.argv[2] ?? 0);

const event = (text: string, finish: 'stop' | null): string =>
  `data: ${JSON.stringify({ id: 'cmpl-1', object: 'text_completion', model: 'qwen2.5-coder', choices: [{ index: 0, text, finish_reason: finish }] })}\n\n`;

const events = ['total', ' + ', 'item.price'].map((text) => event(text, null));
const end = `${event('', 'stop')}data: [DONE]\n\n`;

function answer(response: http.ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const each of events) response.write(each);
  response.end(end);
}

const server = http.createServer((request, response) => {
  request.resume();
  request.once('end', () => {
    if (firstTokenMs > 0) setTimeout(answer, firstTokenMs, response);
    else answer(response);
  });
});
// Far longer than the run: a connection that the server closes is another test's business.
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
process.once('disconnect', () => {
  process.exit();
});
