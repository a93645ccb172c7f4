import { readHeaders } from './parseHeaders.ts';
import { clearTextProblem, isOpenToReaders } from './clearText.ts';
import { boundaryOf, isLoopback } from './host.ts';
import { backendRules } from './schema.ts';
import { protocols, type BackendSettings, type Boundary, type FimFormat, type Protocol } from './settings.ts';
import { isRecord, show } from './shownValue.ts';

/** Reads `failsoft.backends`. Never throws: a backend that cannot be used is left out, with one line in `problems`. */
export function readBackends(value: unknown, problems: string[]): BackendSettings[] {
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
  const protocol = item['protocol'] ?? 'openai-completions';
  const isEditors = protocol === 'vscode-lm';
  const url = isEditors ? undefined : readUrl(item['baseUrl'], where, problems);
  const model = item['model'];
  if (typeof model !== 'string' || model.trim() === '' || hasControlCharacter(model)) {
    problems.push(`${where}.model is ${show(model)}, allowed is the model's name as the server knows it; leaving this backend out`);
    return undefined;
  }
  if (!url && !isEditors) return undefined;
  if (!isProtocol(protocol)) {
    problems.push(`${where}.protocol is ${show(protocol)}, allowed is ${backendRules.protocols.join(', ')}; leaving this backend out`);
    return undefined;
  }
  reportUnread(item, protocol, where, problems);
  const common = { protocol, model: model.trim(), fim: readFim(item['fim'], protocol, where, problems) };
  if (!url) return readEditorsModel(item, common, where, problems);
  const headers = readHeaders(item['headers'], where, problems);
  const keepAlive = protocol === 'ollama' ? readKeepAlive(item['keepAlive'], where, problems) : undefined;
  return {
    ...common,
    name: readName(item['name'], `${common.model} @ ${url.host}`, where, problems),
    baseUrl: url.href.replace(/\/+$/, ''),
    origin: url.origin,
    loopback: isLoopback(url.hostname),
    boundary: readBoundary(item['boundary'], boundaryOf(url.hostname), where, problems),
    ...readStatusPage(item['statusPage'], where, problems),
    ...readApiVersion(item['apiVersion'], protocol, where, problems),
    ...(headers === undefined ? {} : { headers }),
    ...(keepAlive === undefined ? {} : { keepAlive }),
  };
}

/** A model that the editor has of another extension: it has a vendor instead of an address. */
function readEditorsModel(
  item: Readonly<Record<string, unknown>>,
  common: Pick<BackendSettings, 'protocol' | 'model' | 'fim'>,
  where: string,
  problems: string[],
): BackendSettings | undefined {
  const [vendor = '', ...rest] = common.model.split('/');
  if (vendor === '' || rest.join('/') === '') {
    problems.push(`${where}.model is ${show(common.model)}, allowed is vendor/family, such as copilot/gpt-4o; leaving this backend out`);
    return undefined;
  }
  const address = `vscode-lm:${vendor}`;
  const owner = vendor
    .toLowerCase()
    .replace(/[^a-z0-9.-]/g, '-')
    .replace(/^[.-]+/, '')
    .slice(0, 60);
  return {
    ...common,
    name: readName(item['name'], `${common.model} in VS Code`, where, problems),
    baseUrl: address,
    origin: address,
    loopback: false,
    boundary: readBoundary(item['boundary'], `vendor:${owner || 'unnamed'}`, where, problems),
    ...readStatusPage(item['statusPage'], where, problems),
  };
}

function readFim(value: unknown, protocol: Protocol, where: string, problems: string[]): FimFormat {
  // These servers build the fill-in-the-middle prompt themselves unless they are told a format.
  const fallback = protocol === 'llamacpp-infill' || protocol === 'ollama' ? 'suffix' : 'auto';
  const given = value ?? 'auto';
  if (typeof given !== 'string' || !(backendRules.fimFormats as readonly string[]).includes(given)) {
    problems.push(`${where}.fim is ${show(given)}, allowed is ${backendRules.fimFormats.join(', ')}; using auto`);
    return fallback;
  }
  if (given === 'auto' || protocol === 'llamacpp-infill') return fallback;
  return given as FimFormat;
}

