import type { Millis } from '../base/clock.ts';
import type { DetectedServer, ListedModel, ServerKind } from '../domain/discovery.ts';
import { CancelledByEditor } from '../domain/failure.ts';
import { isObject } from './json.ts';
import { parseModels } from './modelPage.ts';
import { type DiscoveryPorts, getJson } from './models.ts';

/** How servers on this machine are looked for. */
export const detectionRules = {
  /** Where Ollama, llama.cpp, LM Studio and vLLM listen unless told otherwise. */
  ports: [11434, 8080, 1234, 8000],
  /** For everything together: who does not answer within it on this machine is not ready to be chosen. In milliseconds. */
  deadline: 500,
} as const satisfies { ports: readonly number[]; deadline: Millis };

/** IPv4 first: most servers listen there only. */
const hosts = ['127.0.0.1', '[::1]'] as const;

/**
 * Looks for model servers on the loopback interface, all ports at once. Asks for lists only: no prompt, no key, no other host.
 * To be called when a person asks for it, never by itself. Never rejects; whoever hangs, lies or is no model server is left out.
 *
 * @param portNumbers where to look
 * @returns in the order of the ports
 */
export async function detectServers(
  ports: DiscoveryPorts,
  signal: AbortSignal,
  portNumbers: readonly number[] = detectionRules.ports,
): Promise<readonly DetectedServer[]> {
  const late = new AbortController();
  const timer = ports.clock.after(detectionRules.deadline, () => late.abort(new CancelledByEditor()));
  const either = AbortSignal.any([signal, late.signal]);
  try {
    const found = await Promise.all(portNumbers.map((port) => detectAt(port, ports, either)));
    return found.filter((server) => server !== undefined);
  } finally {
    timer.dispose();
  }
}

async function detectAt(port: number, ports: DiscoveryPorts, signal: AbortSignal): Promise<DetectedServer | undefined> {
  const found = await Promise.all(hosts.map((host) => identify(`http://${host}:${port}`, ports, signal)));
  // The same server on both addresses is one server.
  return found.find((server) => server !== undefined);
}

/** The list of models first: what cannot answer that is not asked anything else. */
async function identify(origin: string, ports: DiscoveryPorts, signal: AbortSignal): Promise<DetectedServer | undefined> {
  try {
    const answer = await getJson(`${origin}/v1/models`, {}, ports, signal);
    const isLlamaCpp = /^llama\.cpp/i.test(answer.server);
    if (!answer.ok) {
      const state = stateOfFailure[answer.failure.kind];
      // Many a page wants a password; only a model server says so in JSON.
      if (state === undefined || !answer.isJson) return undefined;
      return { kind: isLlamaCpp ? 'llamacpp' : 'openai', origin, state, models: [] };
    }
    const list = parseModels(answer.value, 'openai');
    if (!list) return undefined;
    const kind = isLlamaCpp ? 'llamacpp' : ownerOf(answer.value);
    if (kind !== undefined) return { kind, origin, state: 'ready', models: list.models };
    return { ...(await recognise(origin, list.models, ports, signal)), origin, state: 'ready' };
  } catch {
    // Refused, cut, too much, too late: nobody to choose.
    return undefined;
  }
}

const stateOfFailure: { readonly [kind: string]: DetectedServer['state'] | undefined } = { loading: 'loading', auth: 'key-needed' };

/** llama.cpp and vLLM sign their entries. */
function ownerOf(answer: unknown): ServerKind | undefined {
  const entries: unknown = isObject(answer) ? answer['data'] : undefined;
  const first: unknown = Array.isArray(entries) ? entries[0] : undefined;
  const owner = isObject(first) ? first['owned_by'] : undefined;
  if (owner === 'llamacpp') return 'llamacpp';
  return owner === 'vllm' ? 'vllm' : undefined;
}

/** By what only one kind of server answers. A server may answer anything with 200, so the shape decides and not the status. */
async function recognise(
  origin: string,
  models: readonly ListedModel[],
  ports: DiscoveryPorts,
  signal: AbortSignal,
): Promise<Pick<DetectedServer, 'kind' | 'models'>> {
  const ask = async (path: string): Promise<unknown> => {
    const answer = await getJson(`${origin}${path}`, {}, ports, signal).catch(() => undefined);
    return answer?.ok === true ? answer.value : undefined;
  };
  const [ollama, tags, lmStudio, llamaCpp] = await Promise.all(['/api/version', '/api/tags', '/api/v0/models', '/props'].map(ask));
  const tagged = parseModels(tags, 'ollama');
  if (isObject(ollama) && typeof ollama['version'] === 'string' && tagged) return { kind: 'ollama', models: tagged.models };
  const listed = parseModels(lmStudio, 'lmstudio');
  if (listed?.models.some(({ isLoaded }) => isLoaded !== undefined) || (listed?.models.length === 0 && models.length === 0)) {
    return { kind: 'lmstudio', models: listed.models };
  }
  if (isObject(llamaCpp) && isObject(llamaCpp['default_generation_settings'])) return { kind: 'llamacpp', models };
  return { kind: 'openai', models };
}
