import type { TestResult } from '../domain/backendTest.ts';
import type { SourceHealth } from '../domain/snapshot.ts';
import { entryName, type RouteEntry } from '../settings/route.ts';
import { isRecord } from '../settings/shownValue.ts';
import type { PickLine } from './addBackendItems.ts';
import { diagnose, flawOf, passedText } from './diagnosis.ts';
import { withoutIcons } from './plainText.ts';
import { sourceWords } from './statusState.ts';

/** What a person picks in the list of backends. */
export type ManageChoice = { readonly kind: 'entry'; readonly index: number } | { readonly kind: 'add' } | { readonly kind: 'test-all' };

/** The list of backends in the order of the route, with how each one is. */
export function manageLines(entries: readonly RouteEntry[], sources: readonly SourceHealth[]): readonly PickLine<ManageChoice>[] {
  return [
    ...(entries.length === 0 ? [] : [{ label: 'In the order they are asked' }]),
    ...entries.map((entry, place) => entryLine(entry, place, sources)),
    { label: 'More' },
    { label: '$(add) Add a backend…', value: { kind: 'add' } },
    ...(entries.some(({ backend }) => backend) ? [{ label: '$(beaker) Test all', value: { kind: 'test-all' } } as const] : []),
  ];
}

function entryLine(entry: RouteEntry, place: number, sources: readonly SourceHealth[]): PickLine<ManageChoice> {
  const { backend, problem, index } = entry;
  const health = sources.find(({ sourceId }) => sourceId === backend?.name);
  const state = backend ? (health ? sourceWords(health) : 'not in use here') : 'cannot be used';
  const where = backend ? [backend.model, new URL(backend.origin).host] : [];
  return {
    label: `${place + 1}. ${backend && problem === undefined ? '' : '$(warning) '}${withoutIcons(entryName(entry), 60)}`,
    description: [state, ...where].map((part) => withoutIcons(part, 60)).join(' · '),
    ...(problem === undefined ? {} : { detail: withoutIcons(problem, 200) }),
    value: { kind: 'entry', index },
  };
}

/** What can be done with one backend. */
export type EntryAction = 'test' | 'edit' | 'up' | 'down' | 'key' | 'remove';

/** The list of what can be done with one backend; all of it by keyboard. */
export function actionLines(entry: RouteEntry, count: number): readonly PickLine<EntryAction>[] {
  const { backend, index } = entry;
  return [
    ...(backend ? [{ label: '$(beaker) Test', description: 'one completion of made-up code', value: 'test' } as const] : []),
    // What is no object has nothing to edit.
    ...(isRecord(entry.raw) ? [{ label: '$(edit) Edit…', description: 'address, key, model, name', value: 'edit' } as const] : []),
    ...(index > 0 ? [{ label: '$(arrow-up) Move up', description: 'ask it earlier', value: 'up' } as const] : []),
    ...(index < count - 1 ? [{ label: '$(arrow-down) Move down', description: 'ask it later', value: 'down' } as const] : []),
    ...(backend ? [{ label: '$(key) Set its API key…', description: `for ${backend.origin}`, value: 'key' } as const] : []),
    { label: '$(trash) Remove…', value: 'remove' },
  ];
}

/** How one test of several stands. */
export interface RunningTest {
  readonly name: string;
  readonly baseUrl: string;
  readonly model: string;
  readonly hasKey: boolean;
  /** Absent while it waits or runs. */
  readonly result?: TestResult;
}

/** The results of "Test all", one line each. The value is the place in the list. */
export function testLines(tests: readonly RunningTest[]): readonly PickLine<number>[] {
  return tests.map((test, index) => ({ ...testLine(test), value: index }));
}

function testLine(test: RunningTest): PickLine<number> {
  const name = withoutIcons(test.name, 60);
  const { result } = test;
  if (!result) return { label: `$(loading~spin) ${name}`, description: 'testing…' };
  const trouble = result.ok ? flawOf(result) : diagnose(result.failure, test);
  const passed = result.ok ? passedText(result) : '';
  if (!trouble) return { label: `$(pass) ${name}`, description: passed };
  return {
    label: `${result.ok ? '$(warning)' : '$(error)'} ${name}`,
    description: withoutIcons(trouble.what, 160),
    detail: withoutIcons(`${trouble.cause} ${trouble.advice}`, 240),
  };
}
