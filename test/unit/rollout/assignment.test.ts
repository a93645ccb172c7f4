import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import type { FileReading } from '../../../src/base/watchedFile.ts';
import { flagFileBytes, type RolloutFlag } from '../../../src/rollout/assignment.ts';
import { FlagdFlags, stagedFlag } from '../../../src/rollout/flagdFlags.ts';
import { isNews, rememberedWord } from '../../../src/rollout/serverMemory.ts';
import { flagsSaying, startAssignment } from '../../fakes/assignmentBench.ts';
import { type VirtualTime, withVirtualTime } from '../../fakes/virtualTime.ts';
import { recordedFlags } from '../../fakes/recordedFlags.ts';

/** Who is in at a stage, as a function of the installation's id. */
function cohort(percent: number, flag = 'next'): (id: string) => boolean {
  const flags = new FlagdFlags();
  assert.equal(flags.accept(stagedFlag(flag, percent)), undefined);
  return (targetingKey) => flags.resolveStringEvaluation(flag, '', { targetingKey }).value === 'candidate';
}

/** An assignment whose flag file is what the test hands in. */
function withFile(targetingKey?: string): {
  flag: RolloutFlag;
  file: (reading: FileReading) => void;
  text: (text: string) => void;
  disposed: () => number;
} {
  let hear: (reading: FileReading) => void = () => undefined;
  let disposed = 0;
  const { flag } = startAssignment(targetingKey, {
    watchFile: (_file, atMost, onReading) => {
      assert.equal(atMost, flagFileBytes);
      hear = onReading;
      return { dispose: () => void (disposed += 1) };
    },
  });
  flag.setSettings({ assignment: 'auto', flagFile: '/flags.json' });
  return { flag, file: (reading) => hear(reading), text: (text) => hear({ kind: 'text', text }), disposed: () => disposed };
}

describe('the built-in flag', () => {
  for (const percent of [5, 25, 50]) {
    it(`gives the candidate to ${percent} % of 100 000 installations, give or take half a percent`, function () {
      this.timeout(20_000);
      const isIn = cohort(percent);
      let count = 0;
      for (let index = 0; index < 100_000; index += 1) if (isIn(`installation-${index}`)) count += 1;
      assert.ok(Math.abs(count / 1000 - percent) <= 0.5, `${count / 1000} %`);
    });
  }

  it('gives it to nobody at 0 % and to everybody at 100 %', () => {
    const [none, all] = [cohort(0), cohort(100)];
    for (let index = 0; index < 2000; index += 1) assert.deepEqual([none(`${index}`), all(`${index}`)], [false, true]);
  });

  it('keeps who is in at a stage in at every later stage', () => {
    const cohorts = Array.from({ length: 101 }, (_, percent) => cohort(percent));
    fc.assert(
      fc.property(fc.uuid(), fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 100 }), (id, one, other) => {
        const [earlier, later] = [Math.min(one, other), Math.max(one, other)];
        return !cohorts[earlier]?.(id) || cohorts[later]?.(id) === true;
      }),
      { numRuns: 2000 },
    );
  });

  it('says the same of the same installation, always', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1 }),
        fc.integer({ min: 0, max: 100 }),
        (id, percent) => cohort(percent)(id) === cohort(percent)(id),
      ),
    );
  });

  it('has the cohort of before: nobody falls out or comes in with a new version of the extension', () => {
    const isIn = cohort(5);
    const first = Array.from({ length: 200 }, (_, index) => index).filter((index) => isIn(`installation-${index}`));
    assert.deepEqual(first, [1, 25, 30, 43, 64, 71, 73, 123, 138, 181]);
  });

  it('draws another cohort for another rollout', () => {
    const [one, other] = [cohort(50, 'one'), cohort(50, 'other')];
    const ids = Array.from({ length: 2000 }, () => randomUUID());
    const both = ids.filter((id) => one(id) && other(id)).length;
    assert.ok(both > 350 && both < 650, `${both} of 2000 are in both halves`);
  });
});

