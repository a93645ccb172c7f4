import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { delayOf, systemClock } from '../../../src/base/clock.ts';
import { seededRandom } from '../../../src/base/random.ts';
import type { Outcome } from '../../../src/domain/completion.ts';
import { type CapacityFindings, judgeRamp } from '../../../src/evaluation/capacityCheck.ts';
import { capacityMarkdown, capacityText } from '../../../src/evaluation/capacityReport.ts';
import { rampDefaults, type RampLimits, type RampPorts, type RampResult, runRamp } from '../../../src/evaluation/capacityRamp.ts';
import type { ServerState } from '../../../src/evaluation/serverMetrics.ts';
import { LiveServer } from '../../../src/simulator/liveServer.ts';
import type { ServerShape } from '../../../src/simulator/serverShape.ts';
import { type VirtualTime, withVirtualTime } from '../../fakes/virtualTime.ts';

const shape: ServerShape = { slots: 6, queue: 100, stepBase: 6, stepPerRequest: 0.3, meanSteps: 16, stepsShape: 6, fixed: 5 };

interface Run {
  readonly shape?: Partial<ServerShape>;
  readonly limits?: Partial<RampLimits>;
  readonly ports?: Partial<RampPorts>;
  /** Requests per second of other people. */
  readonly others?: number;
  readonly during?: (time: VirtualTime, server: LiveServer) => Promise<void>;
}

interface Ran {
  readonly ramp: RampResult;
  readonly findings: CapacityFindings;
  /** Most requests of ours that were at the server at once. */
  readonly most: number;
}

/** A ramp against a modelled server on virtual time. */
async function ran(run: Run = {}): Promise<Ran> {
  let result: Ran | undefined;
  await withVirtualTime(async (time) => {
    const server = new LiveServer({ ...shape, ...run.shape }, systemClock, seededRandom(3));
    server.setArrivals(run.others ?? 0);
    let underWay = 0;
    let most = 0;
    const ask = async (signal: AbortSignal): Promise<Outcome> => {
      most = Math.max(most, ++underWay);
      // The same is asked each time, so that answers are alike.
      const service = await server.ask(signal, shape.meanSteps);
      underWay--;
      if (service === 'answered') return { ok: true, text: '', origin: 'model', sourceId: 'm', finish: 'stop' };
      return { ok: false, failure: { kind: 'capacity', status: 503, message: 'the queue is full' } };
    };
    const done = runRamp(
      { ...rampDefaults, mostPerSecond: 200, ...run.limits },
      { ask, signal: new AbortController().signal, clock: systemClock, random: seededRandom(1), ...run.ports },
    );
    await run.during?.(time, server);
    await time.tickAsync(120_000);
    const ramp = await done;
    assert.equal(underWay, 0);
    assert.equal(time.countTimers(), 0, 'a timer is left');
    result = { ramp, most, findings: judged(ramp) };
  });
  assert.ok(result);
  return result;
}

function judged(ramp: RampResult): CapacityFindings {
  return judgeRamp(ramp, {
    overhead: shape.fixed,
    load: { kind: 'rate', perSecond: 250 },
    servers: (percent) => Math.max(1, Math.ceil(percent / 25)),
    percents: [25, 50, 100],
    random: seededRandom(1),
  });
}

