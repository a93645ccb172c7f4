import { capabilities, keyHeaders } from '../settings/capability.ts';
import type { BackendSettings } from '../settings/settings.ts';
import { chatAnswers } from './openaiChat.ts';
import { type Prompts, type WireProtocol, temperatureOf } from './protocol.ts';

/**
 * `POST {baseUrl}/fim/completions` of Mistral: asked like a completion, answered like a chat. A field that it does not know is
 * refused with 422.
 *
 * @see https://docs.mistral.ai/api/endpoint/fim
 */
export function mistralFim({ baseUrl, model }: BackendSettings, prompts: Prompts): WireProtocol {
  return {
    ...chatAnswers,
    request(request, key) {
      const { prompt, suffix = '', stop } = prompts.fim(request);
      return {
        url: `${baseUrl}/fim/completions`,
        headers: keyHeaders(capabilities['mistral-fim'], key),
        body: { model, prompt, suffix, max_tokens: request.maxTokens, temperature: temperatureOf(request), stream: true, stop },
      };
    },
  };
}
