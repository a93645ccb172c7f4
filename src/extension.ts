import * as vscode from 'vscode';
import { systemClock } from './base/clock.ts';
import type { Event } from './base/event.ts';
import { messageOf } from './base/logger.ts';
import { systemRandom } from './base/random.ts';
import type { EngineSnapshot } from './domain/snapshot.ts';
import { type ContextPort, createEngine, type EnginePorts, type SecretRule } from './engine.ts';
import { createBoundaryConsent } from './vscode/boundaryConsent.ts';
import type { Dialogs } from './vscode/commandPorts.ts';
import { registerCommands } from './vscode/commands.ts';
import { createContextView } from './vscode/contextView.ts';
import { askAboutBoundaries } from './vscode/dataBoundary.ts';
import { createDocuments } from './vscode/documents.ts';
import type * as JsonFilesModule from './jsonFiles.ts';
import { createFileSwitch } from './vscode/fileSwitch.ts';
import { createIgnoreFiles } from './vscode/ignoreFiles.ts';
import { createLanguageModels } from './vscode/languageModels.ts';
import { languageModelSource } from './vscode/languageModelSource.ts';
import { createLog } from './vscode/log.ts';
import { lookForOthers, type WatchOthers } from './vscode/lookForOthers.ts';
import { createManualTrigger } from './vscode/manualTrigger.ts';
import { createMemory } from './vscode/memory.ts';
import { registerProvider } from './vscode/provider.ts';
import { watchRefusedSettings } from './vscode/refusedSettings.ts';
import { createSecretKeys } from './vscode/secrets.ts';
import { createSession, type ServicePlan, type Session } from './vscode/session.ts';
import { readSettings } from './vscode/settingsReader.ts';
import { createSnippetFiles } from './vscode/snippetFiles.ts';
import { createStatusBar } from './vscode/statusBar.ts';
import { createSwitches } from './vscode/switches.ts';
import type * as SuggestionWatchModule from './vscode/suggestionWatch.ts';
import type { LateWatch, SuggestionWatch, WatchPorts } from './vscode/suggestionWatch.ts';

/** What other extensions, and the tests, can see of a running Failsoft. */
export interface FailsoftApi {
  snapshot(): EngineSnapshot;
  readonly onDidChange: Event<EngineSnapshot>;
  /** How long `activate` took. */
  readonly activationMillis: number;
}

type JsonFiles = typeof JsonFilesModule;

/** Wiring only. Everything started here is owned by `context.subscriptions`, disposed in the order of the list. */
export function activate(context: vscode.ExtensionContext): FailsoftApi {
  const startedAt = systemClock.monotonic();
  const log = createLog();
  const keys = createSecretKeys(context.secrets, log);
  const consent = createBoundaryConsent(context.workspaceState, log);
  const ignored = createIgnoreFiles(() => session.refresh(), systemClock, log);
  const files = createFileSwitch(context.workspaceState, log);
  const switches = createSwitches(files, log);
  const trigger = createManualTrigger();
  const documents = createDocuments((document) => ignored.denialOf(document) !== undefined);
  const snippetFiles = createSnippetFiles(context.globalStorageUri, snippetParser, systemClock, log);
  const refused = watchRefusedSettings(settingsFileReader, () => session.refresh());
  const workspace = { openDocuments: () => documents.openDocuments(), snippets: () => snippetFiles.snippets() };
  const contextView = createContextView({ openDocuments: () => documents.inOrderOfUse(), ignored, switches, logger: log });
  const languageModels = createLanguageModels(context, log);
  const connect: NonNullable<EnginePorts['connect']> = (backend, kit) =>
    backend.protocol === 'vscode-lm' ? languageModelSource(backend, kit, languageModels) : undefined;
  const shared = { clock: systemClock, random: systemRandom, logger: log };
  const ports: EnginePorts = {
    ...shared,
    keys,
    workspace,
    memory: createMemory(context.globalState, log),
    consent,
    connect,
    secretRules,
    context: { view: contextView, load: loadGathering },
  };
  const session = createSession(
    () => readPlan([...refused.problems(), ...ignored.problems()]),
    ({ settings, ...options }) => createEngine(settings, ports, { ...options, ready: snippetFiles.ready }),
    log,
  );
  const mayBeSent: WatchPorts['mayBeSent'] = (document) => !ignored.noteOn(document) && !switches.offAt(document);
  const watch = createLateWatch(context, { session, storage: context.globalStorageUri, mayBeSent, clock: systemClock, logger: log });
  const doors = { session, keys, consent, files, trigger, languageModels, watch };
  context.subscriptions.push(
    registerProvider({ door: session, localOnlyReason: (document) => ignored.noteOn(document), switches, trigger, watch, logger: log }),
    createStatusBar(session, systemClock, ignored, switches),
    lookForOthers({ session, state: context.globalState, clock: systemClock, log }, otherProviders),
    askAboutBoundaries(session, consent, log),
    ...registerCommands({ ...doors, setup: { clock: systemClock, connect }, dialogs, log, clock: systemClock }),
    ...followChanges(session),
    keys.onDidChange(() => void session.service.retryNow()),
    languageModels.onDidChange(() => retryLanguageModels(session)),
    ...[session, switches, files, consent, refused, ignored, snippetFiles, contextView, documents, keys, languageModels, log],
  );
  const activationMillis = systemClock.monotonic() - startedAt;
  log.info(`activated in ${activationMillis.toFixed(1)} ms`);
  return { snapshot: () => session.snapshot(), onDidChange: session.onDidChange, activationMillis };
}

