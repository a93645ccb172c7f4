/** The commands that ask the person something: a bundle of its own, loaded by the first of them (esbuild.mjs). */
export { addBackend } from './addBackend.ts';
export { allowLanguageModel } from './allowLanguageModel.ts';
export { deleteJournal, exportJournal } from './journalCommands.ts';
export { clearApiKey, setApiKey } from './keyCommands.ts';
export { manageBackends } from './manageBackends.ts';
export { manageDataBoundary } from './manageDataBoundary.ts';
export { runRollout } from './rolloutCommands.ts';
export { showMenu } from './showMenu.ts';
export { pauseFor, toggleFile, toggleLanguage } from './switchCommands.ts';
export { testBackends } from './testBackends.ts';
