import type { IncomingMessage, ServerResponse } from 'node:http';
import { systemClock } from '../../src/base/clock.ts';
import { type Random, seededRandom } from '../../src/base/random.ts';
import { LiveServer } from '../../src/simulator/liveServer.ts';
import type { ServerShape } from '../../src/simulator/serverShape.ts';
import { completionsDialect } from './fault/completionsDialect.ts';
import { jsonOrText, readBody } from './fault/control.ts';
import { errorBody } from './fault/errorBody.ts';
import { Listener, loopbackUrl } from './fault/listener.ts';

export interface ModelledServerOptions {
  readonly shape: ServerShape;
  /** Decode steps of each request; default: drawn as the model has it. */
  readonly steps?: number;
  /** What `/slots` and `/metrics` say, instead of the truth; `nothing`: both are not there. */
  readonly says?: { readonly slots: number; readonly running: number } | 'nothing';
  readonly seed?: number;
}

/** The modelled inference server behind a real port: a batch, slots and a queue, and pages about itself as llama.cpp has them. */
export class ModelledServer {
  readonly live: LiveServer;
  /** Paths that were asked for, oldest first. */
  readonly asked: string[] = [];
  readonly #options: ModelledServerOptions;
  readonly #listener: Listener;

  /** Use `startModelledServer`. */
  constructor(options: ModelledServerOptions) {
    const random: Random = seededRandom(options.seed ?? 1);
    this.#options = options;
    this.live = new LiveServer(options.shape, systemClock, random);
    this.#listener = new Listener(0, (request, response) => void this.#serve(request, response));
  }

  get url(): string {
    return loopbackUrl(this.#listener.port);
  }

  open(): Promise<void> {
    return this.#listener.open();
  }

  /** Ends everything at once, requests under way too. */
  async close(): Promise<void> {
    this.live.dispose();
    await this.#listener.close();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '/';
    this.asked.push(path);
    if (request.method === 'POST') return this.#complete(jsonOrText(await readBody(request)), response);
    const page = this.#page(path);
    response.writeHead(page === undefined ? 404 : 200, { 'content-type': 'application/json' }).end(page ?? '{}');
  }

  #page(path: string): string | undefined {
    if (path === '/v1/models') return JSON.stringify({ object: 'list', data: [{ id: 'modelled', object: 'model' }] });
    const { says } = this.#options;
    if (says === 'nothing') return undefined;
    const { running, waiting } = this.live.now;
    const told = says ?? { slots: this.live.shape.slots, running };
    if (path === '/slots') return JSON.stringify(Array.from({ length: told.slots }, (_, id) => ({ id, is_processing: id < told.running })));
    if (path !== '/metrics') return undefined;
    return `# TYPE llamacpp:requests_processing gauge\nllamacpp:requests_processing ${told.running}\nllamacpp:requests_deferred ${says ? 0 : waiting}\n`;
  }

  async #complete(body: unknown, response: ServerResponse): Promise<void> {
    const gone = new AbortController();
    response.once('close', () => gone.abort(new Error('the client left')));
    const ask = completionsDialect.parse(body);
    const service = await this.live.ask(gone.signal, this.#options.steps);
    if (service === 'gone') return;
    if (service === 'refused') {
      response.writeHead(503, completionsDialect.jsonHeaders).end(JSON.stringify(errorBody('serverBusy')));
      return;
    }
    const envelope = { id: 'cmpl-1', model: 'modelled', created: 0 };
    const usage = { promptTokens: 10, completionTokens: 4 };
    if (ask.isStream) {
      const text = completionsDialect.chunk(envelope, 'left + right') + completionsDialect.finish(envelope, 'stop', usage);
      response.writeHead(200, completionsDialect.streamHeaders).end(text + completionsDialect.done);
    } else {
      response.writeHead(200, completionsDialect.jsonHeaders).end(completionsDialect.json(envelope, 'left + right', 'stop', usage));
    }
  }
}

/** Starts one; close it. */
export async function startModelledServer(options: ModelledServerOptions): Promise<ModelledServer> {
  const server = new ModelledServer(options);
  await server.open();
  return server;
}
