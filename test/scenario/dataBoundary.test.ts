import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import type { ConsentAnswer } from '../../src/domain/service.ts';
import { ScriptedConsent } from '../fakes/consent.ts';
import { onRoute, type RouteMember } from '../fakes/routeBench.ts';
import { capacity, serverError, type Step } from '../fakes/scriptedSource.ts';

/** One backend for each boundary; `.example` names are vendors', `.lan` names one's own. */
const places = {
  local: '127.0.0.1:8080',
  private: 'models.lan',
  'vendor:a': 'a.example',
  'vendor:b': 'b.example',
} as const;
const boundaries = Object.keys(places) as (keyof typeof places)[];
const width = { local: 0, private: 1, 'vendor:a': 2, 'vendor:b': 2 } as const;

/** The rule once more, in the words of the law: what was said holds; else no wider than the first, and no other vendor. */
function mayGo(to: keyof typeof places, first: keyof typeof places, answer: ConsentAnswer): boolean {
  if (answer !== 'undecided') return answer === 'allowed';
  return to === first || width[to] < width[first];
}

const network = { kind: 'network', cause: 'dns', message: 'the host name is not known' } as const;
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('answer' as const), text: fc.constantFrom('', 'text'), after: fc.constantFrom(50, 700, 1200) }),
  fc.record({ kind: fc.constant('fail' as const), failure: fc.constantFrom(capacity, serverError, network), after: fc.constant(20) }),
  fc.constant({ kind: 'hang' as const }),
);
const answer = fc.constantFrom<ConsentAnswer>('allowed', 'denied', 'undecided');
const event = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant('key' as const), trigger: fc.constantFrom('automatic' as const, 'manual' as const) }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('server' as const), of: fc.nat(5), step }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('answer' as const), of: fc.nat(5), answer }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('wait' as const), millis: fc.constantFrom(6000, 30_000, 90_000) }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'retry' as const }) },
);

describe('the data boundary (law 13)', () => {
  it('is never crossed, by keystroke, hedge or probe, on any route, in any outage, whatever is allowed when', async () => {
    const route = fc.shuffledSubarray(boundaries, { minLength: 1 });
    let crossed = 0;
    let asked = 0;
    await fc.assert(
      fc.asyncProperty(route, fc.array(event, { maxLength: 25 }), fc.boolean(), async (order, events, localEnabled) => {
        const members: RouteMember[] = order.map((boundary) => ({ name: boundary, host: places[boundary], boundary }));
        const consent = new ScriptedConsent();
        const [first] = order;
        assert.ok(first);
        await onRoute(
          members,
          async (bench) => {
            for (const boundary of order) {
              const server = bench.server(boundary);
              const complete = server.complete.bind(server);
              // Looked at when the call is made: consent may be taken back later.
              server.complete = (request, call) => {
                asked++;
                if (!mayGo(boundary, first, consent.answerFor(boundary))) crossed++;
                return complete(request, call);
              };
            }
            for (const each of events) {
              const boundary = 'of' in each ? order[each.of % order.length] : undefined;
              if (each.kind === 'key') await bench.key({ trigger: each.trigger, then: 900 });
              else if (each.kind === 'server' && boundary) bench.server(boundary).set(each.step);
              else if (each.kind === 'answer' && boundary) consent.set(boundary, each.answer);
              else if (each.kind === 'wait') await bench.passes(each.millis);
              else if (each.kind === 'retry') {
                const retried = bench.engine.retryNow();
                await bench.passes(6000);
                await retried;
              }
            }
            assert.equal(crossed, 0);
          },
          { consent, localEnabled },
        );
      }),
      { numRuns: 60 },
    );
    assert.ok(asked > 100, `only ${asked} requests`);
  });

  const twoVendors: readonly RouteMember[] = [
    { name: 'first', host: 'a.example', boundary: 'vendor:a' },
    { name: 'second', host: 'b.example', boundary: 'vendor:b' },
  ];

  it('keeps a fallback to another vendor waiting for the person’s word, and says so', () =>
    onRoute(twoVendors, async (bench) => {
      assert.equal(bench.engine.snapshot().wantedBoundary, undefined);
      bench.server('first').set({ kind: 'fail', failure: serverError, after: 20 });
      assert.equal(await bench.key(), 'local after 20');
      const { boundaries: seen, wantedBoundary, sources } = bench.engine.snapshot();
      assert.equal(wantedBoundary, 'vendor:b');
      assert.deepEqual(seen, [
        { boundary: 'vendor:a', permission: 'not-needed', sources: ['first'] },
        { boundary: 'vendor:b', permission: 'undecided', sources: ['second'] },
      ]);
      assert.equal(sources[1]?.reason, 'code would go to the vendor b, not decided for this workspace');
      bench.consent.set('vendor:b', 'allowed');
      assert.equal(bench.engine.snapshot().wantedBoundary, undefined);
      assert.equal(await bench.key(), 'second after 100');
    }));

  it('does not ask while the first is only late: a hedge passes over what is not allowed', () =>
    onRoute(twoVendors, async (bench) => {
      bench.server('first').set({ kind: 'answer', text: 'x', after: 550 });
      assert.equal(await bench.key({ trigger: 'manual' }), 'first after 550');
      assert.equal(bench.engine.snapshot().wantedBoundary, undefined);
    }));

  it('is not asked about again once it is denied, and a consent that is taken back holds from the next keystroke on', () =>
    onRoute(
      twoVendors,
      async (bench) => {
        bench.server('first').set({ kind: 'fail', failure: serverError, after: 20 });
        assert.match(await bench.key(), /^second/);
        bench.consent.set('vendor:b', 'denied');
        assert.match(await bench.key(), /^local/);
        assert.equal(bench.engine.snapshot().wantedBoundary, undefined);
        assert.match(bench.states, /second not-allowed/);
      },
      { consent: new ScriptedConsent({ 'vendor:b': 'allowed' }) },
    ));

  it('sends no probe where the consent was taken back while the breaker was open', () =>
    onRoute(
      twoVendors,
      async (bench) => {
        for (const name of ['first', 'second']) bench.server(name).set({ kind: 'fail', failure: serverError, after: 20 });
        for (let key = 0; key < 4; key++) await bench.key({ trigger: 'manual' });
        assert.equal(bench.engine.snapshot().sources[1]?.guard.breaker.kind, 'open');
        bench.consent.set('vendor:b', 'denied');
        const before = bench.server('second').requests.length;
        await bench.passes(600_000);
        const retried = bench.engine.retryNow();
        await bench.passes(6000);
        await retried;
        assert.equal(bench.server('second').requests.length, before);
        bench.consent.set('vendor:b', 'allowed');
        bench.server('second').set({ kind: 'answer', text: 'x', after: 50 });
        await bench.passes(400_000);
        assert.match(await bench.key(), /^second/);
      },
      { consent: new ScriptedConsent({ 'vendor:b': 'allowed' }) },
    ));
}).timeout(30_000);
