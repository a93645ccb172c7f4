import type { AttemptOutcome, Stage } from '../domain/attempt.ts';
import type { Origin } from '../domain/completion.ts';
import type { Observation, Observed, SuggestionEnd, SuggestionFacts } from '../domain/observation.ts';
import { pressureLevels } from '../domain/pressure.ts';
import type { JournalRecord, ObservationRecord, SessionRecord } from '../domain/record.ts';
import { healthStates } from '../domain/snapshot.ts';
import {
  announcementField,
  count,
  type FieldRule,
  flag,
  millis,
  modelField,
  nameField,
  oneOf,
  optional,
  requestIdField,
  share,
  wordField,
} from './fieldRules.ts';

/** Of the form of the lines and of the files' names; a reader leaves those of another. */
export const journalVersion = 1;

type PlainRecord = Exclude<JournalRecord, ObservationRecord>;

/** Every field of a kind with its rule: one that is added to a record does not compile until somebody has decided how it is written. */
type Columns<Value> = { readonly [Name in Exclude<keyof Value, 'kind' | 'at'>]-?: FieldRule };

/** The names of a union, all of them: a missing one does not compile. */
const namesOf = <Name extends string>(names: Readonly<Record<Name, true>>): FieldRule => oneOf(...Object.keys(names));

const outcome = namesOf<AttemptOutcome>({
  ok: true,
  empty: true,
  capacity: true,
  rate_limit: true,
  quota: true,
  auth: true,
  bad_request: true,
  context_length: true,
  content_filter: true,
  server: true,
  network: true,
  timeout: true,
  model_retired: true,
  loading: true,
  client_unsupported: true,
  cancelled: true,
  refused: true,
  internal: true,
});
const stage = namesOf<Stage>({ waiting: true, connected: true, headers: true, text: true, done: true });
const origin = namesOf<Origin>({ model: true, local: true, cache: true });
const answer = namesOf<Origin | 'nothing'>({ model: true, local: true, cache: true, nothing: true });
const end = namesOf<SuggestionEnd>({ accepted: true, 'partly-accepted': true, typed: true, rejected: true, replaced: true, left: true });
const phase = namesOf<SessionRecord['phase']>({ start: true, end: true, 'unclean-end': true, 'safe-mode': true, 'safe-mode-left': true });
const trigger = oneOf('automatic', 'manual');
const state = oneOf(...healthStates);
const level = oneOf(...pressureLevels);

/** What is written of each kind, in this order; a new column goes to the end, so that old lines stay readable. */
const plainColumns: { readonly [Kind in PlainRecord['kind']]: Columns<Extract<PlainRecord, { readonly kind: Kind }>> } = {
  attempt: {
    requestId: wordField,
    sourceId: nameField,
    model: modelField,
    trigger: oneOf('automatic', 'manual', 'probe'),
    outcome,
    elapsed: millis,
    censored: flag,
    stage,
    bytes: count,
    firstTextAfter: optional(millis),
    completionTokens: optional(count),
    speculative: optional(flag),
    status: optional(count),
    code: optional(wordField),
    providerRequestId: optional(requestIdField),
    deprecation: optional(announcementField),
    overtakenBy: optional(nameField),
    interrupted: optional(oneOf('asleep', 'blocked')),
    isShadow: optional(flag),
  },
  state: { sourceId: nameField, model: modelField, before: state, state, nextTryAt: optional(count) },
  decision: { requestId: wordField, languageId: wordField, trigger, origin: answer, sourceId: nameField, elapsed: millis },
  route: { before: nameField, serving: nameField },
  process: { heap: count, heapLimit: count, rss: count, ledger: count, index: count, lagMax: millis, lagP99: millis, level },
  session: { phase, version: wordField, model: optional(modelField), level: optional(level), during: optional(wordField) },
};

const factColumns: Columns<SuggestionFacts> = {
  id: wordField,
  languageId: wordField,
  origin,
  sourceId: nameField,
  model: optional(modelField),
  trigger,
};

