import { ollamaGenerate } from '../backend/ollama.ts';
import type { CompletionRequest } from '../domain/completion.ts';
import { type AnswerTimings, askOllamaTimings, ollamaAsking } from '../evaluation/askOllamaTimings.ts';
import type { BackendSettings } from '../settings/settings.ts';
import type { CommandContext } from './command.ts';

/** What asking a version about its time needs. */
export interface TimedVersion extends Pick<CommandContext, 'http' | 'clock' | 'signal'> {
  readonly version: BackendSettings;
  /** Of the version's origin. */
  readonly key: () => Promise<string | undefined>;
  /** Another one each time. */
  readonly request: () => Omit<CompletionRequest, 'id'>;
}

/** What the server of a version says of one short answer's time. Only Ollama's own protocol says it. Never rejects. */
export async function ollamaTimingsOf({ version, key, request, signal, ...ports }: TimedVersion): Promise<AnswerTimings | undefined> {
  if (version.protocol !== 'ollama') return undefined;
  // As it is, without a format: only its time matters.
  const protocol = ollamaGenerate(version, { fim: ({ prefix }) => ({ prompt: prefix, stop: [] }) });
  return askOllamaTimings(
    {
      ...ports,
      request: async () => {
        const { url, headers, body } = protocol.request({ ...request(), id: 'timings', maxTokens: ollamaAsking.tokens }, await key());
        return {
          method: 'POST',
          url,
          headers: { ...version.headers, 'content-type': 'application/json', accept: 'application/json', ...headers },
          body: JSON.stringify({ ...(body as object), stream: false }),
        };
      },
    },
    signal,
  );
}
