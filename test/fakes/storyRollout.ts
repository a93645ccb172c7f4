import { systemClock } from '../../src/base/clock.ts';
import { seededRandom } from '../../src/base/random.ts';
import type { Attempt } from '../../src/domain/attempt.ts';
import { type Arm, percentIn, type ReadinessItem, type RolloutDecision } from '../../src/domain/rollout.ts';
import type { CapacityFindings } from '../../src/evaluation/capacityCheck.ts';
import { capacityEvidence } from '../../src/evaluation/capacityReport.ts';
import { judgeSeen, type SeenAnswer } from '../../src/evaluation/seenAnswers.ts';
import { decide, decisionFor } from '../../src/rollout/decisions.ts';
import { EvidenceFold } from '../../src/rollout/evidence.ts';
import { readGates, slowBeyond, type Verdict, verdictOf } from '../../src/rollout/gates.ts';
import type { Manifest } from '../../src/rollout/policy.ts';
import { foldDecisions, type RolloutState } from '../../src/rollout/state.ts';
import { LiveServer } from '../../src/simulator/liveServer.ts';
import { ModelledSource } from '../../src/simulator/modelledSource.ts';
import { story, storyArrivals, storyServer, storyServers } from '../../src/simulator/story.ts';
import { KeyBench } from './keyBench.ts';
import { plan } from './rolloutPlan.ts';
import type { VirtualTime } from './virtualTime.ts';

const minute = 60_000;
/** The old version's P99, which the gates compare with. */
const frozen = { p99: 200, errorRate: 0.001, filterRate: 0, badRequestRate: 0 };
/** The person pauses and is suggested something so often, in ms. */
const everySoOften = 4000;

const manifest: Manifest = {
  ...plan,
  name: 'coder-5.3',
  baseline: { backend: 'fleet', model: '5.0' },
  candidate: { backend: 'fleet', model: '5.3' },
  stages: [5, 25, 50, 100].map((percent) => ({ percent, dwell: 30 * minute })),
};

/** One person's requests to one version: a whole engine over one of its servers. */
interface ArmBench {
  readonly server: LiveServer;
  readonly keys: KeyBench;
}

/**
 * The founding story: one person's engines, their breakers, the gates and the decisions of a rollout, over the modelled fleet. The morning
 * grows busier through the first stage, so that what is seen of it says how a batch slows down.
 */
export class StoryRollout {
  /** What happened, a line each. */
  readonly timeline: string[] = [];
  /** Requests of the candidate since the last decision. */
  requests = 0;
  readonly latencies: Record<Arm, number[]> = { baseline: [], candidate: [] };
  readonly #time: VirtualTime;
  readonly #arms: Readonly<Record<Arm, ArmBench>>;
  readonly #watchesCapacity: boolean;
  readonly #decisions: RolloutDecision[] = [];
  readonly #random = seededRandom(11);
  readonly #began = performance.now();
  #fold = new EvidenceFold(slowBeyond(manifest, frozen));
  #seen: SeenAnswer[] = [];
  #known: { readonly at: number; readonly findings?: CapacityFindings } = { at: 0 };
  #asked = 0;

  constructor(time: VirtualTime, watchesCapacity: boolean) {
    this.#time = time;
    this.#watchesCapacity = watchesCapacity;
    this.#arms = { baseline: this.#armOf('baseline', 1), candidate: this.#armOf('candidate', story.newSize) };
    this.#arms.baseline.server.setArrivals(story.arrivalsPerServer);
    this.#write(decisionFor({ action: 'begin', reason: '' }, this.state, this.#ground()));
    // Checks and shadow are told elsewhere.
    this.#write(decisionFor({ action: 'advance', reason: 'checked' }, this.state, this.#ground()));
    this.#write(decisionFor({ action: 'advance', reason: 'the new version passes its tests' }, this.state, this.#ground()));
  }

  get state(): RolloutState {
    return foldDecisions(this.#decisions);
  }

  get percent(): number {
    return percentIn(this.state.phase);
  }

  /** What `failsoft capacity --seen` says of all that was seen of the candidate's servers. */
  findings(): CapacityFindings {
    return judgeSeen(this.#seen, {
      overhead: story.fixed,
      slots: this.#arms.candidate.server.shape.slots,
      load: { kind: 'rate', perSecond: storyArrivals(100) },
      servers: storyServers,
      percents: [5, 25, 50, 100],
      random: seededRandom(5),
    });
  }

