/** What is written of a value: a number, a word, a flag. `undefined`: the value is not what it has to be. */
export type Rule = (value: unknown) => string | number | boolean | undefined;

/** How one field gets onto the disk and back. */
export interface FieldRule {
  readonly write: Rule;
  /** Of a line that may have been changed by anybody. */
  readonly read: Rule;
  /** It may be absent; a value that may not be written is then left out instead of replaced. */
  readonly isOptional?: boolean;
}

/** Stands where a text is none that may be written. */
export const unreadable = 'unreadable';

/** Names of languages and models are words without spaces; what is not, may be text of the person's that a server sent back. */
const word = /^[\w.:/@+#~-]{1,100}$/;

/** A file on somebody's disk, absolute or not; a server on this machine may call its model so. */
const path = /^[/\\~.]|^[a-z]:[/\\]|\\|\/.*\//is;

/** Longest text that is written or read, in UTF-16 units. */
const longest = 100;

function whole(value: unknown): number | undefined {
  if (typeof value !== 'number') return undefined;
  const rounded = Math.round(value);
  return rounded >= 0 && rounded <= Number.MAX_SAFE_INTEGER ? rounded : undefined;
}

/** A tenth of a millisecond is more than any clock of ours is good for. */
function tenths(value: unknown): number | undefined {
  return typeof value === 'number' && value >= 0 && value < 1e15 ? Math.round(value * 10) / 10 : undefined;
}

const text: Rule = (value) => (typeof value === 'string' && value.length <= longest ? value : undefined);

const both = (rule: Rule): FieldRule => ({ write: rule, read: rule });

/** A text that becomes `unreadable` unless it may be written. */
const textBy = (rule: (value: string) => string | undefined): FieldRule => ({
  write: (value) => (typeof value === 'string' ? (rule(value) ?? unreadable) : undefined),
  read: text,
});

/** A number from 0 on, rounded to a whole one: times of the clock, bytes, counts. */
export const count: FieldRule = both(whole);
/** A duration in ms from 0 on, to a tenth. */
export const millis: FieldRule = both(tenths);
/** 0…1. */
export const share: FieldRule = both((value) => (typeof value === 'number' && value >= 0 && value <= 1 ? value : undefined));
export const flag: FieldRule = both((value) => (typeof value === 'boolean' ? value : undefined));
/** A word of ours. */
export const oneOf = (...allowed: readonly string[]): FieldRule => {
  const known = new Set<unknown>(allowed);
  return both((value) => (known.has(value) ? (value as string) : undefined));
};

/** Ids of ours, names of languages, versions. */
export const wordField: FieldRule = textBy((value) => (word.test(value) ? value : undefined));

/** The name of a model. `org/model` stays; of a path only the file's name is left, because the folders are the person's own. */
export const modelField: FieldRule = textBy((value) => {
  const name = fileNameOf(value);
  return word.test(name) ? name : undefined;
});

/** What the person calls a backend; without a name of their own it is made of the model and the host, and the model may be a path. */
export const nameField: FieldRule = textBy((value) => {
  const name = fileNameOf(value).replaceAll(/[\u0000-\u001f\u007f]/g, ' ');
  return name.slice(0, longest);
});

/** A request id of a provider: hexadecimal, after a short prefix that is in use; anything else could be words of the prompt. */
export const requestIdField: FieldRule = {
  write: (value) =>
    typeof value === 'string' && /^(?:req|chatcmpl|cmpl|resp|msg|gen)?[-_]?[\da-f-]{16,64}$/i.test(value) ? value : undefined,
  read: text,
};

/** The end of a model that was announced: its day, or that there is one. */
export const announcementField: FieldRule = {
  write: (value) => (typeof value === 'string' ? (/\b\d{4}-\d\d-\d\d\b/.exec(value)?.[0] ?? 'announced') : undefined),
  read: text,
};

export const optional = (field: FieldRule): FieldRule => ({ ...field, isOptional: true });

function fileNameOf(value: string): string {
  return path.test(value) ? value.slice(Math.max(value.lastIndexOf('/'), value.lastIndexOf('\\')) + 1) : value;
}
