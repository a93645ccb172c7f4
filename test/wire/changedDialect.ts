/** A dialect whose events can be spoilt on the way out, so that one test fits all protocols. */

import type { Dialect } from '../fakes/faultServer.ts';

/** Makes other bytes of one event, or of the few that belong together. */
export type Change = (events: string, dialect: Dialect) => string;

/** The same dialect, with what it streams passed through the change in force. */
export function changedDialect(dialect: Dialect, inForce: () => Change | undefined): Dialect {
  const change = (events: string): string => inForce()?.(events, dialect) ?? events;
  return {
    ...dialect,
    begin: (envelope) => change(dialect.begin(envelope)),
    chunk: (envelope, text) => change(dialect.chunk(envelope, text)),
    finish: (envelope, reason, usage) => change(dialect.finish(envelope, reason, usage)),
  };
}

/** Changes the JSON value of every event; server-sent events and one value per line alike. */
function changeValues(events: string, change: (value: unknown) => unknown): string {
  return events.replace(/^(data: )?(\{.*\})$/gm, (_, field: string | undefined, json: string) => {
    return `${field ?? ''}${JSON.stringify(change(JSON.parse(json)))}`;
  });
}

/** Fields that nobody knows, in every object. */
const unknownFields: Change = (events) => changeValues(events, withStrangers);

function withStrangers(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withStrangers);
  if (typeof value !== 'object' || value === null) return value;
  const known = Object.entries(value).map(([name, inner]): [string, unknown] => [name, withStrangers(inner)]);
  return { x_stranger: { deep: [1, null, 'text'] }, ...Object.fromEntries(known), reasoning_content: 'hm', padding: 'aaaa' };
}

/** Before every event the same one with nothing but null in it. */
const nullsBetween: Change = (events) => changeValues(events, allNull) + events;

function allNull(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.keys(value).map((name) => [name, null])) : null;
}

/** Before every event one whose inner values are null: a choice without text, a message without content. */
const deepNullsBetween: Change = (events) => changeValues(events, leavesNull) + events;

function leavesNull(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(leavesNull);
  if (typeof value !== 'object' || value === null) return null;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, leavesNull(inner)]));
}

/** Bytes that keep the stream alive, before every event. */
const pingsBetween: Change = (events, dialect) => dialect.ping + dialect.ping + events;

/** What every backend passes over, by name. */
export const changes: readonly (readonly [string, Change])[] = [
  ['fields that it does not know', unknownFields],
  ['events with nothing but null', nullsBetween],
  ['events whose inner values are null', deepNullsBetween],
  ['pings between all events', pingsBetween],
];
