import type { CancellationTokenSource, LanguageModelChat, LanguageModelChatMessage, LanguageModelChatRequestOptions } from 'vscode';
import { unlessAborted } from '../base/unlessAborted.ts';
import { failed, type CompletionCall, type CompletionRequest, type CompletionSource, type Outcome } from '../domain/completion.ts';
import { consentNeeded, failureOfAbort } from '../domain/failure.ts';
import type { SourceKit } from '../engine.ts';
import type { BackendSettings } from '../settings/settings.ts';
import { failureOfLanguageModel } from './languageModelFailure.ts';

/** What of the editor's language models is used; a fake of it is enough for a test. */
export interface LanguageModels {
  /** All models that a vendor offers at this moment. Rejects, or throws, where something is wrong with the vendor's extension. */
  select(vendor: string): PromiseLike<readonly LanguageModelChat[]>;
  /** `undefined`: the person has not been asked yet. Newer versions of VS Code say `true` before they ask. */
  canSendRequest(model: LanguageModelChat): boolean | undefined;
  message(text: string): LanguageModelChatMessage;
  cancellation(): CancellationTokenSource;
}

/** Which vendors the person has let us use, by a command of ours; outlives the window. */
export interface Consent {
  isGiven(vendor: string): boolean;
  set(vendor: string, isGiven: boolean): void;
}

/** What a source over the editor's language models is made of. `models`: `undefined` in an editor that has none. */
export interface LanguageModelPorts {
  readonly models: LanguageModels | undefined;
  readonly consent: Consent;
}

/** Said by the editor when it asks the person. */
export const requestOptions: LanguageModelChatRequestOptions = {
  justification: 'Failsoft asks this model for inline completions while you type.',
};

/** Characters per token that an answer is read for at most: a model that cannot be told a limit talks on. */
const charactersPerToken = 8;

/** Vendor and family (or id) of a model as the setting names them. */
export function modelNameOf(backend: BackendSettings): { readonly vendor: string; readonly name: string } {
  const slash = backend.model.indexOf('/');
  return { vendor: backend.model.slice(0, slash), name: backend.model.slice(slash + 1) };
}

/** The model of this family or id, the first where there are several. */
export async function findModel(models: LanguageModels, backend: BackendSettings): Promise<LanguageModelChat | undefined> {
  const { vendor, name } = modelNameOf(backend);
  const offered = await models.select(vendor);
  return offered.find(({ id }) => id === name) ?? offered.find(({ family }) => family === name);
}

/**
 * A chat model that another extension offers in the editor. Never makes the editor ask the person for permission: that is for a
 * command of theirs, not for a keystroke.
 *
 * @see https://code.visualstudio.com/api/extension-guides/ai/language-model
 */
export function languageModelSource(backend: BackendSettings, kit: SourceKit, ports: LanguageModelPorts): CompletionSource {
  const { vendor, name } = modelNameOf(backend);
  const refuse = (kind: 'auth' | 'model_retired', message: string): Outcome =>
    failed({ kind, message, ...(kind === 'auth' ? { code: consentNeeded } : {}) });

  async function ask(request: CompletionRequest, call: CompletionCall): Promise<Outcome> {
    const { models, consent } = ports;
    if (!models) return refuse('model_retired', 'this editor offers no language models to extensions');
    const model = await findModel(models, backend);
    call.signal.throwIfAborted();
    if (!model) return refuse('model_retired', `VS Code has no model "${name}" of ${vendor}; its extension may be missing or signed out`);
    if (!consent.isGiven(vendor) || models.canSendRequest(model) !== true) {
      return refuse('auth', `VS Code has not been asked yet whether Failsoft may use the models of ${vendor}`);
    }
    call.onStage?.('connected');
    return read(request, call, { id: backend.name, kit, models, model });
  }

  return {
    id: backend.name,
    async complete(request, call) {
      try {
        return await unlessAborted(ask(request, call), call.signal);
      } catch (error) {
        const ours = call.signal.aborted ? failureOfAbort(call.signal.reason) : undefined;
        const failure = ours ?? failureOfLanguageModel(error, kit, backend);
        if (failure.code === consentNeeded) ports.consent.set(vendor, false);
        return failed(failure);
      }
    },
  };
}

/** One request to a model that may be asked. */
interface Asked {
  readonly id: string;
  readonly kit: SourceKit;
  readonly models: LanguageModels;
  readonly model: LanguageModelChat;
}

async function read(request: CompletionRequest, call: CompletionCall, { id, kit, models, model }: Asked): Promise<Outcome> {
  const cancellation = models.cancellation();
  const cancel = (): void => cancellation.cancel();
  call.signal.addEventListener('abort', cancel, { once: true });
  const { system, user, enough } = kit.chat(kit.fit(request, model.maxInputTokens));
  const most = request.maxTokens * charactersPerToken;
  let text = '';
  let isEnough = false;
  try {
    // The API has no system message: the instruction is the first of two messages of the person's.
    const response = await model.sendRequest([models.message(system), models.message(user)], requestOptions, cancellation.token);
    call.onStage?.('headers');
    for await (const piece of response.text) {
      call.signal.throwIfAborted();
      if (piece === '') continue;
      if (text === '') call.onStage?.('text');
      text += piece;
      const end = enough(text, call.enough);
      text = text.slice(0, end);
      if (text !== '') call.onText?.(text);
      isEnough = end !== undefined;
      if (isEnough || text.length >= most) break;
    }
    const finish = isEnough || text.length < most ? 'stop' : 'length';
    return { ok: true, text, origin: 'model', sourceId: id, model: model.id, finish, bytes: Buffer.byteLength(text) };
  } finally {
    call.signal.removeEventListener('abort', cancel);
    // What was not read to its end is not wanted any more.
    cancellation.cancel();
    cancellation.dispose();
  }
}
