import { type Clock, delayOf, type Millis } from '../base/clock.ts';
import type { HttpClient, HttpRequest } from '../base/http.ts';
import { longestMetrics } from './prometheus.ts';
import { readLlamaSlots, readMetrics, type ServerState } from './serverMetrics.ts';

/** A server that says nothing about itself within this time says nothing. */
const patience: Millis = 1500;

/** A model server, and what asking it needs. */
export interface StatePorts {
  /** Scheme, host and port; nothing else is ever asked, and no redirect followed. */
  readonly origin: string;
  readonly http: HttpClient;
  readonly clock: Clock;
  /** Of this origin. */
  readonly key: () => Promise<string | undefined>;
}

/**
 * Asks a server what it says of itself: llama.cpp its slots, llama.cpp and vLLM their metrics. Pages that were not there the first time
 * are not asked for again. Never rejects; `undefined` where it says nothing. How often is the caller's business: see `pollEvery`.
 */
export function serverStateOf(ports: StatePorts): (signal: AbortSignal) => Promise<ServerState | undefined> {
  let pages: readonly Page[] = [
    { path: '/slots', read: readLlamaSlots },
    { path: '/metrics', read: readMetrics },
  ];
  return async (signal) => {
    const states: ServerState[] = [];
    for (const page of pages) {
      const state = page.read((await textOf(() => requestOf(page.path, ports), patience, ports, signal)) ?? '');
      if (state) states.push(state);
      else if (!signal.aborted) pages = pages.filter((each) => each !== page);
    }
    // What the slots say comes last, and wins.
    return states.length === 0 ? undefined : states.reduceRight((sum: ServerState, state) => ({ ...sum, ...state }), {});
  };
}

interface Page {
  readonly path: string;
  readonly read: (text: string) => ServerState | undefined;
}

async function requestOf(path: string, { origin, key }: StatePorts): Promise<PlainRequest> {
  const secret = await key();
  const headers = { accept: 'application/json, text/plain', ...(secret === undefined ? {} : { authorization: `Bearer ${secret}` }) };
  return { method: 'GET', url: `${origin}${path}`, headers };
}

/** A request without the signal that ends it. */
export type PlainRequest = Omit<HttpRequest, 'signal'>;

/** An answer's text, cut to its cap; `undefined` for anything but a 200. Never rejects. @param patience from now to the answer's end */
export async function textOf(
  request: () => Promise<PlainRequest>,
  patience: Millis,
  { http, clock }: Pick<StatePorts, 'http' | 'clock'>,
  signal: AbortSignal,
): Promise<string | undefined> {
  const own = new AbortController();
  const late = delayOf(clock, patience, own.signal).then(() => own.abort(new Error('too late')));
  const ends = AbortSignal.any([signal, own.signal]);
  try {
    const response = await http.request({ ...(await request()), signal: ends });
    const decoder = new TextDecoder();
    let text = '';
    for await (const chunk of response.body) {
      text += decoder.decode(chunk, { stream: true });
      if (text.length > longestMetrics) break;
    }
    return response.status === 200 ? text : undefined;
  } catch {
    // Not there, too slow, or the person gave up: it says nothing.
    return undefined;
  } finally {
    own.abort(new Error('done'));
    await late;
  }
}
