/**
 * A real HTTP model server that misbehaves on command: the wire tests' counterpart and the demonstration's backend.
 *
 * It listens on the loopback interface only. Behaviours apply to requests that ask for text; `/health` and
 * `/v1/models` stay well unless a behaviour's `scope` is `all` (or nobody listens at all), because that is how a
 * busy server behaves: its queue is full and its health page still says "ok".
 */

import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Answer, corpusAnswer } from './fault/answer.ts';
import type { Behaviour, Millis, Phase, Slots } from './fault/behaviour.ts';
import { now } from './fault/clock.ts';
import { completionOf, type FullPace, recordedPace } from './fault/completion.ts';
import { completionsDialect } from './fault/completionsDialect.ts';
import { control, isControlPath, jsonOrText, readBody } from './fault/control.ts';
import type { Dialect } from './fault/dialect.ts';
import { Exchange, ExchangeOver, type RecordedRequest } from './fault/exchange.ts';
import { Listener, loopbackUrl } from './fault/listener.ts';
import type { FaultServerOptions } from './fault/options.ts';
import { isPlain, play, playPlain } from './fault/play.ts';
import { type Random, seededRandom } from './fault/random.ts';
import { badBodyAnswer, routeAnswer } from './fault/route.ts';
import { Schedule } from './fault/schedule.ts';
import { SlotQueue } from './fault/slotQueue.ts';
import { Waiters } from './fault/waiters.ts';

export type { Answer, Answered } from './fault/answer.ts';
export type * from './fault/behaviour.ts';
export type { Dialect } from './fault/dialect.ts';
export type { RecordedRequest } from './fault/exchange.ts';
export type { FaultServerOptions } from './fault/options.ts';
export { parseBehaviour } from './fault/parseBehaviour.ts';

/** Starts a server and waits until it listens. @throws if the port is taken. */
export async function startFaultServer(options: FaultServerOptions = {}): Promise<FaultServer> {
  const server = new FaultServer(options);
  await server.open();
  return server;
}

