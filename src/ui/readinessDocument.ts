import type { ReadinessItem, RolloutSnapshot } from '../domain/rollout.ts';
import { escapeMarkdown, oneLine } from './plainText.ts';
import { checkWords, phaseSentence, readinessWords, versionText } from './rolloutWords.ts';
import { type DayTime, durationText, localDayTime } from './times.ts';

/** The readiness of a candidate as a document: each check with its evidence, date, verdict and override, and what that means. */
export function readinessDocument(snapshot: RolloutSnapshot, dayTime: DayTime = localDayTime): string {
  const { name, baseline, candidate, phase, readiness, at } = snapshot;
  const rows = readiness.map((item) => {
    const { sign, words } = readinessWords[item.state];
    const cells = [checkWords[item.check], `${sign} ${words}`, item.evidence ? dayTime(item.evidence.at) : '–', item.severity];
    return `| ${cells.map(escapeMarkdown).join(' | ')} |`;
  });
  return [
    `# Readiness of ${plain(versionText(candidate), 120)}`,
    '',
    `Rollout ${plain(name, 60)}: from ${plain(versionText(baseline), 120)} to ${plain(versionText(candidate), 120)}. As of ${plain(dayTime(at))}.`,
    '',
    plain(phaseSentence(phase, dayTime)),
    '',
    `**${plain(conclusion(readiness))}**`,
    '',
    '| check | verdict | date | when it is missing |',
    '|:--|:--|:--|:--|',
    ...rows,
    '',
    ...readiness.flatMap((item) => part(item, dayTime)),
  ].join('\n');
}

/** What the list as a whole says, in one sentence. */
export function conclusion(readiness: readonly ReadinessItem[]): string {
  const open = readiness.filter(({ state }) => state !== 'passed' && state !== 'overridden');
  const names = (items: readonly ReadinessItem[]): string => items.map(({ check }) => checkWords[check].toLowerCase()).join(', ');
  const blocking = open.filter(({ severity }) => severity === 'blocks');
  const overridden = readiness.filter(({ state }) => state === 'overridden');
  const after = overridden.length === 0 ? '' : ` Overridden: ${names(overridden)}.`;
  if (readiness.length === 0) return 'No check is asked for.';
  if (blocking.length > 0) return `Not ready: ${names(blocking)}.${after}`;
  if (open.length > 0) return `Ready, with a warning: ${names(open)}.${after}`;
  return `Ready.${after}`;
}

function part({ check, state, severity, evidence, override }: ReadinessItem, dayTime: DayTime): string[] {
  const { sign, words } = readinessWords[state];
  const facts = [
    `- Verdict: ${sign} ${words}${state === 'passed' || state === 'overridden' ? '' : severity === 'blocks' ? ' (blocks)' : ' (only warns)'}`,
    ...(evidence
      ? [
          `- Found: ${plain(evidence.summary, 240)}`,
          `- Made: ${plain(dayTime(evidence.at))}${evidence.took === undefined ? '' : `, in ${durationText(evidence.took)}`}`,
          `- Versions: ${plain(evidence.versions.slice(0, 12), 12)}`,
        ]
      : ['- Found: nothing is known yet.']),
    ...(override === undefined ? [] : [`- Overridden because: ${plain(override, 200)}`]),
  ];
  return [`## ${checkWords[check]}`, '', ...facts, ''];
}

function plain(text: string, maximum?: number): string {
  return escapeMarkdown(oneLine(text, maximum));
}
