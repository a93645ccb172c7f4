/**
 * A flag server as a process of its own: `tsx test/fakes/ofrepServerCli.ts --file flags.json --port 8016`.
 *
 * `--port N` (0: any). Answers OFREP as flagd does, from a file in flagd's format that may change while it runs.
 * `POST /__behaviour` with one of `ofrepBehaviours` as the body makes it misbehave.
 */

import { parseArgs } from 'node:util';
import { startOfrepServer } from './ofrepServer.ts';

const { values } = parseArgs({ options: { file: { type: 'string' }, port: { type: 'string', default: '0' } } });

if (values.file === undefined) {
  console.error('--file is missing; allowed: the path of a file of flags in the format of flagd');
  process.exitCode = 2;
} else {
  const server = await startOfrepServer(values.file, Number(values.port));
  console.log(server.url);
}
