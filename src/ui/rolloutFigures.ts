import { type GateName, gateNames, type RolloutDecision } from '../domain/rollout.ts';
import { oneLine } from './plainText.ts';
import { gateWords } from './rolloutWords.ts';
import { durationText, latencyText } from './times.ts';

type Shown = (figure: number) => string;

/** At most three digits, and no zeros behind them. */
const plain: Shown = (figure) => `${Number.isInteger(figure) ? figure : Number(figure.toPrecision(3))}`;
const percent: Shown = (share) => `${plain(share * 100)} %`;

/** Units of what a gate compares; of all others it is a share. */
const units: Readonly<Partial<Record<GateName, Shown>>> = { capacity: plain, crash: plain, memory: durationText, dwell: durationText };

/** What these are compared with is no bound but what the policy plans. */
const planned: readonly GateName[] = ['assignment', 'dwell'];

/** The frozen baseline, in the order in which it is shown. */
const baselineFigures: readonly (readonly [name: string, words: string, shown: Shown])[] = [
  ['baseline.p99', 'P99', latencyText],
  ['baseline.errors', 'errors', percent],
  ['baseline.filtered', 'content filter', percent],
  ['baseline.badRequests', 'bad requests', percent],
];

/** Figures of a decision: by gate, then the frozen baseline, then what this version does not know as it was written; empty without any. */
export function figuresText({ figures = {} }: RolloutDecision): string {
  const left = new Map(Object.entries(figures));
  const take = (name: string, shown: Shown): string | undefined => {
    const figure = left.get(name);
    left.delete(name);
    return figure === undefined ? undefined : shown(figure);
  };
  const gates = gateNames.flatMap((gate) => {
    const unit = units[gate] ?? percent;
    const [value, limit] = [take(`${gate}.value`, unit), take(`${gate}.limit`, unit)];
    const [samples, needed] = [take(`${gate}.samples`, plain), take(`${gate}.needed`, plain)];
    const parts = [
      value,
      limit === undefined ? undefined : `${planned.includes(gate) ? 'planned' : 'limit'} ${limit}`,
      samples === undefined ? undefined : `${samples}${needed === undefined ? '' : ` of ${needed}`} samples`,
    ].filter((part) => part !== undefined);
    return parts.length === 0 ? [] : [`${gateWords[gate].toLowerCase()} ${parts.join(', ')}`];
  });
  const baseline = baselineFigures.flatMap(([name, words, shown]) => {
    const text = take(name, shown);
    return text === undefined ? [] : [`${words} ${text}`];
  });
  const rest = [...left].map(([name, figure]) => `${oneLine(name, 40)} ${plain(figure)}`);
  return [...gates, ...(baseline.length === 0 ? [] : [`baseline: ${baseline.join(', ')}`]), ...rest].join('; ');
}