/** Settings and trust may ask for another service. */
function followChanges(session: Session): vscode.Disposable[] {
  return [
    vscode.workspace.onDidChangeConfiguration((event) => event.affectsConfiguration('failsoft') && session.refresh()),
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
function createLateWatch(context: vscode.ExtensionContext, ports: WatchPorts): LateWatch {
  let loading: Promise<SuggestionWatch> | undefined;
  const load = async (): Promise<SuggestionWatch> => {
    const watch = (await suggestionWatch()).createSuggestionWatch(ports);
    context.subscriptions.push(watch);
    return watch;
  };
  return (use) => {
    loading ??= load();
    loading.then(use).catch((error: unknown) => ports.logger.error(`observation: ${messageOf(error)}`));
  };
}

/** Files of their own beside the bundle (esbuild.mjs), so that activation does not read them. */
// eslint-disable-next-line no-restricted-syntax -- meant to happen later
const secretRules = async (): Promise<readonly SecretRule[]> => (await import('./secretRules.ts')).createSecretRules();

// eslint-disable-next-line no-restricted-syntax -- as above
const loadGathering: ContextPort['load'] = async () => (await import('./gathering.ts')).createGathering;

// eslint-disable-next-line no-restricted-syntax -- as above
const dialogs = (): Promise<Dialogs> => import('./vscode/dialogs.ts');

// eslint-disable-next-line no-restricted-syntax -- as above
const otherProviders = async (): Promise<WatchOthers> => (await import('./vscode/otherProviders.ts')).watchOtherProviders;

// eslint-disable-next-line no-restricted-syntax -- as above
const suggestionWatch = (): Promise<typeof SuggestionWatchModule> => import('./vscode/suggestionWatch.ts');

// eslint-disable-next-line no-restricted-syntax -- as above
const jsonFiles = (): Promise<JsonFiles> => import('./jsonFiles.ts');
const snippetParser = async (): Promise<JsonFiles['parseSnippetFile']> => (await jsonFiles()).parseSnippetFile;
const settingsFileReader = async (): Promise<JsonFiles['namesInSettingsFile']> => (await jsonFiles()).namesInSettingsFile;

function readPlan(refused: readonly string[]): ServicePlan {
  const parsed = readSettings(vscode.workspace.getConfiguration('failsoft', null), refused);
  return vscode.workspace.isTrusted ? parsed : { ...parsed, localOnlyReason: 'this workspace is not trusted' };
}
