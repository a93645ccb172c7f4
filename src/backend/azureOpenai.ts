import { capabilities, keyHeaders } from '../settings/capability.ts';
import { backendRules } from '../settings/schema.ts';
import type { BackendSettings } from '../settings/settings.ts';
import { chatAnswers, chatBody } from './openaiChat.ts';
import type { Prompts, WireProtocol } from './protocol.ts';

/**
 * Chat completions of a deployment on Azure OpenAI: the base URL is the endpoint, and the model is the deployment's name.
 *
 * @see https://learn.microsoft.com/azure/ai-services/openai/reference#chat-completions
 */
export function azureOpenAi(backend: BackendSettings, prompts: Prompts): WireProtocol {
  const { baseUrl, model, apiVersion = backendRules.defaultApiVersion } = backend;
  return {
    ...chatAnswers,
    request(request, key) {
      const prompt = prompts.chat(request);
      return {
        url: `${baseUrl}/openai/deployments/${encodeURIComponent(model)}/chat/completions?api-version=${apiVersion}`,
        headers: keyHeaders(capabilities['azure-openai'], key),
        body: chatBody(model, request, prompt),
        enough: prompt.enough,
      };
    },
  };
}
