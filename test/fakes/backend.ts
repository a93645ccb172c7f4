import type { Prompts } from '../../src/backend/protocol.ts';
import { chatEnough } from '../../src/pipeline/chatAnswer.ts';
import { cursorMark, formatChat } from '../../src/prompt/chat.ts';
import { contextFiles } from '../../src/prompt/contextText.ts';
import { parseSettings } from '../../src/settings/parse.ts';
import type { BackendSettings } from '../../src/settings/settings.ts';

/** A backend as its setting is read; throws where the setting is wrong. */
export function configuredBackend(setting: Readonly<Record<string, unknown>>): BackendSettings {
  const { settings, problems } = parseSettings({ backends: [{ name: 'backend', model: 'test-model', ...setting }] });
  const [backend] = settings.backends;
  if (!backend || problems.length > 0) throw new Error(problems.join('; '));
  return backend;
}

/** The prompts of an engine, for a model that takes prefix and suffix or chats. */
export const samplePrompts: Prompts = {
  files: ({ context = [] }) => contextFiles(context),
  fim: (request) => ({ prompt: request.prefix, suffix: request.suffix, stop: [request.shape === 'line' ? '\n' : '\n\n'] }),
  chat: (request) => ({ ...formatChat(request), enough: (soFar, ofCode) => chatEnough(soFar, request, cursorMark, ofCode) }),
};
