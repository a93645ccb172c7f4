import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { systemClock } from '../../src/base/clock.ts';
import { Emitter } from '../../src/base/event.ts';
import { silentLogger } from '../../src/base/logger.ts';
import { seededRandom } from '../../src/base/random.ts';
import type { Attempt } from '../../src/domain/attempt.ts';
import type { Arm } from '../../src/domain/rollout.ts';
import type { ShadowOffer } from '../../src/domain/rolloutPort.ts';
import type { Service } from '../../src/domain/service.ts';
import { createEngine } from '../../src/engine.ts';
import { candidatePlan } from '../../src/rollout/plan.ts';
import { createSecretRules } from '../../src/secretRules.ts';
import { parseSettings } from '../../src/settings/parse.ts';
import { type FaultServer, startFaultServer } from '../fakes/faultServer.ts';
import { inlineLocal } from '../fakes/inlineThread.ts';
import { quietCall, sampleRequest } from '../fakes/request.ts';
import { plan } from '../fakes/rolloutPlan.ts';
import { spoken, spokenSetting } from '../fakes/spoken.ts';

interface CandidateBench {
  readonly engine: Service;
  readonly server: FaultServer;
  readonly offers: ShadowOffer[];
  readonly attempts: Attempt[];
  readonly setArm: (arm: Arm) => void;
}

/** An engine over real sockets whose rollout says which version is asked. */
async function withCandidate(answer: string, test: (bench: CandidateBench) => Promise<void>): Promise<void> {
  const protocol = 'openai-completions';
  const server = await startFaultServer({
    pace: { firstTokenMs: 5, betweenTokensMs: 0 },
    answer: () => answer,
    dialects: [spoken[protocol].dialect],
  });
  const { settings } = parseSettings({
    backends: [
      { name: 'team', model: 'coder-1', fim: 'qwen', ...spokenSetting(protocol, server.url) },
      { name: 'spare', model: 'spare-1', fim: 'qwen', ...spokenSetting(protocol, server.url) },
    ],
    localEnable: false,
  });
  let arm: Arm = 'baseline';
  const [offers, attempts]: [ShadowOffer[], Attempt[]] = [[], []];
  const engine = createEngine(
    settings,
    {
      ...{ clock: systemClock, random: seededRandom(1), logger: silentLogger },
      keys: { get: (name) => Promise.resolve(`key of ${name}`) },
      local: inlineLocal({ openDocuments: () => [], snippets: () => [] }, systemClock),
      secretRules: () => Promise.resolve(createSecretRules()),
      rollout: { armFor: () => arm, isShown: true, onDidStop: new Emitter<void>().event, answered: (offer) => void offers.push(offer) },
    },
    { rollout: candidatePlan(plan), mechanisms: { debounce: false, context: false } },
  );
  engine.onDidAttempt((attempt) => attempts.push(attempt));
  try {
    await test({ engine, server, offers, attempts, setArm: (next) => (arm = next) });
  } finally {
    engine.dispose();
    await server.close();
  }
}

describe('a candidate, over the wire', () => {
  it('is asked where the policy says, with the key of its backend', () =>
    withCandidate('ok(1);', async ({ engine, server, setArm }) => {
      setArm('candidate');
      const outcome = await engine.complete(sampleRequest(), quietCall());
      assert.ok(outcome.ok && outcome.sourceId === 'team · coder-2', JSON.stringify(outcome));
      const asked = server.requests.find(({ body }) => JSON.stringify(body).includes('coder-2'));
      assert.equal(asked?.headers['authorization'], 'Bearer key of team');
    }));

  it('is asked in place of its baseline only, however far down the route a keystroke goes', () =>
    withCandidate('ok(1);', async ({ engine, server, setArm, attempts }) => {
      setArm('candidate');
      server.next({ kind: 'capacity' }, { kind: 'capacity' });
      const outcome = await engine.complete(sampleRequest(), quietCall());
      assert.ok(outcome.ok && outcome.sourceId === 'spare', JSON.stringify(outcome));
      assert.deepEqual(
        attempts.map(({ sourceId, outcome: end }) => `${sourceId} ${end}`),
        ['team · coder-2 capacity', 'team capacity', 'spare ok'],
      );
    }));

  it('gets copies of what the person’s own typing asked the baseline, and of nothing else', () =>
    withCandidate('ok(1);', async ({ engine, offers, setArm }) => {
      const seen = async (more: Parameters<typeof sampleRequest>[0]): Promise<number> => {
        offers.length = 0;
        await engine.complete(sampleRequest(more), quietCall());
        return offers.length;
      };
      assert.equal(await seen({ prefix: 'const one = ' }), 1);
      assert.equal(await seen({ prefix: 'const two = ', trigger: 'manual' }), 0);
      assert.equal(await seen({ prefix: 'const three = ', speculative: true }), 0);
      setArm('candidate');
      assert.equal(await seen({ prefix: 'const four = ' }), 0, 'it was asked itself');
    }));

  it('has the text of a copy made fit to be shown, as that of the baseline is, and told as a copy', () =>
    withCandidate('ok(1);\n}\n', async ({ engine, offers, attempts }) => {
      await engine.complete(sampleRequest(), quietCall());
      const [offer] = offers;
      const copied = await offer?.ask(new AbortController().signal);
      assert.ok(copied?.ok);
      assert.deepEqual([offer?.text, copied.text], ['ok(1);', 'ok(1);']);
      assert.deepEqual(
        attempts.map(({ sourceId, isShadow = false }) => `${sourceId} ${isShadow}`),
        ['team false', 'team · coder-2 true'],
      );
    }));
});
