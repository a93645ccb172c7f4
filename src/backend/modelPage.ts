import type { ListedModel } from '../domain/discovery.ts';
import type { ModelListing } from '../settings/preset.ts';
import { isObject, numberIn, optional, textIn, type JsonObject } from './json.ts';

/** One page of a list of models. */
export interface ModelPage {
  readonly models: readonly ListedModel[];
  /** Set when there is another page: the id that it begins after. */
  readonly after?: string;
}

/** Longer names are no names. */
const maximumIdLength = 300;

/**
 * Reads a list of models, whatever stands in it: entries that name no model are left out, `null` is an empty list.
 *
 * @returns `undefined` when the answer holds no list at all
 */
export function parseModels(answer: unknown, shape: ModelListing['shape']): ModelPage | undefined {
  const entries = entriesOf(answer);
  if (!entries) return undefined;
  const models = entries.flatMap((entry) => {
    const model = typeof entry === 'string' ? modelNamed(entry) : isObject(entry) ? modelOf(entry, shape) : undefined;
    return model ? [model] : [];
  });
  const page = isObject(answer) ? answer : {};
  const last = textIn(page['last_id']);
  return { models, ...(shape === 'anthropic' && page['has_more'] === true && last !== undefined ? { after: last } : {}) };
}

function entriesOf(answer: unknown): readonly unknown[] | undefined {
  if (Array.isArray(answer)) return answer as readonly unknown[];
  if (!isObject(answer)) return undefined;
  // llama.cpp sends both; `data` is the one whose names a request takes.
  for (const name of ['data', 'models']) {
    const list = answer[name];
    if (Array.isArray(list)) return list as readonly unknown[];
    if (list === null) return [];
  }
  return undefined;
}

function modelNamed(id: string): ListedModel | undefined {
  return id.trim() === '' || id.length > maximumIdLength || /\p{Cc}/u.test(id) ? undefined : { id };
}

function modelOf(entry: JsonObject, shape: ModelListing['shape']): ListedModel | undefined {
  const id =
    shape === 'ollama'
      ? (textIn(entry['model']) ?? textIn(entry['name']))
      : (textIn(entry['id']) ?? textIn(entry['model']) ?? textIn(entry['name']));
  const named = id === undefined ? undefined : modelNamed(id);
  if (!named) return undefined;
  const capabilities = isObject(entry['capabilities']) ? entry['capabilities'] : {};
  return {
    ...named,
    ...optional('note', noteOf(entry)),
    ...(entry['state'] === 'loaded' || entry['state'] === 'not-loaded' ? { isLoaded: entry['state'] === 'loaded' } : {}),
    ...optional('retires', retirementOf(entry)),
    ...(isWithoutText(entry, capabilities) ? { makesText: false } : {}),
    ...(capabilities['completion_fim'] === true ? { fillsMiddle: true } : {}),
  };
}

/** Embeddings, as LM Studio (`type`) and Mistral (`capabilities`) say it. */
function isWithoutText(entry: JsonObject, capabilities: JsonObject): boolean {
  return entry['type'] === 'embeddings' || (capabilities['completion_chat'] === false && capabilities['completion_fim'] !== true);
}

function noteOf(entry: JsonObject): string | undefined {
  const details = isObject(entry['details']) ? entry['details'] : {};
  const context = numberIn(entry['context_length']) ?? numberIn(entry['max_context_length']) ?? numberIn(entry['max_model_len']);
  const parts = [
    textIn(entry['display_name']),
    textIn(details['parameter_size']),
    textIn(details['quantization_level']) ?? textIn(entry['quantization']),
    context === undefined ? undefined : `context ${context}`,
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? undefined : parts.join(', ').slice(0, 120);
}

/** OpenAI says `shutdown_date`, Mistral `deprecation`, OpenRouter `expiration_date`; others only that it is deprecated. */
function retirementOf(entry: JsonObject): string | undefined {
  for (const name of ['shutdown_date', 'deprecation', 'expiration_date', 'deprecation_date']) {
    const date = textIn(entry[name]);
    if (date !== undefined) return `goes away ${/^\d{4}-\d{2}-\d{2}/.exec(date)?.[0] ?? date.slice(0, 30)}`;
  }
  return entry['deprecated'] === true || entry['status'] === 'deprecated' ? 'deprecated' : undefined;
}