describe('flags that are evaluated here', () => {
  it('come out as flagd evaluated them', () => {
    const flags = new FlagdFlags();
    assert.equal(flags.accept(JSON.stringify(recordedFlags)), undefined);
    const recorded = { u0: 'qwen-7b', u1: 'qwen-1.5b', u2: 'qwen-7b', u3: 'qwen-7b' };
    for (const [targetingKey, expected] of Object.entries(recorded)) {
      assert.deepEqual(flags.resolveStringEvaluation('engine', '', { targetingKey }).value, expected, targetingKey);
    }
  });

  it('hash as flagd does without being told how', () => {
    const flags = new FlagdFlags();
    const { engine } = recordedFlags.flags;
    const targeting = { fractional: engine.targeting.fractional.slice(1) };
    assert.equal(flags.accept(JSON.stringify({ flags: { engine: { ...engine, targeting } } })), undefined);
    const said = ['u0', 'u1', 'u2', 'u3'].map((targetingKey) => flags.resolveStringEvaluation('engine', '', { targetingKey }).variant);
    assert.deepEqual(said, ['large', 'small', 'large', 'large']);
  });

  it('make no code of the rules of a file', () => {
    const flags = new FlagdFlags();
    // Where the evaluator makes code, it does so by this.
    const real = globalThis.eval;
    let made = 0;
    globalThis.eval = (code: string): unknown => {
      made++;
      return real(code) as unknown;
    };
    try {
      const targeting = { if: [{ in: ['x', { var: 'targetingKey' }] }, 'large', 'small'] };
      assert.equal(flags.accept(JSON.stringify({ flags: { engine: { ...recordedFlags.flags.engine, targeting } } })), undefined);
      assert.equal(flags.resolveStringEvaluation('engine', '', { targetingKey: 'xyz' }).variant, 'large');
    } finally {
      globalThis.eval = real;
    }
    assert.equal(made, 0);
  });

  it('stay as they were when a definition cannot be read', () => {
    const flags = new FlagdFlags();
    assert.equal(flags.accept(flagsSaying('candidate')), undefined);
    const broken = [
      '',
      '{',
      'null',
      '[]',
      '5',
      '{}',
      '{"flags":5}',
      '<html>',
      '{"flags":{"next":{"state":"ON","variants":{}}}}',
      `{"flags":${'['.repeat(50_000)}`,
    ];
    for (const definition of broken) {
      assert.match(flags.accept(definition) ?? '', /^[^\n]{1,160}$/, definition.slice(0, 50));
      assert.equal(flags.resolveStringEvaluation('next', '', {}).value, 'candidate');
    }
  });
});

