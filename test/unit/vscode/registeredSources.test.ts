import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import type { CompletionRequest, CompletionSource } from '../../../api/index.d.ts';
import { CancelledByEditor } from '../../../src/domain/failure.ts';
import { apiBounds, attemptOf, failureOfRejection } from '../../../src/vscode/apiInput.ts';
import { createRegisteredSources } from '../../../src/vscode/registeredSources.ts';
import { sampleRequest } from '../../fakes/request.ts';

const good = {
  id: 'coder',
  extensionId: 'acme.coder',
  model: 'm-1',
  complete: ({ prefix }: CompletionRequest) => Promise.resolve(`after ${prefix.slice(-7)}`),
} satisfies CompletionSource;

/** What its source answers, as one word. */
async function answer(complete: unknown, signal = new AbortController().signal): Promise<string> {
  const sources = createRegisteredSources(() => true);
  sources.add({ ...good, complete });
  const [backend] = sources.backends();
  assert.ok(backend);
  const outcome = await sources.sourceFor(backend).complete(sampleRequest(), { signal });
  return outcome.ok
    ? `ok ${outcome.text}`
    : `${outcome.failure.kind} ${outcome.failure.message} ${outcome.failure.retryAfter ?? ''}`.trim();
}

describe('sources of other extensions', () => {
  it('stand in the route with a boundary of their own, in the order of their registration', () => {
    const sources = createRegisteredSources(() => true);
    let changes = 0;
    sources.onDidChange(() => (changes += 1));
    const first = sources.add(good);
    sources.add({ ...good, id: 'second' });
    assert.deepEqual(
      sources.backends().map(({ name, protocol, boundary, model }) => [name, protocol, boundary, model]),
      [
        ['acme.coder/coder', 'extension', 'vendor:acme.coder', 'm-1'],
        ['acme.coder/second', 'extension', 'vendor:acme.coder', 'm-1'],
      ],
    );
    first.dispose();
    const again = sources.add(good);
    first.dispose();
    assert.equal(sources.backends().length, 2, 'the old registration takes nothing away');
    again.dispose();
    again.dispose();
    assert.equal(changes, 5);
  });

  for (const [changes, message] of [
    [{ id: '' }, /source\.id is ""; allowed is 1 to 30/],
    [{ id: 'a/b' }, /source\.id is "a\/b"/],
    [{ id: 7 }, /source\.id is 7/],
    [{ extensionId: 'acme' }, /source\.extensionId is "acme"; allowed is publisher\.name/],
    [{ model: ' ' }, /source\.model is " "; allowed is a name of 1 to 100/],
    [{ complete: undefined }, /source\.complete is undefined; allowed is a function/],
  ] as const) {
    it(`with ${JSON.stringify(changes)} are refused with what is allowed`, () => {
      const sources = createRegisteredSources(() => true);
      assert.throws(() => sources.add({ ...good, ...changes }), { name: 'TypeError', message });
      assert.deepEqual(sources.backends(), []);
    });
  }

  it('of an extension that is not there, twice the same, or of nothing are refused', () => {
    assert.throws(() => createRegisteredSources(() => false).add(good), /"acme\.coder"; there is no such extension/);
    const sources = createRegisteredSources(() => true);
    sources.add(good);
    assert.throws(() => sources.add(good), /"acme\.coder\/coder" already/);
    for (const nothing of [undefined, null, 'source']) assert.throws(() => sources.add(nothing), /source is .*; allowed is an object/);
  });

  it('answer with text, nothing, or a failure of the kind they say', async () => {
    assert.equal(await answer(good.complete), 'ok after return ');
    assert.equal(await answer(() => undefined), 'ok ');
    assert.equal(await answer(() => Promise.resolve(42)), 'server it answered with a value of type number, not with a text');
    assert.equal(
      await answer(() => {
        throw new Error('at once');
      }),
      'server at once',
    );
    assert.equal(await answer(() => Promise.reject(new TypeError('a\nb'))), 'server a b');
    const busy = Object.assign(new Error('full'), { kind: 'capacity', retryAfter: 5000 });
    assert.equal(await answer(() => Promise.reject(busy)), 'capacity full 5000');
    const text = 'x'.repeat(apiBounds.textLength + 1);
    assert.equal((await answer(() => text)).length, 'ok '.length + apiBounds.textLength);
  });

  it('that never answer are left at the signal', async () => {
    const controller = new AbortController();
    const answered = answer(() => new Promise(() => undefined), controller.signal);
    controller.abort(new CancelledByEditor());
    assert.match(await answered, /^cancelled/);
  });

  it('that are taken away while they are asked are gone for the next keystroke', async () => {
    const sources = createRegisteredSources(() => true);
    const registration = sources.add(good);
    const [backend] = sources.backends();
    assert.ok(backend);
    const source = sources.sourceFor(backend);
    registration.dispose();
    const outcome = await source.complete(sampleRequest(), { signal: new AbortController().signal });
    assert.equal(outcome.ok ? '' : outcome.failure.kind, 'model_retired');
  });

  it('may reject with anything: the failure is of a known kind, in one bounded line', () => {
    fc.assert(
      fc.property(fc.anything(), (thrown) => {
        const { message, retryAfter = 0 } = failureOfRejection(thrown);
        assert.ok(message.length <= apiBounds.messageLength && !message.includes('\n'));
        assert.ok(retryAfter >= 0 && retryAfter <= apiBounds.retryAfter);
      }),
    );
  });
});

describe('a report of another extension', () => {
  it('becomes an attempt, whose time is a lower bound when it was given up', () => {
    const attempt = (outcome: string): unknown => {
      const { at, sourceId, model, censored } = attemptOf({ sourceId: 's', outcome, elapsed: 250 }, 1000, () => 'm');
      return { at, sourceId, model, censored };
    };
    assert.deepEqual(attempt('ok'), { at: 750, sourceId: 's', model: 'm', censored: false });
    assert.deepEqual(attempt('timeout'), { at: 750, sourceId: 's', model: 'm', censored: true });
  });

  it('is an attempt within its bounds, or a TypeError that says what is allowed, whatever is given', () => {
    const fields = fc.record(
      {
        sourceId: fc.anything(),
        outcome: fc.oneof(fc.anything(), fc.constantFrom('ok', 'capacity')),
        elapsed: fc.oneof(fc.anything(), fc.double()),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fields), (given) => {
        try {
          const { elapsed, sourceId } = attemptOf(given, 0, () => '');
          assert.ok(elapsed >= 0 && elapsed <= apiBounds.elapsed && typeof sourceId === 'string');
        } catch (error) {
          assert.ok(error instanceof TypeError && /^Failsoft: report.* is .*; allowed is /s.test(error.message), String(error));
        }
      }),
    );
  });
});
