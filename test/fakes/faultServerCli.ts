/**
 * A fault server by hand: `tsx test/fakes/faultServerCli.ts --port 8080 --behaviour healthy`.
 *
 * Options: `--port N`, `--control-port N` (0: any; stays open while the behaviour is `refused`),
 * `--behaviour KIND` or its JSON, `--model NAME`, `--seed N`, `--corpus FILE` (repeatable).
 * Switch it with `POST /__control`, look with `GET /__requests`.
 */

import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { jsonOrText } from './fault/control.ts';
import { parseBehaviour, startFaultServer } from './faultServer.ts';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    'control-port': { type: 'string', default: '0' },
    behaviour: { type: 'string', default: 'healthy' },
    model: { type: 'string', default: 'fault-model' },
    seed: { type: 'string', default: '1' },
    corpus: { type: 'string', multiple: true, default: [] },
  },
});

/** Reads a whole number from the command line. @throws RangeError with what was allowed. */
function wholeNumber(name: string, text: string, most: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0 || value > most) {
    throw new RangeError(`--${name} is "${text}"; allowed: a whole number from 0 to ${most}`);
  }
  return value;
}

async function main(): Promise<void> {
  const behaviour = parseBehaviour(jsonOrText(values.behaviour), '--behaviour');
  const server = await startFaultServer({
    port: wholeNumber('port', values.port, 65_535),
    controlPort: wholeNumber('control-port', values['control-port'], 65_535),
    model: values.model,
    seed: wholeNumber('seed', values.seed, 4_294_967_295),
    corpus: await Promise.all(values.corpus.map((file) => readFile(file, 'utf8'))),
  });
  await server.set(behaviour);
  console.log(`fault server ${server.url}, control ${server.controlUrl}/__control, behaviour ${behaviour.kind}`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void server.close());
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
