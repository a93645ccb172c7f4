import type { CompletionRequest } from '../domain/completion.ts';
import type { FimFormat } from '../settings/settings.ts';

/** Special tokens of one family of models, in the order prefix, suffix, middle. */
interface FimTokens {
  readonly prefix: string;
  readonly suffix: string;
  readonly middle: string;
  /** Tokens that end an answer. */
  readonly stop: readonly string[];
  /** Model names that this format is for. */
  readonly models: RegExp;
  /** Where the tokens are documented. */
  readonly source: string;
}

const formats: { readonly [Name in Exclude<FimFormat, 'auto' | 'suffix'>]: FimTokens } = {
  qwen: {
    prefix: '<|fim_prefix|>',
    suffix: '<|fim_suffix|>',
    middle: '<|fim_middle|>',
    stop: ['<|endoftext|>', '<|fim_pad|>'],
    models: /qwen.*coder/i,
    source: 'Qwen2.5-Coder technical report, section 3.1 (arXiv 2409.12186)',
  },
  codellama: {
    prefix: '<PRE> ',
    suffix: ' <SUF>',
    middle: ' <MID>',
    stop: ['<EOT>'],
    models: /code-?llama/i,
    source: 'Code Llama, section 2.3 (arXiv 2308.12950)',
  },
  starcoder: {
    prefix: '<fim_prefix>',
    suffix: '<fim_suffix>',
    middle: '<fim_middle>',
    stop: ['<|endoftext|>', '<file_sep>'],
    models: /star-?coder|stable-?code/i,
    source: 'StarCoder, section 5 (arXiv 2305.06161); StarCoder 2 (arXiv 2402.19173)',
  },
  deepseek: {
    prefix: '<｜fim▁begin｜>',
    suffix: '<｜fim▁hole｜>',
    middle: '<｜fim▁end｜>',
    stop: ['<｜end▁of▁sentence｜>'],
    models: /deepseek.*coder/i,
    source: 'DeepSeek-Coder, section 3.1.2 (arXiv 2401.14196)',
  },
};

/** All special tokens of all formats: what must never reach a document. */
export const fimTokens: readonly string[] = Object.values(formats).flatMap((format) => [
  format.prefix.trim(),
  format.suffix.trim(),
  format.middle.trim(),
  ...format.stop,
]);

/** The format for a model's name; `suffix` (the server knows best) when the name tells nothing. */
export function fimFormatFor(model: string, configured: FimFormat): Exclude<FimFormat, 'auto'> {
  if (configured !== 'auto') return configured;
  for (const [name, format] of Object.entries(formats)) {
    if (format.models.test(model)) return name as Exclude<FimFormat, 'auto'>;
  }
  return 'suffix';
}

/** The prompt for a request; `stop` holds at most 4 texts, because some servers refuse more. */
export function formatFim(
  request: CompletionRequest,
  format: Exclude<FimFormat, 'auto'>,
): { prompt: string; suffix?: string; stop: string[] } {
  const ends = request.shape === 'line' ? ['\n'] : ['\n\n'];
  if (format === 'suffix') return { prompt: request.prefix, suffix: request.suffix, stop: ends };
  const tokens = formats[format];
  return {
    prompt: `${tokens.prefix}${request.prefix}${tokens.suffix}${request.suffix}${tokens.middle}`,
    stop: [...ends, ...tokens.stop].slice(0, 4),
  };
}
