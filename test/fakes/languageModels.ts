import type { CancellationToken, CancellationTokenSource, LanguageModelChat, LanguageModelChatMessage } from 'vscode';
import type { Consent, LanguageModels } from '../../src/vscode/languageModelSource.ts';

/** What the fake model does with a request. `test/extension/suite/languageModel.ts` asks the same of a real one. */
export type Answer =
  | { readonly kind: 'text'; readonly pieces: readonly string[] }
  /** Refused before it began. */
  | { readonly kind: 'refuses'; readonly error: Error }
  /** Fails in the middle. */
  | { readonly kind: 'breaks'; readonly pieces: readonly string[]; readonly error: Error }
  /** Says nothing until it is cancelled; `deaf`: not even then. */
  | { readonly kind: 'hangs'; readonly deaf?: boolean };

/** An error with a code and a name, as the editor and other extensions throw them. */
export function codedError(message: string, { code, name, cause }: { code?: string; name?: string; cause?: Error } = {}): Error {
  const error = new Error(message, cause ? { cause } : undefined);
  if (code !== undefined) Object.assign(error, { code });
  if (name !== undefined) error.name = name;
  return error;
}

/** The editor's language models with one model in them, told what to do by a test. */
export class FakeLanguageModels implements LanguageModels {
  readonly vendor = 'acme';
  answer: Answer = { kind: 'text', pieces: ['model', 'Text(', '42);'] };
  /** What the editor says of the person's permission. */
  allowed: boolean | undefined = true;
  offered = ['coder'];
  /** Texts of the messages of each request. */
  readonly asked: string[][] = [];
  cancelled = 0;
  readonly consents = new Map<string, boolean>([['acme', true]]);
  readonly consent: Consent = {
    isGiven: (vendor) => this.consents.get(vendor) === true,
    set: (vendor, isGiven) => void this.consents.set(vendor, isGiven),
  };

  select(vendor: string): Promise<readonly LanguageModelChat[]> {
    const names = vendor === this.vendor ? this.offered : [];
    return Promise.resolve(names.map((family) => this.#model(family)));
  }

  canSendRequest(): boolean | undefined {
    return this.allowed;
  }

  message(text: string): LanguageModelChatMessage {
    return { text } as unknown as LanguageModelChatMessage;
  }

  cancellation(): CancellationTokenSource {
    const listeners: (() => void)[] = [];
    let isCancelled = false;
    const token = {
      get isCancellationRequested() {
        return isCancelled;
      },
      onCancellationRequested: (listener: () => void) => listeners.push(listener),
    };
    return {
      token,
      cancel: () => {
        if (isCancelled) return;
        isCancelled = true;
        this.cancelled++;
        for (const listener of listeners) listener();
      },
      dispose: () => undefined,
    } as unknown as CancellationTokenSource;
  }

  #model(family: string): LanguageModelChat {
    return {
      id: `${family}-id`,
      family,
      vendor: this.vendor,
      name: family,
      version: '1',
      maxInputTokens: 4096,
      countTokens: () => Promise.resolve(1),
      sendRequest: (messages, _options, token) => {
        this.asked.push(messages.map((message) => (message as unknown as { text: string }).text));
        const { answer } = this;
        if (answer.kind === 'refuses') return Promise.reject(answer.error);
        const text = play(answer, token);
        return Promise.resolve({ text, stream: text });
      },
    };
  }
}

async function* play(answer: Exclude<Answer, { kind: 'refuses' }>, token: CancellationToken | undefined): AsyncGenerator<string> {
  if (answer.kind === 'hangs') {
    await new Promise<void>((resolve) => {
      if (answer.deaf !== true) token?.onCancellationRequested(() => resolve());
    });
    return;
  }
  for (const piece of answer.pieces) {
    await Promise.resolve();
    if (token?.isCancellationRequested) return;
    yield piece;
  }
  if (answer.kind === 'breaks') throw answer.error;
}