describe('the assignment', () => {
  it('is the baseline until a stage has begun', () => {
    const { flag } = startAssignment();
    assert.deepEqual(flag.assignment(), { arm: 'baseline', source: 'built-in', note: 'no stage has begun' });
    flag.setStage(100);
    assert.deepEqual(flag.assignment(), { arm: 'candidate', source: 'built-in' });
    flag.setStage(undefined);
    assert.equal(flag.assignment().arm, 'baseline');
    flag.dispose();
  });

  it('is another at the very next call when a switch is flipped', () => {
    const { flag, announced } = startAssignment();
    flag.setStage(100);
    flag.setKill(true, 'rolled back at 10:30');
    assert.deepEqual(flag.assignment(), { arm: 'baseline', source: 'kill-switch', note: 'rolled back at 10:30' });
    flag.setKill(false);
    flag.setStage(100);
    flag.setKill(false);
    assert.equal(flag.assignment().arm, 'candidate');
    flag.setSettings({ assignment: 'baseline' });
    assert.deepEqual(flag.assignment(), { arm: 'baseline', source: 'setting' });
    assert.deepEqual(announced, ['candidate by built-in', 'baseline by kill-switch', 'candidate by built-in', 'baseline by setting']);
    flag.dispose();
  });

  it('takes the first source that says something', () => {
    const { flag, text } = withFile();
    flag.setStage(0);
    const said = (): string => `${flag.assignment().arm} by ${flag.assignment().source}`;
    assert.equal(said(), 'baseline by built-in');
    text(flagsSaying('candidate'));
    assert.equal(said(), 'candidate by flag-file');
    flag.setSettings({ assignment: 'candidate', flagFile: '/flags.json' });
    assert.equal(said(), 'candidate by setting');
    flag.setKill(true);
    assert.equal(said(), 'baseline by kill-switch');
    flag.dispose();
  });

  it('reads a text or a boolean of the flag file', () => {
    const { flag, text } = withFile();
    for (const [value, arm] of [
      ['candidate', 'candidate'],
      [false, 'baseline'],
      [true, 'candidate'],
      ['baseline', 'baseline'],
    ] as const) {
      text(flagsSaying(value));
      assert.deepEqual(flag.assignment(), { arm, source: 'flag-file' });
    }
    flag.dispose();
  });

  it('may follow the rule of a flag file', () => {
    const targeting = { if: [{ '==': [{ var: 'platform' }, 'linux'] }, 'new', 'old'] };
    const variants = { new: 'candidate', old: 'baseline' };
    const { flag, text } = withFile();
    text(JSON.stringify({ flags: { next: { state: 'ENABLED', variants, defaultVariant: 'old', targeting } } }));
    assert.equal(flag.assignment().arm, 'candidate');
    flag.dispose();
  });

  const flagWith = (fields: object): FileReading => ({
    kind: 'text',
    text: JSON.stringify({ flags: { next: { state: 'ENABLED', variants: { x: 'canary', y: { z: 1 } }, defaultVariant: 'x', ...fields } } }),
  });
  const useless: readonly (readonly [what: string, reading: FileReading, words: RegExp])[] = [
    ['is not there', { kind: 'missing' }, /there is no such file/],
    ['is too large', { kind: 'too-large', bytes: 300_000 }, /it has 300000 bytes, allowed are 262144/],
    ['may not be read', { kind: 'unreadable', why: 'EACCES' }, /cannot be read \(EACCES\)/],
    ['is no JSON', { kind: 'text', text: '<html>' }, /cannot be read/],
    ['has no such flag', { kind: 'text', text: '{"flags":{}}' }, /it has no flag next/],
    ['has an unknown value', flagWith({}), /its flag next is "canary", allowed is baseline, candidate, true or false/],
    ['has a value of a wrong type', flagWith({ defaultVariant: 'y' }), /neither a text nor a boolean/],
    ['is switched off', flagWith({ state: 'DISABLED' }), /is switched off/],
    ['has a rule that is none', flagWith({ targeting: { frobnicate: [] } }), /cannot be evaluated/],
    ['names a variant that is not there', flagWith({ targeting: { if: [true, 'gone'] } }), /cannot be evaluated/],
  ];
  for (const [what, reading, words] of useless) {
    it(`keeps its last good word when the flag file ${what}`, () => {
      const { flag, file, text } = withFile();
      flag.setStage(0);
      file(reading);
      assert.equal(flag.assignment().source, 'built-in');
      assert.match(flag.assignment().note ?? '', words);
      text(flagsSaying('candidate'));
      assert.deepEqual(flag.problems(), []);
      file(reading);
      const { arm, source, note = '' } = flag.assignment();
      assert.deepEqual([arm, source], ['candidate', 'flag-file']);
      assert.match(note, words);
      assert.match(note, /what it said before holds/);
      assert.equal(flag.problems().length, 1);
      file(reading);
      assert.equal(flag.problems().length, 1);
      text(flagsSaying('baseline'));
      assert.deepEqual([flag.assignment(), flag.problems()], [{ arm: 'baseline', source: 'flag-file' }, []]);
      flag.dispose();
    });
  }

  it('goes on with the same flag file when other settings change', () => {
    const { flag, text, disposed } = withFile();
    text(flagsSaying('candidate'));
    flag.setSettings({ assignment: 'auto', flagFile: '/flags.json' });
    assert.deepEqual([flag.assignment(), disposed()], [{ arm: 'candidate', source: 'flag-file' }, 0]);
    flag.dispose();
    assert.equal(disposed(), 1);
  });

  it('forgets a flag file that is no longer set, and stops watching it', () => {
    const { flag, text, disposed } = withFile();
    text(flagsSaying('candidate'));
    flag.setSettings({ assignment: 'auto' });
    assert.equal(flag.assignment().source, 'built-in');
    assert.equal(disposed(), 1);
    flag.dispose();
  });
});

