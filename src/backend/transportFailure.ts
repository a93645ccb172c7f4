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
};

const notHttp =
  'the answer is not HTTP; a proxy may stand in between, see the VS Code setting http.proxy, or the port belongs to another service';

/** OpenSSL's names for a certificate that was not accepted, and Node's own for TLS that failed. */
const tlsCode = /^(?:ERR_SSL|ERR_TLS|ERR_OSSL|CERT_|CRL_|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO|INVALID_CA|HOSTNAME_MISMATCH|EPROTO$)/;

/** Where VS Code and Node look for authorities of a company's own. */
const trustAdvice =
  'if a company proxy or your own authority signed it, install that authority on this system and leave the VS Code setting ' +
  'http.systemCertificates on, or name its file in NODE_EXTRA_CA_CERTS';

/** What happened and what helps, by code; what is not listed gets `otherTls`. */
const tlsMessages: Readonly<Record<string, string>> = {
  SELF_SIGNED_CERT_IN_CHAIN: `the certificate’s authority is not known here; ${trustAdvice}`,
  DEPTH_ZERO_SELF_SIGNED_CERT: `the server’s certificate is self-signed; ${trustAdvice}`,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: `the certificate’s authority is not known here, or the server sends an incomplete chain; ${trustAdvice}`,
  UNABLE_TO_GET_ISSUER_CERT: `the certificate’s authority is not known here; ${trustAdvice}`,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: `the certificate’s authority is not known here; ${trustAdvice}`,
  CERT_UNTRUSTED: `the certificate’s authority is not trusted here; ${trustAdvice}`,
  INVALID_CA: `the certificate’s authority may not sign certificates; ${trustAdvice}`,
  CERT_HAS_EXPIRED: 'the server’s certificate has expired; it has to be renewed there, or the clock of this machine is wrong',
  CERT_NOT_YET_VALID: 'the server’s certificate is not valid yet; the clock of this machine or of the server is wrong',
  CERT_REVOKED: 'the server’s certificate was revoked; do not send anything to it before its owner has explained that',
  ERR_TLS_CERT_ALTNAME_INVALID:
    'the server’s certificate is for another host name than the one in baseUrl; correct baseUrl or the certificate',
  HOSTNAME_MISMATCH: 'the server’s certificate is for another host name than the one in baseUrl; correct baseUrl or the certificate',
  ERR_SSL_WRONG_VERSION_NUMBER: 'the server does not speak TLS on this port; is it http:// and not https://?',
  EPROTO: 'the server does not speak TLS on this port, or an older version of it; is it http:// and not https://?',
};

const otherTls = `a secure connection could not be made; ${trustAdvice}`;

/** The failure that a rejected connection or a cut body stands for. Our own abort reasons are told apart before this (law 10). */
export function transportFailure(error: unknown): Failure {
  const code = codeOf(error);
  if (code !== undefined && tlsCode.test(code)) {
    return { kind: 'network', cause: 'tls', code, message: `${tlsMessages[code] ?? otherTls} (${code})` };
  }
  const known = code === undefined ? undefined : causes[code];
  if (known && code !== undefined) return { kind: 'network', cause: known[0], code, message: known[1] };
  if (code?.startsWith('HPE_')) return { kind: 'network', cause: 'proxy', code, message: notHttp };
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
