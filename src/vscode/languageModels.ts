import * as vscode from 'vscode';
import type { Disposable } from '../base/clock.ts';
import { Emitter, type Event } from '../base/event.ts';
import { type Logger, messageOf } from '../base/logger.ts';
import type { Consent, LanguageModelPorts, LanguageModels } from './languageModelSource.ts';

/** The editor's language models, and who they may be used of. */
export interface EditorLanguageModels extends LanguageModelPorts, Disposable {
  /** Fires when extensions offer other models than before. */
  readonly onDidChange: Event<void>;
}

/** What of the extension's context is used; `globalState` remembers what the person allowed. */
type LanguageModelContext = Pick<vscode.ExtensionContext, 'globalState' | 'languageModelAccessInformation'>;

/** Forks of VS Code may lack the models, so nothing of them is taken for granted. */
export function createLanguageModels(context: LanguageModelContext, logger: Logger): EditorLanguageModels {
  const lm = (vscode as { readonly lm?: Partial<typeof vscode.lm> }).lm;
  const changed = new Emitter<void>((error) => logger.error(`language models: ${messageOf(error)}`));
  const subscription = lm?.onDidChangeChatModels?.(() => changed.fire());
  return {
    models: modelsOf(lm, context.languageModelAccessInformation),
    consent: consentIn(context.globalState, logger),
    onDidChange: changed.event,
    dispose() {
      subscription?.dispose();
      changed.dispose();
    },
  };
}

function modelsOf(lm: Partial<typeof vscode.lm> | undefined, access: vscode.LanguageModelAccessInformation): LanguageModels | undefined {
  if (typeof lm?.selectChatModels !== 'function') return undefined;
  const { selectChatModels } = lm;
  return {
    select: (vendor) => selectChatModels({ vendor }),
    canSendRequest: (model) => access.canSendRequest(model),
    message: (text) => vscode.LanguageModelChatMessage.User(text),
    cancellation: () => new vscode.CancellationTokenSource(),
  };
}

/** Our own memory of it, because the editor's answer may be `true` before the person was asked. */
function consentIn(state: vscode.Memento, logger: Logger): Consent {
  const keyOf = (vendor: string): string => `failsoft.languageModels.${vendor}`;
  return {
    isGiven: (vendor) => state.get(keyOf(vendor)) === true,
    set(vendor, isGiven) {
      state.update(keyOf(vendor), isGiven || undefined).then(undefined, (error: unknown) => {
        logger.warn(`language models: the permission could not be stored: ${messageOf(error)}`);
      });
    },
  };
}