describe('a ramp', () => {
  it('finds the slots from the bend of its curve, and stops soon behind it', async () => {
    const { ramp, findings } = await ran();
    const slots = findings.forecast.slots;
    assert.ok(slots && Math.abs(slots.value - 6) <= 1, JSON.stringify(slots));
    assert.equal(slots.source, 'ramp');
    assert.ok(['no-gain', 'slow'].includes(ramp.end.kind), ramp.end.kind);
    assert.equal(findings.forecast.verdict, 'no');
  });

  for (const count of [1, 2, 4, 9]) {
    it(`finds ${count} slots within one`, async () => {
      const { findings } = await ran({ shape: { slots: count } });
      const slots = findings.forecast.slots;
      assert.ok(slots && Math.abs(slots.value - count) <= 1, JSON.stringify(slots));
    });
  }

  it('says that it does not know where a server has more slots than it asked for', async () => {
    const { ramp, findings } = await ran({ shape: { slots: 60 } });
    assert.equal(ramp.end.kind, 'levels-done');
    assert.equal(findings.knee, undefined);
    assert.equal(findings.forecast.verdict, 'unknown');
    assert.match(findings.forecast.missing ?? '', /slots/);
  });

  it('stops at the first refusal, takes back what is under way, and knows the slots by it', async () => {
    const { ramp, findings } = await ran({ shape: { queue: 0 } });
    assert.ok(ramp.end.kind === 'refused' && ramp.end.inFlight === 7, JSON.stringify(ramp.end));
    assert.deepEqual(findings.forecast.slots, { value: 6, low: 4, high: 6, source: 'refusals' });
    assert.ok(ramp.levels.every(({ requests }) => requests <= 8));
  });

  it('never sends more than it may, in all and in a second', async () => {
    const sentAt: number[] = [];
    const ask = (): Promise<Outcome> => {
      sentAt.push(performance.now());
      return Promise.resolve({ ok: true, text: '', origin: 'model', sourceId: 'm', finish: 'stop' });
    };
    const { ramp } = await ran({ ports: { ask }, limits: { mostRequests: 50, mostPerSecond: 20, think: 0, leastGain: 0 } });
    assert.equal(ramp.end.kind, 'requests-spent');
    assert.equal(sentAt.length, 50);
    const gaps = sentAt.slice(1).map((at, index) => at - (sentAt[index] ?? 0));
    assert.ok(Math.min(...gaps) >= 49, String(Math.min(...gaps)));
  });

  it('stops when answers become slow, whoever else makes them so', async () => {
    const { ramp } = await ran({
      shape: { slots: 40, queue: 10_000 },
      during: async (time, server) => {
        await time.tickAsync(2500);
        server.setArrivals(2000);
      },
    });
    assert.equal(ramp.end.kind, 'slow');
  });

  it('stops before its first request at a server that is full already', async () => {
    const { ramp, most, findings } = await ran({ ports: { state: () => Promise.resolve({ running: 4, waiting: 0, slots: 4 }) } });
    assert.equal(ramp.end.kind, 'full');
    assert.deepEqual([ramp.requests, most], [0, 0]);
    assert.equal(findings.forecast.verdict, 'unknown');
  });

  it('stops as soon as the server says that somebody waits, and asks it seldom', async () => {
    const asked: number[] = [];
    let server: LiveServer | undefined;
    const state = (): Promise<ServerState> => {
      asked.push(performance.now());
      return Promise.resolve({ ...server?.now, slots: 6 });
    };
    const { ramp, findings } = await ran({
      ports: { state },
      limits: { perRequest: 60, mostRequests: 4000 },
      during: (_, own) => ((server = own), Promise.resolve()),
    });
    assert.equal(ramp.end.kind, 'full');
    assert.deepEqual(findings.forecast.slots, { value: 6, low: 6, high: 6, source: 'server' });
    assert.ok(
      asked.slice(1).every((at, index) => at - (asked[index] ?? 0) >= 2000),
      asked.join(' '),
    );
  });

  it('believes what it saw when a server claims more', async () => {
    const { findings } = await ran({ ports: { state: () => Promise.resolve({ running: 0, waiting: 0, slots: 64 }) } });
    const { slots } = findings.forecast;
    assert.ok(slots && slots.source === 'ramp' && Math.abs(slots.value - 6) <= 1, JSON.stringify(slots));
    assert.match(findings.problems.join(), /the server says that there are 64 slots/);
  });

  it('ends at an error, and at Ctrl+C, with what it knows by then', async () => {
    let asked = 0;
    const dying = (): Promise<Outcome> =>
      Promise.resolve(
        ++asked <= 20
          ? { ok: true, text: '', origin: 'model', sourceId: 'm', finish: 'stop' }
          : { ok: false, failure: { kind: 'network', cause: 'refused', message: 'nobody listens' } },
      );
    const { ramp } = await ran({ ports: { ask: dying } });
    assert.ok(ramp.end.kind === 'failed' && ramp.end.failure.kind === 'network');
    assert.equal(ramp.levels.length > 0, true);
    const controller = new AbortController();
    const stopped = await ran({
      ports: { signal: controller.signal },
      during: async (time) => {
        await time.tickAsync(1500);
        controller.abort(new Error('Ctrl+C'));
      },
    });
    assert.equal(stopped.ramp.end.kind, 'cancelled');
  });

  it('says when the rate that is allowed kept it from finding anything', async () => {
    const { ramp, findings } = await ran({ shape: { slots: 60 }, limits: { mostPerSecond: 10 } });
    assert.equal(ramp.end.kind, 'levels-done', 'requests that are no more at once bring no more answers');
    assert.match(findings.problems.join(), /rate allowed is too low/);
  });

  it('is told with its curve, its ranges and what follows', async () => {
    const { findings } = await ran();
    const text = capacityText(findings);
    assert.match(text, /knee at \d/);
    assert.match(text, /It does not hold: at 25 % the load is \d\.\d\d/);
    assert.equal(text.split('\n').filter((line) => line.includes('█')).length, findings.levels.length);
    const markdown = capacityMarkdown(findings, 'the candidate');
    assert.match(markdown, /^# Capacity of the candidate\n/);
    assert.match(markdown, /\| 25 % \| 1 \| \d\.\d\d \(/);
  });
});

describe('a ramp against a server that does as it is told', () => {
  const ok: Outcome = { ok: true, text: '', origin: 'model', sourceId: 'm', finish: 'stop' };
  const no = (kind: 'capacity' | 'rate_limit' | 'quota'): Outcome => ({ ok: false, failure: { kind, message: 'no more' } });

  interface Told {
    readonly ramp: RampResult;
    readonly sentAt: readonly number[];
    /** Requests that were taken back. */
    readonly aborted: number;
  }

  /** @param takes of each request, by how many are under way, in ms; a failure comes at once */
  async function told(
    takes: (underWay: number, sent: number) => number | Outcome,
    { limits, ports }: Pick<Run, 'limits' | 'ports'> = {},
  ): Promise<Told> {
    const sentAt: number[] = [];
    let underWay = 0;
    let aborted = 0;
    const ask = async (signal: AbortSignal): Promise<Outcome> => {
      sentAt.push(performance.now());
      const answer = takes(++underWay, sentAt.length);
      if (typeof answer === 'number') await delayOf(systemClock, answer, signal);
      underWay--;
      if (signal.aborted) aborted++;
      return typeof answer === 'number' ? (signal.aborted ? no('capacity') : ok) : answer;
    };
    let ramp: RampResult | undefined;
    await withVirtualTime(async (time) => {
      const signal = new AbortController().signal;
      const shared = { clock: systemClock, random: seededRandom(1), signal };
      const done = runRamp({ ...rampDefaults, mostPerSecond: 200, leastGain: 0, slowerBy: 1000, ...limits }, { ask, ...shared, ...ports });
      await time.tickAsync(120_000);
      ramp = await done;
      assert.equal(time.countTimers(), 0, 'a timer is left');
    });
    assert.ok(ramp);
    return { ramp, sentAt, aborted };
  }

  it('stops when more at once bring no more answers, however fast they still are', async () => {
    const { ramp } = await told((underWay) => 100 * underWay, { limits: { leastGain: 1.15 } });
    assert.equal(ramp.end.kind, 'no-gain');
  });

  it('stops at four times the time of the first level, on six answers and not on one', async () => {
    const { ramp } = await told((underWay) => (underWay > 1 ? 400 : 100), { limits: { slowerBy: 3 } });
    assert.deepEqual([ramp.end.kind, ramp.levels.length], ['slow', 2]);
    assert.ok((ramp.levels[1]?.answers.length ?? 0) >= 6);
  });

  for (const kind of ['capacity', 'rate_limit', 'quota'] as const) {
    it(`takes ${kind} for the limit that was looked for`, async () => {
      const { ramp, aborted } = await told((underWay) => (underWay > 3 ? no(kind) : 500));
      assert.ok(ramp.end.kind === 'refused' && ramp.end.inFlight === 4 && ramp.end.failure.kind === kind, JSON.stringify(ramp.end));
      assert.equal(aborted, 3);
    });
  }

  it('has the first of several reasons', async () => {
    const person = new AbortController();
    let asked = 0;
    // It does not hear that nobody waits any more.
    const ask = async (): Promise<Outcome> => {
      if (++asked === 20) return no('capacity');
      await delayOf(systemClock, 500);
      if (asked >= 20) person.abort(new Error('left'));
      return ok;
    };
    const { ramp } = await told(() => 0, { limits: { levels: [4], perLevel: 60 }, ports: { ask, signal: person.signal } });
    assert.equal(ramp.end.kind, 'refused');
  });

  it('waits for the answers of all that it was allowed to send', async () => {
    const { ramp, sentAt, aborted } = await told(() => 500, { limits: { levels: [4], mostRequests: 6 } });
    assert.deepEqual([ramp.end.kind, sentAt.length, aborted], ['requests-spent', 6, 0]);
    assert.equal(ramp.levels[0]?.answers.length, 6);
  });

  it('sends no more than a level wants, and saves up no requests of slow times for later', async () => {
    const { sentAt } = await told(() => 1000, { limits: { levels: [1, 4], perLevel: 4, perRequest: 1, mostPerSecond: 20 } });
    assert.equal(sentAt.length, 8);
    const gaps = sentAt.slice(1).map((at, index) => at - (sentAt[index] ?? 0));
    assert.ok(Math.min(...gaps) >= 49, gaps.join(' '));
  });

  it('sends nothing for somebody who has left already', async () => {
    const { ramp, sentAt } = await told(() => 100, { ports: { signal: AbortSignal.abort(new Error('left')) } });
    assert.deepEqual([ramp.end.kind, sentAt.length], ['cancelled', 0]);
  });

  it('does not wait for what the server says of itself once it has ended', async () => {
    let asked = 0;
    const state: RampPorts['state'] = async (signal) => {
      if (++asked > 1) await new Promise((resolve) => signal.addEventListener('abort', resolve));
      return undefined;
    };
    const { ramp } = await told((_, sent) => (sent > 20 ? no('capacity') : 700), {
      limits: { levels: [4], perLevel: 60 },
      ports: { state },
    });
    assert.deepEqual([ramp.end.kind, asked], ['refused', 2]);
  });
});
