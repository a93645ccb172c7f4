/** Snippets and language templates. A bundle of its own, because nothing needs it before the first keystroke. */
export { createSnippetVoter } from './local/snippetMatch.ts';
