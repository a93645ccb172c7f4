import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'mocha';
import { type StampedFolder, stampedFolder } from '../../../src/base/stampedFolder.ts';
import type { RolloutDecision } from '../../../src/domain/rollout.ts';
import { DecisionLog, lineOfDecision, readDecisions } from '../../../src/rollout/decisionLog.ts';
import { type RolloutBench, unchecked, withRollouts } from '../../fakes/rolloutBench.ts';
import { sampleRequest } from '../../fakes/request.ts';
import { failed } from '../../../src/domain/completion.ts';
import { withVirtualTime } from '../../fakes/virtualTime.ts';

const decision = (revision: number, more: Partial<RolloutDecision> = {}): RolloutDecision => ({
  ...{
    revision,
    at: 1000 + revision,
    action: 'begin',
    by: 'person',
    manifest: 'f',
    phase: { kind: 'preflight' },
    reason: `no ${revision}`,
  },
  ...more,
});
const line = (revision: number): string => lineOfDecision(decision(revision));
const revisions = ({ decisions }: { readonly decisions: readonly RolloutDecision[] }): number[] =>
  decisions.map(({ revision }) => revision);

/** A folder of which something can be broken. */
function breakable(folder: string): { folder: StampedFolder; broken: Set<keyof StampedFolder> } {
  const broken = new Set<keyof StampedFolder>();
  const real = stampedFolder(folder);
  const failing = Object.fromEntries(
    Object.entries(real).map(([name, call]) => [
      name,
      (...args: never[]) => {
        if (broken.has(name as keyof StampedFolder)) throw Object.assign(new Error(`no ${name} now`), { code: 'EIO' });
        return (call as (...args: never[]) => unknown)(...args);
      },
    ]),
  );
  return { folder: failing as unknown as StampedFolder, broken };
}

/** A rollout at the first stage whose state is then what a test says. */
async function withState(
  change: (text: string, bench: RolloutBench) => string,
  test: (bench: RolloutBench) => void | Promise<void>,
): Promise<void> {
  await withRollouts(async (bench) => {
    const window = bench.window('before');
    await window.toFirstStage();
    window.rollout.dispose();
    bench.write(bench.log(), change(bench.read(bench.log()), bench));
    await test(bench);
  });
}

const tenTimes = Array.from({ length: 10 });

