import { protocols, type HttpProtocol } from '../../src/settings/settings.ts';
import { anthropicDialect } from './fault/anthropicDialect.ts';
import { azureDialect, chatDialect, mistralFimDialect } from './fault/chatDialect.ts';
import { completionsDialect } from './fault/completionsDialect.ts';
import { deepSeekFimDialect } from './fault/deepseekFimDialect.ts';
import type { Dialect } from './fault/dialect.ts';
import { infillDialect } from './fault/infillDialect.ts';
import { ollamaDialect } from './fault/ollamaDialect.ts';
import { responsesDialect } from './fault/responsesDialect.ts';

/** How the fault server speaks a protocol, and the end of its base URL there. */
export interface Spoken {
  readonly dialect: Dialect;
  readonly basePath: string;
}

/** All protocols; one that is missing here is a compile error. */
export const spoken: Readonly<Record<HttpProtocol, Spoken>> = {
  'openai-completions': { dialect: completionsDialect, basePath: '/v1' },
  'openai-chat': { dialect: chatDialect, basePath: '/v1' },
  'openai-responses': { dialect: responsesDialect, basePath: '/v1' },
  'mistral-fim': { dialect: mistralFimDialect, basePath: '/v1' },
  'deepseek-fim': { dialect: deepSeekFimDialect, basePath: '/beta' },
  anthropic: { dialect: anthropicDialect, basePath: '/v1' },
  'azure-openai': { dialect: azureDialect, basePath: '' },
  'llamacpp-infill': { dialect: infillDialect, basePath: '' },
  ollama: { dialect: ollamaDialect, basePath: '' },
};

/** The entry of `failsoft.backends` for a server at this URL. */
export function spokenSetting(protocol: HttpProtocol, serverUrl: string): { readonly protocol: HttpProtocol; readonly baseUrl: string } {
  return { protocol, baseUrl: `${serverUrl}${spoken[protocol].basePath}` };
}

/** Every protocol with how it is spoken. */
export const everyProtocol: readonly (readonly [HttpProtocol, Spoken])[] = protocols
  .filter((protocol): protocol is HttpProtocol => protocol !== 'vscode-lm')
  .map((protocol) => [protocol, spoken[protocol]]);
