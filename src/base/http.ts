import http from 'node:http';
import https from 'node:https';
import type { Disposable, Millis } from './clock.ts';

/** One request, with the signal that ends it. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal: AbortSignal;
  /** Called when the connection (with TLS) stands; at once on a kept-alive connection. */
  readonly onConnect?: () => void;
}

/** Status and headers as they came, and the body as it comes. */
export interface HttpResponse {
  /** 100…599. */
  readonly status: number;
  /** Names in lower case; repeated headers joined with `, `. */
  readonly headers: Readonly<Record<string, string>>;
  /** Breaking out of the loop closes the connection, so nothing more is read. Rejects when the connection is cut. */
  readonly body: AsyncIterable<Uint8Array>;
}

/** Sends requests. Rejects with the transport's own error (`code` set) or with `signal.reason`. Never follows a redirect (law 13). */
export interface HttpClient extends Disposable {
  request(request: HttpRequest): Promise<HttpResponse>;
}

/** Idle connections are dropped before a typical server does it (5 s), so that fewer requests meet a closed socket. */
const idleSocketTimeout: Millis = 4000;

/**
 * A client over `node:http`. The `fetch` of the platform is not used: it cannot say when the connection stands, and it follows
 * redirects with the key in hand unless told not to.
 *
 * @see docs/decisions/0005-node-http-instead-of-fetch.md
 */
export function createHttpClient(): HttpClient {
  const options = { keepAlive: true, maxSockets: 16, maxFreeSockets: 4, timeout: idleSocketTimeout };
  const agents = { 'http:': new http.Agent(options), 'https:': new https.Agent(options) };
  return {
    request: (request) => send(request, agents),
    dispose() {
      agents['http:'].destroy();
      agents['https:'].destroy();
    },
  };
}

function send(request: HttpRequest, agents: { 'http:': http.Agent; 'https:': https.Agent }): Promise<HttpResponse> {
  return new Promise((resolve, reject) => {
    if (request.signal.aborted) {
      reject(request.signal.reason as Error);
      return;
    }
    const url = new URL(request.url);
    const secure = url.protocol === 'https:';
    const outgoing = (secure ? https : http).request(url, {
      method: request.method,
      headers: { ...request.headers, ...(request.body === undefined ? {} : { 'content-length': Buffer.byteLength(request.body) }) },
      agent: secure ? agents['https:'] : agents['http:'],
    });
    const abort = (): void => {
      outgoing.destroy(request.signal.reason as Error);
    };
    request.signal.addEventListener('abort', abort, { once: true });
    outgoing.once('close', () => request.signal.removeEventListener('abort', abort));
    outgoing.once('socket', (socket) => {
      // The deadlines are ours; the agent's idle time-out is only for sockets nobody uses.
      socket.setTimeout(0);
      if (!socket.connecting) request.onConnect?.();
      else socket.once(secure ? 'secureConnect' : 'connect', () => request.onConnect?.());
    });
    outgoing.on('error', reject);
    outgoing.once('response', (incoming) => {
      resolve({ status: incoming.statusCode ?? 0, headers: flatten(incoming.headers), body: bodyOf(incoming, outgoing, request.signal) });
    });
    outgoing.end(request.body);
  });
}

async function* bodyOf(incoming: http.IncomingMessage, outgoing: http.ClientRequest, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of incoming) yield chunk as Uint8Array;
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  } finally {
    // Left early: close the connection, so that the server stops working and nothing more arrives.
    if (!incoming.complete) outgoing.destroy();
  }
}

function flatten(headers: http.IncomingHttpHeaders): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) result[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return result;
}
