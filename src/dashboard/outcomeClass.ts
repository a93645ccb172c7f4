import type { AttemptOutcome } from '../domain/attempt.ts';

/** What attempts ended with, coarse enough to be told apart in a stack. In the order of the stack, from the bottom. */
export const outcomeClasses = [
  'ok',
  'empty',
  'capacity',
  'rate-limit',
  'timeout',
  'network',
  'server',
  'needs-you',
  'other',
  'cancelled',
] as const;

export type OutcomeClass = (typeof outcomeClasses)[number];

const classes: Readonly<Record<AttemptOutcome, OutcomeClass>> = {
  ok: 'ok',
  empty: 'empty',
  capacity: 'capacity',
  loading: 'capacity',
  rate_limit: 'rate-limit',
  timeout: 'timeout',
  network: 'network',
  server: 'server',
  // A key, a plan, another model: nothing that passes by itself.
  auth: 'needs-you',
  quota: 'needs-you',
  model_retired: 'needs-you',
  client_unsupported: 'needs-you',
  bad_request: 'other',
  context_length: 'other',
  content_filter: 'other',
  refused: 'other',
  internal: 'other',
  cancelled: 'cancelled',
};

/** The class of an outcome. @param outcome of a record, which a later version may have written: what is not known is `other` */
export function outcomeClassOf(outcome: AttemptOutcome): OutcomeClass {
  return Object.hasOwn(classes, outcome) ? classes[outcome] : 'other';
}

/** Who gave the text that a keystroke was answered with. In the order of the stack, from the bottom. */
export const answerClasses = ['first', 'other-backend', 'local', 'cache', 'nothing'] as const;

export type AnswerClass = (typeof answerClasses)[number];