  /** The person goes on for so long, or until something is decided. @returns whether it was */
  async goesOn(duration: number): Promise<boolean> {
    const until = performance.now() + duration;
    while (performance.now() < until) {
      await this.request();
      const decision = decide(this.state, { ...this.#ground(), verdict: this.#verdict() });
      if (!decision) continue;
      this.#write({ decision });
      return true;
    }
    return false;
  }

  /** One request: of those who are in, one in ten goes to the old version for comparison. @returns who was asked, and the answer */
  async request(): Promise<string> {
    const percent = this.percent;
    const arm: Arm = percent > 0 && this.#random() >= manifest.control ? 'candidate' : 'baseline';
    this.#setLoad(percent);
    if (arm === 'candidate') this.requests++;
    const key = this.#arms[arm].keys.key(`const a${++this.#asked} = |`);
    await this.#time.tickAsync(everySoOften);
    return `${arm} ${key.said}`;
  }

  dispose(): void {
    for (const { keys, server } of Object.values(this.#arms)) {
      keys.engine.dispose();
      server.dispose();
    }
  }

  /** In the first half hour the morning begins: from two fifths of the busiest rate up to all of it. */
  #setLoad(percent: number): void {
    if (percent === 0) return;
    const part = Math.min(1, 0.4 + (0.6 * (performance.now() - this.#began)) / (25 * minute));
    this.#arms.candidate.server.setArrivals((part * storyArrivals(percent)) / storyServers(percent));
  }

  #armOf(arm: Arm, size: number): ArmBench {
    const server = new LiveServer(storyServer(size), systemClock, seededRandom(size * 10));
    let batch = 1;
    const source = new ModelledSource(
      arm,
      () => {
        batch = server.now.running + 1;
        return server;
      },
      ({ id }) => `answer(${id});`,
    );
    const keys = new KeyBench(this.#time, { source, mechanisms: { debounce: false, reuse: false, speculation: false, local: false } });
    keys.engine.onDidAttempt((attempt) => this.#attempted(arm, attempt, batch));
    return { server, keys };
  }

  #attempted(arm: Arm, attempt: Attempt, batch: number): void {
    if (attempt.trigger === 'probe') return;
    this.#fold.add(arm, attempt);
    if (attempt.outcome !== 'ok') return;
    this.latencies[arm].push(attempt.elapsed);
    if (arm === 'candidate') this.#seen.push({ at: attempt.at, batch, latency: attempt.elapsed });
  }

  #verdict(): Verdict {
    const { phase, since } = this.state;
    const input = { ...this.#fold.counts(), policy: manifest, frozen, phase, since, now: Date.now(), memoryHighFor: 0, dirtyExits: 0 };
    return verdictOf(readGates(input));
  }

  #ground(): Parameters<typeof decide>[1] {
    return { manifest, readiness: this.#watchesCapacity ? [this.#capacity()] : [], now: Date.now() };
  }

  /** The line of the checklist about capacity. */
  #capacity(): ReadinessItem {
    // Looked at every five minutes or so.
    const isDue = this.#seen.length >= 300 && this.#seen.length >= this.#known.at + 75;
    if (isDue) this.#known = { at: this.#seen.length, findings: this.findings() };
    const { findings } = this.#known;
    // Before the first stage nothing can be seen, and a person does without.
    return { check: 'capacity', severity: 'blocks', state: findings ? capacityEvidence(findings).verdict : 'overridden' };
  }

  #write(decided: ReturnType<typeof decisionFor>): void {
    if ('refused' in decided) throw new Error(decided.refused);
    const { decision } = decided;
    this.#decisions.push(decision);
    this.#fold = new EvidenceFold(slowBeyond(manifest, frozen));
    if (decision.phase.kind === 'preflight' || decision.phase.kind === 'shadow') return;
    const at = new Date(decision.at).toISOString().slice(11, 19);
    const asked = this.requests === 0 ? '' : ` after ${this.requests} requests`;
    this.timeline.push(`${at}${asked}: ${decision.action}, by ${decision.by}${decision.gate ? ` (${decision.gate})` : ''}`);
    if (decision.phase.kind !== 'paused') this.requests = 0;
  }
}
