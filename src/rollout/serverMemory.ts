import { arms } from '../domain/rollout.ts';
import { isRecord } from '../settings/shownValue.ts';
import type { ServerWord } from './ofrepSource.ts';

/** Where the last word of a flag server is kept between two starts; for all windows. Invariant: neither function throws. */
export interface ServerMemory {
  /** What was saved last; anything may have become of it on disk. */
  load(): unknown;
  save(word: ServerWord & { readonly key: string }): void;
}

/** A word that only got older is written anew after so long, in milliseconds. */
const refreshAfter = 3_600_000;

/** The word that was kept of this server and flag; empty when there is none, or of another. */
export function rememberedWord(kept: unknown, key: string): ServerWord {
  if (!isRecord(kept) || kept['key'] !== key) return {};
  const arm = arms.find((name) => name === kept['arm']);
  const at = kept['at'];
  return arm === undefined || typeof at !== 'number' || !Number.isFinite(at) ? {} : { arm, at };
}

/** Whether a word is worth writing. */
export function isNews(word: ServerWord, saved: ServerWord): boolean {
  if (word.arm === undefined || word.trouble !== undefined) return false;
  return word.arm !== saved.arm || Math.abs((word.at ?? 0) - (saved.at ?? 0)) >= refreshAfter;
}
