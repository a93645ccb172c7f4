/** Bounds of the store. */
export interface StoreBounds {
  /** Bytes that store and vocabulary may hold together. */
  readonly bytes: number;
}

/** 96 MB hold some 11 MB of source, which is more than most people have in one window. */
export const storeBounds: StoreBounds = { bytes: 96 * 1024 * 1024 };
