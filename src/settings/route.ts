import { readBackends } from './parseBackend.ts';
import { backendRules } from './schema.ts';
import type { BackendSettings } from './settings.ts';
import { isRecord, show } from './shownValue.ts';

/** One entry of `failsoft.backends` as it stands in the settings, with what is made of it. */
export interface RouteEntry {
  /** Place in the settings' list, 0…; entries that cannot be used count too. */
  readonly index: number;
  readonly raw: unknown;
  /** Absent when it cannot be used. */
  readonly backend?: BackendSettings;
  /** Why it cannot be used, or what of it is not; one line. */
  readonly problem?: string;
}

/** The list as it stands in the settings; `undefined` when something else than a list stands there, which nobody may overwrite unasked. */
export function rawRoute(value: unknown): readonly unknown[] | undefined {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? (value as readonly unknown[]) : undefined;
}

/** Every entry of the list, usable or not. */
export function routeEntries(raw: readonly unknown[]): readonly RouteEntry[] {
  const names = new Set<string>();
  return raw.map((item, index) => {
    const problems: string[] = [];
    const [backend] = readBackends([item], problems);
    if (index >= backendRules.maximumCount) return { index, raw: item, problem: `one too many, allowed are ${backendRules.maximumCount}` };
    if (backend && names.has(backend.name)) return { index, raw: item, problem: `an earlier backend is named "${backend.name}" too` };
    if (backend) names.add(backend.name);
    const [problem] = problems;
    return { index, raw: item, ...(backend ? { backend } : {}), ...(problem === undefined ? {} : { problem: plainProblem(problem) }) };
  });
}

/** What an entry is called, even when it cannot be used. */
export function entryName({ raw, backend, index }: RouteEntry): string {
  if (backend) return backend.name;
  const name = isRecord(raw) ? (raw['name'] ?? raw['model']) : undefined;
  return typeof name === 'string' && name.trim() !== '' ? show(name).slice(1, -1) : `entry ${index + 1}`;
}

/** The list with one more entry. Those that were there are the same objects. @param position 0…length */
export function withEntry(raw: readonly unknown[], entry: unknown, position: number): unknown[] {
  return [...raw.slice(0, position), entry, ...raw.slice(position)];
}

/** The list with one entry replaced. */
export function withReplaced(raw: readonly unknown[], entry: unknown, index: number): unknown[] {
  return raw.map((item, place) => (place === index ? entry : item));
}

/** The list without one entry. */
export function withoutEntry(raw: readonly unknown[], index: number): unknown[] {
  return raw.filter((_, place) => place !== index);
}

/** The list with one entry moved by one place; the same list when there is no such place. */
export function withMoved(raw: readonly unknown[], index: number, by: 1 | -1): readonly unknown[] {
  const target = index + by;
  if (target < 0 || target >= raw.length) return raw;
  return withEntry(withoutEntry(raw, index), raw[index], target);
}

/** What would be made of an entry: the backend, or why there is none. */
export function checkEntry(entry: Readonly<Record<string, unknown>>): { readonly backend?: BackendSettings; readonly problem?: string } {
  const problems: string[] = [];
  const [backend] = readBackends([entry], problems);
  const [problem] = problems;
  return { ...(backend ? { backend } : {}), ...(problem === undefined ? {} : { problem: plainProblem(problem) }) };
}

/** A problem of the parser without the parts that say where in the settings it stands and what becomes of it. */
function plainProblem(problem: string): string {
  return problem.replace(/^failsoft\.backends\[\d+\]\.?/, '').replace(/; leaving (?:this backend|this one|it) out$/, '');
}
