import type { Millis } from '../base/clock.ts';

/** How a server is spoken to: one file in `src/backend` each; `vscode-lm` is in `src/vscode`. */
export const protocols = [
  'openai-completions',
  'openai-chat',
  'openai-responses',
  'mistral-fim',
  'deepseek-fim',
  'anthropic',
  'azure-openai',
  'llamacpp-infill',
  'ollama',
  'vscode-lm',
] as const;
/** `extension`: a source that another extension has registered; no setting names it. */
export type Protocol = (typeof protocols)[number] | 'extension';
/** Those spoken over HTTP; the editor's own models and other extensions are asked through the editor. */
export type HttpProtocol = Exclude<Protocol, 'vscode-lm' | 'extension'>;

/**
 * Where code goes when this backend is asked: nowhere beyond this machine, to servers of one's own, or to a vendor.
 * A fallback never goes to a boundary that the person has not allowed for the workspace (law 13).
 */
export type Boundary = 'local' | 'private' | `vendor:${string}`;

/** One backend of the route, validated. */
export interface BackendSettings {
  /** Unique; shown to the person; the source id. */
  readonly name: string;
  readonly protocol: Protocol;
  /** Without a trailing slash, e.g. `http://127.0.0.1:8080/v1`; for the editor's own models the same as `origin`. */
  readonly baseUrl: string;
  /** `scheme://host:port` of `baseUrl`: what a key is bound to. `vscode-lm:<vendor>` for the editor's own models, which take no key. */
  readonly origin: string;
  readonly model: string;
  /** Fill-in-the-middle format; `auto` picks by the model's name. */
  readonly fim: FimFormat;
  /** True when the host is the loopback interface: gets the deadlines of a local model and needs no network. */
  readonly loopback: boolean;
  readonly boundary: Boundary;
  /** Version of the API in the query; read by `azure-openai` only. */
  readonly apiVersion?: string;
  /** Ollama only: how long the model stays in memory after an answer, in minutes, 1…1440, or -1 until the server ends. */
  readonly keepAlive?: number;
  /** Where its provider says how it is; `none`: nobody is asked. Default: the page that is known for its address. */
  readonly statusPage?: string;
  /** Sent with every request beside the protocol's own; names in lower case, never a key. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** How prefix and suffix are put on the wire. `suffix`: as the API's own field, and the server builds the prompt. */
export const fimFormats = [
  'auto',
  'suffix',
  'qwen',
  'codeqwen',
  'codellama',
  'starcoder',
  'starcoder2',
  'santacoder',
  'stablecode',
  'deepseek',
  'codestral',
  'codegemma',
  'codegeex',
  'granite',
  'granite4',
  'seed',
  'mellum',
] as const;
export type FimFormat = (typeof fimFormats)[number];

/** All in milliseconds. */
export interface DeadlineSettings {
  readonly connect: Millis;
  readonly firstToken: Millis;
  readonly firstTokenLoopback: Millis;
  readonly idle: Millis;
  readonly total: Millis;
  readonly totalLoopback: Millis;
  readonly totalManual: Millis;
  readonly probe: Millis;
}

/** How sure local text has to be before it is shown while typing: the surer, the less of it. */
export const sensitivities = ['quiet', 'balanced', 'eager'] as const;
export type Sensitivity = (typeof sensitivities)[number];

/** Which version of a rollout an installation gets: as the flag says, or always this one. */
export const assignments = ['auto', 'baseline', 'candidate'] as const;
export type AssignmentSetting = (typeof assignments)[number];

/** What a person can set of rollouts; the rest is in the policy file. */
export interface RolloutSettings {
  /** Path of the policy file: absolute, or beginning with `~`. */
  readonly policy?: string;
  readonly assignment: AssignmentSetting;
  readonly killSwitch: boolean;
  /** Path of a file of flags in the format of flagd: absolute, or beginning with `~`. */
  readonly flagFile?: string;
  /** A flag server: without a trailing slash, and how often it is asked. */
  readonly ofrep?: { readonly url: string; readonly interval: Millis };
}

/** Everything a person can set, parsed once and frozen. */
export interface Settings {
  readonly enabled: boolean;
  /** In the order of the route. */
  readonly backends: readonly BackendSettings[];
  readonly deadlines: DeadlineSettings;
  /** Languages in which nothing is offered. */
  readonly disabledLanguages: readonly string[];
  readonly localEnabled: boolean;
  /** What the index of the local engine may hold, in MiB. */
  readonly localMemory: number;
  readonly localSensitivity: Sensitivity;
  /** Ask a second backend beside one that is silent for longer than usual, for at most one keystroke in twenty. */
  readonly hedge: boolean;
  /** Prompts hold pieces of other files, too. */
  readonly contextEnabled: boolean;
  readonly rollout: RolloutSettings;
}
