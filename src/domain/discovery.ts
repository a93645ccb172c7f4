import type { Failure } from './failure.ts';

/** A model as a server lists it. */
export interface ListedModel {
  /** The name that a request has to give. */
  readonly id: string;
  /** What the server says beside the name, such as its size; one line. */
  readonly note?: string;
  readonly isLoaded?: boolean;
  /** Set when the server says that the model goes away, with the date where it names one. */
  readonly retires?: string;
  /** False for models that make no text, such as embeddings. */
  readonly makesText?: boolean;
  /** The server's own word that it fills in the middle. */
  readonly fillsMiddle?: boolean;
}

/** A server's models, or why there is no list. `left` counts those beyond the bound. */
export type ModelList =
  { readonly ok: true; readonly models: readonly ListedModel[]; readonly left: number } | { readonly ok: false; readonly failure: Failure };

/** Kinds of servers that can be told apart by what they answer. */
export type ServerKind = 'ollama' | 'llamacpp' | 'lmstudio' | 'vllm' | 'openai';

/** A model server that answered on this machine. */
export interface DetectedServer {
  readonly kind: ServerKind;
  /** `http://host:port`, without a path. */
  readonly origin: string;
  readonly state: 'ready' | 'loading' | 'key-needed';
  /** Empty unless it is ready. */
  readonly models: readonly ListedModel[];
}
