/**
 * `npm run bench`: measures what Failsoft costs. `npm run bench -- overhead breaker` runs only these parts, `--json FILE` keeps
 * the figures, `local --repository PATH` types another repository's history. A missed target is a result and not an error: the exit code is 0 unless a part could not measure.
 *
 * @see docs/performance.md for how to read the figures
 */
import { writeFileSync } from 'node:fs';
import os from 'node:os';
import { parseArgs } from 'node:util';
import { measureActivation } from './activation.ts';
import { measureBreaker } from './breaker.ts';
import { measureBundle } from './bundle.ts';
import { measureCapacity } from './capacity.ts';
import { measureContext } from './context.ts';
import { measureDashboard } from './dashboard.ts';
import { measureHeap } from './heap.ts';
import { measureIdle } from './idle.ts';
import { measureJournal } from './journal.ts';
import { type LocalWish, measureLocal } from './localPart.ts';
import { measureOverhead } from './overhead.ts';
import { measureProtocolOverhead } from './protocolOverhead.ts';
import { type Check, checkTable, formatPart, formatTable, type PartResult } from './report.ts';
import { measureRollout } from './rollout.ts';
import { measureRolloutOverhead } from './rolloutOverhead.ts';
import { measureSoak } from './soak.ts';
import { measureTyping } from './typing/typing.ts';
import { measureWire } from './wire.ts';

const parts = {
  overhead: measureOverhead,
  protocols: measureProtocolOverhead,
  breaker: measureBreaker,
  bundle: measureBundle,
  heap: measureHeap,
  soak: measureSoak,
  idle: measureIdle,
  activation: measureActivation,
  local: measureLocal,
  wire: measureWire,
  context: measureContext,
  dashboard: measureDashboard,
  typing: measureTyping,
  journal: measureJournal,
  rollout: measureRollout,
  'rollout-overhead': measureRolloutOverhead,
  capacity: measureCapacity,
} as const satisfies Record<string, (wish: LocalWish) => Promise<PartResult>>;

type PartName = keyof typeof parts;

interface Wish extends LocalWish {
  readonly names: readonly PartName[];
  readonly json: string | undefined;
}

function isPart(name: string): name is PartName {
  return Object.hasOwn(parts, name);
}

/** Reads the command line; ends the process with 2 and one line when it asks for something that is not there. */
function readWish(): Wish {
  const allowed = `allowed are the parts ${Object.keys(parts).join(', ')}, --json FILE, and for local --repository PATH and --lines N`;
  try {
    const { values, positionals } = parseArgs({
      options: { json: { type: 'string' }, repository: { type: 'string' }, lines: { type: 'string' } },
      allowPositionals: true,
    });
    const unknown = positionals.filter((name) => !isPart(name));
    if (unknown.length > 0) throw new Error(`there is no part ${unknown.map((name) => `"${name}"`).join(' or ')}`);
    if (values.lines !== undefined && !/^[1-9]\d{0,6}$/.test(values.lines)) {
      throw new Error(`--lines is "${values.lines}", not a whole number from 1 on`);
    }
    const wanted = positionals.filter(isPart);
    const names = Object.keys(parts).filter(isPart);
    return { names: wanted.length > 0 ? names.filter((name) => wanted.includes(name)) : names, ...values, json: values.json };
  } catch (error) {
    console.error(`bench: ${error instanceof Error ? error.message : String(error)}; ${allowed}`);
    process.exit(2);
  }
}

/** The machine in words, for whoever compares two runs. */
function machine(): string {
  const load = os.loadavg()[0] ?? 0;
  return `Node ${process.versions.node}, ${os.platform()} ${os.arch()}, ${os.availableParallelism()} cores, load ${load.toFixed(1)}`;
}

/** Runs one part; a part that throws is told, and the others still run. */
async function runPart(name: PartName, wish: LocalWish): Promise<PartResult | undefined> {
  try {
    const result = await parts[name](wish);
    console.log(`${formatPart(name, result)}\n`);
    return result;
  } catch (error) {
    console.error(`== ${name}\n\ncould not be measured: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exitCode = 1;
    return undefined;
  }
}

async function main(): Promise<void> {
  const wish = readWish();
  const { names, json } = wish;
  const before = machine();
  console.log(`${before}\n`);
  const results: Partial<Record<PartName, PartResult>> = {};
  for (const name of names) {
    const result = await runPart(name, wish);
    if (result !== undefined) results[name] = result;
  }
  const checks = Object.entries(results).flatMap(([name, { checks: own }]) =>
    own.map((check): Check => ({ ...check, what: `${name}: ${check.what}` })),
  );
  console.log(formatTable(checkTable('== summary', checks)));
  const failed = names.filter((name) => results[name] === undefined);
  if (failed.length > 0) console.log(`could not be measured: ${failed.join(', ')}`);
  if (json !== undefined)
    writeFileSync(json, `${JSON.stringify({ at: new Date().toISOString(), machine: before, parts: results }, undefined, 2)}\n`);
}

await main();
