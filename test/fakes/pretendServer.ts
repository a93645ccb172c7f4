/** A server that lists models as one of the well-known ones does, and hands completions on to the fault server. */
import { createServer, request as send, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a pretend server answers. */
export interface PretendOptions {
  /** GET path → JSON value; another path is a 404. */
  readonly pages: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** 0 (default): any free port. */
  readonly port?: number;
  /** `http://127.0.0.1:PORT` of the server that answers what is POSTed. */
  readonly completions?: string;
  /** Answers instead; for servers that do not behave. */
  readonly handle?: (request: IncomingMessage, response: ServerResponse) => void;
}

/** A running pretend server. */
export interface PretendServer {
  readonly port: number;
  readonly url: string;
  /** Paths of the GET requests, oldest first. */
  readonly asked: readonly string[];
  close(): Promise<void>;
}

/** Listens on 127.0.0.1. Rejects when the port is taken. */
export async function startPretendServer(options: PretendOptions): Promise<PretendServer> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    if (request.method === 'GET') asked.push(request.url ?? '');
    if (options.handle) options.handle(request, response);
    else answer(request, response, options);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return { port, url: `http://127.0.0.1:${port}`, asked, close: () => closed(server) };
}

function answer(request: IncomingMessage, response: ServerResponse, { pages, headers, completions }: PretendOptions): void {
  const { url = '', method } = request;
  if (method === 'POST' && completions !== undefined) {
    const onward = send(completions + url, { method, headers: { ...request.headers, host: new URL(completions).host } }, (incoming) => {
      response.writeHead(incoming.statusCode ?? 500, incoming.headers);
      incoming.pipe(response);
    });
    onward.on('error', () => response.destroy());
    response.on('close', () => onward.destroy());
    request.pipe(onward);
    return;
  }
  const isKnown = method === 'GET' && Object.hasOwn(pages, url);
  response.writeHead(isKnown ? 200 : 404, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(isKnown ? pages[url] : { error: { message: 'Not Found', code: 404 } }));
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
