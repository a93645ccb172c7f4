import type { CompletionCall, CompletionRequest, CompletionSource, Outcome } from '../domain/completion.ts';
import { failed } from '../domain/completion.ts';
import { failureOfAbort } from '../domain/failure.ts';
import type { LiveServer } from './liveServer.ts';

/** What a modelled server says to a request, where the words matter. */
export type ModelledText = (request: CompletionRequest) => string;

/** A modelled server as a source: the engine, its breaker and a rollout run over it as over a real one. */
export class ModelledSource implements CompletionSource {
  readonly id: string;
  readonly #server: () => LiveServer;
  readonly #text: ModelledText;

  /** @param server the one that gets the next request: a pool answers with another one each time */
  constructor(id: string, server: () => LiveServer, text: ModelledText) {
    this.id = id;
    this.#server = server;
    this.#text = text;
  }

  async complete(request: CompletionRequest, call: CompletionCall): Promise<Outcome> {
    call.onStage?.('connected');
    const service = await this.#server().ask(call.signal);
    if (service === 'refused') return failed({ kind: 'capacity', status: 503, message: 'Service unavailable: the queue is full.' });
    if (service === 'gone') {
      return failed(
        failureOfAbort(call.signal.reason) ?? { kind: 'network', cause: 'reset', message: 'The modelled server was switched off.' },
      );
    }
    const text = this.#text(request);
    if (text !== '') call.onText?.(text);
    return { ok: true, text, origin: 'model', sourceId: this.id, finish: 'stop' };
  }
}
