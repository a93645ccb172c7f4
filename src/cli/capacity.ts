import type { Millis } from '../base/clock.ts';
import type { Outcome } from '../domain/completion.ts';
import { testRequest } from '../domain/backendTest.ts';
import type { AnswerTimings } from '../evaluation/askOllamaTimings.ts';
import { serverStateOf } from '../evaluation/askServerState.ts';
import { type CapacityFindings, judgeRamp } from '../evaluation/capacityCheck.ts';
import type { KnownLoad } from '../evaluation/capacityForecast.ts';
import { rampDefaults, type RampLimits, type RampPorts, runRamp } from '../evaluation/capacityRamp.ts';
import { capacityEvidence, capacityMarkdown, capacityText } from '../evaluation/capacityReport.ts';
import { judgeSeen } from '../evaluation/seenAnswers.ts';
import { runAttempt } from '../guard/attemptRun.ts';
import { bareSource, deadlinesOf } from '../member.ts';
import type { Manifest } from '../rollout/policy.ts';
import type { BackendSettings } from '../settings/settings.ts';
import { show } from '../settings/shownValue.ts';
import { CannotBeDone, type Command, type CommandContext, exitCodes, type Flags, UsageError } from './command.ts';
import { ollamaTimingsOf } from './ollamaTimings.ts';
import { readSeenFile } from './seenFile.ts';
import { lengthFlag, maxTokensOf, policyOf, readOneVersion, versionFlags } from './versions.ts';

/** More connections are never open to one server. */
const mostAtOnce = 16;
/** So many levels or stages are enough for anybody. */
const mostNumbers = 12;

/** What may stand beside `--seen`. */
const seenFlags: ReadonlySet<string> = new Set([
  ...['seen', 'policy', 'overhead', 'slots', 'peak-rate', 'batch', 'share', 'servers', 'least-servers', 'stages'],
]);

const candidateFlags: Flags = Object.fromEntries(
  Object.entries({ ...versionFlags, ...lengthFlag }).filter(([name]) => !name.startsWith('baseline')),
);

/** `failsoft capacity`: a bounded ramp against one server, and what follows for a rollout. */
export const capacity: Command = {
  name: 'capacity',
  summary: 'whether the candidate has servers enough for everybody',
  description:
    'Asks the server of the candidate for made-up code, more and more at once, and stops at the first refusal or error, when answers become\n' +
    'slow, when more at once bring no more answers, or when the server says it is full. From where that is, and from how many requests\n' +
    'there will be, it tells the load of each stage. With --seen nobody is asked.\n' +
    'Ends with 0 when all stages hold, 1 when one does not, 3 when it is not known.',
  flags: {
    ...candidateFlags,
    policy: {
      type: 'string',
      value: 'FILE',
      help: 'a rollout policy, whose candidate, "capacity" and stages are meant where no flag says another',
    },
    'allow-remote': { type: 'boolean', help: 'the server is not on this machine, and whoever runs it knows of this test' },
    levels: {
      type: 'string',
      value: 'N,N,…',
      help: `requests at once, ascending, each 1 to ${mostAtOnce}; default ${rampDefaults.levels.join(',')}`,
    },
    think: { type: 'string', value: 'MS', help: `pause of each pretended person between requests; default ${rampDefaults.think}` },
    'max-requests': { type: 'string', value: 'N', help: `all requests together; default ${rampDefaults.mostRequests}` },
    'max-rate': { type: 'string', value: 'N', help: `requests per second; default ${rampDefaults.mostPerSecond}` },
    'slower-by': {
      type: 'string',
      value: 'N',
      help: `stops when the P95 is so many times that of the first level; default ${rampDefaults.slowerBy}`,
    },
    seen: {
      type: 'string',
      value: 'FILE',
      help: 'asks nobody: tells it from answers that came anyway, each a line {"at": MS, "batch": N, "latency": MS}',
    },
    'no-metrics': { type: 'boolean', help: 'does not ask the server what it says of itself' },
    overhead: {
      type: 'string',
      value: 'MS',
      help: 'part of each answer that keeps no slot busy, such as the network; default: what Ollama says, else 0',
    },
    slots: { type: 'string', value: 'N', help: 'requests that one server runs at once, where the ramp cannot reach it' },
    'peak-rate': { type: 'string', value: 'N', help: 'requests per second of everybody at the busiest time' },
    batch: {
      type: 'string',
      value: 'N',
      help: 'instead of --peak-rate: requests at once on a server at --share, averaged over the busiest time',
    },
    share: { type: 'string', value: 'PERCENT', help: 'share of the people who use the candidate now, with --batch or --seen; default 5' },
    servers: { type: 'string', value: 'N', help: 'servers for everybody; a stage gets its part of them; default 1' },
    'least-servers': { type: 'string', value: 'N', help: 'a stage begins with no fewer; default 1' },
    stages: { type: 'string', value: 'P,P,…', help: 'stages in percent, ascending; default 5,25,50,100' },
  },
  examples: [
    'capacity --candidate-url http://127.0.0.1:8080/v1 --candidate-model qwen2.5-coder --peak-rate 12',
    'capacity --settings settings.json --candidate lab=coder-5.3 --allow-remote --slots 36 --servers 100 --least-servers 8 --batch 21 --share 5',
    'capacity --seen answers.jsonl --slots 36 --servers 100 --least-servers 8 --share 5',
  ],
  run: runCapacity,
};

