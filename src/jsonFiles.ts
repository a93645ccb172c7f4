/** What reads JSON with comments. A bundle of its own, because nothing needs it before activation has ended. */
export { parseSnippetFile } from './local/snippetFile.ts';
export { namesInSettingsFile } from './settings/settingsFile.ts';
