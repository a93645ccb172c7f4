import { clearTextProblem, isOpenToReaders } from './clearText.ts';
import { boundaryOf, isLoopback } from './host.ts';
import { backendRules, deadlineRules } from './schema.ts';
import {
  protocols,
  type BackendSettings,
  type Boundary,
  type DeadlineSettings,
  type FimFormat,
  type Protocol,
  type Settings,
} from './settings.ts';

/** The raw values as the editor or a file hands them over; anything may be in them. */
export interface RawSettings {
  readonly enable?: unknown;
  readonly backends?: unknown;
  readonly deadlines?: unknown;
  readonly disabledLanguages?: unknown;
  readonly localEnable?: unknown;
}

/** The settings that can be used, and one line for each value that could not. */
export interface ParsedSettings {
  readonly settings: Settings;
  readonly problems: readonly string[];
}

/** Reads settings. Never throws: a wrong value is left out or clamped, and said once in `problems`. */
export function parseSettings(raw: RawSettings): ParsedSettings {
  const problems: string[] = [];
  const settings: Settings = Object.freeze({
    enabled: readBoolean(raw.enable, true, 'failsoft.enable', problems),
    backends: Object.freeze(readBackends(raw.backends, problems)),
    deadlines: Object.freeze(readDeadlines(raw.deadlines, problems)),
    disabledLanguages: Object.freeze(readStrings(raw.disabledLanguages, 'failsoft.disabledLanguages', problems)),
    localEnabled: readBoolean(raw.localEnable, true, 'failsoft.local.enable', problems),
  });
  return { settings, problems };
}

function readBoolean(value: unknown, fallback: boolean, name: string, problems: string[]): boolean {
  if (value === undefined || value === null) return fallback;
  if (typeof value === 'boolean') return value;
  problems.push(`${name} is ${show(value)}, allowed is true or false; using ${fallback}`);
  return fallback;
}

function readStrings(value: unknown, name: string, problems: string[]): string[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
  problems.push(`${name} is ${show(value)}, allowed is a list of language identifiers; using none`);
  return [];
}

function readDeadlines(value: unknown, problems: string[]): DeadlineSettings {
  const given = isRecord(value) ? value : {};
  if (value !== undefined && value !== null && !isRecord(value)) {
    problems.push(`failsoft.deadlines is ${show(value)}, allowed is an object of milliseconds; using the defaults`);
  }
  const result: Record<string, number> = {};
  for (const [name, rule] of Object.entries(deadlineRules)) {
    const raw = given[name];
    if (raw === undefined) result[name] = rule.default;
    else if (typeof raw === 'number' && Number.isFinite(raw)) {
      result[name] = Math.min(rule.maximum, Math.max(rule.minimum, raw));
      if (result[name] !== raw) {
        problems.push(`failsoft.deadlines.${name} is ${raw}, allowed is ${rule.minimum} to ${rule.maximum} ms; using ${result[name]}`);
      }
    } else {
      problems.push(`failsoft.deadlines.${name} is ${show(raw)}, allowed is a number of milliseconds; using ${rule.default}`);
      result[name] = rule.default;
    }
  }
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(deadlineRules, name)) {
      problems.push(`failsoft.deadlines.${name} is not known; allowed are ${Object.keys(deadlineRules).join(', ')}`);
    }
  }
  return result as unknown as DeadlineSettings;
}

function readBackends(value: unknown, problems: string[]): BackendSettings[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) {
    problems.push(`failsoft.backends is ${show(value)}, allowed is a list of backends; using none`);
    return [];
  }
  if (value.length > backendRules.maximumCount) {
    problems.push(
      `failsoft.backends has ${value.length} entries, allowed are ${backendRules.maximumCount}; using the first ${backendRules.maximumCount}`,
    );
  }
  const backends: BackendSettings[] = [];
  const names = new Set<string>();
  for (const [index, item] of value.slice(0, backendRules.maximumCount).entries()) {
    const backend = readBackend(item, `failsoft.backends[${index}]`, problems);
    if (!backend) continue;
    if (names.has(backend.name)) {
      problems.push(`failsoft.backends[${index}].name is "${backend.name}", which an earlier backend has; leaving this one out`);
      continue;
    }
    names.add(backend.name);
    if (isOpenToReaders(backend)) problems.push(clearTextProblem(`failsoft.backends[${index}]`, backend));
    backends.push(Object.freeze(backend));
  }
  return backends;
}

