import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

/** A certificate with its private key, both PEM; made anew for each test, so that no key lies in the repository. */
export interface TestCertificate {
  readonly cert: string;
  readonly key: string;
}

/** An authority that nobody knows, with one certificate that it signed. */
export interface TestChain extends TestCertificate {
  /** PEM of the authority. */
  readonly authority: string;
}

export interface CertificateOptions {
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default: from yesterday to tomorrow. */
  readonly from?: Date;
  readonly to?: Date;
}

const day = 24 * 3600 * 1000;

/** A certificate that signed itself. */
export function selfSigned(options: CertificateOptions = {}): TestCertificate {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { cert: certificate(options, pair.publicKey, 'self', 'self', pair.privateKey, false), key: pemKey(pair.privateKey) };
}

/** A certificate signed by an authority of our own. */
export function signedByOwnAuthority(options: CertificateOptions = {}): TestChain {
  const root = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const leaf = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = 'failsoft test authority';
  return {
    cert: certificate(options, leaf.publicKey, 'failsoft test server', name, root.privateKey, false),
    key: pemKey(leaf.privateKey),
    authority: certificate({}, root.publicKey, name, name, root.privateKey, true),
  };
}

/** X.509 version 3 in DER, as far as a TLS client looks at it. @see RFC 5280 section 4.1 */
function certificate(
  options: CertificateOptions,
  publicKey: KeyObject,
  subject: string,
  issuer: string,
  signer: KeyObject,
  isAuthority: boolean,
): string {
  const { host = '127.0.0.1', from = new Date(Date.now() - day), to = new Date(Date.now() + day) } = options;
  const ecdsaWithSha256 = sequence(oid('2a8648ce3d040302'));
  const body = sequence(
    tagged(0xa0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ecdsaWithSha256,
    nameOf(issuer),
    sequence(time(from), time(to)),
    nameOf(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(0xa3, sequence(basicConstraints(isAuthority), alternativeName(host))),
  );
  const der = sequence(body, ecdsaWithSha256, bits(sign('sha256', body, signer)));
  return `-----BEGIN CERTIFICATE-----\n${der.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`;
}

const pemKey = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }).toString();

function tagged(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

const sequence = (...parts: readonly Buffer[]): Buffer => tagged(0x30, ...parts);
const integer = (value: Buffer): Buffer => tagged(0x02, value);
const oid = (hex: string): Buffer => tagged(0x06, Buffer.from(hex, 'hex'));
const bits = (value: Buffer): Buffer => tagged(0x03, Buffer.from([0]), value);
const octets = (value: Buffer): Buffer => tagged(0x04, value);
const time = (at: Date): Buffer => tagged(0x17, Buffer.from(`${at.toISOString().replace(/[-:T]/g, '').slice(2, 14)}Z`));
/** One common name. */
const nameOf = (text: string): Buffer => sequence(tagged(0x31, sequence(oid('550403'), tagged(0x0c, Buffer.from(text)))));
const basicConstraints = (isAuthority: boolean): Buffer =>
  sequence(oid('551d13'), tagged(0x01, Buffer.from([0xff])), octets(sequence(...(isAuthority ? [tagged(0x01, Buffer.from([0xff]))] : []))));

function alternativeName(host: string): Buffer {
  const isAddress = /^[\d.]+$/.test(host);
  const name = isAddress ? tagged(0x87, Buffer.from(host.split('.').map(Number))) : tagged(0x82, Buffer.from(host));
  return sequence(oid('551d11'), octets(sequence(name)));
}