function readKeepAlive(value: unknown, where: string, problems: string[]): number | undefined {
  if (value === undefined) return undefined;
  const { keepAliveMinimum: least, keepAliveMaximum: most } = backendRules;
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    problems.push(`${where}.keepAlive is ${show(value)}, allowed is ${least} to ${most} minutes, or -1 for ever; leaving it to Ollama`);
    return undefined;
  }
  if (value === -1) return -1;
  const minutes = Math.min(most, Math.max(least, Math.round(value)));
  if (minutes !== value) {
    problems.push(`${where}.keepAlive is ${value}, allowed is ${least} to ${most} minutes, or -1 for ever; using ${minutes}`);
  }
  return minutes;
}

/** Names the fields that are not known, and those that this protocol does not read. */
function reportUnread(item: Readonly<Record<string, unknown>>, protocol: Protocol, where: string, problems: string[]): void {
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
  const unread = {
    baseUrl: protocol === 'vscode-lm' ? 'the model is in the editor and has no address' : undefined,
    fim: protocol === 'vscode-lm' ? 'chat models have no fill-in-the-middle format' : fimUnread(item['fim'], protocol),
    keepAlive: protocol === 'ollama' ? undefined : 'only the protocol ollama knows it',
  };
  for (const [key, reason] of Object.entries(unread)) {
    if (reason !== undefined && item[key] !== undefined) problems.push(`${where}.${key} is not read: ${reason}`);
  }
}

function fimUnread(fim: unknown, protocol: Protocol): string | undefined {
  return protocol === 'llamacpp-infill' && fim !== 'auto' && fim !== 'suffix' ? 'llama.cpp builds the prompt of /infill itself' : undefined;
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

const backendFields = ['name', 'protocol', 'baseUrl', 'model', 'fim', 'boundary', 'apiVersion', 'keepAlive', 'headers', 'statusPage'];

function isProtocol(value: unknown): value is Protocol {
  return (protocols as readonly unknown[]).includes(value);
}

function readBoundary(value: unknown, fallback: Boundary, where: string, problems: string[]): Boundary {
  if (value === undefined) return fallback;
  if (typeof value === 'string' && backendRules.boundary.test(value)) return value as Boundary;
  problems.push(`${where}.boundary is ${show(value)}, allowed is local, private or vendor:<name>; using ${fallback}`);
  return fallback;
}

/** Asked without a key, but not in clear text beyond this machine. */
function readStatusPage(value: unknown, where: string, problems: string[]): { statusPage?: string } {
  if (value === undefined) return {};
  const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : undefined;
  const isSafe =
    url && !url.username && !url.password && (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname)));
  if (value === 'none' || isSafe) return { statusPage: url ? url.href : 'none' };
  problems.push(`${where}.statusPage is ${show(value)}, allowed is an https address or none; using the known page, if there is one`);
  return {};
}

/** Only Azure has a version in its query; it always needs one. */
function readApiVersion(value: unknown, protocol: Protocol, where: string, problems: string[]): { apiVersion?: string } {
  if (protocol !== 'azure-openai') {
    if (value !== undefined) problems.push(`${where}.apiVersion is only read with the protocol azure-openai; leaving it out`);
    return {};
  }
  const fallback = backendRules.defaultApiVersion;
  if (value === undefined) return { apiVersion: fallback };
  if (typeof value === 'string' && backendRules.apiVersion.test(value)) return { apiVersion: value };
  problems.push(`${where}.apiVersion is ${show(value)}, allowed is a date such as 2024-10-21 or 2025-01-01-preview; using ${fallback}`);
  return { apiVersion: fallback };
}

/** A line break in a name would make two lines of one in the log and the status. */
function hasControlCharacter(text: string): boolean {
  return /\p{Cc}/u.test(text.trim());
}
