/** Writes the published schema of policy files anew: `tsx test/fakes/rolloutSchemaCli.ts`, after a change of `manifestRules`. */

import { writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { rolloutSchema } from './rolloutSchema.ts';

const file = new URL('../../schemas/rollout.schema.json', import.meta.url);

writeFileSync(file, await format(JSON.stringify(rolloutSchema()), { ...(await resolveConfig(file)), parser: 'json' }));
