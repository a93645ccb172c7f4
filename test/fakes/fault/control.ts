/** Switching a fault server from another process: `POST /__control` and `GET /__requests`. */

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Behaviour, Phase } from './behaviour.ts';
import type { RecordedRequest } from './exchange.ts';
import { NotAllowed, parseBehaviour, parsePhases } from './parseBehaviour.ts';

/** What control needs of a server. */
export interface Controlled {
  readonly behaviour: Behaviour;
  readonly inFlight: number;
  readonly requests: readonly RecordedRequest[];
  set(behaviour: Behaviour): Promise<void>;
  next(...behaviours: readonly Behaviour[]): void;
  phases(phases: readonly Phase[]): Promise<void>;
  reset(): Promise<void>;
}

const controlPath = '/__control';
const requestsPath = '/__requests';

/** Whether a path belongs to control and not to the model server. */
export function isControlPath(path: string): boolean {
  return path === controlPath || path === requestsPath;
}

/** Reads a whole body as text; what came before a client left is kept. */
export async function readBody(request: IncomingMessage): Promise<string> {
  const pieces: Uint8Array[] = [];
  try {
    for await (const piece of request as AsyncIterable<Uint8Array>) {
      pieces.push(piece);
    }
  } catch {
    // The client left while sending: the record shows what arrived.
  }
  return Buffer.concat(pieces).toString('utf8');
}

/** Parses JSON; text that is not JSON is returned as it is. */
export function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/**
 * Answers a control request.
 * @param isShared whether it came in on the port that the behaviour may close.
 */
export async function control(server: Controlled, request: IncomingMessage, response: ServerResponse, isShared: boolean): Promise<void> {
  const body = await readBody(request);
  if (request.method === 'GET') {
    const { behaviour, inFlight, requests } = server;
    reply(response, 200, request.url === requestsPath ? requests : { behaviour, inFlight, requests: requests.length });
    return;
  }
  if (request.method !== 'POST' || request.url !== controlPath) {
    const allowed = 'POST /__control, GET /__control, GET /__requests';
    reply(response, 405, { error: `${request.method ?? ''} ${request.url ?? ''} is not known; allowed: ${allowed}` });
    return;
  }
  try {
    const command = commandOf(server, jsonOrText(body));
    if (isShared && command.closesPort) {
      // First the answer, then the switch: `refused` cuts every connection, this one too.
      reply(response, 200, { ok: true });
      await new Promise((resolve) => response.once('close', resolve));
      await command.apply();
      return;
    }
    await command.apply();
    reply(response, 200, { ok: true });
  } catch (error) {
    if (!(error instanceof NotAllowed || error instanceof RangeError)) {
      throw error;
    }
    reply(response, 400, { error: error.message });
  }
}

const commandNames = 'behaviour, next, phases, reset';

interface Command {
  readonly closesPort: boolean;
  apply(): Promise<void> | void;
}

function commandOf(server: Controlled, body: unknown): Command {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new NotAllowed(`the body is not a JSON object; allowed: an object with one of ${commandNames}`);
  }
  const [command, ...others] = Object.entries(body) as [string, unknown][];
  if (command === undefined || others.length > 0) {
    throw new NotAllowed(`the body has ${Object.keys(body).length} fields; allowed: one of ${commandNames}`);
  }
  const [name, value] = command;
  switch (name) {
    case 'behaviour': {
      const behaviour = parseBehaviour(value);
      return { closesPort: behaviour.kind === 'refused', apply: () => server.set(behaviour) };
    }
    case 'next': {
      const behaviours = (Array.isArray(value) ? value : [value]).map((entry: unknown, index) => parseBehaviour(entry, `next[${index}]`));
      return {
        closesPort: false,
        apply: () => {
          server.next(...behaviours);
        },
      };
    }
    case 'phases': {
      const phases = parsePhases(value);
      return { closesPort: phases[0]?.behaviour.kind === 'refused', apply: () => server.phases(phases) };
    }
    case 'reset':
      return { closesPort: false, apply: () => server.reset() };
    default:
      throw new NotAllowed(`"${name}" is not known; allowed: ${commandNames}`);
  }
}

function reply(response: ServerResponse, status: number, value: object): void {
  const body = JSON.stringify(value);
  response.writeHead(status, {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
    Connection: 'close',
  });
  response.end(body);
}
