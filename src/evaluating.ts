import { localServer } from './backend/localServer.ts';
import type { Clock, Millis } from './base/clock.ts';
import type { HttpClient } from './base/http.ts';
import type { CompletionSource } from './domain/completion.ts';
import type { KeyStore } from './domain/service.ts';
import type { CompatibilityReport } from './evaluation/compatibilityReport.ts';
import { type AskedModel, checkPrompts } from './evaluation/promptCompatibility.ts';
import { runAttempt } from './guard/attemptRun.ts';
import type { Deadlines } from './guard/deadlines.ts';
import { bareSource, deadlinesOf, formatOf, type MemberPorts } from './member.ts';
import { cursorMark } from './prompt/chat.ts';
import { answerTokens } from './prompt/fim.ts';
import { capabilities } from './settings/capability.ts';
import type { BackendSettings, DeadlineSettings } from './settings/settings.ts';

/** What the prompt check of two versions needs. */
export interface PromptVerification {
  readonly candidate: BackendSettings;
  /** Without it the candidate has absolute limits. */
  readonly baseline?: BackendSettings;
  /** Tokens of the contexts, where a person knows what servers do not say. */
  readonly contextTokens?: number;
  readonly deadlines: DeadlineSettings;
  readonly keys: KeyStore;
  readonly http: HttpClient;
  readonly clock: Clock;
  /** As for the engine: the door by which the editor's own models enter. */
  readonly connect?: NonNullable<MemberPorts['connect']>;
  readonly signal: AbortSignal;
  readonly onProgress?: (asked: number, of: number) => void;
}

/**
 * Asks the golden prompts of both versions, as they are: without guard, filters, context budget and fallback. Made-up code is sent and
 * nothing of the person's. Never rejects.
 */
export async function verifyPrompts(options: PromptVerification): Promise<CompatibilityReport> {
  const { candidate, baseline, clock, signal, onProgress } = options;
  return checkPrompts({
    candidate: await askedModel(candidate, options),
    ...(baseline ? { baseline: await askedModel(baseline, options) } : {}),
    clock,
    signal,
    ...(onProgress ? { onProgress } : {}),
  });
}

async function askedModel(backend: BackendSettings, options: PromptVerification): Promise<AskedModel> {
  const chats = capabilities[backend.protocol].prompt === 'chat';
  return {
    name: `${backend.model} (${backend.name})`,
    source: patientSource(backend, options),
    tokens: [...answerTokens(formatOf(backend)?.format), cursorMark],
    chats,
    contextTokens: options.contextTokens ?? (await contextTokensOf(backend, options)),
  };
}

/** Nobody waits, and an answer that is slow is for other checks. */
export const promptPatience: Pick<Deadlines, 'firstToken' | 'idle' | 'total'> = { firstToken: 30_000, idle: 15_000, total: 60_000 };

/** The bare source, with patience. */
function patientSource(backend: BackendSettings, { http, deadlines, clock, keys, connect }: PromptVerification): CompletionSource {
  const source = bareSource(backend, http, deadlines, { clock, keys, ...(connect ? { connect } : {}) });
  const limits = { ...deadlinesOf(backend, deadlines, 'manual'), ...promptPatience };
  return {
    id: source.id,
    async complete(request, call) {
      const options = { source, model: backend.model, clock, deadlines: limits, onRealEnd: () => undefined };
      return (await runAttempt(request, call, options)).outcome;
    },
  };
}

/** A server that does not say how long its context is by then is not waited for. */
const lookFor: Millis = 5000;

/** What the server says of its context. @returns a text: why it is not known */
async function contextTokensOf(backend: BackendSettings, { http, clock, keys, signal }: PromptVerification): Promise<number | string> {
  const { protocol, boundary, name, origin } = backend;
  if (protocol === 'llamacpp-infill') return 'its server cuts the prompts of /infill itself, so that there is no end to be met';
  if (protocol === 'ollama') return 'Ollama cuts prompts that are too long; Failsoft keeps below its context';
  const unsaid = 'the server does not say how long its context is; name it with --context';
  // Only llama.cpp's server says it, on a path that no vendor has.
  if (protocol !== 'openai-completions' || boundary.startsWith('vendor:')) return unsaid;
  const server = localServer({ ...backend, protocol: 'llamacpp-infill' }, { http, clock, key: () => keys.get(name, origin) });
  const tooLong = new AbortController();
  const timer = clock.after(lookFor, () => tooLong.abort(new Error('no answer')));
  try {
    return (await server?.prepare(AbortSignal.any([signal, tooLong.signal]), () => undefined)) ?? unsaid;
  } catch {
    return unsaid;
  } finally {
    timer.dispose();
  }
}
