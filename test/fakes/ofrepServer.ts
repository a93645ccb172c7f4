import { FlagdCore } from '@openfeature/flagd-core';
import { readFileSync, statSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the server does with the next requests. Everything but `honest` is what a broken or a lying server does. */
export const ofrepBehaviours = [
  'honest',
  'hang',
  'stall',
  'cut',
  'html',
  'html-as-json',
  'broken-json',
  'no-flags',
  'flags-of-null',
  'huge',
  'redirect',
  'unauthorised',
  'forbidden',
  'rate-limited',
  'not-found',
  'error',
  'wrong-type',
  'wrong-key',
  'unknown-variant',
  'switched-off',
  'nothing-new',
] as const;
export type OfrepBehaviour = (typeof ofrepBehaviours)[number];

/** flagd's limit of a request's body, in bytes. */
const largestRequest = 1024 * 1024;

const silent = { error() {}, warn() {}, info() {}, debug() {} };

/** A flag server that answers as flagd does, from a file in flagd's format that is read again when it has changed. */
export interface OfrepServer {
  readonly url: string;
  /** Bodies of the requests so far, with their headers. */
  readonly requests: readonly { readonly headers: http.IncomingHttpHeaders; readonly body: string; readonly at: number }[];
  behave(behaviour: OfrepBehaviour): void;
  close(): Promise<void>;
}

/** @param port 0: any */
export async function startOfrepServer(file: string, port = 0): Promise<OfrepServer> {
  const flags = new FlagFile(file);
  const requests: { headers: http.IncomingHttpHeaders; body: string; at: number }[] = [];
  let behaviour: OfrepBehaviour = 'honest';
  const server = http.createServer((request, response) => {
    void bodyOf(request).then((body) => {
      if (request.url === '/__behaviour' && ofrepBehaviours.includes(body as OfrepBehaviour)) {
        behaviour = body as OfrepBehaviour;
        response.end();
        return;
      }
      requests.push({ headers: request.headers, body, at: performance.now() });
      if (behaviour === 'honest') answer(response, flags, request, body);
      else misbehave(response, behaviour);
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    behave: (next) => void (behaviour = next),
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

class FlagFile {
  readonly #file: string;
  readonly #core = new FlagdCore(undefined, silent);
  #mark = '';

  constructor(file: string) {
    this.#file = file;
  }

  /** What flagd says of one flag; `undefined`: there is no such flag. A broken file keeps the old flags. */
  say(key: string, context: Record<string, unknown>): object | undefined {
    const flag = this.#read().getFlag(key);
    if (flag === undefined) return undefined;
    if (flag.state === 'DISABLED') return { key, reason: 'DISABLED', metadata: flag.metadata };
    const { value, reason, variant } = flag.evaluate(context as never);
    return { value, key, reason, variant, metadata: flag.metadata };
  }

  keys(): string[] {
    return [...this.#read().getFlags().keys()].sort();
  }

  #read(): FlagdCore {
    try {
      const { mtimeMs, size } = statSync(this.#file);
      const mark = `${mtimeMs} ${size}`;
      if (mark !== this.#mark) {
        this.#core.setConfigurations(readFileSync(this.#file, 'utf8'));
        this.#mark = mark;
      }
    } catch {
      // As flagd: the flags of before hold.
    }
    return this.#core;
  }
}

function answer(response: http.ServerResponse, flags: FlagFile, request: http.IncomingMessage, body: string): void {
  const [, key] = /^\/ofrep\/v1\/evaluate\/flags(?:\/([^/]+))?$/.exec(request.url ?? '') ?? [];
  response.setHeader('Vary', 'Origin');
  if (!request.url?.startsWith('/ofrep/v1/evaluate/flags')) {
    response.setHeader('X-Content-Type-Options', 'nosniff');
    send(response, 404, '404 page not found\n', 'text/plain; charset=utf-8');
    return;
  }
  if (request.method !== 'POST') {
    response.writeHead(405, { 'Content-Length': 0 }).end();
    return;
  }
  if (body.length > largestRequest) {
    json(response, 413, { errorDetails: 'request body too large' });
    return;
  }
  const context = contextOf(body);
  if (context === undefined) {
    const error = { errorCode: 'INVALID_CONTEXT', errorDetails: 'Provider context is not valid', metadata: null };
    json(response, 400, key === undefined ? error : { key, ...error });
    return;
  }
  if (key === undefined) {
    json(response, 200, { flags: flags.keys().map((each) => flags.say(each, context)), metadata: {} });
    return;
  }
  const said = flags.say(decodeURIComponent(key), context);
  if (said) json(response, 200, said);
  else json(response, 404, { key, errorCode: 'FLAG_NOT_FOUND', errorDetails: `flag \`${key}\` does not exist`, metadata: {} });
}

function misbehave(response: http.ServerResponse, behaviour: Exclude<OfrepBehaviour, 'honest'>): void {
  const flag = (fields: object): void =>
    json(response, 200, { flags: [{ key: 'next', reason: 'STATIC', variant: 'x', ...fields }], metadata: {} });
  const lies: Readonly<Record<typeof behaviour, () => void>> = {
    hang: () => undefined,
    stall: () => void response.writeHead(200, { 'Content-Type': 'application/json' }).write('{"flags":['),
    cut: () => {
      response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': 500 }).write('{"flags":[');
      setTimeout(() => response.destroy(), 10);
    },
    html: () => send(response, 200, '<!doctype html><title>Sign in</title>', 'text/html'),
    'html-as-json': () => send(response, 200, '<!doctype html><title>Sign in</title>', 'application/json'),
    'broken-json': () => send(response, 200, '{"flags":[{"key":"next","value":"candidate"', 'application/json'),
    'no-flags': () => json(response, 200, { metadata: {} }),
    'flags-of-null': () => json(response, 200, { flags: [null, 5, 'candidate'] }),
    huge: () => pour(response),
    redirect: () => void response.writeHead(302, { Location: 'http://127.0.0.1:1/' }).end(),
    unauthorised: () => json(response, 401, {}),
    forbidden: () => json(response, 403, {}),
    'rate-limited': () => void response.writeHead(429, { 'Retry-After': '2' }).end(),
    'not-found': () => send(response, 404, 'not here', 'text/plain'),
    error: () => json(response, 500, { errorCode: 'GENERAL', errorDetails: 'no' }),
    'wrong-type': () => flag({ value: { arm: 'candidate' } }),
    'wrong-key': () => json(response, 200, { flags: [{ key: 'other', value: 'candidate', reason: 'STATIC', variant: 'x' }] }),
    'unknown-variant': () => flag({ value: 'canary' }),
    'switched-off': () => flag({ reason: 'DISABLED' }),
    'nothing-new': () => void response.writeHead(304).end(),
  };
  lies[behaviour]();
}

/** Up to a gigabyte, as fast as it is taken. */
function pour(response: http.ServerResponse): void {
  const piece = Buffer.alloc(256 * 1024, 'x');
  let left = 4096;
  response.writeHead(200, { 'Content-Type': 'application/json' });
  const more = (): void => {
    while (left > 0 && !response.destroyed) {
      left -= 1;
      if (!response.write(piece)) {
        response.once('drain', more);
        return;
      }
    }
    response.end();
  };
  more();
}

/** flagd takes an empty body and a context of another type for an empty context. @returns `undefined` for what is no JSON */
function contextOf(body: string): Record<string, unknown> | undefined {
  if (body === '') return {};
  try {
    const { context } = JSON.parse(body) as { context?: unknown };
    return typeof context === 'object' && context !== null ? { ...context } : {};
  } catch {
    return undefined;
  }
}

async function bodyOf(request: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

const json = (response: http.ServerResponse, status: number, value: object): void =>
  send(response, status, JSON.stringify(value), 'application/json');

function send(response: http.ServerResponse, status: number, text: string, type: string): void {
  response.writeHead(status, { 'Content-Type': type, 'Content-Length': Buffer.byteLength(text) }).end(text);
}
