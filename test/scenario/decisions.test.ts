import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { systemClock } from '../../src/base/clock.ts';
import { silentLogger } from '../../src/base/logger.ts';
import { CancelledByEditor } from '../../src/domain/failure.ts';
import { createEngine } from '../../src/engine.ts';
import { createSecretRules } from '../../src/secretRules.ts';
import { parseSettings } from '../../src/settings/parse.ts';
import { inlineLocal } from '../fakes/inlineThread.ts';
import { sampleRequest } from '../fakes/request.ts';
import { capacity, ScriptedSource } from '../fakes/scriptedSource.ts';
import { withVirtualTime } from '../fakes/virtualTime.ts';

describe('what a keystroke was answered with', () => {
  it('is told once for each that was not overtaken, with the time from the key', () =>
    withVirtualTime(async (time) => {
      const source = new ScriptedSource('team', { kind: 'answer', text: 'model();', after: 120 });
      const { settings } = parseSettings({
        backends: [{ name: 'team', baseUrl: 'https://team.example/v1', model: 'm' }],
        localEnable: false,
      });
      const engine = createEngine(settings, {
        clock: systemClock,
        random: () => 0.5,
        logger: silentLogger,
        keys: { get: () => Promise.resolve(undefined) },
        local: inlineLocal({ openDocuments: () => [], snippets: () => [] }, systemClock),
        secretRules: () => Promise.resolve(createSecretRules()),
        connect: () => source,
      });
      const told: string[] = [];
      engine.onDidDecide(({ at, requestId, languageId, trigger, origin, sourceId, elapsed }) => {
        assert.equal(at, Date.now());
        assert.ok(origin === 'nothing' || (elapsed >= 120 && elapsed < 1500), `${elapsed} ms`);
        told.push([requestId, languageId, trigger, origin, sourceId].join(' '));
      });
      const ask = (id: string, prefix: string, signal = new AbortController().signal) =>
        engine.complete(sampleRequest({ id, prefix, languageId: 'typescript', trigger: 'manual' }), { signal });
      const answered = ask('k1', 'const one = ');
      await time.tickAsync(2000);
      await answered;
      const controller = new AbortController();
      const overtaken = ask('k2', 'const two = ', controller.signal);
      await time.tickAsync(50);
      controller.abort(new CancelledByEditor());
      await time.tickAsync(50);
      await overtaken;
      source.set({ kind: 'fail', failure: capacity });
      const failed = ask('k3', 'const three = ');
      await time.tickAsync(10_000);
      await failed;
      assert.deepEqual(told, ['k1 typescript manual model team', 'k3 typescript manual nothing team']);
      engine.dispose();
    }));
});
