import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import { bench } from '../../src/cli/bench.ts';
import { runCommandLine } from '../../src/cli/commandLine.ts';
import type { BenchmarkReport } from '../../src/evaluation/benchmarkTypes.ts';
import { shippedPositions } from '../../src/evaluation/shippedPositions.ts';
import { type FaultServer, startFaultServer } from '../fakes/faultServer.ts';
import { FakeTerminal } from '../fakes/terminal.ts';

const corpus = shippedPositions(Infinity, 1).map(({ prefix, expected, suffix }) => prefix + expected + suffix);
const pace = { firstTokenMs: 1, betweenTokensMs: 0 };

describe('the benchmark over real sockets', function () {
  this.timeout(60_000);
  let old: FaultServer;
  let equal: FaultServer;
  let worse: FaultServer;
  let terminal: FakeTerminal;
  before(async () => {
    old = await startFaultServer({ model: 'old', corpus, pace });
    equal = await startFaultServer({ model: 'equal', corpus, pace });
    worse = await startFaultServer({ model: 'worse', answer: () => 'perform(everything;', pace });
  });
  beforeEach(async () => {
    terminal = new FakeTerminal();
    await Promise.all([old, equal, worse].map((server) => server.reset()));
  });
  afterEach(() => terminal.dispose());
  after(() => Promise.all([old, equal, worse].map((server) => server.close())));

  const flagsOf = (candidate: FaultServer): string[] => [
    ...['--baseline-url', `${old.url}/v1`, '--baseline-model', 'old'],
    ...['--candidate-url', `${candidate.url}/v1`, '--candidate-model', 'new'],
  ];
  const call = (...words: string[]): Promise<number> => runCommandLine(['bench', ...words], terminal.world, [bench]);
  const reportOf = (): BenchmarkReport => JSON.parse(terminal.out) as BenchmarkReport;

  it('passes a candidate that answers the same, and says so again from the recording', async () => {
    assert.equal(await call(...flagsOf(equal), '--concurrency', '2', '--record', 'run.json', '--json'), 0, terminal.err);
    const live = terminal.out;
    const report = reportOf();
    assert.equal(report.verdict, 'passed');
    assert.deepEqual(report.sides.candidate.failures, {});
    assert.equal(report.sides.candidate.tokens.counted, report.pairs);
    const asked = old.requests.length + equal.requests.length;
    // One warm-up of each.
    assert.equal(asked, 2 * report.pairs + 2);
    terminal.out = '';
    assert.equal(await call('--replay', 'run.json', '--json'), 0, terminal.err);
    assert.equal(terminal.out, live);
    assert.equal(old.requests.length + equal.requests.length, asked, 'and asks nobody');
  });

  it('says what it found although the recording cannot be written, and ends as one that could not be done', async () => {
    terminal.files.refusal = 'the disk is full';
    assert.equal(await call(...flagsOf(equal), '--concurrency', '2', '--record', 'run.json'), 3);
    assert.match(terminal.err, /--record run\.json could not be written: the disk is full\n$/);
    assert.match(terminal.out, /^passed: /m);
  });

  it('counts cost by its prices, and asks about two gaps at once where it may', async () => {
    const counted = await startFaultServer({ model: 'counted', pace: { firstTokenMs: 20 } });
    try {
      const prices = ['--baseline-price', '0/1', '--candidate-price', '1/0'];
      await call(...flagsOf(counted), ...prices, '--positions', '20', '--concurrency', '2', '--json');
      const { baseline, candidate } = reportOf().sides;
      assert.equal(candidate.cost?.total, candidate.tokens.prompt / 1e6);
      assert.equal(baseline.cost?.total, baseline.tokens.completion / 1e6);
      const changes = [...old.requests, ...counted.requests].flatMap(({ receivedAt, finishedAt = Infinity }) => [
        [receivedAt, 1] as const,
        [finishedAt, -1] as const,
      ]);
      let now = 0;
      const counts = changes.sort(([one, by], [other, otherBy]) => one - other || by - otherBy).map(([, by]) => (now += by));
      assert.equal(Math.max(...counts), 2);
    } finally {
      await counted.close();
    }
  });

  it('fails a candidate whose answers are worse', async () => {
    assert.equal(await call(...flagsOf(worse), '--positions', '60', '--report', 'r.md'), 1, terminal.err);
    assert.match(terminal.out, /^failed: exact match: 0\.0 % against/m);
    const markdown = terminal.text('/work-folder/r.md') ?? '';
    assert.match(markdown, /^\*\*failed\*\*/m);
    assert.doesNotMatch(terminal.out + markdown, /everything/);
    terminal.out = '';
    await call(...flagsOf(worse), '--positions', '5', '--report', 'r.md', '--include-text');
    assert.match(terminal.text('/work-folder/r.md') ?? '', /everything/);
  });

  it('stops asking a candidate that is full, and fails it', async () => {
    // The warm-up is answered.
    await equal.set({ kind: 'capacity' });
    equal.next({ kind: 'healthy' });
    assert.equal(await call(...flagsOf(equal), '--json'), 1, terminal.err);
    const report = reportOf();
    assert.match(report.stopped ?? '', /the candidate failed 10 times in a row \(capacity\)/);
    assert.deepEqual(report.sides.candidate.failures, { capacity: 10 });
    assert.equal(equal.requests.length, 11);
  });

  it('cannot be done where nobody listens or the key is refused, and asks about nothing', async () => {
    const nobody = flagsOf(equal).map((word) => word.replace(equal.url, 'http://127.0.0.1:1'));
    assert.equal(await call(...nobody), 3);
    assert.match(terminal.err, /failsoft bench: the candidate cannot be asked: .*\n$/);
    await old.set({ kind: 'error', status: 401, body: 'invalidKey' });
    assert.equal(await call(...flagsOf(equal)), 3);
    assert.match(terminal.err, /failsoft bench: the baseline cannot be asked: .*\n$/);
    assert.equal(equal.requests.length, 0);
  });

  it('hands each key out to its own server alone', async () => {
    terminal.env['FAILSOFT_KEY_CANDIDATE'] = 'k-candidate';
    await call(...flagsOf(equal), '--positions', '3');
    assert.ok(equal.requests.every(({ headers }) => headers['authorization'] === 'Bearer k-candidate'));
    assert.ok(old.requests.every(({ headers }) => headers['authorization'] === undefined));
    assert.doesNotMatch(terminal.out + terminal.err, /k-candidate/);
  });

  it('ends at once when it is interrupted, and takes back what was asked', async () => {
    await equal.set({ kind: 'hangAfterHeaders' });
    equal.next({ kind: 'healthy' });
    const running = call(...flagsOf(equal), '--record', 'run.json');
    await equal.waitFor(({ behaviour }) => behaviour === 'hangAfterHeaders');
    terminal.interrupt.abort(new Error('interrupted'));
    assert.equal(await running, 130);
    await equal.waitFor(({ outcome }) => outcome === 'client-gone');
    assert.equal(terminal.out, '');
    assert.equal(terminal.text('/work-folder/run.json'), undefined, 'half a run is not kept');
  });

  describe('with code of the person', () => {
    let folder: string;
    const program = (name: string): string =>
      Array.from(
        { length: 12 },
        (_, index) => `export function ${name}${index}(left: number, right: number): number {\n  return left * ${index} + right;\n}\n`,
      ).join('\n');
    before(() => {
      folder = mkdtempSync(path.join(os.tmpdir(), 'failsoft-bench-'));
      mkdirSync(path.join(folder, 'src/private'), { recursive: true });
      mkdirSync(path.join(folder, 'node_modules/x'), { recursive: true });
      const key = ['ghp', '_', 'a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8'].join('');
      const files = {
        'src/open.ts': program('open'),
        'src/key.ts': `const token = '${key}';\n${program('keyed')}`,
        'src/private/hidden.ts': program('hidden'),
        'src/ignored.ts': program('ignored'),
        'node_modules/x/library.ts': program('library'),
        '.failsoftignore': 'private/\n',
        '.gitignore': 'ignored.ts\n',
      };
      for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
    });
    after(() => rmSync(folder, { recursive: true, force: true }));

    it('asks about what the ignore rules and the search for secrets leave', async () => {
      await call(...flagsOf(equal), '--folder', folder, '--set', 'own', '--json');
      const report = reportOf();
      assert.ok(report.own > 0 && report.shipped === 0);
      const sent = JSON.stringify([...old.requests, ...equal.requests].map(({ body }) => body));
      assert.match(sent, /open\d/);
      assert.doesNotMatch(sent, /hidden\d|ignored\d|library\d|keyed\d|ghp_/);
      assert.doesNotMatch(terminal.out, /open\d|open\.ts/);
    });

    it('heeds the ignore files of the folders above, too', async () => {
      await call(...flagsOf(equal), '--folder', path.join(folder, 'src'), '--set', 'own', '--json');
      assert.ok(reportOf().own > 0);
      const sent = JSON.stringify([...old.requests, ...equal.requests].map(({ body }) => body));
      assert.match(sent, /open\d/);
      assert.doesNotMatch(sent, /hidden\d|ignored\d/);
    });

    it('says so where the folder holds nothing that may be asked about', async () => {
      assert.equal(await call(...flagsOf(equal), '--folder', path.join(folder, 'node_modules'), '--set', 'own'), 2);
      assert.match(terminal.err, /node_modules holds no code that may be asked about\n$/);
      assert.equal(old.requests.length, 0);
    });

    it('sends nothing anywhere when the candidate is further away than the baseline', async () => {
      const further = flagsOf(equal).map((word) => word.replace(equal.url, 'https://api.example.com'));
      assert.equal(await call(...further, '--folder', folder), 2);
      assert.match(terminal.err, /your code would go to the vendor example\.com .* allow it with --allow-boundary vendor:example\.com\n$/);
      assert.equal(old.requests.length, 0);
    });

    const wrong: readonly (readonly [string, readonly string[], RegExp])[] = [
      ['a folder that is not there', ['--folder', 'no/such'], /--folder no\/such: there is no such folder/],
      ['own code without a folder', ['--set', 'own'], /--set own needs --folder DIR/],
      ['a folder that is not asked about', ['--folder', '.', '--set', 'shipped'], /--set shipped asks about nothing in --folder/],
      ['a set that there is not', ['--set', 'onw'], /--set is "onw", allowed is shipped, own, both/],
      ['too many at a time', ['--concurrency', '3'], /--concurrency is "3", allowed is a whole number from 1 to 2/],
      ['a price that is none', ['--candidate-price', 'cheap'], /--candidate-price is "cheap", allowed are two prices/],
      ['a recording and something to ask', ['--replay', 'run.json'], /--baseline-url has no meaning with --replay/],
    ];
    for (const [name, words, message] of wrong) {
      it(`refuses ${name} before anything is sent`, async () => {
        assert.equal(await call(...flagsOf(equal), ...words), 2);
        assert.match(terminal.err.trim(), message);
        assert.equal(old.requests.length, 0);
      });
    }

    it('refuses a recording that is none', async () => {
      terminal.put('/work-folder/run.json', '{"kind":"failsoft-benchmark-run","version":9}');
      assert.equal(await call('--replay', 'run.json'), 2);
      assert.equal(terminal.err, 'failsoft bench: --replay run.json: its version is 9, allowed is 1\n');
    });
  });
});
