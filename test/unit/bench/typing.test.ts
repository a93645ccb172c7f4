import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { seededRandom } from '../../../src/base/random.ts';
import { drawLogNormal, logNormalOf, logNormalThrough } from '../../bench/typing/chance.ts';
import { Desk } from '../../bench/typing/desk.ts';
import { bootstrap, foldSessions, type SessionFigures } from '../../bench/typing/figures.ts';
import { ModelledBackend, pace } from '../../bench/typing/modelledBackend.ts';
import { modelledText } from '../../bench/typing/modelledText.ts';
import { playFast } from '../../bench/typing/play.ts';
import { backspaceShare, fluent, gapBefore } from '../../bench/typing/rhythm.ts';
import { runSession } from '../../bench/typing/session.ts';
import { gapsOf } from '../../bench/typing/sourceFiles.ts';
import { figuresOf } from '../../bench/statistics.ts';
import { writeWith } from '../../bench/typing/typing.ts';
import { sampleFiles } from '../../fakes/typingSamples.ts';
import { sampleRequest } from '../../fakes/request.ts';

const sampleExtent = { files: sampleFiles, seeds: [1, 2, 3], parts: 2, partSize: 300 };

/** A client that never says anything: the person alone. */
const silent = () => ({
  id: 'silent',
  complete: () => Promise.resolve({ ok: true, text: '', origin: 'model', sourceId: 'silent', finish: 'stop' } as const),
});

async function writeAlone(): Promise<readonly SessionFigures[]> {
  const sessions: SessionFigures[] = [];
  for (const file of sampleFiles) {
    for (const seed of [1, 2]) {
      const gaps = gapsOf(file.text, 2, 400, seed);
      sessions.push(await playFast(() => runSession({ file, gaps, seed, connect: silent })));
    }
  }
  return sessions;
}

describe('the person of the typing benchmark', function () {
  this.timeout(20_000);

  it('presses keys in the published rhythm where nothing makes them think', () => {
    const random = seededRandom(5);
    const fluentGap = logNormalOf(fluent.mean, fluent.deviation);
    const draws = Array.from({ length: 20_000 }, () => drawLogNormal(fluentGap, random));
    const mean = draws.reduce((sum, draw) => sum + draw, 0) / draws.length;
    const deviation = Math.sqrt(draws.reduce((sum, draw) => sum + (draw - mean) ** 2, 0) / draws.length);
    assert.ok(Math.abs(mean - fluent.mean) < 5, `mean ${mean}`);
    assert.ok(Math.abs(deviation - fluent.deviation) < 6, `deviation ${deviation}`);
  });

  it('thinks longer at the beginning of a line than inside a word', () => {
    const random = seededRandom(6);
    const median = (place: 'inside' | 'line'): number => figuresOf(Array.from({ length: 2000 }, () => gapBefore(place, random))).p50;
    assert.ok(median('line') > 3 * median('inside'), `${median('line')} and ${median('inside')}`);
  });

  it('writes the text to its end, always in the same way, with the published share of corrections', async () => {
    const sessions = await writeAlone();
    assert.deepEqual(await writeAlone(), sessions);
    const keys = sessions.reduce((sum, session) => sum + session.keys, 0);
    const backspaces = sessions.reduce((sum, session) => sum + session.backspaces, 0);
    const characters = sessions.reduce((sum, session) => sum + session.characters, 0);
    assert.ok(Math.abs(backspaces / keys - backspaceShare) < 0.02, `${backspaces} of ${keys}`);
    // A line's indentation comes with its Enter; each backspace has a key that it takes back.
    assert.ok(keys - 2 * backspaces <= characters && keys - 2 * backspaces > 0.8 * characters, `${keys} keys, ${characters} characters`);
    assert.equal(
      sessions.reduce((sum, session) => sum + session.judged, 0),
      0,
    );
  });

  it('takes what is right and ends with the same text', async () => {
    const [plain] = await writeWith('plain', { ...sampleExtent, files: sampleFiles.slice(0, 1), seeds: [1] });
    assert.ok(plain && plain.taken > 3, JSON.stringify(plain));
    assert.ok(plain.charactersKept > 0 && plain.charactersKept < plain.characters);
    assert.ok(plain.wasted < plain.requests && plain.waits.every((wait) => wait >= 300));
  });
});

