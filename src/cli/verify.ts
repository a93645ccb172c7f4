import { type PromptVerification, verifyPrompts } from '../evaluating.ts';
import { compatibilityLimits, type Verdict } from '../evaluation/compatibilityReport.ts';
import { compatibilityLines, compatibilityMarkdown } from '../evaluation/compatibilityText.ts';
import { contextWindowDefaults } from '../evaluation/contextWindow.ts';
import { type Command, type CommandContext, exitCodes } from './command.ts';
import { readOneVersion, readVersions, versionFlags } from './versions.ts';

const exits = { passed: exitCodes.passed, failed: exitCodes.failed, inconclusive: exitCodes.inconclusive } as const satisfies Record<
  Verdict,
  number
>;

/** `failsoft verify`: whether the prompts of Failsoft suit a model version as well as the one before it. */
export const verify: Command = {
  name: 'verify',
  summary: 'checks that prompts suit the candidate: tokens, stops, file boundaries, refusals …',
  description: [
    'Asks the candidate some sixty golden prompts in several languages, and the baseline the same, one request at a time, and looks in the',
    `answers for defects that only the candidate has. A share of wrong answers may be ${compatibilityLimits.worseThanBaseline * 100} points greater than the baseline's. Without a`,
    'baseline the candidate has absolute limits. The prompts are made up for this: no code of yours is sent.',
  ].join('\n'),
  flags: {
    ...versionFlags,
    context: {
      type: 'string',
      value: 'N',
      help: `tokens of the context of both, where the servers do not say; up to ${contextWindowDefaults.longest} are filled`,
    },
  },
  examples: [
    'verify --settings settings.json --baseline "shop model" --candidate "shop model=qwen3-coder:30b" --report prompts.md',
    'verify --candidate-url http://127.0.0.1:8080/v1 --candidate-model qwen2.5-coder:7b --json',
  ],
  async run(context) {
    const report = await verifyPrompts(optionsOf(context));
    const { verdict } = report;
    return {
      exit: exits[verdict],
      text: compatibilityLines(report),
      summary: report.summary,
      json: report,
      markdown: compatibilityMarkdown(report),
    };
  },
};

function optionsOf(context: CommandContext): PromptVerification {
  const { args, http, clock, signal, progress } = context;
  const hasBaseline = ['policy', 'baseline', 'baseline-url', 'baseline-model', 'baseline-protocol'].some((flag) => args.has(flag));
  const {
    version: candidate,
    baseline,
    deadlines,
    keys,
  } = hasBaseline ? bothOf(context) : { ...readOneVersion(context, 'candidate'), baseline: undefined };
  const given = args.has('context') ? args.number('context', { default: 0, minimum: 256, maximum: 10_000_000, whole: true }) : undefined;
  return {
    candidate,
    ...(baseline ? { baseline } : {}),
    ...(given === undefined ? {} : { contextTokens: given }),
    deadlines,
    keys,
    http,
    clock,
    signal,
    onProgress: (asked, of) => progress(`golden prompts: ${asked} of ${of} answers`),
  };
}

function bothOf(context: CommandContext): Pick<ReturnType<typeof readVersions>, 'baseline' | 'deadlines' | 'keys'> & {
  readonly version: PromptVerification['candidate'];
} {
  const { candidate, ...rest } = readVersions(context);
  return { version: candidate, ...rest };
}
