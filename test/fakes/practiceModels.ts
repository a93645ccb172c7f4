/**
 * Models to practise the check of prompts on: one that fills in the middle well, and one for each defect, which spoils the answers of
 * the good one.
 */

import { goldenPrompts } from '../../src/evaluation/golden/all.ts';
import type { PromptCheckName } from '../../src/evaluation/promptCheck.ts';
import { type Answer, type Answered, middleAnswer } from './fault/answer.ts';
import { promptTokensOf } from './fault/completion.ts';

/** What the practice models' contexts have, in tokens; the longest golden prompt fits in twice. */
export const practiceContext = 6000;

/** llama.cpp 400, recorded but for the numbers. */
const tooLong = (tokens: number): Answered => ({
  text: '',
  error: {
    status: 400,
    body: {
      error: {
        code: 400,
        message: `request (${tokens} tokens) exceeds the available context size (${practiceContext} tokens), try increasing it`,
        type: 'exceed_context_size_error',
        n_prompt_tokens: tokens,
        n_ctx: practiceContext,
      },
    },
  },
});

const fill = middleAnswer(goldenPrompts.map(({ prefix, expected, suffix }) => prefix + expected + suffix));

/** Answers every golden prompt as it should be, and refuses what is longer than its context as llama.cpp does. */
export const goodModel: Answer = (prefix, suffix) => {
  const tokens = promptTokensOf({ prefix, suffix });
  return tokens >= practiceContext ? tooLong(tokens) : fill(prefix, suffix);
};

/** What a model that spoils the good answer knows. */
interface Place {
  readonly prefix: string;
  readonly suffix: string;
  /** The prompt as it came, other files and all. */
  readonly prompt: string;
}

/** The good model, spoilt within its context. */
const spoilt =
  (spoil: (good: string, place: Place) => string | Answered): Answer =>
  (prefix, suffix, body) => {
    const good = goodModel(prefix, suffix, body);
    const prompt = (body as { readonly prompt?: unknown }).prompt;
    return typeof good === 'string' ? spoil(good, { prefix, suffix, prompt: typeof prompt === 'string' ? prompt : '' }) : good;
  };

/** The good model with other manners where its context ends. */
const atTheEnd =
  (answer: (tokens: number) => string | Answered): Answer =>
  (prefix, suffix, body) => {
    const tokens = promptTokensOf({ prefix, suffix });
    return tokens >= practiceContext - 1 ? answer(tokens) : goodModel(prefix, suffix, body);
  };

const lines = (text: string): string[] => text.split('\n').filter((line) => line.trim() !== '');
const headOf = (prefix: string): string => prefix.slice(prefix.lastIndexOf('\n') + 1);

/** Words by which an over-eager filter is alarmed. */
const alarming = /kill|exploit|attack|slave|bomb|poison/i;

/** A model with one defect, and what finds it. */
export interface DefectiveModel {
  readonly answer: Answer;
  readonly found: PromptCheckName;
  /** Others that the same answers set off, too. */
  readonly also?: readonly PromptCheckName[];
}

