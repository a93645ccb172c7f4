import { capabilities, keyHeaders } from '../settings/capability.ts';
import type { BackendSettings } from '../settings/settings.ts';
import { optional, textIn } from './json.ts';
import { openAiAnswers } from './openaiAnswer.ts';
import { type Prompts, type WireProtocol, temperatureOf } from './protocol.ts';

/**
 * `POST {baseUrl}/completions` of OpenAI's API, as llama.cpp, vLLM, Ollama and many others speak it.
 *
 * @see https://platform.openai.com/docs/api-reference/completions
 */
export function openAiCompletions({ baseUrl, model }: BackendSettings, prompts: Prompts): WireProtocol {
  return {
    ...openAiAnswers((choice) => textIn(choice['text'])),
    request(request, key) {
      const { prompt, suffix, stop } = prompts.fim(request);
      return {
        url: `${baseUrl}/completions`,
        headers: keyHeaders(capabilities['openai-completions'], key),
        body: {
          model,
          prompt,
          ...optional('suffix', suffix),
          max_tokens: request.maxTokens,
          temperature: temperatureOf(request),
          stream: true,
          stop,
        },
      };
    },
  };
}
