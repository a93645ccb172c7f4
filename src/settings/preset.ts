import type { Protocol } from './settings.ts';

/** Where a preset runs; the heading it stands under in the list. */
export type PresetGroup = 'machine' | 'gateway' | 'service' | 'editor';

/** How a server lists its models: the shape of the list and where it is, relative to the base URL. */
export interface ModelListing {
  readonly shape: 'openai' | 'lmstudio' | 'ollama' | 'anthropic';
  /** Resolved against the base URL with a slash behind it: `models`, `api/tags`, `../models`. */
  readonly path: string;
}

/** One more thing that a server has to be told, put to the person as a question. */
export interface PresetQuestion {
  readonly title: string;
  readonly prompt: string;
  /** Filled in beforehand. */
  readonly value: string;
  /** What the answer means in the setting. */
  readonly setting: (answer: string) => Readonly<Record<string, unknown>>;
}

/** A kind of server that people have, with everything that is known about it beforehand. */
export interface Preset {
  readonly id: string;
  readonly label: string;
  /** Half a line for a person who chooses, at most 64 characters: a list shows no more. */
  readonly detail: string;
  readonly group: PresetGroup;
  readonly protocol: Protocol;
  /** Absent: there is no address (the editor's own models). */
  readonly baseUrl?: string;
  /** True when the address is the same for everybody, so that it is not asked. */
  readonly fixedAddress?: boolean;
  readonly key: 'none' | 'optional' | 'required';
  /** Where a person gets a key. */
  readonly keySource?: string;
  /** Absent: the server has no list, and the name is typed. */
  readonly models?: ModelListing;
  /** What the name of the model is called there. */
  readonly modelWord?: string;
  readonly question?: PresetQuestion;
  /** More of the setting that is always the same. */
  readonly setting?: Readonly<Record<string, unknown>>;
  /** Where the facts of this row are documented. */
  readonly source: string;
}

/** The list that nearly everybody has. */
export const openAiModels: ModelListing = { shape: 'openai', path: 'models' };
