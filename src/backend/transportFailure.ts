import { messageOf } from '../base/logger.ts';
import type { Failure, NetworkCause } from '../domain/failure.ts';
import { lineOf } from './messageText.ts';

/** Node's and undici's error codes for a connection that failed. */
const causes: Readonly<Record<string, readonly [NetworkCause, string]>> = {
  ENOTFOUND: ['dns', 'the host name is not known'],
  EAI_AGAIN: ['dns', 'the host name cannot be looked up right now'],
  ECONNREFUSED: ['refused', 'the connection was refused; is the server running?'],
  EHOSTUNREACH: ['unreachable', 'the host cannot be reached'],
  ENETUNREACH: ['unreachable', 'the network cannot be reached'],
  ENETDOWN: ['unreachable', 'the network is down'],
  ECONNRESET: ['reset', 'the connection was reset'],
  ECONNABORTED: ['reset', 'the connection was aborted'],
  EPIPE: ['reset', 'the connection was closed'],
  UND_ERR_SOCKET: ['reset', 'the connection was closed'],
  ETIMEDOUT: ['connect-timeout', 'no connection within the system’s time'],
  UND_ERR_CONNECT_TIMEOUT: ['connect-timeout', 'no connection in time'],
  HPE_INVALID_CONSTANT: ['proxy', 'the answer is not HTTP'],
};

const tlsCode = /^(ERR_SSL|ERR_TLS|CERT_|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO)/;

/** The failure that a rejected connection or a cut body stands for. Our own abort reasons are told apart before this (law 10). */
export function transportFailure(error: unknown): Failure {
  const code = codeOf(error);
  if (code !== undefined && tlsCode.test(code)) {
    const message = `the certificate was not accepted (${code}); see the setting http.systemCertificates`;
    return { kind: 'network', cause: 'tls', code, message };
  }
  const known = code === undefined ? undefined : causes[code];
  if (known && code !== undefined) return { kind: 'network', cause: known[0], code, message: known[1] };
  if (code?.startsWith('HPE_')) return { kind: 'network', cause: 'proxy', code, message: 'the answer is not HTTP' };
  const message = lineOf(messageOf(error)) || 'the connection failed';
  return code === undefined ? { kind: 'network', cause: 'other', message } : { kind: 'network', cause: 'other', code, message };
}

/** True for a connection that was reset: the one failure that may be retried on the same backend when no header had come (law 8). */
export function isReset(error: unknown): boolean {
  const code = codeOf(error);
  return code !== undefined && causes[code]?.[0] === 'reset';
}

function codeOf(error: unknown): string | undefined {
  for (let current = error, depth = 0; depth < 4 && typeof current === 'object' && current !== null; depth++) {
    const code = (current as { code?: unknown }).code;
    if (typeof code === 'string') return code;
    current = (current as { cause?: unknown }).cause;
  }
  return undefined;
}