async function runCapacity(context: CommandContext): Promise<Awaited<ReturnType<Command['run']>>> {
  const { args, signal } = context;
  const seen = args.text('seen');
  if (seen !== undefined) return told(judgeSeen(readSeenFile(context, seen), seenAssumptionsOf(context)), seen, {});
  const { version, policy, deadlines, keys } = readOneVersion(context, 'candidate');
  const limits = limitsOf(context);
  const assumed = assumptionsOf(context, policy);
  const problem = args.has('allow-remote') || policy?.capacity.ramp === 'anywhere' ? undefined : remoteProblem(version);
  if (problem !== undefined) throw new UsageError(`${problem}; allowed with --allow-remote when whoever runs it knows`);
  const source = bareSource(version, context.http, deadlines, { clock: context.clock, keys });
  const maxTokens = maxTokensOf(context);
  let asked = 0;
  const ask = async (own: AbortSignal): Promise<Outcome> => {
    const id = `capacity-${++asked}`;
    const { outcome } = await runAttempt(
      { ...freshRequest(context, maxTokens), id, trigger: 'manual' },
      { signal: own },
      {
        source,
        model: version.model,
        clock: context.clock,
        deadlines: deadlinesOf(version, deadlines, 'manual'),
        onRealEnd: () => undefined,
      },
    );
    return outcome;
  };
  context.progress('one request that does not count');
  const first = await ask(signal);
  if (!first.ok) throw new CannotBeDone(`the candidate cannot be asked: ${first.failure.message}`);
  const key = (): Promise<string | undefined> => keys.get(version.name, version.origin);
  const timings = args.has('no-metrics')
    ? undefined
    : await ollamaTimingsOf({ ...context, version, key, request: () => freshRequest(context, maxTokens) });
  const overhead = overheadOf(assumed.overhead, args.has('overhead'), timings);
  const state = args.has('no-metrics') ? {} : { state: serverStateOf({ ...context, origin: version.origin, key }) };
  const ports: RampPorts = {
    ...{ ask, signal, clock: context.clock, random: context.random, ...state },
    onLevel: (requests, sent) => context.progress(`${requests} at once; ${sent} of at most ${limits.mostRequests} requests`),
  };
  const judged = judgeRamp(await runRamp(limits, ports), { ...assumed, overhead: overhead.value });
  return told({ ...judged, overhead, ...(timings ? { timings } : {}) }, `${version.model} at ${version.origin}`, { limits });
}

/** What findings are to whoever started the command. @param subject what it was told from, in words */
function told(findings: CapacityFindings, subject: string, more: object): Awaited<ReturnType<Command['run']>> {
  const evidence = capacityEvidence(findings);
  return {
    exit: exitOf(findings),
    text: capacityText(findings),
    summary: evidence.summary,
    json: { ...evidence, subject, ...more, ...findings },
    markdown: capacityMarkdown(findings, subject),
  };
}

/** A new beginning each time: a server that knows the prompt already would be faster than for people. */
function freshRequest({ random }: Pick<CommandContext, 'random'>, maxTokens: number): typeof testRequest {
  const prefix = `# ${Math.floor(random() * 1e9)}\n${testRequest.prefix}`;
  return { ...testRequest, prefix, maxTokens: Math.min(testRequest.maxTokens, maxTokens) };
}

/** A person is believed before a server. */
function overheadOf(given: Millis, isGiven: boolean, timings: AnswerTimings | undefined): NonNullable<CapacityFindings['overhead']> {
  if (isGiven) return { value: given, source: 'person' };
  return timings ? { value: timings.overhead, source: 'server' } : { value: given, source: 'nobody' };
}

/** Why a server may not be put under load as long as nobody allows it. */
export function remoteProblem({ origin, loopback }: Pick<BackendSettings, 'origin' | 'loopback'>): string | undefined {
  return loopback ? undefined : `${origin} is not on this machine, and a ramp is felt by everybody who uses it`;
}

