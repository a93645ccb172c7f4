import type { Boundary } from './settings.ts';

/** RFC 1918, RFC 3927 (link-local) and RFC 6598 (shared address space, used by overlay networks). */
const privateIPv4 = /^(?:10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|169\.254\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.)/;

/** RFC 4193 (unique local) and RFC 4291 (link-local). */
const privateIPv6 = /^\[(?:f[cd]|fe[89ab])/;

/** RFC 6762 and RFC 8375, and names that no registry gives away. */
const privateName = /\.(?:local|internal|lan|home\.arpa)$/;

/**
 * The boundary that a host speaks for: this machine, a private network, or the vendor that owns the name.
 *
 * @param hostname as `URL` gives it: lower case, IPv4 in four decimal parts, IPv6 in brackets
 */
export function boundaryOf(hostname: string): Boundary {
  if (isLoopback(hostname)) return 'local';
  if (hostname.startsWith('[')) return privateIPv6.test(hostname) ? 'private' : `vendor:${hostname.slice(1, -1).replaceAll(':', '-')}`;
  // `10.example.com` begins like a private address and is none.
  if (/^\d+(?:\.\d+){3}$/.test(hostname)) return privateIPv4.test(hostname) ? 'private' : `vendor:${hostname}`;
  if (privateName.test(hostname) || !hostname.includes('.')) return 'private';
  return `vendor:${hostname.split('.').slice(-2).join('.')}`;
}

/** True for `localhost`, 127.0.0.0/8 and `[::1]`. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}
