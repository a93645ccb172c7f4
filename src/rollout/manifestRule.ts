import type { Millis } from '../base/clock.ts';
import { printDuration } from './duration.ts';

interface Described {
  /** What the editor shows on hover. */
  readonly description: string;
  /** Absent and without a default: the field may be left out and then says nothing. */
  readonly isRequired?: boolean;
}

/** Where a default comes from stands beside it. */
interface Defaulted<T> {
  readonly default?: T;
  readonly source?: string;
}

/** A number; in the same unit in the file and everywhere else. */
export interface NumberRule extends Described, Defaulted<number> {
  readonly kind: 'number';
  readonly minimum: number;
  readonly maximum: number;
  readonly isWhole?: boolean;
}

/** A length of time; a text in the file, milliseconds everywhere else. */
export interface DurationRule extends Described, Defaulted<Millis> {
  readonly kind: 'duration';
  readonly minimum: Millis;
  readonly maximum: Millis;
}

/** A text of one kind. */
export interface TextRule extends Described {
  readonly kind: 'text';
  readonly pattern: RegExp;
  readonly maximumLength: number;
  /** What the pattern lets through, in words. */
  readonly allowed: string;
}

/** One of a few words. */
export interface ChoiceRule extends Described, Defaulted<string> {
  readonly kind: 'choice';
  /** Each with a word on it. */
  readonly values: Readonly<Record<string, string>>;
}

/** Values of one rule. */
export interface ListRule extends Described, Defaulted<readonly unknown[]> {
  readonly kind: 'list';
  readonly of: ManifestRule;
  readonly minimumCount: number;
  readonly maximumCount: number;
}

/** Named values; no others are allowed. */
export interface ObjectRule extends Described {
  readonly kind: 'object';
  readonly fields: Readonly<Record<string, ManifestRule>>;
}

/** What one value of a policy file may be. */
export type ManifestRule = NumberRule | DurationRule | TextRule | ChoiceRule | ListRule | ObjectRule;

/** What is allowed, for a message: `a number from 1 to 100`. */
export function allowedBy(rule: ManifestRule): string {
  switch (rule.kind) {
    case 'number':
      if (rule.minimum === rule.maximum) return `${rule.minimum}`;
      return `a ${rule.isWhole ? 'whole ' : ''}number from ${rule.minimum} to ${rule.maximum}`;
    case 'duration':
      return `a time from "${printDuration(rule.minimum)}" to "${printDuration(rule.maximum)}", written as a number and ms, s, min, h or days`;
    case 'text':
      return rule.allowed;
    case 'choice':
      return Object.keys(rule.values).join(', ');
    case 'list':
      return `a list of ${rule.minimumCount} to ${rule.maximumCount} entries`;
    case 'object':
      return `an object with ${Object.keys(rule.fields).join(', ')}`;
  }
}

/** A number. */
export function number(description: string, minimum: number, maximum: number, value?: number, source?: string): NumberRule {
  return {
    kind: 'number',
    description,
    minimum,
    maximum,
    ...(value === undefined ? {} : { default: value }),
    ...(source === undefined ? {} : { source }),
  };
}

/** A duration in ms, written with its unit. */
export function duration(description: string, value: number, minimum: number, maximum: number, source: string): DurationRule {
  return { kind: 'duration', description, minimum, maximum, default: value, source };
}

/** A text of a form. */
export function text(description: string, pattern: RegExp, maximumLength: number, allowed: string): TextRule {
  return { kind: 'text', description, pattern, maximumLength, allowed };
}

/** A list that is empty by default. */
export function list(description: string, of: ManifestRule, maximumCount: number): ManifestRule {
  return { kind: 'list', description, of, minimumCount: 0, maximumCount, default: [], source: 'chosen: nothing is left out' };
}

/** An object of bounds, each with a default. */
export function gate(description: string, fields: ObjectRule['fields']): ObjectRule {
  return { kind: 'object', description, fields };
}
