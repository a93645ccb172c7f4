import type { Outcome } from '../domain/completion.ts';
import type { GoldenPrompt } from './goldenPrompt.ts';

/** Everything that is looked for in answers to golden prompts, in the order of the report. */
export const promptCheckNames = [
  'file-boundary',
  'fim-order',
  'suffix-echo',
  'special-tokens',
  'characters',
  'past-the-stop',
  'context-window',
  'token-count',
  'refusal',
  'bad-request',
  'chat-preface',
  'empty',
  'indentation',
  'language',
] as const;
export type PromptCheckName = (typeof promptCheckNames)[number];

/** What a check has to know of the model beside its answer. */
export interface ModelTraits {
  /** Texts that are no text: markers of its template, ends of answers, separators of files and turns. */
  readonly tokens: readonly string[];
  /** It is asked by messages; a code fence around its whole answer is then an envelope and no defect. */
  readonly chats: boolean;
}

/** What a check says of one answer. `unknown`: the answer gives it nothing to judge. */
export type Judgement = { readonly kind: 'fine' } | { readonly kind: 'unknown' } | { readonly kind: 'wrong'; readonly words: string };

export const fine: Judgement = { kind: 'fine' };
export const unknown: Judgement = { kind: 'unknown' };

/** A judgement of what is wrong, in some words for a person; `undefined`: nothing. */
export const wrongIf = (words: string | undefined): Judgement => (words === undefined ? fine : { kind: 'wrong', words });

/** One defect that answers can have. */
export interface PromptCheck {
  readonly name: PromptCheckName;
  /** What the defect is, for a heading. */
  readonly title: string;
  /** What is looked for and why it harms, in one or two sentences for a person. */
  readonly about: string;
  /** Share of wrong answers that is allowed to a model that is compared with none, 0…1. */
  readonly alone: number;
  judge(outcome: Outcome, prompt: GoldenPrompt, traits: ModelTraits): Judgement;
}

/** Of a defect that no answer should have: one in sixty is chance, two are not. */
export const almostNever = 0.02;
/** Of a defect that small models have now and then, and that filters put right: in four of sixty answers. */
export const nowAndThen = 0.08;

/** What a check looks for in a text that is there. */
export type FindInText = (text: string, prompt: GoldenPrompt, traits: ModelTraits) => string | undefined;

/**
 * A judgement of the code of an answer. Failures and empty answers are for the checks that are made for them.
 *
 * @param find what is wrong, in some words; `undefined`: nothing
 */
export function ofCode(find: FindInText): PromptCheck['judge'] {
  return (outcome, prompt, traits) => {
    if (!outcome.ok) return unknown;
    const code = traits.chats ? withoutFence(outcome.text) : outcome.text;
    return code.trim() === '' ? unknown : wrongIf(find(code, prompt, traits));
  };
}

/** The inside of a fence that holds the whole answer. */
export function withoutFence(text: string): string {
  return /^\s*(`{3,}|~{3,})[^\n`]*\n([\s\S]*?)\n?[ \t]*\1\s*$/.exec(text)?.[2] ?? text;
}
