import * as vscode from 'vscode';
import type { FailsoftApi as PublicApi } from '../api/index.d.ts';
import { type Disposable, type Millis, systemClock } from './base/clock.ts';
import type { Event } from './base/event.ts';
import { messageOf } from './base/logger.ts';
import { systemRandom } from './base/random.ts';
import { threadsOf } from './base/thread.ts';
import type { EngineSnapshot } from './domain/snapshot.ts';
import {
  createEngine,
  createLocalEngine,
  type EnginePorts,
  type LocalEngineOptions,
  PressureGuard,
  threadHeapMegabytes,
} from './engine.ts';
import { createBoundaryConsent } from './vscode/boundaryConsent.ts';
import { registerDashboard } from './vscode/dashboardDoor.ts';
import { createContextView } from './vscode/contextView.ts';
import { askAboutBoundaries } from './vscode/dataBoundary.ts';
import { createDocuments } from './vscode/documents.ts';
import { createFileSwitch } from './vscode/fileSwitch.ts';
import { createIgnoreFiles } from './vscode/ignoreFiles.ts';
import { createIndexControl } from './vscode/indexControl.ts';
import { createLanguageModels } from './vscode/languageModels.ts';
import { recordLater } from './vscode/lateRecording.ts';
import {
  secretRules,
  loadGathering,
  recordingModule,
  rolloutParts,
  checking,
  pressureWatch,
  dialogs,
  dashboardPanel,
  otherProviders,
  statusDetail,
  workspaceFeed,
  snippetVoter,
  suggestionWatch,
  snippetParser,
  settingsFileReader,
} from './laterParts.ts';
import { createLog, type Log } from './vscode/log.ts';
import { lookForOthers } from './vscode/lookForOthers.ts';
import { commandsOf, recordAround, connectWith, memories, followChanges, followModels, journalOf } from './vscode/wiring.ts';
import { createManualTrigger } from './vscode/manualTrigger.ts';
import { createMemory } from './vscode/memory.ts';
import { registerProvider } from './vscode/provider.ts';
import { createPublicApi } from './vscode/publicApi.ts';
import { watchRefusedSettings } from './vscode/refusedSettings.ts';
import { createRegisteredSources, type RegisteredSources } from './vscode/registeredSources.ts';
import { createSafeMode, type SafeMode } from './vscode/safeMode.ts';
import { createSecretKeys } from './vscode/secrets.ts';
import { createSession, type ServicePlan } from './vscode/session.ts';
import { readSettings } from './vscode/settingsReader.ts';
import { createSnippetFiles } from './vscode/snippetFiles.ts';
import { createStatusBar } from './vscode/statusBar.ts';
import { createSwitches } from './vscode/switches.ts';
import { createWindowRollout, type WindowRollout } from './vscode/windowRollout.ts';
import type { LateWatch, SuggestionWatch, WatchPorts } from './vscode/suggestionWatch.ts';

/** What other extensions can use, and what the tests see beside it. */
export interface FailsoftApi extends PublicApi {
  snapshot(): EngineSnapshot;
  readonly onDidChange: Event<EngineSnapshot>;
  /** How long `activate` took. */
  readonly activationMillis: number;
}

/** Wiring only. Everything started here is owned by `context.subscriptions`, disposed in the order of the list. */
export function activate(context: vscode.ExtensionContext): FailsoftApi {
  const startedAt = systemClock.monotonic();
  const log = createLog();
  const { doors, ignored, switches, pressure, rollout, registered, connect, ends } = createParts(context, log);
  const { session, keys, consent, trigger, safeMode } = doors;
  const shared = { clock: systemClock, random: systemRandom, logger: log };
  const mayBeSent: WatchPorts['mayBeSent'] = (document) => !ignored.noteOn(document) && !switches.offAt(document);
  const localOnlyReason = (document: vscode.TextDocument): string | undefined => ignored.noteOn(document);
  const watch = createLateWatch({ session, mayBeSent, pressure, clock: systemClock, logger: log });
  const recording = recordLater({ session, ...journalOf(context), clock: systemClock, logger: log }, recordingModule);
  const shown = { session, context, state: context.globalState, clock: systemClock, log, rollout: Promise.resolve(rollout) };
  const ports = { ...doors, watch: watch.use, recording, setup: { clock: systemClock, connect }, dialogs, log, clock: systemClock };
  context.subscriptions.push(
    registerProvider({ door: session, localOnlyReason, switches, trigger, watch: watch.use, logger: log }),
    createStatusBar({ ...shown, file: ignored, switches, detail: statusDetail }),
    lookForOthers(shown, otherProviders),
    askAboutBoundaries(session, consent, log),
    ...commandsOf(ports, rollout, context),
    registerDashboard({ ...shown, ...shared, recording, extensionUri: context.extensionUri }, dashboardPanel),
    ...followChanges(session, registered, rollout),
    rollout.follow(session),
    ...followModels(session, keys, doors.languageModels),
    ...recordAround(recording, pressure, safeMode),
    safeMode.follow(session, pressure),
    // The watch still has something to say of what is on the screen, and the journal writes it.
    ...[watch, recording, rollout, ...ends, log],
  );
  const activationMillis = toldSince(startedAt, log);
  const { onDidChange } = session;
  return { ...createPublicApi(session, registered, systemClock), snapshot: () => session.snapshot(), onDidChange, activationMillis };
}