const observedColumns: { readonly [Kind in Observed['kind']]: Columns<Extract<Observed, { readonly kind: Kind }>> } = {
  shown: {},
  accepted: { part: oneOf('all', 'word', 'line'), characters: count },
  ended: { as: end, visibleFor: millis },
  kept: { afterSeconds: count, similarity: share },
  checked: { errors: count, warnings: count, unknownImports: count, unknownNames: count, isChecked: flag },
  rated: { rating: oneOf('up', 'down') },
};

/** A kind as it is on the disk; an observation is named by its own kind. */
interface LineKind {
  readonly isObservation: boolean;
  readonly columns: readonly (readonly [name: string, rule: FieldRule])[];
}

const kinds: ReadonlyMap<string, LineKind> = new Map<string, LineKind>([
  ...Object.entries(plainColumns).map(([kind, own]) => [kind, { isObservation: false, columns: Object.entries(own) }] as const),
  ...Object.entries(observedColumns).map(([kind, own]) => {
    const columns = [...Object.entries(factColumns), ...Object.entries(own as Readonly<Record<string, FieldRule>>)];
    return [kind, { isObservation: true, columns }] as const;
  }),
]);

/** The columns of each kind after version, number, kind and time, `?` for one that may be absent; for the documentation. */
export function columnNames(): ReadonlyMap<string, readonly string[]> {
  return new Map(
    [...kinds].map(([kind, { columns }]) => [kind, columns.map(([name, { isOptional }]) => (isOptional ? `${name}?` : name))]),
  );
}

/** Makes a code that a server sent one that we know, which is no text of the person's; `undefined` for any other. */
export type KnownCode = (code: string, attempt: { readonly outcome: AttemptOutcome; readonly status?: number }) => string | undefined;

type Values = Readonly<Record<string, unknown>>;

/**
 * A record as one line: a JSON array of version, number, kind, time and the columns of the kind. Column by column, so that nothing
 * that is added to the value elsewhere gets onto the disk unseen (law 13). `undefined` when a number in it is none.
 *
 * @param number counts up within a window, so that a line that is written twice is read once
 */
export function lineOf(record: JournalRecord, number: number, knownCode: KnownCode): string | undefined {
  const values = (record.kind === 'observation' ? record.observation : record) as unknown as Values;
  const kind = String(values['kind']);
  const columns = kinds.get(kind)?.columns;
  const at = count.write(record.at);
  if (!columns || at === undefined) return undefined;
  const cells: unknown[] = [journalVersion, number, kind, at];
  for (const [name, { write, isOptional }] of columns) {
    let value = values[name];
    if (name === 'code' && record.kind === 'attempt' && record.code !== undefined) value = knownCode(record.code, record) ?? 'other';
    const written = value === undefined ? undefined : write(value);
    if (written === undefined && !isOptional) return undefined;
    cells.push(written ?? null);
  }
  while (cells.at(-1) === null) cells.pop();
  return JSON.stringify(cells);
}

/** A line that was read. */
export interface ReadLine {
  readonly number: number;
  readonly record: JournalRecord;
}

/** The record of a line; `undefined` when it is torn, damaged or of another version. */
export function recordOf(line: string): ReadLine | undefined {
  const cells = parsed(line);
  if (cells?.[0] !== journalVersion) return undefined;
  const [, number, kind, at] = cells;
  const known = typeof kind === 'string' ? kinds.get(kind) : undefined;
  if (!known || !Number.isSafeInteger(number) || count.read(at) === undefined) return undefined;
  const values: Record<string, unknown> = known.isObservation ? { at, kind } : { kind, at };
  if (!readInto(values, cells, known)) return undefined;
  const record = known.isObservation ? { kind: 'observation', at, observation: values as unknown as Observation } : values;
  return { number: number as number, record: record as unknown as JournalRecord };
}

/** Whether every column that has to be there is there, and each is what it may be. */
function readInto(values: Record<string, unknown>, cells: readonly unknown[], { columns }: LineKind): boolean {
  for (let index = 0; index < columns.length; index++) {
    const column = columns[index];
    if (!column) return false;
    const [name, { read, isOptional }] = column;
    const cell = cells[index + 4] ?? undefined;
    if (cell === undefined) {
      if (!isOptional) return false;
      continue;
    }
    const value = read(cell);
    if (value === undefined) return false;
    values[name] = value;
  }
  return true;
}

function parsed(line: string): readonly unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
