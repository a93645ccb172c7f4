import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { parseDuration, printDuration } from '../../../src/rollout/duration.ts';
import { parseManifest } from '../../../src/rollout/manifest.ts';
import { createManifestHolder, problemLine } from '../../../src/rollout/manifestHolder.ts';
import type { ManifestProblem } from '../../../src/rollout/manifestProblem.ts';
import { manifestBytes } from '../../../src/rollout/manifestRules.ts';
import { nearestName } from '../../../src/domain/nearestName.ts';
import type { Manifest } from '../../../src/rollout/policy.ts';

const least = { name: 'next', baseline: { backend: 'team', model: 'a' }, candidate: { backend: 'team', model: 'b' } };

function good(text: string): Manifest {
  const parsed = parseManifest(text);
  assert.ok('manifest' in parsed, JSON.stringify(parsed));
  return parsed.manifest;
}

function bad(text: string): readonly ManifestProblem[] {
  const parsed = parseManifest(text);
  assert.ok('problems' in parsed, 'the file is refused');
  assert.notEqual(parsed.problems.length, 0);
  return parsed.problems;
}

/** The one problem of the smallest policy with these fields beside. */
function problemOf(fields: object): ManifestProblem {
  const problems = bad(JSON.stringify({ ...least, ...fields }));
  assert.equal(problems.length, 1, JSON.stringify(problems));
  return problems[0] as ManifestProblem;
}

