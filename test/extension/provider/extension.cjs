// @ts-check
/** A language model for the tests, registered as any extension does it; what it exports tells it what to do. */

/** Not typed: the types are those of the oldest VS Code that is supported, which has no stable way to register a model. */
const vscode = /** @type {any} */ (require('vscode'));
const canRegister = typeof vscode.lm?.registerLanguageModelChatProvider === 'function';

/** @type {{ answer: Answer, offered: string[], asked: string[][], cancelled: number }} */
const state = { answer: { kind: 'text', pieces: ['model', 'Text(', '42);'] }, offered: ['coder'], asked: [], cancelled: 0 };
const changed = new vscode.EventEmitter();

const provider = {
  onDidChangeLanguageModelChatInformation: changed.event,
  provideLanguageModelChatInformation: () =>
    state.offered.map((family) => ({
      id: `${family}-id`,
      name: family,
      family,
      version: '1',
      maxInputTokens: 4096,
      maxOutputTokens: 1024,
      capabilities: {},
    })),
  provideLanguageModelChatResponse: respond,
  provideTokenCount: () => Promise.resolve(1),
};

/**
 * @typedef {object} Answer
 * @property {'text' | 'hangs' | 'fails'} kind
 * @property {readonly string[]} [pieces]
 * @property {'NoPermissions' | 'Blocked' | 'NotFound'} [code]
 * @property {string} [name]
 * @property {string} [message]
 */

async function respond(
  /** @type {unknown} */ _model,
  /** @type {readonly { content: readonly { value?: string }[] }[]} */ messages,
  /** @type {unknown} */ _options,
  /** @type {{ report(part: unknown): void }} */ progress,
  /** @type {{ onCancellationRequested(listener: (value?: unknown) => void): void }} */ token,
) {
  state.asked.push(messages.map(({ content }) => content.map((part) => part.value ?? '').join('')));
  const { answer } = state;
  token.onCancellationRequested(() => (state.cancelled += 1));
  for (const piece of answer.pieces ?? []) progress.report(new vscode.LanguageModelTextPart(piece));
  if (answer.kind === 'hangs') await new Promise((resolve) => token.onCancellationRequested(resolve));
  if (answer.kind === 'fails') throw errorOf(answer);
}

function errorOf(/** @type {Answer} */ { code, name, message }) {
  const error = code === undefined ? new Error(message) : vscode.LanguageModelError[code](message);
  if (name !== undefined) error.name = name;
  return error;
}

exports.activate = (/** @type {{ subscriptions: unknown[] }} */ context) => {
  if (canRegister) context.subscriptions.push(vscode.lm.registerLanguageModelChatProvider('acme', provider));
  return { canRegister, state, changed: () => changed.fire(undefined) };
};