function exitOf({ forecast }: CapacityFindings): 0 | 1 | 3 {
  if (forecast.verdict === 'holds') return exitCodes.passed;
  return forecast.verdict === 'no' ? exitCodes.failed : exitCodes.inconclusive;
}

function limitsOf({ args }: CommandContext): RampLimits {
  return {
    ...rampDefaults,
    levels: numbersOf(args.text('levels'), 'levels', mostAtOnce) ?? rampDefaults.levels,
    think: args.number('think', { default: rampDefaults.think, minimum: 0, maximum: 60_000 }),
    mostRequests: args.number('max-requests', { default: rampDefaults.mostRequests, minimum: 1, maximum: 5000, whole: true }),
    mostPerSecond: args.number('max-rate', { default: rampDefaults.mostPerSecond, minimum: 0.1, maximum: 500 }),
    slowerBy: args.number('slower-by', { default: rampDefaults.slowerBy, minimum: 1.2, maximum: 20 }),
  };
}

/** What is not said by flags, the policy says. */
function assumptionsOf({ args, random }: CommandContext, policy: Manifest | undefined): Parameters<typeof judgeRamp>[1] {
  const known = policy?.capacity;
  const servers = args.number('servers', { default: known?.servers ?? 1, minimum: 1, maximum: 100_000, whole: true });
  const leastKnown = Math.min(servers, known?.leastServers ?? 1);
  const least = args.number('least-servers', { default: leastKnown, minimum: 1, maximum: 100_000, whole: true });
  if (least > servers) throw new UsageError(`--least-servers is ${least}, allowed is at most the ${servers} of --servers`);
  const load = loadOf(args, known?.peakRate);
  const slots = args.has('slots') ? args.number('slots', { default: 1, minimum: 1, maximum: 4096, whole: true }) : known?.slots;
  return {
    overhead: args.number('overhead', { default: 0, minimum: 0, maximum: 10_000 }),
    load,
    servers: (percent) => Math.max(least, Math.ceil((servers * percent) / 100)),
    percents: numbersOf(args.text('stages'), 'stages', 100) ?? policy?.stages.map(({ percent }) => percent) ?? [5, 25, 50, 100],
    random,
    ...(slots === undefined ? {} : { slots }),
  };
}

/** What says whom to ask, and how, has no place where nobody is asked. @throws UsageError */
function seenAssumptionsOf(context: CommandContext): Parameters<typeof judgeSeen>[1] {
  const { args } = context;
  const odd = Object.keys(capacity.flags).find((name) => args.has(name) && !seenFlags.has(name));
  if (odd !== undefined) throw new UsageError(`--${odd} is about asking a server, and with --seen nobody is asked; allowed is one of both`);
  const assumed = assumptionsOf(context, policyOf(context));
  return assumed.load === undefined ? { ...assumed, share: shareOf(args) } : assumed;
}

function shareOf(args: CommandContext['args']): number {
  return args.number('share', { default: 5, minimum: 0.01, maximum: 100 });
}

function loadOf(args: CommandContext['args'], peakRate: number | undefined): KnownLoad | undefined {
  if (args.has('peak-rate') && args.has('batch'))
    throw new UsageError('--peak-rate and --batch both say how much there is to do, allowed is one');
  if (args.has('share') && !args.has('batch') && !args.has('seen'))
    throw new UsageError('--share says more about --batch or --seen, which are missing');
  if (args.has('peak-rate')) return { kind: 'rate', perSecond: args.number('peak-rate', { default: 1, minimum: 0.001, maximum: 1e7 }) };
  if (!args.has('batch')) return peakRate === undefined ? undefined : { kind: 'rate', perSecond: peakRate };
  const meanBatch = args.number('batch', { default: 1, minimum: 0.001, maximum: 4096 });
  return { kind: 'batch', meanBatch, percent: shareOf(args) };
}

/** `1,2,4`: whole numbers, ascending. `undefined`: not given. @throws UsageError */
function numbersOf(text: string | undefined, flag: string, maximum: number): readonly number[] | undefined {
  if (text === undefined) return undefined;
  const numbers = text.split(',').map((each) => (/^\d{1,3}$/.test(each.trim()) ? Number(each) : Number.NaN));
  const isFine = numbers.every((each, index) => each > (numbers[index - 1] ?? 0) && each <= maximum);
  if (isFine && numbers.length <= mostNumbers) return numbers;
  throw new UsageError(
    `--${flag} is ${show(text)}, allowed are up to ${mostNumbers} ascending whole numbers from 1 to ${maximum}, with commas between`,
  );
}