describe('a policy file', () => {
  it('has every default filled in', () => {
    const { hash, ...manifest } = good(JSON.stringify(least));
    assert.match(hash, /^[0-9a-f]{64}$/);
    assert.deepEqual(manifest, {
      ...least,
      stages: [
        { percent: 5, dwell: 1_800_000 },
        { percent: 25, dwell: 7_200_000 },
        { percent: 50, dwell: 21_600_000 },
        { percent: 100, dwell: 21_600_000 },
      ],
      soak: 86_400_000,
      gates: {
        latency: { factor: 2, share: 0.01 },
        errors: { share: 0.02, factor: 2 },
        capacity: { count: 3, within: 60_000 },
        filter: { margin: 0.02 },
        badRequest: { margin: 0.02 },
        acceptance: { margin: 0.15 },
        retention: { margin: 0.15 },
        hallucination: { margin: 0.15 },
        memory: { highFor: 60_000 },
      },
      off: [],
      offReasons: {},
      readiness: {
        benchmark: 'warn',
        capacity: 'block',
        'prompt-compatibility': 'block',
        'rollback-rehearsal': 'block',
        shadow: 'block',
      },
      rehearsalFor: 30 * 86_400_000,
      shadow: { share: 0.1, requestsPerHour: 60, tokensPerHour: 100_000, pairs: 300 },
      control: 0.1,
      languages: [],
      capacity: { servers: 1, leastServers: 1, ramp: 'this-machine' },
      evidence: { kind: 'own' },
      blocked: [],
    });
  });

  it('says everything that it can say', () => {
    const manifest = good(`\uFEFF{
      // Comments and trailing commas are fine.
      "$schema": "https://example.com/rollout.schema.json",
      "version": 1,
      "name": "next-2.1",
      "baseline": { "backend": "team", "model": "a", "fim": "qwen" },
      "candidate": { "backend": "team", "model": "a", "fim": "suffix" },
      "stages": [{ "percent": 10 }, { "percent": 100, "dwell": "1.5 days" }],
      "gates": { "bad-request": { "margin": 0.05 }, "latency": { "factor": 1.5 } },
      "off": { "retention": "accepted text is formatted here", "acceptance": "too few people" },
      "baselineP99": "640 ms",
      "readiness": { "capacity": "warn" },
      "evidence": { "kind": "fleet", "url": "https://metrics.example.com/counts" },
      "languages": ["typescript", "c++"],
      "blocked": ["b"],
      "pinned": "team/a",
    }`);
    assert.deepEqual(manifest.candidate, { backend: 'team', model: 'a', fim: 'suffix' });
    assert.deepEqual(manifest.stages, [
      { percent: 10, dwell: 7_200_000 },
      { percent: 100, dwell: 129_600_000 },
    ]);
    assert.deepEqual(manifest.gates.badRequest, { margin: 0.05 });
    assert.deepEqual(manifest.gates.latency, { factor: 1.5, share: 0.01 });
    assert.deepEqual(manifest.off, ['acceptance', 'retention']);
    assert.equal(manifest.offReasons?.retention, 'accepted text is formatted here');
    assert.equal(manifest.baselineP99, 640);
    assert.equal(manifest.readiness.capacity, 'warn');
    assert.deepEqual(manifest.evidence, { kind: 'fleet', url: 'https://metrics.example.com/counts' });
    assert.deepEqual(manifest.languages, ['typescript', 'c++']);
    assert.equal(manifest.pinned, 'team/a');
  });

  it('has the same hash when it says the same, and another when it does not', () => {
    const { hash } = good(JSON.stringify(least));
    const { name, ...rest } = least;
    assert.equal(good(`// a word\n${JSON.stringify({ ...rest, soak: '1440 min', name }, undefined, 3)}`).hash, hash);
    assert.notEqual(good(JSON.stringify({ ...least, soak: '25 h' })).hash, hash);
    assert.notEqual(good(JSON.stringify({ ...least, off: { crash: 'why' } })).hash, hash);
  });

  it('has the hash of before, unless a default has become another: evidence and decisions are kept with it', () => {
    assert.equal(good(JSON.stringify(least)).hash, 'b66d7edbb32932e5e470f88f9dc4ed3887425a1e1713513a727acd53211a497a');
  });

  it('may block its own candidate: that takes it back, where a refused file would leave it', () => {
    assert.deepEqual(good(JSON.stringify({ ...least, blocked: ['team/b'] })).blocked, ['team/b']);
  });

  it('may name the same model elsewhere, and pin either version', () => {
    assert.equal(good(JSON.stringify({ ...least, candidate: { backend: 'x', model: 'a' } })).candidate.backend, 'x');
    for (const pinned of ['a', 'b', 'team/b']) assert.equal(good(JSON.stringify({ ...least, pinned })).pinned, pinned);
  });

  it('cannot be changed once it is read', () => {
    const manifest = good(JSON.stringify(least));
    assert.ok([manifest, manifest.stages, manifest.stages[0], manifest.gates.latency].every(Object.isFrozen));
  });

  const refused: readonly (readonly [what: string, fields: object, path: string, message: RegExp])[] = [
    [
      'stages that fall',
      { stages: [{ percent: 25 }, { percent: 5 }, { percent: 100 }] },
      'stages[1].percent',
      /is 5, allowed is more than the 25/,
    ],
    [
      'stages that stand still',
      { stages: [{ percent: 25 }, { percent: 25 }, { percent: 100 }] },
      'stages[1].percent',
      /is 25, allowed is more/,
    ],
    [
      'a stage beyond everybody',
      { stages: [{ percent: 5 }, { percent: 120 }] },
      'stages[1].percent',
      /is 120, allowed is a whole number from 1 to 100/,
    ],
    ['stages that end early', { stages: [{ percent: 5 }, { percent: 50 }] }, 'stages[1].percent', /last stage is at 50 %, allowed is 100/],
    ['no stages', { stages: [] }, 'stages', /has 0 entries, allowed is a list of 1 to 10/],
    [
      'a stage of a part of a percent',
      { stages: [{ percent: 0.5 }, { percent: 100 }] },
      'stages[0].percent',
      /is 0.5, allowed is a whole number/,
    ],
    ['an unknown gate', { gates: { latancy: {} } }, 'gates.latancy', /is not known; did you mean latency\? allowed are latency, errors/],
    ['an unknown field', { stagess: [] }, 'stagess', /did you mean stages\?/],
    ['a name like nothing', { wibble: 1 }, 'wibble', /^wibble is not known; allowed are/],
    ['a field of every object', { toString: 1 }, 'toString', /is not known/],
    ['a candidate like its baseline', { candidate: least.baseline }, 'candidate', /is team\/a, the same as baseline/],
    ['a pinned stranger', { pinned: 'c' }, 'pinned', /is "c", allowed is the model of the baseline \(team\/a\)/],
    [
      'an unknown fim format',
      { candidate: { backend: 'x', model: 'b', fim: 'quen' } },
      'candidate.fim',
      /is "quen", allowed is auto, suffix, qwen/,
    ],
    ['a gate that is off without a reason', { off: { crash: '' } }, 'off.crash', /is "", allowed is the reason as a text/],
    ['a gate that is off because it is', { off: { crash: true } }, 'off.crash', /is true, allowed is the reason/],
    ['an unknown gate that is off', { off: { crashs: 'because' } }, 'off.crashs', /did you mean crash\?/],
    ['a time without a unit', { soak: 24 }, 'soak', /is 24, allowed is a time from "1 min" to "60 days", written as/],
    ['a time in words', { soak: 'a day' }, 'soak', /is "a day", allowed is a time/],
    ['a time that is too long', { soak: '61 days' }, 'soak', /is "61 days", allowed/],
    ['a list for an object', { gates: [] }, 'gates', /is a list, allowed is an object with latency/],
    ['an object for a list', { languages: {} }, 'languages', /is an object, allowed is a list/],
    ['null', { control: null }, 'control', /is null, allowed is a number from 0.1 to 0.5/],
    ['a control group that is too small', { control: 0.05 }, 'control', /is 0.05/],
    ['a fleet without an address', { evidence: { kind: 'fleet' } }, 'evidence', /url is missing/],
    ['an address without a fleet', { evidence: { url: 'https://a.example' } }, 'evidence.url', /only with "kind": "fleet"/],
    [
      'a version without a model',
      { candidate: { backend: 'x' } },
      'candidate.model',
      /candidate.model is missing, allowed is a model's name/,
    ],
    ['a newer format', { version: 2, future: true }, 'version', /is 2, written for a newer Failsoft; allowed is 1/],
    ['a name that is no flag name', { name: 'my rollout' }, 'name', /is "my rollout", allowed is letters/],
  ];
  for (const [what, fields, path, message] of refused) {
    it(`is refused for ${what}`, () => {
      const problem = problemOf(fields);
      assert.equal(problem.path, path);
      assert.match(problem.message, message);
    });
  }

  it('is told exactly where it is wrong', () => {
    const text =
      '{\r\n  "name": "n",\r\n  "baseline": { "backend": "t", "model": "a" },\r\n  "candidate": { "backend": "t", "model": "b" },\r\n  "control": 7\r\n}';
    const [problem] = bad(text);
    assert.deepEqual(
      { line: problem?.line, column: problem?.column, value: text.slice(problem?.offset, (problem?.offset ?? 0) + (problem?.length ?? 0)) },
      { line: 5, column: 14, value: '7' },
    );
    assert.equal(problemLine('policy.json', problem as ManifestProblem), `policy.json:5:14: ${problem?.message}`);
  });

  it('is told where the editor shows it, also behind a byte order mark', () => {
    const [problem] = bad(`\uFEFF${JSON.stringify({ control: 7, ...least })}`);
    assert.deepEqual([problem?.line, problem?.column], [1, 12]);
  });

  it('is told of a number beyond every number', () => {
    assert.match(bad(JSON.stringify({ ...least, control: 7 }).replace(':7', ':1e400'))[0]?.message ?? '', /^control is Infinity, allowed/);
  });

  it('names each of several problems, in the order of the file', () => {
    const problems = bad('{ "control": 7, "name": 5, "soak": "x" }');
    assert.deepEqual(
      problems.map(({ path }) => path),
      ['baseline', 'candidate', 'control', 'name', 'soak'],
    );
  });

  it('is refused when a field stands twice', () => {
    const twice = bad('{"name":"n","name":"m","baseline":{"backend":"t","model":"a"},"candidate":{"backend":"t","model":"b"}}');
    assert.deepEqual(
      twice.map(({ path, offset }) => [path, offset]),
      [['name', 12]],
    );
  });

  it('is refused when it is no JSON, and the place is named', () => {
    assert.deepEqual(bad('{\n  "name": next,\n}').map(({ line, column }) => [line, column])[0], [2, 11]);
    assert.equal(bad('{ "name": "n" "control": 0.1, "soak" "1 h", }').length, 1, 'what follows is a consequence');
    assert.match(bad('{"name": "n"')[0]?.message ?? '', /a closing brace is missing/);
    assert.match(bad('')[0]?.message ?? '', /no JSON|empty/);
    assert.match(bad('[1]')[0]?.message ?? '', /is no object/);
    assert.match(bad('<!doctype html><p>Not found</p>')[0]?.message ?? '', /no JSON here/);
  });

  it('is refused when it is too long or nested without end', () => {
    assert.match(bad(`{"name":"${'x'.repeat(manifestBytes)}"}`)[0]?.message ?? '', /has \d+ bytes, allowed are 65536/);
    assert.ok(bad('['.repeat(60_000)).length > 0);
    assert.ok(bad(`{"name":${'['.repeat(30_000)}${']'.repeat(30_000)}}`).length > 0);
  });

  it('never throws, whatever is in it', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.json().map((json) => JSON.stringify({ ...least, gates: JSON.parse(json) as unknown })),
        ),
        (text) => {
          const parsed = parseManifest(text);
          if ('problems' in parsed) for (const { message } of parsed.problems) assert.doesNotMatch(message, /[\r\n]/);
        },
      ),
    );
  });
});

