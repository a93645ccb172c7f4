/** The commands that a person sets backends up with: a bundle of its own, loaded by the first of them (esbuild.mjs). */
export { addBackend } from './addBackend.ts';
export { manageBackends } from './manageBackends.ts';
export { testBackends } from './testBackends.ts';
