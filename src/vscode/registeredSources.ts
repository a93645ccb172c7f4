import type * as api from '../../api/index.d.ts';
import type { Disposable } from '../base/clock.ts';
import { Emitter, type Event } from '../base/event.ts';
import { unlessAborted } from '../base/unlessAborted.ts';
import { failed, type CompletionRequest, type CompletionSource, type Outcome } from '../domain/completion.ts';
import { failureOfAbort } from '../domain/failure.ts';
import type { BackendSettings } from '../settings/settings.ts';
import { apiBounds, checkedSource, failureOfRejection } from './apiInput.ts';

/** The sources that other extensions have registered. */
export interface RegisteredSources extends Disposable {
  readonly onDidChange: Event<void>;
  /** As the route takes them, in the order of their registration. */
  backends(): readonly BackendSettings[];
  /** Asks whatever is registered under the name of this backend at that moment. */
  sourceFor(backend: BackendSettings): CompletionSource;
  /** @throws TypeError, Error; see `FailsoftApi.registerCompletionSource` */
  add(source: unknown): Disposable;
}

/**
 * Begins with none.
 *
 * @param isInstalled whether there is an extension with this id
 */
export function createRegisteredSources(isInstalled: (extensionId: string) => boolean): RegisteredSources {
  const changed = new Emitter<void>();
  const known = new Map<string, { readonly backend: BackendSettings; readonly source: api.CompletionSource }>();
  return {
    onDidChange: changed.event,
    backends: () => [...known.values()].map(({ backend }) => backend),
    sourceFor: ({ name }) => ({ id: name, complete: (request, call) => ask(known.get(name)?.source, name, request, call.signal) }),
    add(given) {
      const source = checkedSource(given);
      const { extensionId } = source;
      if (!isInstalled(extensionId)) throw new Error(`Failsoft: source.extensionId is "${extensionId}"; there is no such extension`);
      const backend = backendOf(source);
      if (known.has(backend.name)) throw new Error(`Failsoft: there is a source "${backend.name}" already; dispose it first`);
      const entry = { backend, source };
      known.set(backend.name, entry);
      changed.fire();
      return {
        dispose() {
          if (known.get(backend.name) !== entry) return;
          known.delete(backend.name);
          changed.fire();
        },
      };
    },
    dispose: () => changed.dispose(),
  };
}

function backendOf({ id, extensionId, model }: api.CompletionSource): BackendSettings {
  const origin = `extension:${extensionId}`;
  // Where it sends code to is its affair, so it counts as a vendor of its own.
  const boundary = `vendor:${extensionId}` as const;
  return { name: `${extensionId}/${id}`, protocol: 'extension', baseUrl: origin, origin, model, fim: 'auto', loopback: false, boundary };
}

async function ask(
  source: api.CompletionSource | undefined,
  sourceId: string,
  request: CompletionRequest,
  signal: AbortSignal,
): Promise<Outcome> {
  if (!source) return failed({ kind: 'model_retired', message: 'its extension has taken it away' });
  const { prefix, suffix, languageId, path, maxTokens, trigger } = request;
  try {
    const given: unknown = await unlessAborted(
      // Whatever it throws at once is a rejection, too.
      Promise.resolve().then(() => source.complete({ prefix, suffix, languageId, path, maxTokens, trigger }, signal)),
      signal,
    );
    if (given !== undefined && typeof given !== 'string') {
      return failed({ kind: 'server', message: `it answered with a value of type ${typeof given}, not with a text` });
    }
    const text = (given ?? '').slice(0, apiBounds.textLength);
    return { ok: true, text, origin: 'model', sourceId, model: source.model, finish: 'stop', bytes: Buffer.byteLength(text) };
  } catch (error) {
    return failed((signal.aborted ? failureOfAbort(signal.reason) : undefined) ?? failureOfRejection(error));
  }
}