/** Every defect by what the model does. */
export const defectiveModels: Readonly<Record<string, DefectiveModel>> = {
  'writes the header of another file': {
    answer: spoilt((good) => `--- src/next/file.ts\n${good}`),
    found: 'file-boundary',
  },
  'goes on with another file': {
    answer: spoilt((good, { prompt }) => {
      const [, other] = /<\|file_sep\|>[^\n]+\n([\s\S]+?)<\|file_sep\|>/.exec(prompt) ?? [];
      return other === undefined ? good : { text: other, ignoresStops: true };
    }),
    found: 'file-boundary',
    also: ['past-the-stop', 'indentation'],
  },
  'reads the suffix as the prefix': {
    answer: spoilt((good, { suffix }) => lines(suffix).slice(0, 3).join('\n') || good),
    found: 'fim-order',
    also: ['suffix-echo', 'indentation'],
  },
  'begins the file anew': {
    answer: spoilt((_, { prefix, suffix }) =>
      lines(prefix + suffix)
        .slice(0, 2)
        .join('\n'),
    ),
    found: 'fim-order',
    also: ['indentation'],
  },
  'says the cursor’s line again': {
    answer: spoilt((good, { prefix }) => headOf(prefix).trimStart() + good),
    found: 'fim-order',
  },
  'says the suffix again': {
    answer: spoilt((good, { suffix }) => good + suffix.split('\n').slice(0, 2).join('\n')),
    found: 'suffix-echo',
  },
  'leaks the end of a turn': {
    answer: spoilt((good) => `${good}<|im_end|>`),
    found: 'special-tokens',
  },
  'leaks a token that is in no list': {
    answer: spoilt((good) => `<|begin_of_text|>${good}`),
    found: 'special-tokens',
  },
  'writes the markers of another family': {
    answer: spoilt((good) => `${good}<fim_middle>`),
    found: 'special-tokens',
  },
  'loses bytes of letters': {
    answer: spoilt((good) => `${good}\uFFFD`),
    found: 'characters',
  },
  'writes the tokenizer’s own white space': {
    answer: spoilt((good) => good.replaceAll(' ', 'Ġ')),
    found: 'characters',
    also: ['indentation'],
  },
  'ignores stop texts': {
    answer: spoilt((good) => ({ text: `${good}\n\nmore()\n`, ignoresStops: true })),
    found: 'past-the-stop',
  },
  'finds no end now and then': {
    answer: spoilt((good) => (good.length % 4 === 0 ? good + ' and'.repeat(300) : good)),
    found: 'past-the-stop',
  },
  'cuts long prompts without a word': {
    answer: atTheEnd(() => ({ text: 'value', promptTokens: practiceContext / 2 })),
    found: 'context-window',
  },
  'breaks at the end of its context': {
    answer: atTheEnd((tokens) =>
      tokens < practiceContext
        ? 'value'
        : { text: '', error: { status: 500, body: { error: { code: 500, message: 'Internal error', type: 'server_error' } } } },
    ),
    found: 'context-window',
  },
  'refuses what would fit': {
    answer: atTheEnd(tooLong),
    found: 'context-window',
  },
  'has another tokenizer': {
    answer: (prefix, suffix, body) => {
      const good = goodModel(prefix, suffix, body);
      return typeof good === 'string' ? { text: good, promptTokens: Math.ceil(promptTokensOf({ prefix, suffix }) * 1.4) } : good;
    },
    found: 'token-count',
    // Its count at the end of the context is not that of the window which the server names.
    also: ['context-window'],
  },
  'is sorry': {
    answer: spoilt((good, { prefix }) => (alarming.test(prefix) ? 'I’m sorry, but I can’t help with that.' : good)),
    found: 'refusal',
  },
  'has an over-eager filter': {
    answer: spoilt((good, { prefix }) => (alarming.test(prefix) ? { text: '', reason: 'content_filter' } : good)),
    found: 'refusal',
  },
  'refuses letters beyond ASCII': {
    answer: spoilt((good, { prefix }) =>
      /[^\0-\x7F]/.test(prefix)
        ? { text: '', error: { status: 400, body: { error: { code: 400, message: 'invalid input', type: 'invalid_request_error' } } } }
        : good,
    ),
    found: 'bad-request',
  },
  chats: {
    answer: spoilt((good) => `Sure! Here is the completed code:\n${good}`),
    found: 'chat-preface',
  },
  'wraps code in a fence': {
    answer: spoilt((good) => `\`\`\`\n${good}\n\`\`\``),
    found: 'chat-preface',
  },
  'thinks aloud': {
    answer: spoilt((good) => `<think>They want code.</think>${good}`),
    found: 'chat-preface',
  },
  'often says nothing': {
    answer: spoilt((good) => (good.length % 3 === 0 ? '' : good)),
    found: 'empty',
  },
  'mistakes tabs and spaces': {
    answer: spoilt((good) =>
      good.replace(/^[ \t]+/gm, (lead) => (lead.includes('\t') ? lead.replaceAll('\t', '    ') : '\t'.repeat(Math.ceil(lead.length / 4)))),
    ),
    found: 'indentation',
  },
  'indents the first line again': {
    answer: spoilt((good, { prefix }) => (headOf(prefix).trim() === '' ? headOf(prefix) + good : good)),
    found: 'indentation',
  },
  'writes everything at the margin': {
    answer: spoilt((good) => good.replace(/^[ \t]+/gm, '')),
    found: 'indentation',
  },
  'writes Python everywhere': {
    answer: spoilt(() => 'def answer(value): return value'),
    found: 'language',
  },
  'writes JavaScript everywhere': {
    answer: spoilt(() => 'const answer = 42'),
    found: 'language',
  },
};
