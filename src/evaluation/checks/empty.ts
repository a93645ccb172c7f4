import { nowAndThen, type PromptCheck, unknown, wrongIf } from '../promptCheck.ts';

/** Answers without a text. */
export const empty: PromptCheck = {
  name: 'empty',
  title: 'Empty answers',
  about: 'Nothing but white space where every golden prompt has something to be written. Often the first token already is an end token.',
  alone: nowAndThen,
  judge: (outcome) => (outcome.ok ? wrongIf(outcome.text.trim() === '' ? 'says nothing' : undefined) : unknown),
};
