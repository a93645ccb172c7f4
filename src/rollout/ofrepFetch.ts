import type { Clock, Millis } from '../base/clock.ts';
import type { HttpClient, HttpResponse } from '../base/http.ts';
import { messageOf } from '../base/logger.ts';
import { isRecord } from '../settings/shownValue.ts';

/** Bounds of an exchange with a flag server. */
export const flagServerBounds = {
  /** The whole exchange; in milliseconds. */
  deadline: 5000,
  /** Of an answer, in bytes: some ten thousand flags. */
  body: 1024 * 1024,
  /** A server that asks to wait is not asked for at most so long, in milliseconds. */
  longestWait: 600_000,
} as const;

/** Why an exchange gave no flags; the message is one line for a person, in which the server is the subject. */
export class FlagServerTrouble extends Error {
  /** So long the server wants to be left alone. */
  readonly wait: Millis;

  constructor(message: string, wait: Millis = 0) {
    super(message);
    this.name = 'FlagServerTrouble';
    this.wait = wait;
  }
}

/**
 * The `fetch` that the OFREP provider gets: through our own client, which follows no redirect, within a deadline that covers the body,
 * and with nothing but a well-formed answer let through. Rejects with `FlagServerTrouble` only.
 */
export function fetchOver(http: HttpClient, clock: Clock): (input: Request, init: { signal: AbortSignal }) => Promise<Response> {
  return async (input, { signal }) => {
    const late = new AbortController();
    const timer = clock.after(flagServerBounds.deadline, () => {
      late.abort(new FlagServerTrouble(`did not answer within ${flagServerBounds.deadline / 1000} s`));
    });
    try {
      const response = await http.request({
        method: 'POST',
        url: input.url,
        headers: Object.fromEntries(input.headers),
        body: await input.text(),
        signal: AbortSignal.any([signal, late.signal]),
      });
      const text = await readBody(response);
      checkAnswer(response, text, clock);
      const etag = response.headers['etag'];
      const headers = { 'content-type': 'application/json', ...(etag === undefined ? {} : { etag }) };
      return new Response(response.status === 304 ? null : text, { status: response.status, headers });
    } catch (error) {
      if (error instanceof FlagServerTrouble) throw error;
      const code = error instanceof Error && 'code' in error ? String(error.code) : messageOf(error);
      throw new FlagServerTrouble(`does not answer: ${code.slice(0, 100)}`);
    } finally {
      timer.dispose();
    }
  };
}

async function readBody({ body }: HttpResponse): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.byteLength;
    if (bytes > flagServerBounds.body) throw new FlagServerTrouble(`sent more than ${flagServerBounds.body / 1024} KiB`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Lets through a list of flags and the word that nothing has changed. @throws FlagServerTrouble for everything else */
function checkAnswer({ status, headers }: HttpResponse, text: string, clock: Clock): void {
  if (status === 304) return;
  if (status === 429 || status === 503) {
    throw new FlagServerTrouble(`asks to wait (status ${status})`, waitOf(headers['retry-after'], clock));
  }
  if (status === 401 || status === 403) throw new FlagServerTrouble(`refuses to answer without a key (status ${status})`);
  if (status === 404) throw new FlagServerTrouble('has no OFREP at this address (status 404)');
  if (status >= 300 && status < 400) throw new FlagServerTrouble(`sends somewhere else (status ${status}), which is not followed`);
  if (status !== 200) throw new FlagServerTrouble(`answers with status ${status}`);
  if (!/^application\/(?:[^;]*\+)?json/i.test(headers['content-type'] ?? '')) {
    throw new FlagServerTrouble(
      `answers with ${(headers['content-type'] ?? 'no content type').slice(0, 60)}, expected is application/json`,
    );
  }
  const answer = parsed(text);
  if (!isRecord(answer) || !Array.isArray(answer['flags']) || !answer['flags'].every(isRecord)) {
    throw new FlagServerTrouble('answers with JSON that is no list of flags');
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new FlagServerTrouble('answers with broken JSON');
  }
}

/** `Retry-After`: seconds or a date. @see https://www.rfc-editor.org/rfc/rfc9110#field.retry-after */
function waitOf(header: string | undefined, clock: Clock): Millis {
  if (header === undefined) return 0;
  const wait = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - clock.now();
  return Number.isNaN(wait) ? 0 : Math.min(flagServerBounds.longestWait, Math.max(0, wait));
}
