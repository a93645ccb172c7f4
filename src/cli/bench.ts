import { messageOf } from '../base/logger.ts';
import type { Arm } from '../domain/rollout.ts';
import { evaluateBenchmark, type EvaluatedVersion, type EvaluationPorts, ownFilesOf, warmUp } from '../benchmarking.ts';
import { benchmarkDefaults } from '../evaluation/benchmarkDefaults.ts';
import { benchmarkMarkdown } from '../evaluation/benchmarkMarkdown.ts';
import { benchmarkReport } from '../evaluation/benchmarkReport.ts';
import type { BenchmarkReport, BenchmarkRun, Position, Price } from '../evaluation/benchmarkTypes.ts';
import { ownPositions } from '../evaluation/ownPositions.ts';
import { parseRun, printRun } from '../evaluation/recordedRun.ts';
import { shippedPositions } from '../evaluation/shippedPositions.ts';
import { createSecretRules } from '../secretRules.ts';
import { show } from '../settings/shownValue.ts';
import { benchText } from './benchText.ts';
import { type Args, CannotBeDone, type Command, type CommandContext, type CommandResult, exitCodes, UsageError } from './command.ts';
import { absolutePath, readFlagFile } from './flagFile.ts';
import { boundaryFlag, checkBoundary, lengthFlag, maxTokensOf, readVersions, versionFlags, type Versions } from './versions.ts';

const sets = ['shipped', 'own', 'both'] as const;

/** Compares a candidate with its baseline on the same positions. */
export const bench: Command = {
  name: 'bench',
  summary: 'compares the answers of a candidate with those of its baseline',
  description:
    'Asks both versions to fill the same gaps: in snippets that come with Failsoft and, with --folder, in your own code, less what\n' +
    '.failsoftignore, .gitignore and the search for secrets leave out. Passed means: not worse by more than the margin in any metric.',
  flags: {
    ...versionFlags,
    ...boundaryFlag,
    ...lengthFlag,
    folder: { type: 'string', value: 'DIR', help: 'also ask about gaps in the code in this folder' },
    set: { type: 'string', value: 'SET', help: 'shipped, own or both; default both with --folder, otherwise shipped' },
    positions: { type: 'string', value: 'N', help: `gaps of each set, 1 to 5000; default ${benchmarkDefaults.positions}` },
    seed: { type: 'string', value: 'N', help: 'chooses gaps and order; the same seed gives the same; default 1' },
    margin: {
      type: 'string',
      value: 'POINTS',
      help: `percentage points by which the candidate may be worse, 0 to 50; default ${benchmarkDefaults.margin}`,
    },
    concurrency: { type: 'string', value: 'N', help: 'gaps asked about at the same time, 1 or 2; default 1' },
    'baseline-price': { type: 'string', value: 'IN/OUT', help: 'price of a million tokens in and out, such as 0.15/0.60' },
    'candidate-price': { type: 'string', value: 'IN/OUT', help: 'the same for the candidate' },
    record: { type: 'string', value: 'FILE', isWritten: true, help: 'keep all answers in FILE; it holds the code around each gap' },
    replay: { type: 'string', value: 'FILE', help: 'make the report from a recorded run, asking nobody' },
    'include-text': { type: 'boolean', help: 'put code and answers into the report' },
  },
  examples: [
    'bench --settings settings.json --baseline "my server" --candidate "my server=new-model"',
    'bench --baseline-url http://127.0.0.1:8080/v1 --baseline-model old --candidate-url http://127.0.0.1:8081/v1 --candidate-model new --folder .',
    'bench --replay run.json --json',
  ],
  async run(context) {
    const { args } = context;
    const margin = args.number('margin', { default: benchmarkDefaults.margin, minimum: 0, maximum: 50 }) / 100;
    const prices = pricesOf(args);
    const run = args.has('replay') ? replayed(context) : await live(context);
    const isKept = args.has('replay') || keepRun(run, context);
    const result = resultOf(benchmarkReport(run, { margin, prices }), run, args.has('include-text'));
    return isKept ? result : { ...result, exit: exitCodes.inconclusive };
  },
};

/** What only makes sense while somebody is asked. */
const liveFlags = [
  ...Object.keys({ ...versionFlags, ...boundaryFlag, ...lengthFlag }),
  'folder',
  'set',
  'positions',
  'seed',
  'concurrency',
  'record',
];

