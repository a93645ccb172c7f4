/** All that Failsoft's own stores hold together, the index of the local engine apart, in bytes (law 11). */
export const ledgerBytes = 24 * 1024 * 1024;

/**
 * What each kind of store may hold, in bytes; together `ledgerBytes`. In the order in which they are emptied when memory is scarce: what
 * comes back by itself goes first, what only the person could bring back goes last.
 */
export const storeShares = {
  /** Windows of other documents, pieces last sent, answers of the language server: read again with the next request. */
  context: 7 * 1024 * 1024,
  /** Texts that are known to come: a model would have to say them again. */
  predictions: 4 * 1024 * 1024,
  /** Served texts with the place they were made for. */
  served: 2.5 * 1024 * 1024,
  /** Requests that run, with what has come of their answers. */
  runs: 2.5 * 1024 * 1024,
  /** Texts that were offered and may still be taken. */
  offered: 1024 * 1024,
  /** Texts that were taken, to see what becomes of them. */
  accepted: 1024 * 1024,
  /** Texts that the person did not want. */
  rejected: 512 * 1024,
  /** Lines that wait for the disk. */
  journal: 512 * 1024,
  /** Snippets of the person, the workspace and other extensions. */
  snippets: 4 * 1024 * 1024,
  /** What does not grow with the work and is not counted: latency figures, two searched texts, where prompts begin. */
  fixed: 1024 * 1024,
} as const;

/** A kind of store. */
export type StoreName = keyof typeof storeShares;

/** A place of Failsoft's that keeps bytes. */
export interface ByteStore {
  readonly name: StoreName;
  /** What it holds now: an estimate that is rather too high. Looked at every few seconds while somebody types. */
  readonly bytes: number;
  /** Drops what is worth least until it holds no more than so many bytes; what is in use right now stays. */
  evict(toBytes: number): void;
}

/** Room that texts take, in bytes: V8 needs two for each UTF-16 unit at most, and some for the object. */
export function textBytes(...texts: readonly string[]): number {
  return texts.reduce((sum, { length }) => sum + 2 * length + 40, 0);
}