describe('the modelled backend of the typing benchmark', () => {
  it('is right about as many lines as a model of a few billion parameters', () => {
    let exact = 0;
    let lines = 0;
    for (const file of sampleFiles) {
      for (let seed = 1; seed <= 8; seed++) {
        for (const gap of gapsOf(file.text, 2, 300, seed)) {
          const desk = new Desk(file, [gap]);
          for (const line of desk.wanted.split(/(?<=\n)/)) {
            desk.insert(/^[ \t]*/.exec(line)?.[0] ?? '');
            const rest = line.replace(/^[ \t]*/, '');
            if (rest.trim() !== '') {
              lines++;
              const said = modelledText(desk.request('k'), desk.truth(), seed);
              if (said.split('\n', 1)[0] === rest.replace('\n', '')) exact++;
            }
            desk.insert(rest);
          }
        }
      }
    }
    assert.ok(lines > 400, `${lines} lines`);
    assert.ok(exact / lines > 0.35 && exact / lines < 0.45, `${exact} of ${lines} lines`);
  });

  it('says the same whenever it is asked the same, and something else where the truth was left', () => {
    const [file] = sampleFiles;
    assert.ok(file);
    const desk = new Desk(file, gapsOf(file.text, 1, 300, 1));
    const first = modelledText(desk.request('k1'), desk.truth(), 1);
    assert.equal(modelledText(desk.request('k2'), desk.truth(), 1), first);
    desk.insert('zz');
    assert.ok(!desk.wanted.startsWith(modelledText(desk.request('k3'), desk.truth(), 1)));
  });

  it('needs the time of its distribution for the first token', async () => {
    const random = seededRandom(3);
    const distribution = logNormalThrough(pace.firstTokenP50, pace.firstTokenP99);
    const { p50, p99 } = figuresOf(Array.from({ length: 20_000 }, () => drawLogNormal(distribution, random)));
    assert.ok(Math.abs(p50 - pace.firstTokenP50) < 10 && Math.abs(p99 - pace.firstTokenP99) < 60, `${p50} ${p99}`);
    const first = await playFast(async () => {
      const backend = new ModelledBackend('modelled', 1, () => ({ text: 'const a = 1;', writtenIn: () => 0 }));
      const asked = performance.now();
      let came = 0;
      await backend.complete(sampleRequest(), { signal: new AbortController().signal, onText: () => (came ||= performance.now()) });
      return came - asked;
    });
    assert.ok(first > 50 && first < 1500, `${first} ms`);
  });

  it('counts what it generates, also for a question that is given up', async () => {
    await playFast(async () => {
      const backend = new ModelledBackend('modelled', 1, () => ({ text: 'const a = 1;'.repeat(20), writtenIn: () => 0 }));
      const controller = new AbortController();
      const outcome = backend.complete(sampleRequest(), {
        signal: controller.signal,
        onText: (soFar) => {
          if (soFar.length > 4) controller.abort();
        },
      });
      assert.equal((await outcome).ok, false);
      assert.deepEqual([backend.asked, backend.inFlight], [1, 0]);
      assert.ok(backend.tokens >= 1 && backend.tokens < 5, `${backend.tokens}`);
    });
  });
});

describe('the figures of the typing benchmark', () => {
  const session = (changes: Partial<SessionFigures>): SessionFigures => ({
    ...{ keys: 100, backspaces: 6, requests: 20, wasted: 10, tokens: 100, pauses: 10, pausesWithText: 5, waits: [100, 200, 300] },
    ...{ judged: 10, taken: 4, charactersKept: 40, characters: 100, flickers: 1, changes: 2, elapsed: 1000 },
    ...changes,
  });

  it('are sums over sums', () => {
    const figures = foldSessions([session({}), session({ keys: 300, requests: 20, flickers: 2, waits: [900] })]);
    assert.equal(figures.requestsPer100Keys, 10);
    assert.equal(figures.flickers, 3);
    assert.equal(figures.waitP50, 250);
    assert.equal(figures.keptShare, 0.4);
  });

  it('have an interval that holds the figure, and none where all sessions are the same', () => {
    const own = [5, 10, 15, 20].map((requests) => session({ requests }));
    const other = own.map(() => session({ requests: 50 }));
    const { value, low, high } = bootstrap(own, other, (one, two) => one.requestsPer100Keys / two.requestsPer100Keys);
    assert.ok(low < value && value < high, `${low} ${value} ${high}`);
    assert.equal(value, 0.25);
    const same = bootstrap(other, other, (one, two) => one.waitP50 / two.waitP50);
    assert.deepEqual(same, { value: 1, low: 1, high: 1 });
  });
});
