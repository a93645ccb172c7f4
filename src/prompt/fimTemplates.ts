import type { FimFormat } from '../settings/settings.ts';

/** A family of models that fill in the middle the same way. */
export type FimFamilyName = Exclude<FimFormat, 'auto' | 'suffix'>;

/** How further files, and the path of the current one, were put in front when the family was trained. `{path}`, `{text}` and `{mode}` are filled in. */
export interface FileRule {
  /** One further file. */
  readonly each?: string;
  /** Stands between the further files and the first marker, naming the current file. */
  readonly current?: string;
  /** Stands at the beginning of the text before the cursor, naming the current file. */
  readonly head?: string;
  /** The files belong to the text before the cursor, because the family has no place for them ahead of its markers. */
  readonly isInside?: true;
  /** The current file is named even when it goes alone: the family was never without. All others get a path only together with files. */
  readonly isAlways?: true;
}

/** What is known of a family. All tokens are spelt as its tokenizer spells them, including white space that belongs to them. */
export interface FimFamily {
  /** What people call it. */
  readonly title: string;
  /** Prefix, suffix, middle or suffix, prefix, middle. */
  readonly order: 'psm' | 'spm';
  readonly prefix: string;
  readonly suffix: string;
  /** Empty where the answer follows the text before the cursor without a marker. */
  readonly middle: string;
  /** Ahead of everything, for a family that is asked inside of a chat turn. */
  readonly opening?: string;
  /** After the last marker, likewise. */
  readonly closing?: string;
  /** Tokens that end an answer, the most important first. */
  readonly stop: readonly string[];
  /** Further tokens that mean something to the model: neither in a document nor in an answer are they text. */
  readonly special: readonly string[];
  readonly files?: FileRule;
  /** Which models of that name were trained for it, in words. */
  readonly models: string;
  /** The same for a name that `normaliseModel` has cut. */
  readonly pattern: RegExp;
  /** Where tokens and order are documented. */
  readonly source: string;
}

/** The spelling that StarCoder began and many took over. */
const underscored = { prefix: '<fim_prefix>', suffix: '<fim_suffix>', middle: '<fim_middle>' } as const;
/** The spelling of Qwen2.5-Coder, CodeGemma and Granite 4. */
const barred = { prefix: '<|fim_prefix|>', suffix: '<|fim_suffix|>', middle: '<|fim_middle|>' } as const;

