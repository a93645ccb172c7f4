import { parseManifest } from './manifest.ts';
import type { ManifestProblem } from './manifestProblem.ts';
import type { Manifest } from './policy.ts';

/** The policy that holds, and what is wrong with the file as it is now. Both: the file is broken and the last good policy holds. */
export interface HeldManifest {
  readonly manifest?: Manifest;
  readonly problems: readonly ManifestProblem[];
}

/** Keeps the last good policy while its file is broken. */
export interface ManifestHolder {
  /** Takes the file as it is now. */
  accept(text: string): HeldManifest;
  readonly state: HeldManifest;
}

/** Holds nothing until the first good file. */
export function createManifestHolder(): ManifestHolder {
  let state: HeldManifest = { problems: [] };
  return {
    accept(text) {
      const parsed = parseManifest(text);
      state = 'manifest' in parsed ? { manifest: parsed.manifest, problems: [] } : { ...state, problems: parsed.problems };
      return state;
    },
    get state() {
      return state;
    },
  };
}

/** One line for a person: where in the file, and what. @param file as the person knows it */
export function problemLine(file: string, { line, column, message }: ManifestProblem): string {
  return `${file}:${line}:${column}: ${message}`;
}
