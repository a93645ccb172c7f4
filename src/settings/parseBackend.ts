import { readHeaders } from './parseHeaders.ts';
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
  const headers = readHeaders(item['headers'], where, problems);
  return {
    name,
    protocol,
    baseUrl: url.href.replace(/\/+$/, ''),
    origin: url.origin,
    model: model.trim(),
    fim: fim as FimFormat,
    loopback: isLoopback(url.hostname),
    boundary: readBoundary(item['boundary'], url.hostname, where, problems),
    ...(headers === undefined ? {} : { headers }),
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

const backendFields = ['name', 'protocol', 'baseUrl', 'model', 'fim', 'boundary', 'headers'];

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

/** The boundary that a host name speaks for: this machine, a private network, or the vendor that owns the name. */
export function boundaryOf(hostname: string): Boundary {
  if (isLoopback(hostname)) return 'local';
  const isPrivate =
    /^(?:10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|169\.254\.|\[f[cd])/.test(hostname) ||
    /\.(?:local|internal|lan|home\.arpa)$/.test(hostname);
  if (isPrivate || !hostname.includes('.')) return 'private';
  return `vendor:${hostname.split('.').slice(-2).join('.')}`;
}

/** True for `localhost`, 127.0.0.0/8 and `[::1]`. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}

/** A line break in a name would make two lines of one in the log and the status. */
function hasControlCharacter(text: string): boolean {
  return /\p{Cc}/u.test(text.trim());
}
