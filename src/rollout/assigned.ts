import type { Arm } from '../domain/rollout.ts';

/** Requests that are remembered: what becomes of a text is seen for ten minutes. */
const most = 4000;

/** Which version each of the last requests was sent to first. */
export class Assigned {
  readonly #arms = new Map<string, Arm>();
  readonly #window: string;

  /** @param window request ids are unique within one */
  constructor(window: string) {
    this.#window = window;
  }

  get(requestId: string): Arm | undefined {
    return this.#arms.get(requestId);
  }

  /**
   * Draws the version of a request of somebody who is in. The same request always gets the same.
   *
   * @param control share of the requests that go to the baseline all the same, 0…1
   */
  draw(requestId: string, control: number): Arm {
    const known = this.#arms.get(requestId);
    if (known !== undefined) return known;
    const arm = shareOf(`${this.#window} ${requestId}`) < control ? 'baseline' : 'candidate';
    this.#arms.set(requestId, arm);
    const [oldest] = this.#arms.size > most ? this.#arms.keys() : [];
    if (oldest !== undefined) this.#arms.delete(oldest);
    return arm;
  }
}

/**
 * A number from 0 to 1 that a text always gives again: FNV-1a, mixed once more so that texts that differ in the last letter do not lie
 * beside each other.
 *
 * @see http://www.isthe.com/chongo/tech/comp/fnv/ and the finaliser of MurmurHash3
 */
export function shareOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 4_294_967_296;
}