/** Every family that a public source documents. A model that is not here is unknown, and is said to be. */
export const fimFamilies: { readonly [Name in FimFamilyName]: FimFamily } = {
  qwen: {
    title: 'Qwen2.5-Coder and Qwen3-Coder',
    order: 'psm',
    ...barred,
    stop: ['<|endoftext|>', '<|file_sep|>', '<|fim_pad|>', '<|im_end|>', '<|repo_name|>'],
    special: ['<|im_start|>'],
    files: { each: '<|file_sep|>{path}\n{text}\n', current: '<|file_sep|>{path}\n' },
    models: 'base and instruct',
    pattern: /^(?:qwen[-.])?qwen-?(?:2[.p]?5(?:\.1)?-|3-)?coder(?![a-z0-9])/,
    source: 'https://arxiv.org/abs/2409.12186',
  },
  codeqwen: {
    title: 'CodeQwen1.5',
    order: 'psm',
    ...underscored,
    stop: ['<|endoftext|>', '<fim_pad>'],
    special: ['<reponame>', '<file_sep>'],
    models: 'base',
    pattern: /^(?:qwen[-.])?codeqwen(?:1\.5-7b|:(?=.*code))(?!.*chat)/,
    source: 'https://github.com/QwenLM/Qwen3-Coder/tree/main/qwencoder-eval/base/benchmarks/fim-bench',
  },
  codellama: {
    title: 'Code Llama',
    order: 'psm',
    prefix: '<PRE> ',
    suffix: ' <SUF>',
    middle: ' <MID>',
    stop: ['<EOT>'],
    special: [],
    models: 'base and instruct of 7B and 13B; not the Python models',
    pattern: /^(?:(?:codellama|meta|meta-llama)[-.])?code-?llama(?![a-z0-9])(?!.*(?:python|34b|70b))/,
    source: 'https://arxiv.org/abs/2308.12950',
  },
  starcoder: {
    title: 'StarCoder',
    order: 'psm',
    ...underscored,
    stop: ['<|endoftext|>', '<filename>'],
    special: ['<reponame>', '<gh_stars>', '<fim_pad>'],
    models: 'base',
    pattern: /^(?:bigcode[-.])?(?:tiny-)?starcoder(?:base|plus)?(?![a-z0-9])(?!-2(?![a-z0-9]))(?!.*(?:chat|instruct))/,
    source: 'https://arxiv.org/abs/2305.06161',
  },
  starcoder2: {
    title: 'StarCoder 2',
    order: 'psm',
    ...underscored,
    stop: ['<|endoftext|>', '<file_sep>'],
    special: ['<repo_name>', '<fim_pad>'],
    files: { each: '<file_sep>{path}\n{text}', current: '<file_sep>', head: '{path}\n' },
    models: 'base',
    pattern: /^(?:bigcode[-.])?starcoder-?2(?![a-z0-9])(?!.*(?:chat|instruct))/,
    source: 'https://arxiv.org/abs/2402.19173',
  },
  santacoder: {
    title: 'SantaCoder',
    order: 'psm',
    prefix: '<fim-prefix>',
    suffix: '<fim-suffix>',
    middle: '<fim-middle>',
    stop: ['<|endoftext|>'],
    special: ['<fim-pad>'],
    models: 'base',
    pattern: /^(?:bigcode[-.])?santacoder(?![a-z0-9])/,
    source: 'https://arxiv.org/abs/2301.03988',
  },
  stablecode: {
    title: 'Stable Code',
    order: 'psm',
    ...underscored,
    stop: ['<|endoftext|>', '<file_sep>'],
    special: ['<fim_pad>'],
    models: 'base',
    pattern: /^(?:stabilityai[-.])?stable-code(?:[-:](?:3b|code))(?![a-z0-9])(?!.*(?:chat|instruct))/,
    source: 'https://huggingface.co/stabilityai/stable-code-3b',
  },
  deepseek: {
    title: 'DeepSeek-Coder and DeepSeek-Coder-V2',
    order: 'psm',
    prefix: '<｜fim▁begin｜>',
    suffix: '<｜fim▁hole｜>',
    middle: '<｜fim▁end｜>',
    stop: ['<｜end▁of▁sentence｜>', '<|EOT|>'],
    special: ['<｜begin▁of▁sentence｜>'],
    files: { each: '#{path}\n{text}\n', head: '#{path}\n', isInside: true },
    models: 'base of the first; base and instruct of V2',
    pattern: /^(?:deepseek-ai[-.])?deepseek-coder(?:-v2(?![a-z0-9.])|(?!-v\d)[-:](?=.*base(?![a-z0-9])))/,
    source: 'https://github.com/deepseek-ai/DeepSeek-Coder',
  },
  codestral: {
    title: 'Codestral',
    order: 'spm',
    prefix: '[PREFIX]',
    suffix: '[SUFFIX]',
    middle: '',
    stop: ['[PREFIX]', '[SUFFIX]'],
    special: ['[MIDDLE]', '[INST]', '[/INST]'],
    files: { each: '+++++ {path}\n{text}\n\n', head: '+++++ {path}\n', isInside: true },
    models: 'all but Codestral Mamba and Codestral Embed',
    pattern: /^(?:mistral(?:ai)?[-.])?codestral(?![a-z0-9])(?!.*(?:mamba|embed))/,
    source: 'https://github.com/mistralai/cookbook/blob/main/concept-deep-dive/tokenization/chat_templates.md',
  },
  codegemma: {
    title: 'CodeGemma',
    order: 'psm',
    ...barred,
    stop: ['<|file_separator|>', '<end_of_turn>', '<eos>'],
    special: ['<start_of_turn>'],
    files: { each: '{text}<|file_separator|>' },
    models: '2B and 7B, not instruct (-it)',
    pattern: /^(?:google[-.])?codegemma(?:(?:-1\.1)?-(?:2b|7b)|:(?:2b|(?=.*code)))(?!.*(?:instruct|-it(?![a-z0-9])))/,
    source: 'https://ai.google.dev/gemma/docs/codegemma/prompt-structure',
  },
  codegeex: {
    title: 'CodeGeeX4',
    order: 'spm',
    prefix: '<|code_prefix|>',
    suffix: '<|code_suffix|>',
    middle: '<|code_middle|>',
    opening: '<|user|>\n',
    closing: '<|assistant|>\n',
    stop: ['<|endoftext|>', '<|user|>', '<|assistant|>'],
    special: ['<|system|>', '<|observation|>'],
    files: {
      each: '###REFERENCE:\n###PATH:{path}\n{text}\n',
      // The language may be left empty when it is not known by the family's own name for it.
      current: '###PATH:{path}\n###LANGUAGE:\n###MODE:{mode}\n',
      isAlways: true,
    },
    models: 'all',
    pattern: /^(?:(?:thudm|zai-org)[-.])?codegeex-?4(?![0-9.])/,
    source: 'https://github.com/THUDM/CodeGeeX4/blob/main/guides/Infilling_guideline.md',
  },
  granite: {
    title: 'Granite Code and Granite 3.3',
    order: 'psm',
    ...underscored,
    stop: ['<|endoftext|>', '<|end_of_text|>', '<filename>'],
    special: ['<reponame>', '<fim_pad>'],
    files: { each: '<filename>{path}\n{text}\n', current: '<filename>{path}\n' },
    models: 'base of Granite Code; base and instruct of 3.3',
    pattern: /^(?:ibm(?:-granite)?[-.])?granite(?:-(?:3|8|20|34)b-code-base(?![a-z0-9])|-code:(?=.*base(?![a-z0-9]))|-?3\.3(?![0-9]))/,
    source: 'https://github.com/Granite-Code/granite-completebench',
  },
  granite4: {
    title: 'Granite 4.0',
    order: 'psm',
    ...barred,
    stop: ['<|end_of_text|>', '<|fim_pad|>', '<|filename|>'],
    special: ['<|reponame|>', '<|start_of_role|>', '<|end_of_role|>'],
    models: 'base and instruct, not speech, vision and embedding',
    pattern: /^(?:ibm(?:-granite)?[-.])?granite-?4(?:\.0)?(?![a-z0-9.])(?!.*(?:speech|vision|embed|docling))/,
    source: 'https://www.ibm.com/granite/docs/use-cases/prompt-engineering',
  },
  seed: {
    title: 'Seed-Coder',
    order: 'spm',
    prefix: '<[fim-prefix]>',
    suffix: '<[fim-suffix]>',
    middle: '<[fim-middle]>',
    stop: ['<[end▁of▁sentence]>'],
    special: ['<[begin▁of▁sentence]>', '<[PAD▁TOKEN]>', '<[SEP▁TOKEN]>'],
    models: 'base',
    pattern: /^(?:bytedance-seed[-.])?seed-coder-8b-base(?![a-z0-9])/,
    source: 'https://arxiv.org/abs/2506.03524',
  },
  mellum: {
    title: 'Mellum and Mellum 2',
    order: 'spm',
    ...underscored,
    stop: ['<|endoftext|>', '<filename>'],
    special: ['<reponame>', '<fim_pad>'],
    files: { each: '<filename>{path}\n{text}\n', current: '<filename>{path}\n', isAlways: true },
    models: 'base and fine-tuned of Mellum 4B; base of Mellum 2',
    pattern: /^(?:jetbrains[-.])?mellum(?:-4b-(?:base|sft|dpo)|2-(?:[a-z0-9.]+-)*base)(?![a-z0-9])/,
    source: 'https://huggingface.co/JetBrains/Mellum-4b-base',
  },
};

/** The names of all families, in the order of the setting. */
export const fimFamilyNames = Object.keys(fimFamilies) as readonly FimFamilyName[];
