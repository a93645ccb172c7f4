import { rehearsalLimit, rehearse as runRehearsal } from '../rehearsing.ts';
import { rehearsalLines, rehearsalMarkdown, rehearsalSummary } from '../ui/rehearsalText.ts';
import { type Command, exitCodes } from './command.ts';

/** `failsoft rehearse`: whether a candidate that turns bad is taken back, tried with practice models. */
export const rehearse: Command = {
  name: 'rehearse',
  summary: 'walks the way back: a practice candidate turns slow and has to be taken back',
  description: [
    'Runs the whole machine of a rollout against two practice models in a folder of its own: a rollout begins, its candidate becomes slow, and',
    'what has to happen is looked for. No server is asked and no setting is touched. Real time: some 40 s, at most ' +
      `${rehearsalLimit / 1000} s to pass.`,
  ].join('\n'),
  flags: {},
  examples: ['rehearse', 'rehearse --json', 'rehearse --report rehearsal.md'],
  async run({ clock, random, signal, progress }) {
    const report = await runRehearsal({
      ...{ clock, random, signal },
      onProgress: (share, words) => progress(`${Math.round(share * 100)} %: ${words}`),
    });
    const exit = report.verdict === 'passed' ? exitCodes.passed : exitCodes.failed;
    return { exit, text: rehearsalLines(report), summary: rehearsalSummary(report), json: report, markdown: rehearsalMarkdown(report) };
  },
};
