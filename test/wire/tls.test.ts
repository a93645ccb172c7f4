import assert from 'node:assert/strict';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'mocha';
import { httpBackend } from '../../src/backend/httpBackend.ts';
import { transportFailure } from '../../src/backend/transportFailure.ts';
import { systemClock } from '../../src/base/clock.ts';
import { createHttpClient } from '../../src/base/http.ts';
import type { Failure } from '../../src/domain/failure.ts';
import { configuredBackend, samplePrompts } from '../fakes/backend.ts';
import { selfSigned, signedByOwnAuthority, type TestCertificate } from '../fakes/certificate.ts';
import { quietCall, sampleRequest } from '../fakes/request.ts';

/** Asks a backend and returns how it failed, with the requests that the server saw. */
async function failureOf(baseUrl: string): Promise<Failure> {
  const client = createHttpClient();
  const source = httpBackend(configuredBackend({ baseUrl }), {
    http: client,
    clock: systemClock,
    key: () => Promise.resolve('canary-key-tls-4711'),
    prompts: samplePrompts,
  });
  const outcome = await source.complete(sampleRequest(), quietCall());
  client.dispose();
  assert.ok(!outcome.ok);
  return outcome.failure;
}

async function withTlsServer(certificate: TestCertificate, test: (url: string, seen: () => number) => Promise<void>): Promise<void> {
  let seen = 0;
  const server = https.createServer({ cert: certificate.cert, key: certificate.key }, (_request, response) => {
    seen += 1;
    response.end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await test(`https://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, () => seen);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

describe('a server whose certificate is not accepted', () => {
  const cases: readonly (readonly [string, () => TestCertificate, string, RegExp])[] = [
    ['signed itself', selfSigned, 'DEPTH_ZERO_SELF_SIGNED_CERT', /self-signed.*http\.systemCertificates.*NODE_EXTRA_CA_CERTS/],
    [
      'has an authority that nobody knows',
      signedByOwnAuthority,
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      /authority is not known.*http\.systemCertificates.*NODE_EXTRA_CA_CERTS/,
    ],
    [
      'sends that authority along',
      () => {
        const chain = signedByOwnAuthority();
        return { ...chain, cert: chain.cert + chain.authority };
      },
      'SELF_SIGNED_CERT_IN_CHAIN',
      /authority is not known.*http\.systemCertificates/,
    ],
  ];
  for (const [name, make, code, message] of cases) {
    it(`gets neither code nor key when it ${name}, and the message says what helps`, () =>
      withTlsServer(make(), async (url, seen) => {
        const failure = await failureOf(url);
        assert.ok(failure.kind === 'network' && failure.cause === 'tls', JSON.stringify(failure));
        assert.equal(failure.code, code);
        assert.match(failure.message, message);
        assert.equal(seen(), 0);
      }));
  }

  /** The authority is known here, so that the other fault is the one found. */
  const faults: readonly (readonly [string, Parameters<typeof signedByOwnAuthority>[0], string, RegExp])[] = [
    ['has expired', { from: new Date('2020-01-01'), to: new Date('2021-01-01') }, 'CERT_HAS_EXPIRED', /has expired.*clock/],
    ['begins in the future', { from: new Date('2048-01-01'), to: new Date('2049-01-01') }, 'CERT_NOT_YET_VALID', /not valid yet.*clock/],
    ['is for another host', { host: 'models.example.com' }, 'ERR_TLS_CERT_ALTNAME_INVALID', /another host name/],
  ];
  for (const [name, options, code, message] of faults) {
    it(`is refused by Node when it ${name}, and the message says what is wrong`, async () => {
      const chain = signedByOwnAuthority(options);
      await withTlsServer(chain, async (url, seen) => {
        const error = await new Promise<unknown>((resolve) => {
          https.get(url, { ca: chain.authority }, () => resolve(undefined)).on('error', resolve);
        });
        const failure = transportFailure(error);
        assert.ok(failure.kind === 'network' && failure.cause === 'tls', JSON.stringify(failure));
        assert.equal(failure.code, code);
        assert.match(failure.message, message);
        assert.equal(seen(), 0);
      });
    });
  }

  it('is told apart from a server without TLS', async () => {
    const server = http.createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const failure = await failureOf(`https://127.0.0.1:${(server.address() as AddressInfo).port}/v1`);
    server.close();
    assert.ok(failure.kind === 'network' && failure.cause === 'tls', JSON.stringify(failure));
    assert.match(failure.message, /does not speak TLS/);
  });
});
