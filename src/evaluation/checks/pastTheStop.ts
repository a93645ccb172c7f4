import { answerTokensAtMost, shapeOf } from '../goldenPrompt.ts';
import { nowAndThen, type PromptCheck, unknown, wrongIf } from '../promptCheck.ts';

/** Answers that go on after their end. */
export const pastTheStop: PromptCheck = {
  name: 'past-the-stop',
  title: 'Runs past the stop',
  about:
    'The answer goes on after the line or the block that was asked for, or until its tokens are used up: stop texts are not honoured, or ' +
    'the model finds no end. Each such answer costs time and tokens that nobody sees.',
  alone: nowAndThen,
  judge(outcome, prompt, { chats }) {
    if (!outcome.ok || outcome.text.trim() === '') return unknown;
    const shape = shapeOf(prompt);
    const usedUp = outcome.finish === 'length' ? `used up all ${answerTokensAtMost[shape]} tokens without an end` : undefined;
    // It was given no stop texts: we leave when we have enough.
    if (chats) return wrongIf(usedUp);
    const code = outcome.text.trimEnd();
    if (shape === 'line' && code.trimStart().includes('\n')) {
      return wrongIf(`goes on for ${code.trimStart().split('\n').length - 1} more lines where one was asked for`);
    }
    if (shape === 'block' && /\S[ \t]*\n[ \t]*\n[ \t\n]*\S/.test(code)) return wrongIf('goes on after the empty line that ends a block');
    return wrongIf(usedUp);
  },
};
