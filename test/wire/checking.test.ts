import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import { systemClock } from '../../src/base/clock.ts';
import { seededRandom } from '../../src/base/random.ts';
import { type Checked, type CheckingPorts, runCheckOf } from '../../src/checking.ts';
import type { ReadinessCheck } from '../../src/domain/rollout.ts';
import type { KeyStore } from '../../src/domain/service.ts';
import { goldenPrompts } from '../../src/evaluation/golden/all.ts';
import { shippedPositions } from '../../src/evaluation/shippedPositions.ts';
import { parseManifest } from '../../src/rollout/manifest.ts';
import type { Manifest } from '../../src/rollout/policy.ts';
import { parseSettings } from '../../src/settings/parse.ts';
import type { BackendSettings } from '../../src/settings/settings.ts';
import { isRecord } from '../../src/settings/shownValue.ts';
import { type FaultServer, startFaultServer } from '../fakes/faultServer.ts';
import { startModelledServer } from '../fakes/modelledServer.ts';

type Kind = Exclude<ReadinessCheck, 'shadow'>;

const corpus = [...shippedPositions(Infinity, 1), ...goldenPrompts].map(({ prefix, expected, suffix }) => prefix + expected + suffix);
const keys = { old: 'sk-of-the-old-server-0001', new: 'sk-of-the-new-server-0002' } as const;

