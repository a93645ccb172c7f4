/** The contract for every protocol: one entry each. What only one protocol does is tested in a file of its own. */

import type { HttpProtocol } from '../../src/settings/settings.ts';
import { completionsDialect } from '../fakes/fault/completionsDialect.ts';
import { infillDialect } from '../fakes/fault/infillDialect.ts';
import { ollamaDialect } from '../fakes/fault/ollamaDialect.ts';
import type { Behaviour } from '../fakes/faultServer.ts';
import { contractOf, type ContractParties } from './contract.ts';

/** A protocol that is missing here is a compile error. */
const parties: Readonly<Record<HttpProtocol, ContractParties>> = {
  'openai-completions': {
    dialect: completionsDialect,
    setting: (url) => ({ protocol: 'openai-completions', baseUrl: `${url}/v1` }),
    keyHeader: 'authorization',
  },
  'llamacpp-infill': {
    dialect: infillDialect,
    setting: (url) => ({ protocol: 'llamacpp-infill', baseUrl: url }),
    keyHeader: 'authorization',
    ownWords: [['a context that all slots together outgrew', { kind: 'error', status: 500, body: 'contextExceeded' }, 'capacity']],
  },
  ollama: {
    dialect: ollamaDialect,
    setting: (url) => ({ protocol: 'ollama', baseUrl: url }),
    keyHeader: 'authorization',
    ownWords: [
      ['a full queue', ollamaSays(503, 'server busy, please try again.  maximum pending requests exceeded'), 'capacity'],
      ['a model that is not pulled', ollamaSays(404, "model 'nope' not found"), 'model_retired'],
      [
        'a model without a place for a suffix',
        ollamaSays(400, 'registry.ollama.ai/library/nofim:latest does not support insert'),
        'model_retired',
      ],
      ['too little memory', ollamaSays(500, 'model requires more system memory (5.6 GiB) than is available (3.1 GiB)'), 'capacity'],
      [
        'too little memory of the graphics card',
        ollamaSays(500, 'llama runner process has terminated: cudaMalloc failed: out of memory'),
        'capacity',
      ],
      ['an option of a wrong type', ollamaSays(500, 'option "num_predict" must be of type integer'), 'server'],
    ],
  },
};

/** An error as Ollama words it: the text alone. */
function ollamaSays(status: number, error: string): Behaviour {
  return { kind: 'error', status, rawBody: JSON.stringify({ error }) };
}

for (const [protocol, each] of Object.entries(parties)) contractOf(protocol, each);
