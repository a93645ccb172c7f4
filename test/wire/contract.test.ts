/** The contract for every protocol: one entry each. What only one protocol does is tested in a file of its own. */

import type { Protocol } from '../../src/settings/settings.ts';
import { completionsDialect } from '../fakes/fault/completionsDialect.ts';
import { contractOf, type ContractParties } from './contract.ts';

/** A protocol that is missing here is a compile error. */
const parties: Readonly<Record<Protocol, ContractParties>> = {
  'openai-completions': {
    dialect: completionsDialect,
    setting: (url) => ({ protocol: 'openai-completions', baseUrl: `${url}/v1` }),
    keyHeader: 'authorization',
  },
};

for (const [protocol, each] of Object.entries(parties)) contractOf(protocol, each);
