import { type CheckResult, type CompatibilityReport, type ModelResult, percent, type WrongRate } from './compatibilityReport.ts';
import { tokenRatio } from './tokenCount.ts';

const marks = { passed: '✓', failed: '✗', inconclusive: '?' } as const;

/** The report in some lines for a terminal. */
export function compatibilityLines(report: CompatibilityReport): string {
  const widest = Math.max(...report.checks.map(({ title }) => title.length));
  return [
    ...headLines(report),
    '',
    ...report.checks.flatMap(({ verdict, title, words, examples }) => [
      `${marks[verdict]} ${title.padEnd(widest)}  ${words}`,
      ...(verdict === 'failed' ? examples.map(({ prompt, words: what }) => `    ${prompt}: ${what}`) : []),
    ]),
    '',
    `${report.verdict}: ${report.summary}`,
  ].join('\n');
}

/** The report as a document. */
export function compatibilityMarkdown(report: CompatibilityReport): string {
  const { checks, verdict, summary } = report;
  const withBaseline = report.baseline !== undefined;
  const columns = ['check', 'verdict', 'candidate wrong', ...(withBaseline ? ['baseline wrong'] : []), 'allowed'];
  const rows = checks.map(({ title, verdict: each, candidate, baseline, allowed }) => [
    title,
    `${marks[each]} ${each}`,
    ofAll(candidate),
    ...(withBaseline ? [baseline ? ofAll(baseline) : '—'] : []),
    percent(allowed),
  ]);
  return [
    '# Prompt compatibility',
    '',
    `**${verdict}**: ${inMarkdown(summary)}`,
    '',
    ...headLines(report).map((line) => `- ${inMarkdown(line)}`),
    '',
    ...[columns, columns.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`),
    '',
    ...checks.filter((check) => check.verdict !== 'passed' || check.examples.length > 0).flatMap(section),
    'Answers are those to golden prompts, whose code was made up for them; no code of yours was sent.',
  ].join('\n');
}

function headLines({ at, took, prompts, candidate, baseline, tokenRatio: ratio }: CompatibilityReport): string[] {
  const { lowest, highest } = tokenRatio;
  return [
    `${prompts} golden prompts, ${new Date(at).toISOString()}, ${(took / 1000).toFixed(1)} s`,
    ...(baseline ? [`baseline ${modelLine(baseline, prompts)}`] : []),
    `candidate ${modelLine(candidate, prompts)}`,
    ...(ratio === undefined
      ? []
      : [`tokens of the candidate for one of the baseline: ${ratio.toFixed(2)}, allowed is ${lowest} to ${highest}`]),
  ];
}

function modelLine({ name, answered, failures, stopped, lastFailure }: ModelResult, prompts: number): string {
  const kinds = Object.entries(failures).map(([kind, count]) => `${count} ${kind}`);
  const line = [`${name}: ${answered} of ${prompts} answered`, ...kinds, ...(stopped === undefined ? [] : [stopped])].join(', ');
  return lastFailure === undefined ? line : `${line}: ${lastFailure.replace(/[\s\p{Cc}]+/gu, ' ')}`;
}

function section({ title, about, words, examples }: CheckResult): string[] {
  const list = examples.flatMap(({ prompt, words: what, answer }) => [
    `- \`${prompt}\`: ${inMarkdown(what)}`,
    ...(answer === undefined ? [] : ['', ...fenced(answer).map((line) => `  ${line}`), '']),
  ]);
  return [`## ${title}`, '', inMarkdown(about), '', `${inMarkdown(words)}.`, '', ...list, ...(list.length === 0 ? [] : [''])];
}

/** A fence that is longer than any in the text. */
function fenced(text: string): string[] {
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  return [`${fence}text`, ...text.replace(/[^\P{Cc}\n\t]/gu, '·').split('\n'), fence];
}

const ofAll = ({ wrong, judged }: WrongRate): string => `${wrong} of ${judged}`;

/** Text that Markdown would take for markup: what models and servers call themselves, and their tokens. */
const inMarkdown = (text: string): string => text.replace(/[\\`*_<>|[\]#]/g, '\\$&');