describe('the checks of the editor', function () {
  this.timeout(60_000);
  let old: FaultServer;
  let next: FaultServer;
  let handedOut: string[] = [];
  before(async () => {
    const pace = { firstTokenMs: 1, betweenTokensMs: 0 };
    old = await startFaultServer({ model: 'coder-1', corpus, pace });
    next = await startFaultServer({ model: 'coder-2', corpus, pace });
  });
  beforeEach(async () => {
    handedOut = [];
    await Promise.all([old.reset(), next.reset()]);
  });
  after(() => Promise.all([old.close(), next.close()]));

  const backendsOf = (more: readonly object[] = []): readonly BackendSettings[] =>
    parseSettings({
      backends: [
        { name: 'old server', baseUrl: `${old.url}/v1`, model: 'coder-1' },
        { name: 'new server', baseUrl: `${next.url}/v1`, model: 'coder-1' },
        ...more,
      ],
    }).settings.backends;

  /** Each key for its own backend at its own address, as the store of the editor has it. */
  const store: KeyStore = {
    get(name, origin) {
      handedOut.push(`${name} ${origin}`);
      const isOld = name === 'old server' && origin === old.url;
      const isNew = name === 'new server' && origin === next.url;
      return Promise.resolve(isOld ? keys.old : isNew ? keys.new : undefined);
    },
  };

  function portsOf(more: Partial<CheckingPorts> = {}): CheckingPorts {
    const backends = backendsOf();
    const world = { clock: systemClock, random: seededRandom(1), keys: store };
    return { ...world, backends: () => backends, folder: undefined, mayHaveCode: () => true, ...more };
  }

  function policy(more: object = {}): Manifest {
    const versions = { baseline: { backend: 'old server', model: 'coder-1' }, candidate: { backend: 'new server', model: 'coder-2' } };
    const parsed = parseManifest(JSON.stringify({ name: 'next', ...versions, ...more }));
    assert.ok('manifest' in parsed, JSON.stringify(parsed));
    return parsed.manifest;
  }

  const quiet = new AbortController().signal;
  const check = (kind: Kind, manifest = policy(), ports = portsOf(), signal = quiet): Promise<Checked> =>
    runCheckOf(kind, manifest, ports, signal, () => undefined);

  function done(checked: Checked): Extract<Checked, { kind: 'done' }> {
    assert.ok(checked.kind === 'done', JSON.stringify(checked));
    return checked;
  }

  function reasonOf(checked: Checked): string {
    assert.ok(checked.kind === 'impossible', JSON.stringify(checked));
    return checked.reason;
  }

  const keysSeenBy = (server: FaultServer): readonly string[] => [
    ...new Set(server.requests.map(({ headers }) => headers.authorization ?? 'none')),
  ];
  const modelsAskedOf = (server: FaultServer): readonly unknown[] => [
    ...new Set(server.requests.flatMap(({ body }) => (typeof body === 'object' && body !== null && 'model' in body ? [body.model] : []))),
  ];

  for (const kind of ['benchmark', 'prompt-compatibility'] as const) {
    it(`${kind}: asks both versions, each with its own key, and the report holds neither`, async () => {
      const { verdict, summary, report } = done(await check(kind));
      assert.equal(verdict, 'passed', summary);
      assert.notEqual(summary, '');
      assert.deepEqual(keysSeenBy(old), [`Bearer ${keys.old}`]);
      assert.deepEqual(keysSeenBy(next), [`Bearer ${keys.new}`]);
      assert.deepEqual([modelsAskedOf(old), modelsAskedOf(next)], [['coder-1'], ['coder-2']]);
      for (const key of Object.values(keys)) assert.ok(!(report + summary).includes(key));
      assert.deepEqual([...new Set(handedOut)].sort(), [`new server ${next.url}`, `old server ${old.url}`]);
    });
  }

  it('benchmark: sums up with what failed first, and not with the last of its reasons', async () => {
    await next.set({ kind: 'healthy', firstTokenMs: 1 });
    const worse = await startFaultServer({
      model: 'coder-2',
      answer: () => 'perform(everything;',
      pace: { firstTokenMs: 1, betweenTokensMs: 0 },
    });
    try {
      const { settings } = parseSettings({
        backends: [
          { name: 'old server', baseUrl: `${old.url}/v1`, model: 'coder-1' },
          { name: 'new server', baseUrl: `${worse.url}/v1`, model: 'coder-1' },
        ],
      });
      const { verdict, summary } = done(await check('benchmark', policy(), portsOf({ backends: () => settings.backends })));
      assert.equal(verdict, 'failed');
      assert.match(summary, /^exact match: 0\.0 % against /);
      assert.deepEqual(keysSeenBy(worse), ['none'], 'no key is known for this address');
    } finally {
      await worse.close();
    }
  });

  it('asks a candidate in the format that the policy names', async () => {
    const fim = policy({ candidate: { backend: 'old server', model: 'coder-1', fim: 'starcoder' } });
    await check('prompt-compatibility', fim);
    const prompts = old.requests.map(({ body }) => JSON.stringify(body));
    assert.ok(prompts.some((prompt) => prompt.includes('<fim_prefix>')));
    assert.ok(prompts.some((prompt) => !prompt.includes('<fim_prefix>')));
    assert.equal(next.requests.length, 0);
  });

  it('asks a candidate for answers as short as the policy bounds them, where answers are measured', async () => {
    const tokensAskedOf = (server: FaultServer): readonly number[] =>
      server.requests.flatMap(({ body }) => (isRecord(body) && typeof body['max_tokens'] === 'number' ? [body['max_tokens']] : []));
    const short = policy({ candidate: { backend: 'new server', model: 'coder-2', maxTokens: 9 } });
    for (const kind of ['benchmark', 'capacity'] as const) {
      done(await check(kind, short));
      assert.deepEqual([...new Set(tokensAskedOf(next))], [9], kind);
    }
    assert.ok(tokensAskedOf(old).every((tokens) => tokens > 9));
    await next.reset();
    done(await check('prompt-compatibility', short));
    assert.ok(Math.max(...tokensAskedOf(next)) > 9, 'a bound would read as an answer that runs past its stop');
  });

  it('says so when a backend of the policy is not configured', async () => {
    const backends = backendsOf().slice(0, 1);
    assert.equal(
      reasonOf(await check('benchmark', policy(), portsOf({ backends: () => backends }))),
      'the backend new server of the candidate is not configured',
    );
  });

  it('says so when it fails for a bug of ours', async () => {
    const backends = (): never => assert.fail('nobody thought of this');
    assert.equal(reasonOf(await check('benchmark', policy(), portsOf({ backends }))), 'a bug of ours: nobody thought of this');
  });

  it('says why a version cannot be asked', async () => {
    await next.set({ kind: 'error', status: 401 });
    assert.match(reasonOf(await check('benchmark')), /^the candidate cannot be asked: /);
    assert.match(reasonOf(await check('capacity')), /^the candidate cannot be asked: /);
  });

  describe('with a folder', () => {
    let folder: string;
    beforeEach(() => {
      folder = mkdtempSync(path.join(os.tmpdir(), 'failsoft-checking-'));
      const line = (index: number): string => `export function ownName${index}(value: number): number {\n  return value * ${index};\n}\n`;
      writeFileSync(path.join(folder, 'own.ts'), Array.from({ length: 40 }, (_, index) => line(index)).join('\n'));
    });
    afterEach(() => rmSync(folder, { recursive: true, force: true }));

    it('benchmark: asks about the code there, too', async () => {
      done(await check('benchmark', policy(), portsOf({ folder })));
      assert.ok(next.requests.some(({ body }) => JSON.stringify(body).includes('ownName')));
    });

    it('benchmark: asks about nothing in a language that is switched off', async () => {
      done(await check('benchmark', policy(), portsOf({ folder, disabledLanguages: ['typescript'] })));
      assert.ok(next.requests.length > 1, 'about what is shipped');
      assert.ok(![...old.requests, ...next.requests].some(({ body }) => JSON.stringify(body).includes('ownName')));
    });

    const allowed: readonly (readonly [arm: string, boundary: string, place: string])[] = [
      ['baseline', 'vendor:example.com', 'this machine'],
      ['candidate', 'local', 'the vendor example.com'],
    ];
    for (const [arm, boundary, place] of allowed) {
      it(`benchmark: asks nobody where the ${arm} may not have code of this workspace, and names no flag that the editor lacks`, async () => {
        const backends = backendsOf([{ name: 'far', baseUrl: 'https://models.example.com/v1', model: 'm' }]);
        const far = policy({ candidate: { backend: 'far', model: 'm-2' } });
        const ports = portsOf({ folder, backends: () => backends, mayHaveCode: (each) => each === boundary });
        const reason = reasonOf(await check('benchmark', far, ports));
        assert.ok(reason.startsWith(`code of this workspace may not go to ${place}, where the ${arm} is; `), reason);
        assert.match(reason, /a window without a folder asks about no code of yours$/);
        assert.doesNotMatch(reason, /--/);
        assert.equal(old.requests.length + next.requests.length, 0);
      });
    }
  });

  it('benchmark: asks about what is shipped wherever code may not go, for that is nobody’s', async () => {
    done(await check('benchmark', policy(), portsOf({ mayHaveCode: () => false })));
    assert.ok(next.requests.length > 1);
  });

  it('benchmark: waits as long as the person has set', async () => {
    await next.set({ kind: 'hangAfterHeaders' });
    next.next({ kind: 'healthy', firstTokenMs: 1 });
    const { deadlines } = parseSettings({ deadlines: { firstToken: 100, firstTokenLoopback: 100 } }).settings;
    const began = performance.now();
    const { verdict, report } = done(await check('benchmark', policy(), portsOf({ deadlines })));
    assert.equal(verdict, 'failed');
    assert.match(report, /10 timeout/);
    assert.ok(performance.now() - began < 8000, 'ten times a tenth of a second, and not ten times three');
  });

  it('capacity: asks the candidate alone, and knows nothing of the load without a rate', async () => {
    const { verdict, summary, report } = done(await check('capacity'));
    assert.equal(verdict, 'inconclusive');
    assert.match(summary, /^Not known: /);
    assert.equal(old.requests.length, 0);
    assert.deepEqual(keysSeenBy(next), [`Bearer ${keys.new}`]);
    assert.ok(!report.includes(keys.new));
  });

  it('capacity: goes by the rate, the servers and the stages of the policy', async () => {
    const shape = { slots: 5, queue: 40, stepBase: 3, stepPerRequest: 0.1, meanSteps: 16, stepsShape: 6, fixed: 1 };
    const server = await startModelledServer({ shape, steps: 16 });
    try {
      const { settings } = parseSettings({ backends: [{ name: 'one', baseUrl: `${server.url}/v1`, model: 'coder-1' }] });
      const ports = portsOf({ backends: () => settings.backends });
      const known = (peakRate: number): Manifest =>
        policy({
          baseline: { backend: 'one', model: 'coder-1' },
          candidate: { backend: 'one', model: 'coder-2' },
          capacity: { peakRate, servers: 3, leastServers: 2, slots: 5 },
          stages: [{ percent: 10 }, { percent: 100 }],
        });
      const enough = done(await check('capacity', known(1), ports));
      assert.equal(enough.verdict, 'passed', enough.report);
      assert.deepEqual(
        [...enough.report.matchAll(/^\| (\d+) % \| (\d+) \|/gm)].map(([, percent, servers]) => [percent, servers]),
        [
          ['10', '2'],
          ['100', '3'],
        ],
      );
      assert.match(enough.report, /^- slots of a server: 5, as was given$/m);
      const tooMany = done(await check('capacity', known(100_000), ports));
      assert.equal(tooMany.verdict, 'failed');
      assert.match(tooMany.summary, /^It does not hold: at 10 % /);
    } finally {
      await server.close();
    }
  });

  it('capacity: leaves a server beyond this machine alone unless the policy says "anywhere"', async () => {
    // The unspecified address is this machine, and nobody knows it by its name.
    const backends = backendsOf([{ name: 'far', baseUrl: `${next.url.replace('127.0.0.1', '0.0.0.0')}/v1`, model: 'm' }]);
    const far = (capacity: object): Manifest => policy({ candidate: { backend: 'far', model: 'm-2' }, capacity });
    const ports = portsOf({ backends: () => backends });
    const reason = reasonOf(await check('capacity', far({}), ports));
    assert.match(reason, /is not on this machine, and a ramp is felt by everybody who uses it; the policy allows it with "capacity"/);
    assert.doesNotMatch(reason, /--/);
    assert.equal(next.requests.length, 0);
    done(await check('capacity', far({ ramp: 'anywhere' }), ports));
    assert.ok(next.requests.length > 1);
  });

  for (const kind of ['benchmark', 'prompt-compatibility', 'capacity'] as const) {
    it(`${kind}: is stopped at once, with nothing under way`, async () => {
      await Promise.all([old, next].map((server) => server.set({ kind: 'hangAfterHeaders' })));
      const controller = new AbortController();
      const running = check(kind, policy(), portsOf(), controller.signal);
      await Promise.race([old, next].map((server) => server.waitFor(() => true)));
      controller.abort(new Error('the person said so'));
      assert.deepEqual(await running, { kind: 'stopped' });
      await Promise.all([old.idle(2000), next.idle(2000)]);
    });
  }

  it('rollback-rehearsal: is stopped, too', async () => {
    const controller = new AbortController();
    const running = check('rollback-rehearsal', policy(), portsOf(), controller.signal);
    setTimeout(() => controller.abort(new Error('the person said so')), 500);
    assert.deepEqual(await running, { kind: 'stopped' });
    assert.equal(old.requests.length + next.requests.length, 0);
  });
});
