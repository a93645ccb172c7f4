import { httpBackend } from '../../src/backend/httpBackend.ts';
import { systemClock } from '../../src/base/clock.ts';
import { createHttpClient, type HttpClient, type HttpRequest } from '../../src/base/http.ts';
import type { CompletionRequest, CompletionSource } from '../../src/domain/completion.ts';
import type { BackendSettings, Protocol } from '../../src/settings/settings.ts';
import { configuredBackend, samplePrompts } from '../fakes/backend.ts';
import { everyProtocol, spokenSetting } from '../fakes/spoken.ts';
import { endChild, firstMessage, startChild } from './childProcess.ts';
import type { PartResult } from './report.ts';
import { sampleSource } from './sourceText.ts';
import { figuresOf, type Figures } from './statistics.ts';

const rounds = 300;
const warmUp = 40;
const firstTokenMs = 10;

/** A prompt of about 8 KB. */
const above = sampleSource(1, 20);
const below = `\n${sampleSource(100, 8)}`;

/** What each protocol takes longer than the same bytes by a bare `fetch`: wording the request, reading and judging the stream. */
export async function measureProtocolOverhead(): Promise<PartResult> {
  const child = startChild('./instantServer.ts', [String(firstTokenMs)]);
  const http = createHttpClient();
  try {
    const url = String(await firstMessage(child));
    const rows: (readonly [Protocol, Figures, Figures])[] = [];
    for (const [protocol] of everyProtocol) {
      const backend = configuredBackend({ ...spokenSetting(protocol, url), model: 'test-model' });
      rows.push([protocol, ...(await measure(backend, http))]);
    }
    return {
      tables: [
        {
          title: `first token after ${firstTokenMs} ms: time per request (ms), ${rounds} of each, interleaved`,
          columns: ['protocol', 'fetch P50', 'backend P50', 'P50 ratio', 'P50 difference', 'P99 difference'],
          rows: rows.map(([protocol, bare, own]) => [
            protocol,
            bare.p50,
            own.p50,
            own.p50 / bare.p50,
            own.p50 - bare.p50,
            own.p99 - bare.p99,
          ]),
        },
      ],
      checks: rows.map(([protocol, bare, own]) => ({
        what: `${protocol}, P50 more than a bare fetch`,
        value: own.p50 - bare.p50,
        unit: 'ms',
        atMost: 1,
      })),
      notes: ['the bare fetch has its body ready; the backend makes the prompt and the body within its time'],
    };
  } finally {
    http.dispose();
    await endChild(child);
  }
}

async function measure(backend: BackendSettings, http: HttpClient): Promise<[Figures, Figures]> {
  const source = sourceOf(backend, http);
  const times = { bare: [] as number[], own: [] as number[] };
  for (let round = -warmUp; round < rounds; round++) {
    const request = requestOf(round + warmUp);
    const wire = await wordingOf(backend, request);
    const ways = [
      ['bare', () => fetchBare(wire)],
      ['own', () => complete(source, request)],
    ] as const;
    for (const [way, run] of round % 2 === 0 ? ways : ways.toReversed()) {
      const began = performance.now();
      await run();
      if (round >= 0) times[way].push(performance.now() - began);
      // What a way leaves for later (the end of the body, a timer) is its own and not the next one's.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  return [figuresOf(times.bare), figuresOf(times.own)];
}

function sourceOf(backend: BackendSettings, http: HttpClient): CompletionSource {
  return httpBackend(backend, { http, clock: systemClock, key: () => Promise.resolve('key'), prompts: samplePrompts });
}

/** What the protocol would send, caught before it leaves. */
async function wordingOf(backend: BackendSettings, request: CompletionRequest): Promise<HttpRequest> {
  let caught: HttpRequest | undefined;
  const http: HttpClient = {
    request: (wire) => {
      caught = wire;
      return Promise.reject(new Error('caught'));
    },
    dispose: () => undefined,
  };
  await sourceOf(backend, http).complete(request, { signal: new AbortController().signal });
  if (caught === undefined) throw new Error(`${backend.protocol} sent nothing`);
  return caught;
}

async function fetchBare({ url, method, headers, body }: HttpRequest): Promise<void> {
  const response = await fetch(url, { method, headers, ...(body === undefined ? {} : { body }) });
  let bytes = 0;
  for await (const chunk of response.body ?? []) bytes += (chunk as Uint8Array).byteLength;
  if (response.status !== 200 || bytes === 0) throw new Error(`${url}: status ${response.status} with ${bytes} bytes`);
}

async function complete(source: CompletionSource, request: CompletionRequest): Promise<void> {
  const outcome = await source.complete(request, { signal: new AbortController().signal });
  if (!outcome.ok || outcome.text === '') throw new Error(`no text: ${JSON.stringify(outcome)}`);
}

function requestOf(index: number): CompletionRequest {
  return {
    id: `bench-${index}`,
    languageId: 'typescript',
    documentId: 'file:///open/0.ts',
    path: '0.ts',
    prefix: `${above}\n// ${index}\n  return `,
    suffix: below,
    shape: 'line',
    trigger: 'automatic',
    maxTokens: 64,
  };
}
