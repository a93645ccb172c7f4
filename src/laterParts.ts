import type * as JsonFilesModule from './jsonFiles.ts';
import type { ContextPort, CreateWatch, LocalEngineOptions, SecretRule } from './engine.ts';
import type { Dialogs } from './vscode/commandPorts.ts';
import type { CreateDashboard } from './vscode/dashboardPorts.ts';
import type * as RecordingModule from './recording.ts';
import type * as CheckingModule from './checking.ts';
import type * as RolloutPartsModule from './vscode/rolloutParts.ts';
import type { WatchOthers } from './vscode/lookForOthers.ts';
import type { StatusBarPorts } from './vscode/statusBar.ts';
import type * as SnippetVoterModule from './snippetVoter.ts';
import type * as WorkspaceFeedModule from './vscode/workspaceFeed.ts';
import type * as SuggestionWatchModule from './vscode/suggestionWatch.ts';

type JsonFiles = typeof JsonFilesModule;

/** Files of their own beside the bundle (esbuild.mjs), so that activation does not read them. */
// eslint-disable-next-line no-restricted-syntax -- meant to happen later
export const secretRules = async (): Promise<readonly SecretRule[]> => (await import('./secretRules.ts')).createSecretRules();

// eslint-disable-next-line no-restricted-syntax -- as above
export const loadGathering: ContextPort['load'] = async () => (await import('./gathering.ts')).createGathering;

// eslint-disable-next-line no-restricted-syntax -- as above
export const recordingModule = (): Promise<typeof RecordingModule> => import('./recording.ts');

// eslint-disable-next-line no-restricted-syntax -- as above
export const rolloutParts = (): Promise<typeof RolloutPartsModule> => import('./vscode/rolloutParts.ts');

// eslint-disable-next-line no-restricted-syntax -- as above
export const checking = (): Promise<typeof CheckingModule> => import('./checking.ts');

// eslint-disable-next-line no-restricted-syntax -- as above
export const pressureWatch = async (): Promise<CreateWatch> => (await import('./watching.ts')).createPressureWatch;

// eslint-disable-next-line no-restricted-syntax -- as above
export const dialogs = (): Promise<Dialogs> => import('./vscode/dialogs.ts');

// eslint-disable-next-line no-restricted-syntax -- as above
export const dashboardPanel = async (): Promise<CreateDashboard> => (await import('./vscode/dashboardPanel.ts')).createDashboard;

// eslint-disable-next-line no-restricted-syntax -- as above
export const otherProviders = async (): Promise<WatchOthers> => (await import('./vscode/otherProviders.ts')).watchOtherProviders;

// eslint-disable-next-line no-restricted-syntax -- as above
export const statusDetail: StatusBarPorts['detail'] = async () => (await import('./vscode/statusDetail.ts')).createStatusDetail;

// eslint-disable-next-line no-restricted-syntax -- as above
export const workspaceFeed = (): Promise<typeof WorkspaceFeedModule> => import('./vscode/workspaceFeed.ts');

// eslint-disable-next-line no-restricted-syntax -- as above
const snippetVoterModule = (): Promise<typeof SnippetVoterModule> => import('./snippetVoter.ts');
export const snippetVoter: NonNullable<LocalEngineOptions['snippets']> = async () => (await snippetVoterModule()).createSnippetVoter();

// eslint-disable-next-line no-restricted-syntax -- as above
export const suggestionWatch = (): Promise<typeof SuggestionWatchModule> => import('./vscode/suggestionWatch.ts');

// eslint-disable-next-line no-restricted-syntax -- as above
const jsonFiles = (): Promise<JsonFiles> => import('./jsonFiles.ts');
export const snippetParser = async (): Promise<JsonFiles['parseSnippetFile']> => (await jsonFiles()).parseSnippetFile;
export const settingsFileReader = async (): Promise<JsonFiles['namesInSettingsFile']> => (await jsonFiles()).namesInSettingsFile;