function replayed(context: CommandContext): BenchmarkRun {
  const file = context.args.needed('replay');
  const other = liveFlags.find((name) => context.args.has(name));
  if (other !== undefined) throw new UsageError(`--${other} has no meaning with --replay, which asks nobody`);
  const text = readFlagFile(context, 'replay', file);
  try {
    return parseRun(text);
  } catch (error) {
    throw new UsageError(`--replay ${file}: ${messageOf(error)}`);
  }
}

async function live(context: CommandContext): Promise<BenchmarkRun> {
  const { args, signal, progress, http, clock } = context;
  const versions = readVersions(context);
  const seed = args.number('seed', { default: 1, minimum: 0, maximum: 2 ** 31, whole: true });
  const concurrency = args.number('concurrency', { default: 1, minimum: 1, maximum: 2, whole: true }) === 2 ? 2 : 1;
  const positions = positionsOf(context, versions, seed);
  const sides: Record<Arm, EvaluatedVersion> = {
    baseline: { backend: versions.baseline, deadlines: versions.deadlines },
    candidate: { backend: versions.candidate, deadlines: versions.deadlines, maxTokens: maxTokensOf(context) },
  };
  const ports: EvaluationPorts = { http, clock, keys: versions.keys, secretRules: createSecretRules };
  progress('asking both versions once, which does not count');
  const unreachable = await warmUp(sides, ports, signal);
  if (unreachable) throw new CannotBeDone(`the ${unreachable.arm} cannot be asked: ${unreachable.why}`);
  const onProgress = (done: number, of: number): void => progress(`${done} of ${of} positions`);
  return evaluateBenchmark(sides, { positions, seed, concurrency, signal, onProgress }, ports);
}

/** Writes the recording. False: it could not be, which is said; what was found out for so long is not thrown away for it. */
function keepRun(run: BenchmarkRun, { args, signal, files, folder, note }: CommandContext): boolean {
  const record = args.text('record');
  if (record === undefined || signal.aborted) return true;
  try {
    files.replace(absolutePath(folder, record), new TextEncoder().encode(printRun(run)));
    return true;
  } catch (error) {
    note(`--record ${record} could not be written: ${messageOf(error)}`);
    return false;
  }
}

function positionsOf(context: CommandContext, versions: Versions, seed: number): readonly Position[] {
  const { args, disk, folder: here } = context;
  const folder = args.text('folder');
  const set = args.oneOf('set', sets, folder === undefined ? 'shipped' : 'both');
  if (set !== 'shipped' && folder === undefined) throw new UsageError(`--set ${set} needs --folder DIR, where your own code is`);
  if (set === 'shipped' && folder !== undefined)
    throw new UsageError('--set shipped asks about nothing in --folder; allowed is own or both');
  const count = args.number('positions', { default: benchmarkDefaults.positions, minimum: 1, maximum: 5000, whole: true });
  const shipped = set === 'own' ? [] : shippedPositions(count, seed);
  if (set === 'shipped' || folder === undefined) return shipped;
  checkBoundary(context, versions);
  const root = absolutePath(here, folder);
  if (disk.look(root)?.kind !== 'folder') throw new UsageError(`--folder ${folder}: there is no such folder`);
  const own = ownPositions(ownFilesOf(root, disk, createSecretRules), count, seed, versions.disabledLanguages);
  const nothing = `--folder ${folder} holds no code that may be asked about`;
  if (own.length === 0 && (set === 'own' || args.has('set'))) throw new UsageError(nothing);
  if (own.length === 0) context.note(`${nothing}; the shipped snippets are`);
  return [...own, ...shipped];
}

function pricesOf(args: Args): Partial<Record<Arm, Price>> {
  const prices: Partial<Record<Arm, Price>> = {};
  for (const arm of ['baseline', 'candidate'] as const) {
    const text = args.text(`${arm}-price`);
    if (text === undefined) continue;
    const [, prompt, completion] = /^(\d+(?:\.\d+)?)\/(\d+(?:\.\d+)?)$/.exec(text) ?? [];
    if (prompt === undefined || completion === undefined) {
      throw new UsageError(`--${arm}-price is ${show(text)}, allowed are two prices of a million tokens such as 0.15/0.60`);
    }
    prices[arm] = { prompt: Number(prompt), completion: Number(completion) };
  }
  return prices;
}

function resultOf(report: BenchmarkReport, { pairs }: BenchmarkRun, includesText: boolean): CommandResult {
  const shown = includesText ? pairs : [];
  return {
    exit: exitCodes[report.verdict],
    text: benchText(report),
    summary: report.summary,
    json: includesText ? { ...report, texts: pairs } : report,
    markdown: benchmarkMarkdown(report, shown),
  };
}
