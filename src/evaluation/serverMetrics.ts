import type { Millis } from '../base/clock.ts';
import { readSamples, type Sample } from './prometheus.ts';

/** What a server says about itself. Everything may be missing, and nothing of it need be true. */
export interface ServerState {
  /** Requests that hold a slot, and that wait for one. */
  readonly running?: number;
  readonly waiting?: number;
  /** Requests that can run at once. */
  readonly slots?: number;
  /** The slots are worked out from how full the cache is, and not said. */
  readonly isEstimate?: boolean;
}

/**
 * A server is asked about itself no more often. llama.cpp looks for clients that have gone only after a second without any result, and
 * its answers about itself are such results: asked each second, it finishes whatever its clients gave up.
 *
 * @see `recv_with_timeout` in llama.cpp's server-queue.cpp
 */
export const pollEvery: Millis = 2000;

/** More slots than any server has: what says more is not believed. */
const mostSlots = 4096;

/** A server that is full: nothing free, or somebody waits. */
export function isFull({ running, waiting, slots, isEstimate }: ServerState): boolean {
  if (waiting !== undefined && waiting > 0) return true;
  return isEstimate !== true && running !== undefined && slots !== undefined && running >= slots;
}

/** The answer of llama.cpp's `GET /slots`: an entry per slot. `undefined`: it is none. */
export function readLlamaSlots(text: string): ServerState | undefined {
  const slots = parsed(text);
  if (!Array.isArray(slots) || slots.length === 0 || slots.length > mostSlots) return undefined;
  const busy = slots.map((slot: unknown) => field(slot, 'is_processing'));
  if (busy.some((each) => typeof each !== 'boolean')) return undefined;
  return { slots: slots.length, running: busy.filter((each) => each === true).length };
}

/**
 * The answer of `GET /metrics` of llama.cpp or vLLM. vLLM does not say its slots; they are estimated from how much of its cache the running
 * requests fill, which needs a few of them. `undefined`: it is of neither.
 *
 * @see https://docs.vllm.ai/en/stable/usage/metrics/ and `requests_processing` in llama.cpp's tools/server/README.md
 */
export function readMetrics(text: string): ServerState | undefined {
  const samples = readSamples(text);
  // One vLLM may serve several models or run several engines; they share the machine.
  const total = (name: string): number | undefined => sumOf(samples, name);
  const running = count(total('llamacpp:requests_processing') ?? total('vllm:num_requests_running'));
  const waiting = count(total('llamacpp:requests_deferred') ?? total('vllm:num_requests_waiting'));
  if (running === undefined && waiting === undefined) return undefined;
  const usage = highest(samples, 'vllm:kv_cache_usage_perc') ?? highest(samples, 'vllm:gpu_cache_usage_perc');
  const isTelling = running !== undefined && running >= 4 && usage !== undefined && usage > 0.02 && usage <= 1;
  const slots = isTelling ? Math.floor(running / usage) : undefined;
  return {
    ...(running === undefined ? {} : { running }),
    ...(waiting === undefined ? {} : { waiting }),
    ...(slots === undefined || slots > mostSlots ? {} : { slots, isEstimate: true }),
  };
}

/** What an answer of Ollama says about the time it took; times in ms. */
export interface OllamaTimings {
  readonly tokens: number;
  /** One token, while it generated. */
  readonly step: Millis;
  /** Loading the model; more than a moment means that it was not there, and that the answer's latency says nothing about the load. */
  readonly load: Millis;
  /** All that the server did for the answer: what it says in one figure, or the sum of its parts where that is more or alone. */
  readonly total: Millis;
}

/** Reads the last object of an answer of Ollama, whose durations are nanoseconds. `undefined`: it is none. */
export function readOllamaTimings(text: string): OllamaTimings | undefined {
  const answer = parsed(text);
  const time = (name: string): Millis => (count(field(answer, name)) ?? 0) / 1e6;
  const tokens = count(field(answer, 'eval_count')) ?? 0;
  const generated = time('eval_duration');
  if (tokens === 0 || generated === 0) return undefined;
  const load = time('load_duration');
  const total = Math.max(time('total_duration'), load + time('prompt_eval_duration') + generated);
  return { tokens, step: generated / tokens, load, total };
}

function sumOf(samples: readonly Sample[], name: string): number | undefined {
  const own = samples.filter((sample) => sample.name === name);
  return own.length === 0 ? undefined : own.reduce((sum, { value }) => sum + value, 0);
}

function highest(samples: readonly Sample[], name: string): number | undefined {
  const values = samples.filter((sample) => sample.name === name).map(({ value }) => value);
  return values.length === 0 ? undefined : Math.max(...values);
}

function count(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
