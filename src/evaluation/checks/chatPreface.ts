import { lineHead } from '../goldenPrompt.ts';
import { isInProse, quoted } from '../lines.ts';
import { almostNever, fine, type PromptCheck, unknown, withoutFence, wrongIf } from '../promptCheck.ts';

/** How talk before or after code begins. It ends as a sentence does. */
const talk =
  /^(?:\*\*)?(?:sure\b|certainly\b|of course\b|absolutely\b|ok(?:ay)?[,!.]|great[,!]|here(?:['’]s| is| are)\b|below is\b|let me\b|to complete\b|you (?:can|could|should)\b|this (?:code|function|line|completes?|completion|will|should)\b|the (?:code|completed?|completion|missing|following|answer|rest)\b|note that\b|note:|explanation\b|answer:|completion:|output:|i (?:have|['’]ve|will|would|think)\b|i['’](?:ve|ll)\b|in this code\b)/i;

const prose: ReadonlySet<string> = new Set(['html', 'xml', 'markdown', 'plaintext']);

/** Talk, thoughts and fences around the code. */
export const chatPreface: PromptCheck = {
  name: 'chat-preface',
  title: 'Talk around the code',
  about:
    'The answer talks about the code, thinks aloud or wraps it in a code fence: the model takes the request for a question of a person. A ' +
    'model that is asked by messages may put a fence around its whole answer.',
  alone: almostNever,
  judge(outcome, { prefix, languageId }, { chats }) {
    if (!outcome.ok || outcome.text.trim() === '') return unknown;
    const text = chats ? withoutFence(outcome.text) : outcome.text;
    if (/^\s*<think(?:ing)?>/.test(text)) return wrongIf('thinks aloud before the code');
    if (languageId !== 'markdown' && /^[ \t]*(?:```|~~~)/m.test(text)) return wrongIf('holds a code fence');
    if (isInProse(lineHead(prefix))) return fine;
    // In documents such sentences are the text itself; and so they are in comments and docstrings.
    if (prose.has(languageId)) return fine;
    const found = text
      .replace(/("""|''')[\s\S]*?(?:\1|$)|\/\*[\s\S]*?(?:\*\/|$)/g, '')
      .split('\n')
      .map((line) => line.trim())
      .find((line) => talk.test(line) && /[.:!*]$/.test(line) && line.includes(' '));
    return wrongIf(found && `talks: ${quoted(found)}`);
  },
};
