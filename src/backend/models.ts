import type { Clock } from '../base/clock.ts';
import type { HttpClient } from '../base/http.ts';
import type { ListedModel, ModelList } from '../domain/discovery.ts';
import { DeadlineError, failureOfAbort, type Failure } from '../domain/failure.ts';
import { isOpenToReaders } from '../settings/clearText.ts';
import type { ModelListing } from '../settings/preset.ts';
import type { BackendSettings } from '../settings/settings.ts';
import { byteCaps, readText, TooManyBytes } from './byteBudget.ts';
import { classifyAnswer } from './classify.ts';
import { parseModels, type ModelPage } from './modelPage.ts';
import { scrubbedFailure } from './scrub.ts';
import { transportFailure } from './transportFailure.ts';

/** Bounds of a list of models. */
export const modelListRules = {
  /** Models kept; a person searches in them, more only hold up the editor. */
  maximumCount: 10_000,
  /** For the whole list, in milliseconds. */
  deadline: 10_000,
  /** Pages asked for, of a server that gives its list in pages. */
  maximumPages: 20,
} as const;

/** A place that lists models, and how it is asked. */
export interface ModelSource extends Pick<BackendSettings, 'baseUrl' | 'boundary'> {
  readonly listing: ModelListing;
  readonly key?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What listing needs of the world. */
export interface DiscoveryPorts {
  readonly http: HttpClient;
  readonly clock: Clock;
}

/** The models of a server. Never rejects: what goes wrong is a failure as for a completion. */
export async function listModels(source: ModelSource, ports: DiscoveryPorts, signal: AbortSignal): Promise<ModelList> {
  const late = new AbortController();
  const { deadline } = modelListRules;
  const timer = ports.clock.after(deadline, () => late.abort(new DeadlineError('total', deadline)));
  const either = AbortSignal.any([signal, late.signal]);
  try {
    const list = await readPages(source, ports, either);
    return list.ok ? list : { ok: false, failure: scrubbedFailure(list.failure, source.key) };
  } catch (error) {
    return { ok: false, failure: failureOf(error, either) };
  } finally {
    timer.dispose();
  }
}

async function readPages(source: ModelSource, ports: DiscoveryPorts, signal: AbortSignal): Promise<ModelList> {
  const found: ListedModel[] = [];
  let next: string | undefined = urlOf(source);
  for (let page = 0; next !== undefined && page < modelListRules.maximumPages; page++) {
    const answer = await getJson(next, headersOf(source), ports, signal);
    if (!answer.ok) return answer;
    const read: ModelPage | undefined = parseModels(answer.value, source.listing.shape);
    if (!read) return { ok: false, failure: { kind: 'server', code: 'no_models', message: 'the answer is no list of models' } };
    found.push(...read.models);
    next = read.after === undefined || found.length >= modelListRules.maximumCount ? undefined : pageAfter(urlOf(source), read.after);
  }
  const unique = [...new Map(found.map((model) => [model.id, model])).values()];
  return {
    ok: true,
    models: unique.slice(0, modelListRules.maximumCount),
    left: Math.max(0, unique.length - modelListRules.maximumCount),
  };
}

/** An answer to a question for JSON. `server`: the header of that name; `isJson`: whether a failure came as JSON, or as a page. */
export type JsonAnswer =
  | { readonly ok: true; readonly value: unknown; readonly server: string }
  | { readonly ok: false; readonly failure: Failure; readonly server: string; readonly isJson: boolean };

/** Asks for JSON. Rejects with what the transport says. */
export async function getJson(
  url: string,
  headers: Readonly<Record<string, string>>,
  { http, clock }: DiscoveryPorts,
  signal: AbortSignal,
): Promise<JsonAnswer> {
  const response = await http.request({ method: 'GET', url, headers: { ...headers, accept: 'application/json' }, signal });
  const body = await readText(response.body, () => undefined, byteCaps.models);
  const server = response.headers['server'] ?? '';
  const parsed = parseJson(body);
  if (response.status === 200 && parsed) return { ok: true, value: parsed.value, server };
  const failure = classifyAnswer({ status: response.status, headers: response.headers, body, now: clock.now() });
  return { ok: false, failure, server, isJson: parsed !== undefined };
}

function parseJson(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}

function failureOf(error: unknown, signal: AbortSignal): Failure {
  const ours = signal.aborted ? failureOfAbort(signal.reason) : undefined;
  if (ours) return ours;
  if (error instanceof TooManyBytes) return { kind: 'server', code: 'answer_too_large', message: error.message };
  return transportFailure(error);
}

function urlOf({ baseUrl, listing }: ModelSource): string {
  const url = new URL(listing.path, `${baseUrl}/`);
  // The largest page there is: the whole list is wanted.
  if (listing.shape === 'anthropic') url.searchParams.set('limit', '1000');
  return url.href;
}

function pageAfter(first: string, id: string): string {
  const url = new URL(first);
  url.searchParams.set('after_id', id);
  return url.href;
}

function headersOf(source: ModelSource): Readonly<Record<string, string>> {
  const { listing, headers } = source;
  const key = isOpenToReaders(source) ? undefined : source.key;
  if (listing.shape === 'anthropic') {
    return { ...headers, 'anthropic-version': '2023-06-01', ...(key === undefined ? {} : { 'x-api-key': key }) };
  }
  return { ...headers, ...(key === undefined ? {} : { authorization: `Bearer ${key}` }) };
}
