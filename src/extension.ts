import * as vscode from 'vscode';
import type { FailsoftApi as PublicApi } from '../api/index.d.ts';
import { type Disposable, type Millis, systemClock } from './base/clock.ts';
import type { Event } from './base/event.ts';
import { messageOf } from './base/logger.ts';
import { systemRandom } from './base/random.ts';
import { threadsOf } from './base/thread.ts';
import type { JournalRecord } from './domain/record.ts';
import type { EngineSnapshot } from './domain/snapshot.ts';
import {
  type ContextPort,
  createEngine,
  createLocalEngine,
  type EnginePorts,
  type CreateWatch,
  type LocalEngineOptions,
  PressureGuard,
  type SecretRule,
  threadHeapMegabytes,
} from './engine.ts';
import { createBoundaryConsent } from './vscode/boundaryConsent.ts';
import type { CommandPorts, Dialogs } from './vscode/commandPorts.ts';
import { registerDashboard } from './vscode/dashboardDoor.ts';
import type { CreateDashboard } from './vscode/dashboardPorts.ts';
import { registerCommands } from './vscode/commands.ts';
import { createContextView } from './vscode/contextView.ts';
import { askAboutBoundaries } from './vscode/dataBoundary.ts';
import { createDocuments } from './vscode/documents.ts';
import type * as JsonFilesModule from './jsonFiles.ts';
import type * as RecordingModule from './recording.ts';
import type * as RollingOutModule from './rollingOut.ts';
import { createFileSwitch } from './vscode/fileSwitch.ts';
import { createIgnoreFiles } from './vscode/ignoreFiles.ts';
import { createIndexControl } from './vscode/indexControl.ts';
import { createLanguageModels } from './vscode/languageModels.ts';
import { type LanguageModelPorts, languageModelSource } from './vscode/languageModelSource.ts';
import { type LateRecording, type LateRecordingPorts, recordLater } from './vscode/lateRecording.ts';
import { createLog, type Log } from './vscode/log.ts';
import { lookForOthers, type WatchOthers } from './vscode/lookForOthers.ts';
import { createManualTrigger } from './vscode/manualTrigger.ts';
import { createMemory } from './vscode/memory.ts';
import { registerProvider } from './vscode/provider.ts';
import { createPublicApi } from './vscode/publicApi.ts';
import { watchRefusedSettings } from './vscode/refusedSettings.ts';
import { createRegisteredSources, type RegisteredSources } from './vscode/registeredSources.ts';
import { createSafeMode, type SafeMode } from './vscode/safeMode.ts';
import { createSecretKeys } from './vscode/secrets.ts';
import { createSession, type ServicePlan, type Session } from './vscode/session.ts';
import { readSettings } from './vscode/settingsReader.ts';
import { createSnippetFiles } from './vscode/snippetFiles.ts';
import { createStatusBar, type StatusBarPorts } from './vscode/statusBar.ts';
import { createSwitches } from './vscode/switches.ts';
import type * as WorkspaceFeedModule from './vscode/workspaceFeed.ts';
import { createWindowRollout, type WindowRollout } from './vscode/windowRollout.ts';
import { registerRollout } from './vscode/rolloutDoor.ts';
import type * as SuggestionWatchModule from './vscode/suggestionWatch.ts';
import type { LateWatch, SuggestionWatch, WatchPorts } from './vscode/suggestionWatch.ts';

/** What other extensions can use, and what the tests see beside it. */
export interface FailsoftApi extends PublicApi {
  snapshot(): EngineSnapshot;
  readonly onDidChange: Event<EngineSnapshot>;
  /** How long `activate` took. */
  readonly activationMillis: number;
}

type JsonFiles = typeof JsonFilesModule;
type Changing = { readonly onDidChange: Event<unknown> };

