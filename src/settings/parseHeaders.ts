import { isRecord, show } from './shownValue.ts';

/** Bounds of a backend's `headers`. */
export const headerRules = { maximumCount: 8, maximumValueLength: 1024 } as const;

/** Names that would carry a secret: the settings are no place for one, and it would be bound to no origin (law 13). Whole words: `portkey` is none. */
const secretName = /(?:^|-)(?:(?:api|auth)?(?:key|token)|secret|auth|authorization|password|cookie|credentials?)(?:-|$)/;

/** Headers that the HTTP client or the protocol sets itself. */
const ourNames: ReadonlySet<string> = new Set(['accept', 'connection', 'content-length', 'content-type', 'host', 'transfer-encoding']);

/** Texts that look like a key, whatever the header is called. */
const secretValue = /^bearer\s|\bsk-[\w-]{8,}|api[_-]?key/i;

/**
 * Reads `headers`: fixed headers that are sent with every request, such as a gateway's choice of the provider behind it. Never throws;
 * a header that cannot be used is left out, with one line in `problems` that never repeats a value that may be a key.
 *
 * @returns names in lower case; `undefined` when there are none
 */
export function readHeaders(value: unknown, where: string, problems: string[]): Readonly<Record<string, string>> | undefined {
  if (value === undefined) return undefined;
  if (!isRecord(value)) {
    problems.push(`${where}.headers is ${show(value)}, allowed is an object of names and texts; sending none`);
    return undefined;
  }
  const headers: Record<string, string> = {};
  for (const [given, text] of Object.entries(value)) {
    const name = given.toLowerCase();
    const problem = problemOf(name, text, Object.keys(headers).length);
    if (problem === undefined) headers[name] = text as string;
    else problems.push(`${where}.headers.${given.slice(0, 40)} ${problem}; leaving it out`);
  }
  return Object.keys(headers).length === 0 ? undefined : Object.freeze(headers);
}

function problemOf(name: string, value: unknown, count: number): string | undefined {
  if (!/^[a-z0-9-]{1,64}$/.test(name)) return 'has a name that is no header name, allowed are letters, digits and hyphens';
  if (secretName.test(name) || (typeof value === 'string' && secretValue.test(value))) {
    return 'looks like a key: keys do not belong into settings; use the command "Failsoft: Set API Key…"';
  }
  if (ourNames.has(name)) return 'is set by Failsoft itself';
  if (typeof value !== 'string' || !/^[\x20-\x7e]+$/.test(value) || value.length > headerRules.maximumValueLength) {
    return `is no text of 1 to ${headerRules.maximumValueLength} printable ASCII characters`;
  }
  if (count >= headerRules.maximumCount) return `is one too many, allowed are ${headerRules.maximumCount}`;
  return undefined;
}
