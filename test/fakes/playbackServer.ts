/** A server that answers each path with what was recorded, or with what a test says. */

import http from 'node:http';
import type { AddressInfo } from 'node:net';

/** One answer; `undefined` instead of it: the connection stays open and silent. */
export interface Playback {
  readonly status?: number;
  readonly type?: string;
  readonly body: string;
}

/** A request as it came in. */
export interface Heard {
  readonly method: string;
  readonly path: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface PlaybackServer {
  readonly url: string;
  readonly heard: Heard[];
  close(): Promise<void>;
}

/** Starts one on a free port. @param answer is asked anew for each request */
export async function startPlayback(answer: (heard: Heard) => Playback | Promise<Playback> | undefined): Promise<PlaybackServer> {
  const heard: Heard[] = [];
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString();
      const body = text === '' ? {} : (JSON.parse(text) as Heard['body']);
      const one: Heard = { method: request.method ?? '', path: request.url ?? '', headers: request.headers, body };
      heard.push(one);
      const said = answer(one);
      void Promise.resolve(said).then((played) => {
        if (!played) return;
        response.writeHead(played.status ?? 200, { 'Content-Type': played.type ?? 'application/json; charset=utf-8' });
        response.end(played.body);
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    heard,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
