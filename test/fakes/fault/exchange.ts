/** One request and its answer: everything sent is counted, and the moment it is over stops whoever plays it. */

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { BehaviourKind, Millis } from './behaviour.ts';
import { after, now } from './clock.ts';

/** How an exchange ended. */
export type Outcome =
  | 'in-flight'
  /** The body was ended by the server, however wrong it was. */
  | 'completed'
  /** The client closed the connection first. */
  | 'client-gone'
  /** The server cut the connection in the body. */
  | 'cut'
  /** The server reset the connection before the headers. */
  | 'reset'
  /** Cut because the behaviour became `refused`. */
  | 'refused'
  /** Cut by `reset()` or `close()`. */
  | 'server-closed';

/** What the server saw and did; live until `outcome` is no longer `in-flight`. Times are ms since 1970. */
export interface RecordedRequest {
  /** 0 for the first request since the start or the last `reset()`. */
  readonly index: number;
  readonly receivedAt: Millis;
  readonly path: string;
  /** With its `?`; empty if there was none. */
  readonly query: string;
  readonly method: string;
  readonly headers: IncomingMessage['headers'];
  /** Parsed if it is JSON, else the text as it came. */
  readonly body: unknown;
  /** `none`: a route or body that no behaviour applies to. */
  readonly behaviour: BehaviourKind | 'none';
  /** Undefined until headers are sent. */
  readonly respondedStatus: number | undefined;
  /** Body bytes handed to the socket, without headers and chunk frames. */
  readonly bytesSent: number;
  readonly clientGone: boolean;
  readonly goneAt: Millis | undefined;
  readonly finishedAt: Millis | undefined;
  readonly outcome: Outcome;
}

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

/** Thrown inside a behaviour when its exchange is over; caught by the server and nobody else. */
export class ExchangeOver extends Error {
  override readonly name = 'ExchangeOver';
}

/** What is known when the request has been read. */
export type Arrival = Pick<RecordedRequest, 'index' | 'receivedAt' | 'path' | 'query' | 'method' | 'headers' | 'body' | 'behaviour'>;

/** The answering side of one request. */
export class Exchange {
  readonly record: RecordedRequest;
  readonly #record: Writable<RecordedRequest>;
  readonly #response: ServerResponse;
  /** Kept here, because a finished response lets go of its socket. */
  readonly #socket: Socket | null;
  readonly #over = new AbortController();
  readonly #onChange: () => void;

  /** @param onChange called after each change of the record. */
  constructor(arrival: Arrival, response: ServerResponse, onChange: () => void) {
    this.#record = {
      ...arrival,
      respondedStatus: undefined,
      bytesSent: 0,
      clientGone: false,
      goneAt: undefined,
      finishedAt: undefined,
      outcome: 'in-flight',
    };
    this.record = this.#record;
    this.#response = response;
    this.#socket = response.socket;
    this.#onChange = onChange;
    response.once('close', () => {
      this.#finish(response.writableFinished ? 'completed' : 'client-gone');
    });
    response.once('finish', () => {
      this.#finish('completed');
    });
    // A client that is gone shows as 'close'; the error itself says nothing more.
    response.on('error', () => undefined);
    if (response.destroyed || response.socket === null) {
      this.#finish('client-gone');
    }
  }

  /** Aborted when the exchange is over, whoever ended it. */
  get signal(): AbortSignal {
    return this.#over.signal;
  }

  /** Sends the status line and the headers at once. */
  head(status: number, headers: Readonly<Record<string, string>>): void {
    this.#check();
    this.#response.writeHead(status, headers);
    this.#response.flushHeaders();
    this.#record.respondedStatus = status;
    this.#onChange();
  }

  /** Sends a piece of the body; waits while the client does not read. */
  async write(piece: string | Uint8Array): Promise<void> {
    this.#check();
    const bytes = typeof piece === 'string' ? Buffer.from(piece) : piece;
    const isAccepted = this.#response.write(bytes);
    this.#record.bytesSent += bytes.length;
    this.#onChange();
    if (!isAccepted) {
      await this.#until((done) => {
        this.#response.once('drain', done);
        return () => this.#response.off('drain', done);
      });
    }
  }

  /** Ends the body properly and waits until it is sent. */
  async end(): Promise<void> {
    this.#check();
    this.#response.end();
    if (!this.#over.signal.aborted) {
      await new Promise<void>((resolve) => {
        this.#over.signal.addEventListener('abort', () => {
          resolve();
        });
      });
    }
  }

  /** Sends a whole answer with its length. */
  async answer(status: number, headers: Readonly<Record<string, string>>, body: string): Promise<void> {
    this.head(status, { ...headers, 'Content-Length': String(Buffer.byteLength(body)) });
    await this.write(body);
    await this.end();
  }

  /** Ends the connection from the server's side, after what was written has left. */
  async cut(how: 'fin' | 'reset', outcome: Outcome): Promise<void> {
    if (this.#response.writableLength > 0) {
      await this.#until((done) => {
        this.#response.write('', () => {
          done();
        });
        return () => undefined;
      });
    }
    this.abandon(how, outcome);
  }

  /** Ends the connection at once; nothing happens if the exchange is over. */
  abandon(how: 'fin' | 'reset', outcome: Outcome): void {
    this.#finish(outcome);
    if (how === 'reset') {
      this.#socket?.resetAndDestroy();
    } else {
      this.#socket?.destroy();
    }
  }

  /** Waits, or throws `ExchangeOver` as soon as the exchange is over. @param delay milliseconds. */
  async wait(delay: Millis): Promise<void> {
    this.#check();
    if (delay > 0) await this.#until((done) => after(delay, done));
  }

  /** Never resolves; throws `ExchangeOver` when the exchange is over. */
  async hang(): Promise<never> {
    this.#check();
    await this.#until(() => () => undefined);
    throw new ExchangeOver('unreachable: nothing ends a hang but the end of the exchange');
  }

  #check(): void {
    if (this.#over.signal.aborted) {
      throw new ExchangeOver(this.#record.outcome);
    }
  }

  #until(start: (done: () => void) => () => void): Promise<void> {
    return new Promise((resolve, reject) => {
      const over = (): void => {
        stop();
        reject(new ExchangeOver(this.#record.outcome));
      };
      const stop = start(() => {
        this.signal.removeEventListener('abort', over);
        resolve();
      });
      this.signal.addEventListener('abort', over, { once: true });
    });
  }

  #finish(outcome: Outcome): void {
    if (this.#record.outcome !== 'in-flight') {
      return;
    }
    this.#record.outcome = outcome;
    this.#record.finishedAt = now();
    if (outcome === 'client-gone') {
      this.#record.clientGone = true;
      this.#record.goneAt = this.#record.finishedAt;
    }
    this.#over.abort();
    this.#onChange();
  }
}
