import type { BackendSettings } from './settings.ts';

/**
 * True when what is sent to this backend can be read on the way: http to a host outside of this machine and of a private network.
 * A person who says `"boundary": "private"` (or `local`) says that the network in between is theirs. A key is not sent then (law 13).
 */
export function isOpenToReaders({ baseUrl, boundary }: Pick<BackendSettings, 'baseUrl' | 'boundary'>): boolean {
  return baseUrl.startsWith('http:') && boundary.startsWith('vendor:');
}

/** The one line about such a backend. */
export function clearTextProblem(where: string, { origin }: Pick<BackendSettings, 'origin'>): string {
  return (
    `${where}.baseUrl is ${origin}, which is not encrypted: code travels readable to everybody on the way, and no API key is sent; ` +
    'use https, or set "boundary": "private" if the whole network in between is yours'
  );
}
