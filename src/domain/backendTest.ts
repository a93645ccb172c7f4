import type { Millis } from '../base/clock.ts';
import type { CompletionRequest } from './completion.ts';
import type { Failure } from './failure.ts';

/** What a test completion brought. Times run from the start of the request. */
export type TestResult =
  | {
      readonly ok: true;
      readonly text: string;
      /** Absent when no text came. */
      readonly firstTextAfter?: Millis;
      readonly total: Millis;
      /** As the server names it. */
      readonly model: string;
      /** By when the first text has to be there while a person types. */
      readonly typingDeadline: Millis;
    }
  | { readonly ok: false; readonly failure: Failure; readonly total: Millis };

/** The code that a test asks to be completed: made up here, with nothing of the person's in it. `left + right` is what any model says. */
export const testRequest: Omit<CompletionRequest, 'id'> = {
  languageId: 'python',
  documentId: 'failsoft:test',
  path: 'example.py',
  prefix: 'def add(left, right):\n    """Returns the sum of both numbers."""\n    return ',
  suffix: '\n\n\nprint(add(1, 2))\n',
  shape: 'line',
  trigger: 'probe',
  maxTokens: 24,
};
