import type { Observation, Observed, SuggestionFacts } from '../domain/observation.ts';

/** Of the form of the lines; a reader skips those of another. */
const version = 1;

/** Names of languages and models are words without spaces; what is not, may be text of the person's that a server sent back. */
const word = /^[\w.:/@+#~-]{1,100}$/;

/** Of a file on somebody's disk, absolute or not; a server on this machine may call its model so. */
const path = /^[/\\~.]|^[a-z]:[/\\]|\\|\/.*\//is;

type Values = Readonly<Record<string, unknown>>;

/** Reads one field. `undefined`: it is not what it has to be. */
type Field<T> = (value: unknown) => T | undefined;

const count: Field<number> = (value) => (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined);
const share: Field<number> = (value) => (typeof value === 'number' && value >= 0 && value <= 1 ? value : undefined);
const flag: Field<boolean> = (value) => (typeof value === 'boolean' ? value : undefined);
const oneOf =
  <T extends string>(...allowed: readonly T[]): Field<T> =>
  (value) =>
    allowed.find((each) => each === value);

/** The fields of each kind: all that is ever written of it. */
const fields: Readonly<Record<Observed['kind'], Readonly<Record<string, Field<unknown>>>>> = {
  shown: {},
  accepted: { part: oneOf('all', 'word', 'line'), characters: count },
  ended: { as: oneOf('accepted', 'partly-accepted', 'typed', 'rejected', 'replaced', 'left'), visibleFor: count },
  kept: { afterSeconds: count, similarity: share },
  checked: { errors: count, warnings: count, unknownImports: count, unknownNames: count, isChecked: flag },
  rated: { rating: oneOf('up', 'down') },
};

const factFields: Readonly<Record<keyof SuggestionFacts, Field<unknown>>> = {
  id: wordIn,
  languageId: wordIn,
  origin: oneOf('model', 'local', 'cache'),
  sourceId: (value) => (typeof value === 'string' && value.length <= 100 ? value : undefined),
  model: modelIn,
  trigger: oneOf('automatic', 'manual'),
};

/**
 * An observation as one line of JSON. Field by field, so that nothing that is added to the value elsewhere gets onto the disk
 * unseen (law 13); of a model that is named by its path the file's name is left, and a name that is no word becomes `unreadable`.
 */
export function lineOf(observation: Observation): string {
  const { at, kind, id, languageId, origin, sourceId, model, trigger } = observation;
  const values = observation as unknown as Values;
  const own = Object.keys(fields[kind]).map((name) => [name, values[name]] as const);
  return JSON.stringify({
    version,
    at,
    kind,
    id,
    languageId: wordIn(languageId) ?? 'unreadable',
    origin,
    sourceId: sourceId.slice(0, 100),
    ...(model === undefined ? {} : { model: modelIn(model) ?? 'unreadable' }),
    trigger,
    ...Object.fromEntries(own),
  });
}

/** The observation of a line; `undefined` when it is torn, damaged or of another version. */
export function observationOf(line: string): Observation | undefined {
  const values = parsed(line);
  if (values?.['version'] !== version) return undefined;
  const { at, kind, model } = values;
  const ownFields = typeof kind === 'string' && Object.hasOwn(fields, kind) ? fields[kind as Observed['kind']] : undefined;
  if (!ownFields || count(at) === undefined) return undefined;
  const { model: modelField, ...always } = factFields;
  const wanted = { ...always, ...(model === undefined ? {} : { model: modelField }), ...ownFields };
  const read = Object.entries(wanted).map(([name, field]) => [name, field(values[name])] as const);
  if (read.some(([, value]) => value === undefined)) return undefined;
  return { at, kind, ...Object.fromEntries(read) } as unknown as Observation;
}

function wordIn(value: unknown): string | undefined {
  return typeof value === 'string' && word.test(value) ? value : undefined;
}

/** The name of a model. `org/model` stays; of a path only the file's name is left, because the folders are the person's own. */
function modelIn(value: unknown): string | undefined {
  return wordIn(
    typeof value === 'string' && path.test(value) ? value.slice(Math.max(value.lastIndexOf('/'), value.lastIndexOf('\\')) + 1) : value,
  );
}

function parsed(line: string): Values | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Values) : undefined;
  } catch {
    return undefined;
  }
}
