import * as vscode from 'vscode';
import type { Disposable, EpochMillis, Millis } from '../base/clock.ts';
import { messageOf } from '../base/logger.ts';
import { systemRandom } from '../base/random.ts';
import type { CheckingPorts } from '../checking.ts';
import type { ReadinessCheck } from '../domain/rollout.ts';
import { createRollingOut, HighMemory, isFitForCopies, type RollingOut, type RollingOutPorts } from '../rollingOut.ts';
import { isOpen } from '../ui/dataBoundary.ts';
import type { CheckEnd, CheckProgress, RolloutParts, WindowRolloutPorts } from './rolloutPorts.ts';
import type { Session } from './session.ts';

/** Begins the rollout of a window. A bundle of its own, loaded when a setting names a policy. */
export function createRolloutParts(ports: WindowRolloutPorts, session: Session): RolloutParts {
  const high = new HighMemory();
  const running = createRollingOut(partsOf(ports, session, high));
  const memory = watchMemory(ports, high, running.rollout.look);
  return {
    ...running,
    dispose() {
      memory.dispose();
      running.dispose();
    },
    run: (check, { signal, onProgress }) => runCheck(ports, session, running, check, signal, onProgress),
  };
}

/** Between two looks while memory is scarce: then no model is asked, and no answer would bring the gates to look. */
const lookEvery: Millis = 10_000;

function watchMemory({ pressure, clock }: WindowRolloutPorts, high: HighMemory, look: () => void): Disposable {
  let timer: Disposable | undefined;
  high.see(pressure.pressure);
  const again = (): void => {
    timer?.dispose();
    high.see(pressure.pressure);
    timer = pressure.pressure ? clock.after(lookEvery, again) : undefined;
    look();
  };
  const changes = pressure.onDidChange(again);
  return {
    dispose() {
      timer?.dispose();
      changes.dispose();
    },
  };
}

const installationKey = 'failsoft.installation';

/** Makes a check and keeps what came out. Never rejects. */
async function runCheck(
  { clock, log, keys, checking }: WindowRolloutPorts,
  session: Session,
  running: RollingOut,
  check: ReadinessCheck,
  signal: AbortSignal,
  onProgress: (progress: CheckProgress) => void,
): Promise<CheckEnd> {
  const { manifest } = running.rollout;
  if (!manifest) return { kind: 'impossible', reason: 'no rollout is planned' };
  if (check === 'shadow') return { kind: 'impossible', reason: 'copies are made while the rollout is in its shadow phase' };
  const began = clock.monotonic();
  try {
    const { runCheckOf } = await checking();
    const end = await runCheckOf(check, manifest, checkingPorts({ clock, keys }, session), signal, (words, share) =>
      onProgress(share === undefined ? { words } : { words, share }),
    );
    if (end.kind === 'done') {
      const took = clock.monotonic() - began;
      running.rollout.proven({ check, at: clock.now(), verdict: end.verdict, summary: end.summary, took }, manifest);
    }
    return end;
  } catch (error) {
    log.error(`rollout: the check ${check} could not be loaded: ${messageOf(error)}`);
    return { kind: 'impossible', reason: 'its code could not be loaded' };
  }
}

function checkingPorts(ports: Pick<CheckingPorts, 'clock' | 'keys'>, session: Session): CheckingPorts {
  const { isTrusted, workspaceFolders } = vscode.workspace;
  // Of a workspace that is not trusted nothing is sent.
  const folder = isTrusted ? workspaceFolders?.find(({ uri }) => uri.scheme === 'file')?.uri : undefined;
  return {
    ...ports,
    random: systemRandom,
    folder: folder?.fsPath,
    mayHaveCode: (boundary) => session.snapshot().boundaries.some((each) => each.boundary === boundary && isOpen(each.permission)),
    disabledLanguages: vscode.workspace.getConfiguration('failsoft', folder).get<unknown>('disabledLanguages'),
    deadlines: session.settings.deadlines,
    backends: () => session.settings.backends,
  };
}

function partsOf({ context, clock, log, pressure, uncleanEnds }: WindowRolloutPorts, session: Session, high: HighMemory): RollingOutPorts {
  const { version } = context.extension.packageJSON as { readonly version?: unknown };
  const healthOf = (id: string) => session.snapshot().sources.find(({ sourceId }) => sourceId === id);
  return {
    ...{ clock, version: String(version) },
    random: systemRandom,
    logger: log,
    folder: vscode.Uri.joinPath(context.globalStorageUri, 'rollout').fsPath,
    settings: () => session.settings,
    installation: installationOf(context.globalState),
    usual: (id: string) => healthOf(id)?.usual,
    memoryHighFor: () => high.highFor(clock.now()),
    dirtyExits: (since: EpochMillis) => uncleanEnds.filter((at) => at >= since).length,
    mayCopy: (baseline: string) => isFitForCopies(pressure.pressure, healthOf(baseline)?.state),
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