describe('the policy that holds', () => {
  it('is the last good one while the file is broken', () => {
    const holder = createManifestHolder();
    assert.deepEqual(holder.state, { problems: [] });
    assert.equal(holder.accept('{').manifest, undefined);
    assert.notEqual(holder.state.problems.length, 0);
    const { manifest } = holder.accept(JSON.stringify(least));
    assert.deepEqual(holder.state, { manifest, problems: [] });
    const broken = holder.accept(JSON.stringify({ ...least, soak: 0 }));
    assert.equal(broken.manifest, manifest);
    assert.equal(broken.problems.length, 1);
    assert.equal(holder.accept(JSON.stringify({ ...least, soak: '2 h' })).manifest?.soak, 7_200_000);
    assert.deepEqual(holder.state.problems, []);
  });
});

describe('a length of time in a policy file', () => {
  it('is a number and a unit', () => {
    for (const [text, expected] of [
      ['250 ms', 250],
      ['30s', 30_000],
      ['30 min', 1_800_000],
      ['1.5 h', 5_400_000],
      ['1 day', 86_400_000],
      ['30 days', 2_592_000_000],
      ['', undefined],
      ['30', undefined],
      ['-1 h', undefined],
      ['1 week', undefined],
      ['1  h', undefined],
      ['1e3 ms', undefined],
    ] as const) {
      assert.equal(parseDuration(text), expected, text);
    }
  });

  it('is printed so that it reads back', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 999_999_999 }), (duration) => parseDuration(printDuration(duration)) === duration));
  });
});

describe('the nearest name', () => {
  it('is one that was mistyped, and none that was not meant', () => {
    const names = ['latency', 'errors', 'bad-request', 'name'];
    assert.equal(nearestName('latancy', names), 'latency');
    assert.equal(nearestName('ERRORS', names), 'errors');
    assert.equal(nearestName('badRequest', names), 'bad-request');
    assert.equal(nearestName('weather', names), undefined);
    assert.equal(nearestName('x'.repeat(100_000), names), undefined);
  });
});
