/** The contract for every protocol of `spoken`. What only one protocol does is tested in a file of its own. */

import { capabilities } from '../../src/settings/capability.ts';
import type { HttpProtocol } from '../../src/settings/settings.ts';
import { everyProtocol, spokenSetting } from '../fakes/spoken.ts';
import { contractOf } from './contract.ts';
import type { ContractRow } from './contractFaults.ts';
import { ownWords } from './ownWords.ts';

/** Who words failures in a way of their own. */
const words: Partial<Readonly<Record<HttpProtocol, readonly ContractRow[]>>> = {
  'openai-chat': ownWords.openAi,
  'openai-responses': ownWords.openAi,
  'mistral-fim': ownWords.mistral,
  'deepseek-fim': ownWords.deepSeek,
  anthropic: ownWords.anthropic,
  'azure-openai': ownWords.azure,
  'llamacpp-infill': ownWords.llamacpp,
  ollama: ownWords.ollama,
};

for (const [protocol, { dialect }] of everyProtocol) {
  contractOf(protocol, {
    dialect,
    setting: (url) => spokenSetting(protocol, url),
    keyHeader: capabilities[protocol].keyHeader,
    ownWords: words[protocol] ?? [],
  });
}
