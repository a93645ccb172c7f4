import { messageOf } from '../base/logger.ts';
import { consentNeeded, type Failure } from '../domain/failure.ts';
import type { SourceKit } from '../engine.ts';
import type { BackendSettings } from '../settings/settings.ts';

/** An HTTP status that an extension quotes of its own server, such as "Request Failed: 429 {…}". */
const quotedStatus = /\b([45]\d\d)\b/;

/**
 * The failure that an error of the editor's language models stands for. `LanguageModelError` has three codes of its own; everything
 * else is the other extension's error, told by its name where it has one (Copilot's) and else by its words, as an HTTP backend's are.
 *
 * @see https://code.visualstudio.com/api/references/vscode-api#LanguageModelError
 * @see https://github.com/microsoft/vscode-copilot-chat/blob/main/src/extension/conversation/vscode-node/languageModelAccess.ts
 */
export function failureOfLanguageModel(error: unknown, kit: Pick<SourceKit, 'classify'>, backend: Pick<BackendSettings, 'model'>): Failure {
  const { code, names, message } = describe(error);
  const shown = message.slice(0, 200);
  if (code === 'NoPermissions') return { kind: 'auth', code: consentNeeded, message: `VS Code does not let Failsoft use ${backend.model}` };
  if (code === 'NotFound') return { kind: 'model_retired', code, message: `VS Code has no model ${backend.model} any more` };
  if (names.includes('ChatQuotaExceeded')) return { kind: 'quota', code: 'ChatQuotaExceeded', message: shown };
  if (names.includes('ChatRateLimited')) return { kind: 'rate_limit', code: 'ChatRateLimited', message: shown };
  const failure = classify(message, kit);
  // Blocked: the documentation says quota, Copilot says too many requests, a filter says so itself; the words come first.
  if (code === 'Blocked' && failure.kind === 'server') {
    const kind = /filter|policy|responsible/i.test(message) ? 'content_filter' : 'quota';
    return { kind, code, message: shown };
  }
  return code === undefined ? failure : { ...failure, code: failure.code ?? code };
}

/** Its message may hold the server's JSON; without any of the known words it is a failure of that extension's server. */
function classify(message: string, kit: Pick<SourceKit, 'classify'>): Failure {
  const status = Number(quotedStatus.exec(message)?.[1] ?? 500);
  const json = /\{.*\}/s.exec(message)?.[0];
  const body = json !== undefined && isJson(json) ? json : JSON.stringify({ error: { message } });
  return kit.classify(status, body);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

interface Described {
  readonly code: string | undefined;
  readonly names: readonly string[];
  readonly message: string;
}

/** An unspecified error holds the real one in `cause`. */
function describe(error: unknown): Described {
  const inner = error instanceof Error && error.cause instanceof Error ? error.cause : undefined;
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code !== '' ? error.code : undefined;
  const message = [messageOf(error), inner?.message].filter((text) => text !== undefined && text !== '').join(': ');
  const names = [error, inner].map((one) => (one instanceof Error ? one.name : ''));
  return { code, names, message: message.slice(0, 1000) };
}