describe('a flag server that takes its time', () => {
  /** A server that answers after half a second, and how often it was asked. */
  async function withSlow(
    test: (on: {
      flag: RolloutFlag;
      time: VirtualTime;
      asked: () => number;
      refuse: (headers: Record<string, string>) => void;
      pad: (to: number) => void;
    }) => Promise<void>,
    random = 0,
  ): Promise<void> {
    await withVirtualTime(async (time) => {
      let asked = 0;
      let refusal: Record<string, string> | undefined;
      let length = 0;
      const answer = async function* (): AsyncGenerator<Uint8Array> {
        const text = '{"flags":[{"key":"next","value":"candidate","reason":"STATIC","variant":"one"}]}';
        yield await Promise.resolve(Buffer.from(text.padEnd(length)));
      };
      const http = {
        async request() {
          asked++;
          await new Promise((resolve) => setTimeout(resolve, 500));
          const headers = { 'content-type': 'application/json', ...refusal };
          return { status: refusal ? 503 : 200, headers, body: answer() };
        },
        dispose: () => undefined,
      };
      const bench = startAssignment('u1', { http, random: () => random });
      await test({ flag: bench.flag, time, asked: () => asked, refuse: (headers) => (refusal = headers), pad: (to) => (length = to) });
      bench.dispose();
      // What was on its way has ended; the next interval is far off.
      await time.tickAsync(1000);
      assert.equal(time.countTimers(), 0);
    });
  }
  const server = { assignment: 'auto', ofrep: { url: 'http://flags.example', interval: 10_000 } } as const;

  it('says nothing to who no longer listens, and is not asked again', () =>
    withSlow(async ({ flag, time, asked }) => {
      flag.setSettings(server);
      await time.tickAsync(100);
      flag.setSettings({ assignment: 'auto' });
      await time.tickAsync(60_000);
      assert.deepEqual([asked(), flag.assignment().source], [1, 'built-in']);
    }));

  it('is read up to a megabyte', () =>
    withSlow(async ({ flag, time, pad }) => {
      pad(1024 * 1024 + 1);
      flag.setSettings(server);
      await time.tickAsync(1000);
      assert.match(flag.problems().join(), /sent more than 1024 KiB/);
      pad(1024 * 1024);
      await time.tickAsync(11_000);
      assert.deepEqual([flag.assignment().arm, flag.problems()], ['candidate', []]);
    }));

  it('is asked an interval after its answer, or up to a tenth earlier', async () => {
    for (const [random, wait] of [
      [0, 10_000],
      [1, 9000],
    ] as const) {
      await withSlow(async ({ flag, time, asked }) => {
        flag.setSettings(server);
        await time.tickAsync(500 + wait - 1);
        assert.deepEqual([asked(), flag.assignment().arm], [1, 'candidate']);
        await time.tickAsync(1);
        assert.equal(asked(), 2);
      }, random);
    }
  });

  it('that asks to wait is left alone for ten minutes at most, however it says so', async () => {
    const rows = [
      [{ 'retry-after': '60' }, 60_000],
      [{ 'retry-after': '1000000' }, 600_000],
      [{ 'retry-after': 'some day' }, 10_000],
      [{ 'retry-after': '-5' }, 10_000],
      [{}, 10_000],
    ] as const;
    for (const [headers, wait] of rows) {
      await withSlow(async ({ flag, time, asked, refuse }) => {
        refuse(headers);
        flag.setSettings(server);
        await time.tickAsync(500 + wait - 1);
        assert.equal(asked(), 1, JSON.stringify(headers));
        assert.match(flag.problems().join(), /asks to wait \(status 503\)/);
        await time.tickAsync(1);
        assert.equal(asked(), 2, JSON.stringify(headers));
      });
    }
    await withSlow(async ({ flag, time, asked, refuse }) => {
      refuse({ 'retry-after': new Date(Date.now() + 120_000).toUTCString() });
      flag.setSettings(server);
      await time.tickAsync(100_000);
      assert.equal(asked(), 1);
      await time.tickAsync(25_000);
      assert.equal(asked(), 2);
    });
  });
});

describe('the last word of a flag server', () => {
  const word = { key: 'http://a next', arm: 'candidate', at: 5 };

  it('is known again after a restart, if it is of this server and this flag', () => {
    assert.deepEqual(rememberedWord(word, 'http://a next'), { arm: 'candidate', at: 5 });
    for (const kept of [undefined, null, 5, [], {}, { ...word, key: 'http://b next' }, { ...word, arm: 'canary' }, { ...word, at: '5' }]) {
      assert.deepEqual(rememberedWord(kept, 'http://a next'), {});
    }
  });

  it('is written when it is another, and once an hour', () => {
    const hour = 3_600_000;
    assert.equal(isNews({ arm: 'candidate', at: 0 }, {}), true);
    assert.equal(isNews({ arm: 'candidate', at: hour - 1 }, { arm: 'candidate', at: 0 }), false);
    assert.equal(isNews({ arm: 'candidate', at: hour }, { arm: 'candidate', at: 0 }), true);
    assert.equal(isNews({ arm: 'candidate', at: 0 }, { arm: 'candidate', at: hour }), true, 'a clock that was set back');
    assert.equal(isNews({ arm: 'baseline', at: 1 }, { arm: 'candidate', at: 0 }), true);
    assert.equal(isNews({ arm: 'baseline', at: 1, trouble: 'x' }, { arm: 'candidate', at: 0 }), false);
  });
});