/** Wiring only. Everything started here is owned by `context.subscriptions`, disposed in the order of the list. */
export function activate(context: vscode.ExtensionContext): FailsoftApi {
  const startedAt = systemClock.monotonic();
  const log = createLog();
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
  const rollout = createWindowRollout({ context, clock: systemClock, log, pressure, uncleanEnds: safeMode.uncleanEnds }, rollingOut);
  const gathering = { view: contextView, load: loadGathering };
  const remembered = { ...memories(context, log), rollout };
  const ports: EnginePorts = { ...shared, ...remembered, keys, local, pressure, consent, connect, secretRules, context: gathering };
  const session = createSession(
    () => readPlan([...refused.problems(), ...ignored.problems()], registered, safeMode, rollout),
    ({ settings, ...options }) => createEngine(settings, ports, { ...options, ready: snippetFiles.ready }),
    log,
  );
  const mayBeSent: WatchPorts['mayBeSent'] = (document) => !ignored.noteOn(document) && !switches.offAt(document);
  const localOnlyReason = (document: vscode.TextDocument): string | undefined => ignored.noteOn(document);
  const watch = createLateWatch({ session, mayBeSent, pressure, clock: systemClock, logger: log });
  const recording = recordLater({ session, ...journalOf(context), clock: systemClock, logger: log }, recordingModule);
  const doors = { session, keys, consent, files, trigger, indexing, local, languageModels, watch: watch.use, recording, safeMode };
  const rolling = Promise.resolve(rollout);
  const { globalState } = context;
  context.subscriptions.push(
    registerProvider({ door: session, localOnlyReason, switches, trigger, watch: watch.use, logger: log }),
    createStatusBar({
      session,
      state: globalState,
      clock: systemClock,
      log,
      file: ignored,
      switches,
      detail: statusDetail,
      rollout: rolling,
    }),
    lookForOthers({ session, state: globalState, clock: systemClock, log }, otherProviders),
    askAboutBoundaries(session, consent, log),
    ...commandsOf({ ...doors, setup: { clock: systemClock, connect }, dialogs, log, clock: systemClock }, rollout, context),
    registerDashboard({ ...shared, session, recording, rollout: rolling, extensionUri: context.extensionUri }, dashboardPanel),
    ...followChanges(session, registered, rollout),
    rollout.follow(session),
    ...followModels(session, keys, languageModels),
    ...recordAround(recording, pressure, safeMode),
    safeMode.follow(session, pressure),
    // The watch still has something to say of what is on the screen, and the journal writes it.
    ...[
      watch,
      recording,
      rollout,
      session,
      pressure,
      indexing,
      local,
      switches,
      files,
      consent,
      refused,
      ignored,
      snippetFiles,
      contextView,
    ],
    ...[documents, keys, languageModels, registered, safeMode, log],
  );
  const activationMillis = toldSince(startedAt, log);
  const { onDidChange } = session;
  return { ...createPublicApi(session, registered, systemClock), snapshot: () => session.snapshot(), onDidChange, activationMillis };
}

/** Every command; those of the rollout act on what this window has of it. */
function commandsOf(ports: CommandPorts, rollout: WindowRollout, { subscriptions }: vscode.ExtensionContext): Disposable[] {
  const { policyFile } = rollout;
  const own = (part: Disposable): void => void subscriptions.push(part);
  const all = {
    ...ports,
    rollout: { control: Promise.resolve(rollout), checks: rollout.checks, policyFile: () => rollout.policyFile(), own },
  };
  return [...registerCommands(all), ...registerRollout(all)];
}

/** What the journal is told of that does not come from the engine: how the window fares, and how others ended. */
function recordAround(recording: LateRecording, pressure: PressureGuard, safeMode: SafeMode): Disposable[] {
  recording.tell((on) => {
    for (const record of safeMode.records) on.add(record);
    pressure.register({
      name: 'journal',
      get bytes() {
        return on.waitingBytes;
      },
      evict: () => void on.write(),
    });
  });
  const tell = (record: JournalRecord): void => recording.tell((on) => on.add(record));
  return [pressure.onDidRecord(tell), safeMode.onDidLeave(tell)];
}

