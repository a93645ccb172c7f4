import type { EpochMillis } from '../base/clock.ts';
import type { BreakerState } from '../domain/guarded.ts';
import type { RetirementSuspicion, SourceHealth } from '../domain/snapshot.ts';
import { oneLine } from './plainText.ts';
import { isRetryable, needsConsent, sourceWords } from './statusState.ts';
import { type ClockTime, durationText, latencyText } from './times.ts';

/** What else a line says. */
export interface SourceLineOptions {
  /** True when it stands in for the first backend right now. */
  readonly isStandingIn?: boolean;
  /** True where reason and next try are shown nowhere else. */
  readonly isAlone?: boolean;
}

/** What is known of one source, in one line. Times of day, not ages: the line stays true however long it is shown. */
export function sourceLine(source: SourceHealth, clockTime: ClockTime, options: SourceLineOptions = {}): string {
  const { latency } = source;
  return [
    // A name made from the model's says it already.
    ...(source.sourceId.includes(source.model) ? [] : [oneLine(source.model, 40)]),
    stateText(source, clockTime, options),
    // Without samples the figures are a configured guess, and a guess is not shown as a measurement (law 9).
    latency.samples === 0
      ? 'no latency measured yet'
      : `P50 ${latencyText(latency.p50)}, P99 ${latencyText(latency.p99)} of ${latency.samples}`,
    breakerText(source.guard.breaker, clockTime),
    ...(source.retirement ? [retirementText(source.retirement)] : []),
    source.lastSuccessAt === undefined ? 'no good answer yet' : `last good answer ${clockTime(source.lastSuccessAt)}`,
  ].join(' · ');
}

/** The suspicion with what it rests on; a person shall judge it (law 9). */
export function retirementText(retirement: RetirementSuspicion): string {
  return oneLine(`may be retired: ${retirement.evidence.join('; ')}`, 240);
}

function stateText(source: SourceHealth, clockTime: ClockTime, { isStandingIn, isAlone }: SourceLineOptions): string {
  const words = sourceWords(source);
  const parts = [isAlone && source.reason !== '' ? `${words} (${oneLine(source.reason, 80)})` : words];
  // The breaker's own time stands in its own part of the line.
  const isWaiting = isRetryable(source) && source.guard.breaker.kind !== 'open';
  if (isAlone && isWaiting && source.nextTryAt !== undefined) parts.push(`next try ${clockTime(source.nextTryAt)}`);
  if (isStandingIn) parts.push('answering');
  return parts.join(', ');
}

function breakerText(breaker: BreakerState, clockTime: ClockTime): string {
  switch (breaker.kind) {
    case 'closed':
      return 'breaker closed';
    case 'half-open':
      return 'breaker half-open, probing';
    case 'open':
      return `breaker open, probe at ${clockTime(breaker.probeAt)}`;
  }
}

/** When a source is tried again. `counts` is true when the text is a countdown and grows old within a second. */
export interface RetryText {
  readonly text: string;
  readonly counts: boolean;
}

/** When and on whose word an unwell source is tried again; `undefined` when it is well or is being asked all the time. */
export function retryText(source: SourceHealth, now: EpochMillis): RetryText | undefined {
  // Asked all the time, unless another one stands in for it.
  const isAsked = (source.state === 'slow' || source.state === 'degraded') && source.nextTryAt === undefined;
  if (!isRetryable(source) || isAsked) return undefined;
  if (source.state === 'probing') return { text: 'now, a probe is running', counts: false };
  if (source.nextTryAt !== undefined) {
    const who = saidBy(source.nextTrySource);
    if (source.nextTryAt <= now) return { text: `any moment now${who}`, counts: false };
    return { text: `in ${durationText(source.nextTryAt - now)}${who}`, counts: true };
  }
  const isOpenToAll = source.guard.breaker.kind === 'closed' && source.guard.coolDown === undefined;
  if (source.state === 'at-capacity' && isOpenToAll) return { text: 'with the next keystroke', counts: false };
  if (needsConsent(source)) return { text: 'as soon as you allow it in the menu', counts: false };
  if (source.state === 'auth-needed') return { text: 'as soon as an API key is set', counts: false };
  if (source.state === 'loading') return { text: 'as soon as the model is loaded', counts: false };
  if (source.state === 'retired') return { text: 'as soon as the settings name another model', counts: false };
  return { text: 'not known', counts: false };
}

function saidBy(source: SourceHealth['nextTrySource']): string {
  switch (source) {
    case 'backend':
      return ' (said by the backend)';
    case 'breaker':
      return ' (a probe by the breaker)';
    case 'default':
      return ' (our own waiting time)';
    case 'route':
      return ' (its turn in the route)';
    case undefined:
      return '';
  }
}
