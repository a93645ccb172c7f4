/** Reading prompts: fill-in-the-middle tokens of several model families, and a rough tokenizer. */

/** The three marks of one model family. */
interface Marks {
  readonly prefix: string;
  readonly suffix: string;
  readonly middle: string;
}

/** Published with each model's card; CodeLlama's spaces belong to its marks. */
const families: readonly Marks[] = [
  { prefix: '<|fim_prefix|>', suffix: '<|fim_suffix|>', middle: '<|fim_middle|>' },
  { prefix: '<fim_prefix>', suffix: '<fim_suffix>', middle: '<fim_middle>' },
  { prefix: '<PRE> ', suffix: ' <SUF>', middle: ' <MID>' },
  { prefix: '<｜fim▁begin｜>', suffix: '<｜fim▁hole｜>', middle: '<｜fim▁end｜>' },
];

/** The text on both sides of the cursor. */
export interface SplitPrompt {
  readonly prefix: string;
  readonly suffix: string;
}

/**
 * Finds the cursor in a prompt.
 * Text before the first mark (other files of the project) is left out.
 * @param prompt with or without fill-in-the-middle marks.
 * @param suffix the request's own `suffix` field, used when the prompt has no marks.
 */
export function splitPrompt(prompt: string, suffix: string): SplitPrompt {
  for (const marks of families) {
    const prefixAt = prompt.lastIndexOf(marks.prefix);
    const suffixAt = prompt.indexOf(marks.suffix, prefixAt);
    if (prefixAt < 0 || suffixAt < 0) {
      continue;
    }
    const middleAt = prompt.indexOf(marks.middle, suffixAt);
    return {
      prefix: prompt.slice(prefixAt + marks.prefix.length, suffixAt),
      suffix: prompt.slice(suffixAt + marks.suffix.length, middleAt < 0 ? undefined : middleAt),
    };
  }
  return { prefix: prompt, suffix };
}

/** Splits text into pieces like a model's tokens: a word or a run of signs with the space before it. */
export function splitTokens(text: string): string[] {
  return text.match(/\s*[\p{L}\p{N}_]+|\s*[^\s\p{L}\p{N}_]+|\s+/gu) ?? [];
}