/** A running fault server; `close` it. */
export class FaultServer {
  readonly #options: FaultServerOptions;
  readonly #dialects: readonly Dialect[];
  readonly #model: string;
  readonly #answer: Answer;
  readonly #pace: FullPace;
  readonly #schedule = new Schedule(() => {
    this.#followSchedule();
  });
  readonly #listener: Listener;
  readonly #controlListener: Listener | undefined;
  readonly #waiters = new Waiters();
  readonly #exchanges = new Set<Exchange>();
  /** One line of waiting requests per behaviour value, so that a new `set` starts with free slots. */
  #slotQueues = new WeakMap<Slots, SlotQueue>();
  #random: Random;
  #records: RecordedRequest[] = [];
  #answersSent = 0;
  #transition: Promise<void> = Promise.resolve();
  #closed: Promise<void> | undefined;

  /** Use `startFaultServer`. */
  constructor(options: FaultServerOptions) {
    this.#options = options;
    this.#dialects = options.dialects ?? [completionsDialect];
    this.#model = options.model ?? 'fault-model';
    this.#answer = options.answer ?? corpusAnswer(options.corpus ?? []);
    this.#pace = { ...recordedPace, ...options.pace };
    this.#random = seededRandom(options.seed ?? 1);
    this.#listener = this.#newListener(options.port ?? 0, true);
    this.#controlListener = options.controlPort === undefined ? undefined : this.#newListener(options.controlPort, false);
  }

  /** Listens; called once by `startFaultServer`. */
  async open(): Promise<void> {
    await this.#listener.open();
    try {
      await this.#controlListener?.open();
      await this.phases(this.#options.script ?? []);
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  get port(): number {
    return this.#listener.port;
  }

  /** `http://127.0.0.1:PORT`, without a slash at the end. */
  get url(): string {
    return loopbackUrl(this.port);
  }

  /** Where `/__control` answers even while the behaviour is `refused`; `url` if there is no control port. */
  get controlUrl(): string {
    return loopbackUrl((this.#controlListener ?? this.#listener).port);
  }

  /** What a request arriving now would get. */
  get behaviour(): Behaviour {
    return this.#schedule.current;
  }

  /** Everything received since the start or the last `reset`, oldest first, control requests left out. */
  get requests(): readonly RecordedRequest[] {
    return this.#records;
  }

  /** Requests being answered now. */
  get inFlight(): number {
    return this.#exchanges.size;
  }

  /** Connections open now, idle ones too. */
  get openSockets(): number {
    return this.#listener.openSockets + (this.#controlListener?.openSockets ?? 0);
  }

  /**
   * From now on, for every new request; forgets `next` and `phases`. Requests in flight go on as they began.
   * Resolves when it is in force, which takes a moment only from and to `refused`.
   */
  set(behaviour: Behaviour): Promise<void> {
    this.#schedule.set(behaviour);
    return this.#transition;
  }

  /** One request each, in this order, before phases and `set`. @throws RangeError for `refused`. */
  next(...behaviours: readonly Behaviour[]): void {
    this.#schedule.next(behaviours);
  }

  /** Runs phases from now on; after the last timed one the behaviour of `set` is back. @throws RangeError */
  phases(phases: readonly Phase[]): Promise<void> {
    this.#schedule.phases(phases);
    return this.#transition;
  }

  /**
   * Resolves with the first recorded request that matches, now or later.
   * @param timeoutMs milliseconds; then it rejects and lists what was recorded.
   */
  waitFor(predicate: (request: RecordedRequest) => boolean, timeoutMs: Millis = 1000): Promise<RecordedRequest> {
    return this.#waiters.wait(
      () => this.#records.find(predicate),
      timeoutMs,
      () => `recorded: ${this.#records.map((record) => `${record.behaviour} ${record.outcome}`).join(', ') || 'nothing'}`,
    );
  }

  /** Resolves when no request is being answered. @param timeoutMs milliseconds; then it rejects. */
  async idle(timeoutMs: Millis = 1000): Promise<void> {
    const find = (): true | undefined => (this.inFlight === 0 ? true : undefined);
    await this.#waiters.wait(find, timeoutMs, () => `${this.inFlight} in flight`);
  }

  /** Healthy again, nothing recorded, nothing in flight, the seed at its beginning. */
  async reset(): Promise<void> {
    this.#abandonAll('server-closed');
    this.#records = [];
    this.#slotQueues = new WeakMap();
    this.#random = seededRandom(this.#options.seed ?? 1);
    await this.set({ kind: 'healthy' });
  }

  /** Destroys everything; may be called twice. */
  close(): Promise<void> {
    this.#closed ??= this.#closeAll();
    return this.#closed;
  }

  async #closeAll(): Promise<void> {
    this.#schedule.dispose();
    await this.#transition.catch(() => undefined);
    this.#abandonAll('server-closed');
    this.#waiters.fail('the fault server was closed');
    await Promise.all([this.#listener.close(), this.#controlListener?.close()]);
  }

  #newListener(port: number, isModelServer: boolean): Listener {
    return new Listener(port, (request, response) => {
      const path = pathOf(request);
      if (isControlPath(path) || !isModelServer) {
        // A failure to open the port again is kept in #transition; here the caller only sees the connection end.
        control(this, request, response, isModelServer).catch(() => response.destroy());
      } else {
        void this.#serve(request, response);
      }
    });
  }

  /** Opens or closes the port as the behaviour in force wants it, one step after the other. */
  #followSchedule(): void {
    const step = async (): Promise<void> => {
      if (this.#closed !== undefined) {
        return;
      }
      if (this.#schedule.current.kind !== 'refused') {
        return this.#listener.open();
      }
      this.#abandonAll('refused');
      await this.#listener.close();
    };
    if (this.#schedule.current.kind === 'refused' || !this.#listener.isListening) {
      this.#transition = this.#transition.then(step, step);
      // Whoever awaits set() sees the error; without anybody waiting it must not end the process.
      this.#transition.catch(() => undefined);
    }
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const receivedAt = now();
    const body = jsonOrText(await readBody(request));
    const path = pathOf(request);
    const dialect = request.method === 'POST' ? this.#dialects.find(({ paths }) => paths.includes(path)) : undefined;
    const behaviour = this.#behaviourFor(dialect, body);
    const { headers, method = '' } = request;
    const index = this.#records.length;
    const query = new URL(request.url ?? '/', 'http://fault').search;
    const arrival = { index, receivedAt, path, query, method, headers, body, behaviour: behaviour?.kind ?? 'none' } as const;
    const exchange = new Exchange(arrival, response, () => {
      this.#followExchange(exchange);
    });
    this.#records.push(exchange.record);
    this.#exchanges.add(exchange);
    this.#followExchange(exchange);
    try {
      await this.#respond(exchange, dialect, behaviour);
    } catch (error) {
      if (!(error instanceof ExchangeOver)) {
        exchange.abandon('reset', 'server-closed');
        throw error;
      }
    }
  }

  /** Undefined: answered by the route alone. */
  #behaviourFor(dialect: Dialect | undefined, body: unknown): Behaviour | undefined {
    if (dialect !== undefined) {
      return typeof body === 'object' && body !== null ? this.#schedule.take() : undefined;
    }
    const { current } = this.#schedule;
    return isPlain(current) && current.scope === 'all' ? this.#schedule.take() : undefined;
  }

  async #respond(exchange: Exchange, dialect: Dialect | undefined, behaviour: Behaviour | undefined): Promise<void> {
    if (behaviour === undefined || dialect === undefined) {
      if (behaviour !== undefined && isPlain(behaviour)) {
        return playPlain(behaviour, exchange, dialect ?? completionsDialect);
      }
      const { status, value } =
        dialect === undefined ? routeAnswer(exchange.record, this.#model, this.#options.contextTokens) : badBodyAnswer;
      return exchange.answer(status, (dialect ?? completionsDialect).jsonHeaders, JSON.stringify(value));
    }
    const { body } = exchange.record;
    const ask = dialect.parse(body);
    const answer = this.#answer(ask.prefix, ask.suffix, body);
    const answered = typeof answer === 'string' ? { text: answer } : answer;
    if (answered.error !== undefined && behaviour.kind === 'healthy') {
      return exchange.answer(answered.error.status, dialect.jsonHeaders, JSON.stringify(answered.error.body));
    }
    this.#answersSent += 1;
    const stage = {
      exchange,
      dialect,
      ask,
      envelope: { id: `cmpl-${this.#answersSent}`, model: this.#model, created: Math.floor(now() / 1000) },
      completion: completionOf(answered, ask),
      pace: this.#pace,
      random: this.#random,
    };
    await play(behaviour, stage, (slots) => this.#slotQueueOf(slots));
    if (this.#options.closesAfterStream === true && ask.isStream) {
      exchange.abandon('fin', 'completed');
    }
  }

  #slotQueueOf(slots: Slots): SlotQueue {
    const queue = this.#slotQueues.get(slots) ?? new SlotQueue(slots.slots, slots.queueLimit ?? Infinity);
    this.#slotQueues.set(slots, queue);
    return queue;
  }

  #followExchange(exchange: Exchange): void {
    if (exchange.record.outcome !== 'in-flight') {
      this.#exchanges.delete(exchange);
    }
    this.#waiters.look();
  }

  #abandonAll(outcome: 'refused' | 'server-closed'): void {
    for (const exchange of this.#exchanges) {
      exchange.abandon('fin', outcome);
    }
  }
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? '/').split('?', 1)[0] ?? '/';
}
