import { homedir } from 'node:os';
import * as vscode from 'vscode';
import type { Clock, Disposable, EpochMillis, Millis } from '../base/clock.ts';
import { Emitter, type Event } from '../base/event.ts';
import { messageOf } from '../base/logger.ts';
import { systemRandom } from '../base/random.ts';
import type { PressurePort } from '../domain/pressure.ts';
import type { RolloutControl, RolloutSnapshot } from '../domain/rollout.ts';
import type { CandidatePlan, RolloutPort } from '../domain/rolloutPort.ts';
import type * as RollingOutModule from '../rollingOut.ts';
import type { RollingOut } from '../rollingOut.ts';
import { followService } from './followService.ts';
import type { Log } from './log.ts';
import type { Session } from './session.ts';

/** What a rollout needs of the window. */
export interface WindowRolloutPorts {
  readonly context: vscode.ExtensionContext;
  readonly clock: Clock;
  readonly log: Log;
  readonly pressure: PressurePort;
  /** When windows before this one ended uncleanly. */
  readonly uncleanEnds: readonly EpochMillis[];
}

/** The rollout of this window. Until a policy is found there is none, and nothing of it is loaded: everybody has the baseline. */
export interface WindowRollout extends RolloutPort, RolloutControl, Disposable {
  /** What the engine has to build for it. */
  readonly plan: CandidatePlan | undefined;
  readonly onDidPlan: Event<unknown>;
  /** Where the policy is read from; `undefined` while no setting names a file. */
  policyFile(): vscode.Uri | undefined;
  /** The code of it, as soon as there is a policy. */
  readonly loaded: RollingOut | undefined;
  /** Begins to follow a session. */
  follow(session: Session): Disposable;
  /** Looks whether there is a policy now. Never rejects. */
  wake(): Promise<void>;
}

const installationKey = 'failsoft.installation';

/** The rollout of this window, loaded when there is a policy. @param load its code */
export function createWindowRollout(ports: WindowRolloutPorts, load: () => Promise<typeof RollingOutModule>): WindowRollout {
  const { context, log } = ports;
  const [stopped, changed, planned] = [new Emitter<void>(), new Emitter<RolloutSnapshot | undefined>(), new Emitter<unknown>()];
  let session: Session | undefined;
  let loading: Promise<void> | undefined;
  let loaded: RollingOut | undefined;
  let isDisposed = false;
  const start = async (on: Session): Promise<void> => {
    try {
      const { createRollingOut } = await load();
      if (isDisposed) return;
      loaded = createRollingOut(partsOf(ports, on));
      const { rollout } = loaded;
      rollout.onDidStop(() => stopped.fire());
      rollout.onDidChange((snapshot) => changed.fire(snapshot));
      rollout.onDidPlan(() => planned.fire(undefined));
      if (rollout.plan) planned.fire(undefined);
    } catch (error) {
      log.error(`rollout: ${messageOf(error)}; everybody here keeps the baseline`);
    }
  };
  const wake = async (): Promise<void> => {
    if (!session || isDisposed) return;
    if (session.settings.rollout.policy === undefined) return;
    await (loading ??= start(session));
  };
  return {
    armFor: (request) => loaded?.rollout.armFor(request) ?? 'baseline',
    get isShown() {
      return loaded?.rollout.isShown ?? false;
    },
    onDidStop: stopped.event,
    answered: (offer) => loaded?.rollout.answered(offer),
    snapshot: () => loaded?.rollout.snapshot(),
    onDidChange: changed.event,
    possible: () => loaded?.rollout.possible() ?? [],
    ask: (wish) => loaded?.rollout.ask(wish) ?? Promise.resolve('no rollout is planned'),
    get plan() {
      return loaded?.rollout.plan;
    },
    onDidPlan: planned.event,
    policyFile: () => fileOf(session?.settings.rollout.policy),
    get loaded() {
      return loaded;
    },
    follow(followed) {
      session = followed;
      void wake();
      return followService(followed, {
        attempted: (attempt) => loaded?.rollout.attempted(attempt),
        observed: (observation) => loaded?.rollout.observed(observation),
        changed: () => undefined,
      });
    },
    async wake() {
      await wake();
      loaded?.settled();
    },
    dispose() {
      isDisposed = true;
      loaded?.dispose();
      for (const emitter of [stopped, changed, planned]) emitter.dispose();
    },
  };
}

function partsOf({ context, clock, log, pressure, uncleanEnds }: WindowRolloutPorts, session: Session) {
  const { version } = context.extension.packageJSON as { readonly version?: unknown };
  const healthOf = (id: string) => session.snapshot().sources.find(({ sourceId }) => sourceId === id);
  const isWell = (id: string): boolean => ['healthy', 'unknown', undefined].includes(healthOf(id)?.state);
  const memoryHighFor = (): Millis => {
    const { level, since } = pressure.pressure ?? {};
    return (level === 'high' || level === 'critical') && since !== undefined ? clock.now() - since : 0;
  };
  return {
    ...{ clock, memoryHighFor, version: String(version) },
    random: systemRandom,
    logger: log,
    folder: vscode.Uri.joinPath(context.globalStorageUri, 'rollout').fsPath,
    settings: () => session.settings,
    installation: installationOf(context.globalState),
    usual: (id: string) => healthOf(id)?.usual,
    dirtyExits: (since: EpochMillis) => uncleanEnds.filter((at) => at >= since).length,
    mayCopy: (baseline: string, candidate: string) => !pressure.pressure && isWell(baseline) && isWell(candidate),
  };
}

/** A random id of this installation: decides which stages it is in, and tells nobody who it is. */
function installationOf(state: vscode.Memento): string {
  const known = state.get<unknown>(installationKey);
  if (typeof known === 'string' && known !== '') return known;
  const made = crypto.randomUUID();
  void state.update(installationKey, made);
  return made;
}

/** The file at a path that is absolute or begins with `~`. */
function fileOf(path: string | undefined): vscode.Uri | undefined {
  return path === undefined ? undefined : vscode.Uri.file(path.replace(/^~(?=[\\/])/, homedir()));
}
