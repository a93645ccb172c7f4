/** What the index is told of the files of the workspace: for the bundle that is loaded when the index runs. */
export { excludedPatterns, plainlyIgnored } from './local/excludeGlobs.ts';
export { foldersLeftOut } from './local/sourceName.ts';
export { WorkspaceFeed } from './local/workspaceFeed.ts';
export type { FolderPlace, WorkspaceFiles } from './local/workspaceListing.ts';
export type { SourcePlace } from './local/workerProtocol.ts';