/** The sources that are not reached over HTTP. */
function connectWith(languageModels: LanguageModelPorts, registered: RegisteredSources): NonNullable<EnginePorts['connect']> {
  return (backend, kit) => {
    if (backend.protocol === 'extension') return registered.sourceFor(backend);
    return backend.protocol === 'vscode-lm' ? languageModelSource(backend, kit, languageModels) : undefined;
  };
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

/** What the engine keeps between sessions, in the editor's storage of this machine. */
function memories({ globalState }: vscode.ExtensionContext, log: Log): Pick<EnginePorts, 'memory' | 'usualMemory'> {
  return { memory: createMemory(globalState, log), usualMemory: createMemory(globalState, log, 'failsoft.usual') };
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

function followModels(session: Session, keys: Changing, languageModels: Changing): Disposable[] {
  return [keys.onDidChange(() => void session.service.retryNow()), languageModels.onDidChange(() => retryLanguageModels(session))];
}

/** Settings, trust and other extensions may ask for another service. */
function followChanges(session: Session, registered: Changing, rollout: WindowRollout): Disposable[] {
  return [
    registered.onDidChange(() => session.refresh()),
    rollout.onDidPlan(() => session.refresh()),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (!event.affectsConfiguration('failsoft')) return;
      session.refresh();
      void rollout.wake();
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(() => session.refresh()),
  ];
}

/** A model that was missing may be there now. */
function retryLanguageModels({ settings, service }: Session): void {
  const ours = new Set(settings.backends.filter(({ protocol }) => protocol === 'vscode-lm').map(({ name }) => name));
  for (const { sourceId, state } of service.snapshot().sources) {
    if (ours.has(sourceId) && state === 'retired') void service.retryNow(sourceId);
  }
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

/** Where the journal is kept, and of what. */
function journalOf({ globalStorageUri, extension }: vscode.ExtensionContext): Pick<LateRecordingPorts, 'path' | 'version'> {
  const { version } = extension.packageJSON as { readonly version?: unknown };
  return { path: vscode.Uri.joinPath(globalStorageUri, 'journal').fsPath, version: String(version) };
}

/** Files of their own beside the bundle (esbuild.mjs), so that activation does not read them. */
// eslint-disable-next-line no-restricted-syntax -- meant to happen later
const secretRules = async (): Promise<readonly SecretRule[]> => (await import('./secretRules.ts')).createSecretRules();

// eslint-disable-next-line no-restricted-syntax -- as above
const loadGathering: ContextPort['load'] = async () => (await import('./gathering.ts')).createGathering;

// eslint-disable-next-line no-restricted-syntax -- as above
const recordingModule = (): Promise<typeof RecordingModule> => import('./recording.ts');

// eslint-disable-next-line no-restricted-syntax -- as above
const rollingOut = (): Promise<typeof RollingOutModule> => import('./rollingOut.ts');

// eslint-disable-next-line no-restricted-syntax -- as above
const pressureWatch = async (): Promise<CreateWatch> => (await import('./watching.ts')).createPressureWatch;

// eslint-disable-next-line no-restricted-syntax -- as above
const dialogs = (): Promise<Dialogs> => import('./vscode/dialogs.ts');

// eslint-disable-next-line no-restricted-syntax -- as above
const dashboardPanel = async (): Promise<CreateDashboard> => (await import('./vscode/dashboardPanel.ts')).createDashboard;

// eslint-disable-next-line no-restricted-syntax -- as above
const otherProviders = async (): Promise<WatchOthers> => (await import('./vscode/otherProviders.ts')).watchOtherProviders;

// eslint-disable-next-line no-restricted-syntax -- as above
const statusDetail: StatusBarPorts['detail'] = async () => (await import('./vscode/statusDetail.ts')).createStatusDetail;

// eslint-disable-next-line no-restricted-syntax -- as above
const workspaceFeed = (): Promise<typeof WorkspaceFeedModule> => import('./vscode/workspaceFeed.ts');

// eslint-disable-next-line no-restricted-syntax -- as above
const snippetVoter: NonNullable<LocalEngineOptions['snippets']> = async () => (await import('./snippetVoter.ts')).createSnippetVoter();

// eslint-disable-next-line no-restricted-syntax -- as above
const suggestionWatch = (): Promise<typeof SuggestionWatchModule> => import('./vscode/suggestionWatch.ts');

// eslint-disable-next-line no-restricted-syntax -- as above
const jsonFiles = (): Promise<JsonFiles> => import('./jsonFiles.ts');
const snippetParser = async (): Promise<JsonFiles['parseSnippetFile']> => (await jsonFiles()).parseSnippetFile;
const settingsFileReader = async (): Promise<JsonFiles['namesInSettingsFile']> => (await jsonFiles()).namesInSettingsFile;

function readPlan(refused: readonly string[], registered: RegisteredSources, { reason }: SafeMode, rollout: WindowRollout): ServicePlan {
  const { settings, ...parsed } = readSettings(vscode.workspace.getConfiguration('failsoft', null), refused);
  const planned = rollout.plan ? { rollout: rollout.plan } : {};
  const plan = { ...parsed, ...planned, settings: { ...settings, backends: [...settings.backends, ...registered.backends()] } };
  const localOnlyReason = vscode.workspace.isTrusted ? reason : 'this workspace is not trusted';
  return localOnlyReason === undefined ? plan : { ...plan, localOnlyReason };
}
