import { LRUCache } from 'lru-cache';
import { detached } from '../base/detached.ts';
import { lineStartWithin } from './promptRoom.ts';

/** Where a long document's part begins. */
export const steadyStartDefaults = {
  /** Longer prefixes are cut here, in UTF-16 units: less than what an editor hands over, so that its own cut is never seen. */
  maximum: 44_000,
  /** Of that room a new cut uses this share; the rest is for what will be typed until the next cut. */
  share: 0.9,
  /** Documents whose cut is remembered. */
  documents: 8,
  /** Characters by which the place of a cut is found again. */
  anchor: 200,
} as const;

/**
 * Cuts long prefixes so that successive ones begin at the same place. Cut to a fixed length they would begin a little later with each
 * keystroke, and nothing of what a server has read could be used again.
 */
export class SteadyStart {
  readonly #anchors = new LRUCache<string, string>({ max: steadyStartDefaults.documents });

  /** Where to cut, 0 for a prefix that fits. */
  startOf(documentId: string, prefix: string, room: number): number {
    const { maximum, share, anchor } = steadyStartDefaults;
    const most = Math.min(maximum, room);
    if (prefix.length <= most) return 0;
    const known = this.#anchors.get(documentId);
    const at = known === undefined ? -1 : prefix.indexOf(known);
    if (at >= 0 && prefix.length - at <= most) return at;
    const start = lineStartWithin(prefix, Math.floor(most * share));
    this.#anchors.set(documentId, detached(prefix.slice(start, start + anchor)));
    return start;
  }
}
