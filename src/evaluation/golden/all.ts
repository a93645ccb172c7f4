import type { GoldenPrompt } from '../goldenPrompt.ts';
import { compiledPrompts } from './compiled.ts';
import { javascriptPrompts } from './javascript.ts';
import { longPrompts } from './long.ts';
import { pythonPrompts } from './python.ts';
import { scriptPrompts } from './scripts.ts';
import { typescriptPrompts } from './typescript.ts';

/**
 * All golden prompts. Their files are made up for this purpose: nothing of anybody's code is sent, and answers to them may be quoted.
 */
export const goldenPrompts: readonly GoldenPrompt[] = [
  ...typescriptPrompts,
  ...javascriptPrompts,
  ...pythonPrompts,
  ...compiledPrompts,
  ...scriptPrompts,
  ...longPrompts,
];