function readBackend(item: unknown, where: string, problems: string[]): BackendSettings | undefined {
  if (!isRecord(item)) {
    problems.push(`${where} is ${show(item)}, allowed is an object with baseUrl and model; leaving it out`);
    return undefined;
  }
  const url = readUrl(item['baseUrl'], where, problems);
  const model = item['model'];
  if (typeof model !== 'string' || model.trim() === '' || hasControlCharacter(model)) {
    problems.push(`${where}.model is ${show(model)}, allowed is the model's name as the server knows it; leaving this backend out`);
    return undefined;
  }
  if (!url) return undefined;
  const protocol = item['protocol'] ?? 'openai-completions';
  if (!isProtocol(protocol)) {
    problems.push(`${where}.protocol is ${show(protocol)}, allowed is ${backendRules.protocols.join(', ')}; leaving this backend out`);
    return undefined;
  }
  let fim = item['fim'] ?? 'auto';
  if (typeof fim !== 'string' || !(backendRules.fimFormats as readonly string[]).includes(fim)) {
    problems.push(`${where}.fim is ${show(fim)}, allowed is ${backendRules.fimFormats.join(', ')}; using auto`);
    fim = 'auto';
  }
  const name = readName(item['name'], `${model.trim()} @ ${url.host}`, where, problems);
  for (const key of Object.keys(item)) {
    if (!backendFields.includes(key)) {
      const secret = /key|token|secret|password/i.test(key);
      problems.push(
        secret
          ? `${where}.${key} is not read: keys do not belong into settings; use the command "Failsoft: Set API Key…"`
          : `${where}.${key} is not known; allowed are ${backendFields.join(', ')}`,
      );
    }
  }
  return {
    name,
    protocol,
    baseUrl: url.href.replace(/\/+$/, ''),
    origin: url.origin,
    model: model.trim(),
    fim: fim as FimFormat,
    loopback: isLoopback(url.hostname),
    boundary: readBoundary(item['boundary'], url.hostname, where, problems),
  };
}

function readName(value: unknown, fallback: string, where: string, problems: string[]): string {
  if (value === undefined) return fallback;
  if (typeof value === 'string' && value.trim() !== '' && value.length <= backendRules.maximumNameLength && !hasControlCharacter(value))
    return value.trim();
  problems.push(
    `${where}.name is ${show(value)}, allowed is a text of 1 to ${backendRules.maximumNameLength} characters; using "${fallback}"`,
  );
  return fallback;
}

function readUrl(value: unknown, where: string, problems: string[]): URL | undefined {
  const wanted = 'allowed is a URL such as http://127.0.0.1:8080/v1; leaving this backend out';
  if (typeof value !== 'string' || !URL.canParse(value)) {
    // A malformed URL may hold a key all the same, so it is shown only as far as it cannot.
    const shown = typeof value === 'string' && value.includes('@') ? 'a text with "@" that is no URL' : show(value);
    problems.push(`${where}.baseUrl is ${shown}, ${wanted}`);
    return undefined;
  }
  const url = new URL(value);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    problems.push(`${where}.baseUrl has the scheme "${url.protocol}", allowed is http or https; leaving this backend out`);
    return undefined;
  }
  if (url.username || url.password) {
    problems.push(`${where}.baseUrl holds a user name or password; keys do not belong into settings; leaving this backend out`);
    return undefined;
  }
  if (url.search || url.hash) {
    problems.push(`${where}.baseUrl has a query or fragment, which a base URL cannot have; leaving this backend out`);
    return undefined;
  }
  return url;
}

const backendFields = ['name', 'protocol', 'baseUrl', 'model', 'fim', 'boundary'];

function isProtocol(value: unknown): value is Protocol {
  return (protocols as readonly unknown[]).includes(value);
}

function readBoundary(value: unknown, hostname: string, where: string, problems: string[]): Boundary {
  const fallback = boundaryOf(hostname);
  if (value === undefined) return fallback;
  if (typeof value === 'string' && backendRules.boundary.test(value)) return value as Boundary;
  problems.push(`${where}.boundary is ${show(value)}, allowed is local, private or vendor:<name>; using ${fallback}`);
  return fallback;
}

/** A line break in a name would make two lines of one in the log and the status. */
function hasControlCharacter(text: string): boolean {
  return /\p{Cc}/u.test(text.trim());
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value as a person would recognise it, cut so that a message stays one line. */
function show(value: unknown): string {
  if (value === undefined) return 'missing';
  const text = printable(value);
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}

function printable(value: unknown): string {
  try {
    const text: unknown = JSON.stringify(value);
    return typeof text === 'string' ? text : typeof value;
  } catch {
    // BigInt and circles have no JSON.
    return typeof value;
  }
}