/** What of a window lives as long as it does, up to the session; disposed of by `activate`. */
function createParts(context: vscode.ExtensionContext, log: Log) {
  const safeMode = createSafeMode(context, systemClock, log);
  const keys = createSecretKeys(context.secrets, log);
  const consent = createBoundaryConsent(context.workspaceState, log);
  const ignored = createIgnoreFiles(() => session.refresh(), systemClock, log);
  const files = createFileSwitch(context.workspaceState, log);
  const switches = createSwitches(files, log);
  const trigger = createManualTrigger();
  const documents = createDocuments((document) => ignored.denialOf(document) !== undefined);
  const { inOrderOfUse } = documents;
  const snippetFiles = createSnippetFiles(context.globalStorageUri, snippetParser, systemClock, log);
  const refused = watchRefusedSettings(settingsFileReader, () => session.refresh());
  const workspace = { openDocuments: () => documents.openDocuments(), snippets: () => snippetFiles.snippets() };
  const contextView = createContextView({ openDocuments: inOrderOfUse, ignored, switches, logger: log });
  const languageModels = createLanguageModels(context, log);
  const registered = createRegisteredSources((id) => vscode.extensions.getExtension(id) !== undefined);
  const connect = connectWith(languageModels, registered);
  const shared = { clock: systemClock, random: systemRandom, logger: log };
  const local = createLocalEngine({ ...shared, view: workspace, ...localParts(context, log) });
  const indexing = createIndexControl({ ...shared, index: local.index, inOrderOfUse }, context, workspaceFeed);
  const pressure = watchOver(local, snippetFiles, log);
  const rollout = createWindowRollout(
    { context, ...shared, log, keys, pressure, uncleanEnds: safeMode.uncleanEnds, checking },
    rolloutParts,
  );
  const gathering = { view: contextView, load: loadGathering };
  const remembered = { ...memories(context, log), rollout };
  const ports: EnginePorts = { ...shared, ...remembered, keys, local, pressure, consent, connect, secretRules, context: gathering };
  const session = createSession(
    () => readPlan([...refused.problems(), ...ignored.problems()], registered, safeMode, rollout),
    ({ settings, ...options }) => createEngine(settings, ports, { ...options, ready: snippetFiles.ready }),
    log,
  );
  const doors = { session, keys, consent, files, trigger, indexing, local, languageModels, safeMode };
  const first = [session, pressure, indexing, local, switches, files, consent, refused, ignored];
  const ends: readonly Disposable[] = [...first, snippetFiles, contextView, documents, keys, languageModels, registered, safeMode];
  return { doors, ignored, switches, pressure, rollout, registered, connect, ends };
}

/** The snippets are what only their files bring back, so they are counted but never dropped. */
function watchOver({ index }: EnginePorts['local'], snippets: { readonly bytes: number }, logger: Log): PressureGuard {
  const guard = new PressureGuard({ logger, load: pressureWatch, indexBytes: () => index.progress?.bytes ?? 0 });
  guard.register({
    name: 'snippets',
    get bytes() {
      return snippets.bytes;
    },
    evict: () => undefined,
  });
  return guard;
}

/** Says in the log how long activation took, and returns it. */
function toldSince(startedAt: Millis, log: Log): Millis {
  const millis = systemClock.monotonic() - startedAt;
  log.info(`activated in ${millis.toFixed(1)} ms`);
  return millis;
}

/**
 * The thread of the local engine, and where its index is kept: in the storage of this workspace, if it is on this machine's disk. What
 * it learns of the person is for all workspaces.
 */
function localParts(context: vscode.ExtensionContext, log: Log): Omit<LocalEngineOptions, 'view' | 'clock' | 'logger'> {
  const { storageUri, globalState } = context;
  return {
    snippets: snippetVoter,
    memory: createMemory(globalState, log, 'failsoft.learned'),
    thread: threadsOf(context.asAbsolutePath('dist/localWorker.cjs'), threadHeapMegabytes),
    ...(storageUri?.scheme === 'file' ? { imageFile: vscode.Uri.joinPath(storageUri, 'local-index').fsPath } : {}),
  };
}

/** What sees the fate of suggestions, loaded with the first one. */
function createLateWatch(ports: WatchPorts): Disposable & { readonly use: LateWatch } {
  let loading: Promise<SuggestionWatch> | undefined;
  let watch: SuggestionWatch | undefined;
  let isDisposed = false;
  const load = async (): Promise<SuggestionWatch> => {
    watch = (await suggestionWatch()).createSuggestionWatch(ports);
    if (isDisposed) watch.dispose();
    return watch;
  };
  return {
    use(use) {
      loading ??= load();
      loading.then(use).catch((error: unknown) => ports.logger.error(`observation: ${messageOf(error)}`));
    },
    dispose() {
      isDisposed = true;
      watch?.dispose();
    },
  };
}

function readPlan(refused: readonly string[], registered: RegisteredSources, { reason }: SafeMode, rollout: WindowRollout): ServicePlan {
  const { settings, ...parsed } = readSettings(vscode.workspace.getConfiguration('failsoft', null), refused);
  const planned = rollout.plan ? { rollout: rollout.plan } : {};
  const plan = { ...parsed, ...planned, settings: { ...settings, backends: [...settings.backends, ...registered.backends()] } };
  const localOnlyReason = vscode.workspace.isTrusted ? reason : 'this workspace is not trusted';
  return localOnlyReason === undefined ? plan : { ...plan, localOnlyReason };
}