describe('the log of decisions', () => {
  it('is read back as it was written', () => {
    const whole = decision(2, {
      gate: 'errors',
      figures: { 'errors.value': 0.3 },
      subject: 'x',
      phase: { kind: 'paused', before: { kind: 'stage', percent: 5 } },
    });
    assert.deepEqual(readDecisions(`${line(1)}\n${lineOfDecision(whole)}\n`), {
      decisions: [decision(1), whole],
      isNewer: false,
      problems: [],
    });
  });

  it('has a torn last line closed and left out, and what follows is read', () =>
    withRollouts((bench) => {
      const log = new DecisionLog(stampedFolder(bench.path), 'log.jsonl', () => undefined);
      log.add(decision(1));
      bench.append('log.jsonl', line(2).slice(0, 40));
      assert.equal(log.look(), true);
      assert.deepEqual(revisions(log), [1]);
      log.add(decision(2));
      assert.deepEqual(revisions(log), [1, 2]);
      assert.deepEqual(log.problems, ['1 of 3 decisions of this rollout could not be read and are left out']);
      assert.deepEqual(bench.read('log.jsonl').split('\n').slice(1), [line(2).slice(0, 40), line(2), '']);
    }));

  it('is read around what is damaged in the middle', () => {
    const bad = [
      '{}',
      'null',
      '[]',
      '\u0000\u0000',
      line(2).replace('preflight', 'postflight'),
      line(2).replace('"v":1', '"v":"1"'),
      line(2).replace('1002', '"soon"'),
    ];
    for (const each of bad) {
      const read = readDecisions(`${line(1)}\n${each}\n${line(3)}\n`);
      assert.deepEqual([revisions(read), read.isNewer, read.problems.length], [[1, 3], false, 1], each);
    }
  });

  it('with nothing readable in it is set aside and told, and everybody has the baseline', () =>
    withState(
      () => 'something else entirely\nand more of it\n',
      async (bench) => {
        const window = bench.window('one');
        assert.equal(window.where(), 'idle · 0');
        assert.deepEqual([...new Set(tenTimes.map(() => window.request()))], ['baseline']);
        assert.match(
          window.rollout.problems.join(),
          /could not be read \(nothing in it is a decision\) and was set aside; everybody keeps the baseline/,
        );
        assert.match(bench.read(`${bench.log()}.damaged`), /something else/);
        await window.toFirstStage();
        assert.equal(window.where(), 'stage 5 · 4', 'and a person can begin anew');
      },
    ));

  it('that grew beyond all measure is set aside', () =>
    withState(
      (text) => text + ' '.repeat(5 * 1024 * 1024),
      (bench) => {
        assert.match(bench.window('one').rollout.problems.join(), /bytes, 4194304 are allowed\) and was set aside/);
        assert.ok(existsSync(path.join(bench.path, `${bench.log()}.damaged`)));
      },
    ));

  it('that was set aside takes the evidence with it: its stages are counted anew', () =>
    withVirtualTime((time) =>
      withRollouts(async (bench) => {
        const window = bench.window('before');
        await window.toFirstStage();
        for (let index = 0; index < 30; index++) window.request();
        time.tick(3000);
        window.rollout.dispose();
        bench.write(bench.log(), 'nothing\n');
        const next = bench.window('next');
        await next.toFirstStage();
        const samples = next.rollout.snapshot()?.gates.find(({ gate }) => gate === 'assignment')?.samples;
        assert.deepEqual([next.where(), samples], ['stage 5 · 4', 0]);
      }),
    ));

  it('of a later version is left as it is: nobody decides, everybody has the baseline, and it is said', () =>
    withState(
      (text) => `${text}${JSON.stringify({ v: 2, what: 'nobody here knows' })}\n`,
      async (bench) => {
        const before = bench.read(bench.log());
        const window = bench.window('one');
        for (const arm of tenTimes.map(() => window.request({ outcome: 'server' }))) assert.equal(arm, 'baseline');
        assert.equal(window.rollout.isShown, false);
        assert.deepEqual(window.rollout.possible(), []);
        assert.match(window.rollout.problems.join(), /written by a later version of Failsoft/);
        for (const action of ['roll-back', 'advance', 'reset', 'begin'] as const) {
          assert.match(String(await window.rollout.ask({ action, reason: 'please' })), /later version/);
        }
        window.rollout.look();
        assert.equal(bench.read(bench.log()), before);
      },
    ));

  it('of a later version is not taken for damage where this one understands nothing of it', () =>
    withState(
      () => `${JSON.stringify({ v: 2, what: 'nobody here knows' })}\n`,
      (bench) => {
        const window = bench.window('one');
        assert.match(window.rollout.problems.join(), /written by a later version/);
        assert.deepEqual([bench.names().includes(bench.log()), window.request()], [true, 'baseline']);
      },
    ));

  it('of a later version has no copies sent, and nothing is decided by the passing of time', () =>
    withVirtualTime((time) =>
      withRollouts(async (bench) => {
        const window = bench.window('one');
        await window.rollout.ask({ action: 'begin', reason: '' });
        bench.append(bench.log(), `${JSON.stringify({ v: 2 })}\n`);
        window.request();
        let copies = 0;
        window.rollout.answered({
          request: sampleRequest(),
          text: 'x',
          ask: () => {
            copies++;
            return Promise.resolve(failed({ kind: 'cancelled', message: '' }));
          },
        });
        await time.tickAsync(1000);
        assert.equal(copies, 0);
        const before = bench.read(bench.log());
        time.tick(30 * 86_400_000);
        window.rollout.look();
        assert.equal(bench.read(bench.log()), before);
      }),
    ));

  it('becomes one of a later version while this one runs: the next request knows', () =>
    withRollouts(async (bench) => {
      const window = bench.window('one');
      await window.toFirstStage();
      let stops = 0;
      window.rollout.onDidStop(() => (stops += 1));
      assert.ok(tenTimes.map(() => window.request()).includes('candidate'));
      bench.append(bench.log(), `${JSON.stringify({ v: 9 })}\n`);
      assert.deepEqual([...new Set(tenTimes.map(() => window.request()))], ['baseline']);
      assert.equal(stops, 1);
    }));

  it('cannot be written: a roll-back holds in this window, is told, and is written once the disk has room', () =>
    withVirtualTime((time) =>
      withRollouts(async (bench) => {
        const { folder, broken } = breakable(bench.path);
        const window = bench.window('one', { folder });
        await window.toFirstStage();
        broken.add('append').add('replace');
        assert.equal(await window.rollout.ask({ action: 'roll-back', reason: 'it is odd' }), undefined);
        assert.equal(window.where(), 'rolled-back · 5');
        assert.deepEqual([...new Set(tenTimes.map(() => window.request()))], ['baseline']);
        assert.match(window.rollout.problems.join(), /could not be written to the disk; it holds in this window only/);
        assert.equal(bench.window('other').where(), 'stage 5 · 4');
        broken.clear();
        time.tick(3000);
        window.request();
        assert.deepEqual(window.rollout.problems, []);
        assert.equal(window.where(), 'rolled-back · 5');
        assert.equal(bench.window('restarted').where(), 'rolled-back · 5');
      }),
    ));

  it('is written in the order in which it was decided, however long the disk was full', () =>
    withRollouts((bench) => {
      const { folder, broken } = breakable(bench.path);
      const log = new DecisionLog(folder, 'log.jsonl', () => undefined);
      log.add(decision(1));
      broken.add('append');
      log.add(decision(2));
      log.add(decision(3));
      assert.equal(log.retry(), false);
      assert.deepEqual([revisions(log), log.problems.length], [[1, 2, 3], 1]);
      broken.clear();
      log.add(decision(4));
      assert.deepEqual([revisions(log), revisions(readDecisions(bench.read('log.jsonl'))), log.problems], [[1, 2, 3, 4], [1, 2, 3, 4], []]);
      assert.equal(log.retry(), false, 'nothing is left');
    }));

  it('that cannot be read for a moment is not thrown away, and nothing is promised meanwhile', () =>
    withRollouts(async (bench) => {
      const { folder, broken } = breakable(bench.path);
      const window = bench.window('one', { folder });
      await window.toFirstStage();
      await bench.window('other').rollout.ask({ action: 'roll-back', reason: '' });
      broken.add('read');
      assert.deepEqual([...new Set(tenTimes.map(() => window.request()))], ['baseline']);
      assert.match(window.rollout.problems.join(), /could not be read/);
      assert.ok(bench.names().includes(bench.log()));
      broken.clear();
      assert.equal(window.request(), 'baseline');
      assert.match(window.where(), /^rolled-back/);
      assert.deepEqual(window.rollout.problems, []);
    }));

  it('that the system hides for a moment leaves the evidence as it was', () =>
    withRollouts(async (bench) => {
      const { folder, broken } = breakable(bench.path);
      const window = bench.window('one', { folder });
      await window.toFirstStage();
      for (let index = 0; index < 10; index++) window.request();
      broken.add('read').add('stamp');
      assert.deepEqual([...new Set(tenTimes.map(() => window.request()))], ['baseline']);
      broken.clear();
      window.request();
      const samples = window.rollout.snapshot()?.gates.find(({ gate }) => gate === 'assignment')?.samples ?? 0;
      assert.ok(samples >= 11, `${samples}`);
      assert.equal(window.where(), 'stage 5 · 4');
    }));

  it('is about these versions: others have one of their own', () =>
    withRollouts(async (bench) => {
      const window = bench.window('one');
      await window.toFirstStage();
      await window.rollout.ask({ action: 'roll-back', reason: '' });
      const next = { ...unchecked, candidate: { backend: 'team', model: 'coder-3' }, hash: 'c'.repeat(64) };
      window.rollout.follow({ manifest: next, problems: [] });
      assert.equal(window.where(), 'idle · 0');
      window.rollout.follow({ manifest: unchecked, problems: [] });
      assert.equal(window.where(), 'rolled-back · 5', 'and the first is still frozen');
    }));
});
