import { type ByteStore, type StoreName, storeShares } from '../domain/byteStore.ts';

/** All stores of Failsoft's with what they hold: one total for everything that is kept (law 11). */
export class ByteLedger {
  readonly #stores: ReadonlySet<ByteStore>;

  /** @param stores may change at any time */
  constructor(stores: ReadonlySet<ByteStore>) {
    this.#stores = stores;
  }

  /** All together, in bytes. */
  get total(): number {
    return [...this.#stores].reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** Bytes by kind of store; what nobody has registered is missing. */
  byStore(): ReadonlyMap<StoreName, number> {
    const held = new Map<StoreName, number>();
    for (const { name, bytes } of this.#stores) held.set(name, (held.get(name) ?? 0) + bytes);
    return held;
  }

  /** Empties stores, those that are worth least first, until all together hold no more than so many bytes or nothing is left to drop. */
  shedTo(bytes: number): void {
    let over = this.total - bytes;
    for (const store of this.#inOrder()) {
      if (over <= 0) return;
      const before = store.bytes;
      store.evict(Math.max(0, before - over));
      over -= before - store.bytes;
    }
  }

  /** Brings each kind of store that holds more than its share back to it. */
  keepShares(): void {
    for (const [name, held] of this.byStore()) {
      let over = held - storeShares[name];
      for (const store of this.#stores) {
        if (over <= 0) break;
        if (store.name !== name) continue;
        const before = store.bytes;
        store.evict(Math.max(0, before - over));
        over -= before - store.bytes;
      }
    }
  }

  #inOrder(): ByteStore[] {
    const order = Object.keys(storeShares);
    return [...this.#stores].sort((one, other) => order.indexOf(one.name) - order.indexOf(other.name));
  }
}
