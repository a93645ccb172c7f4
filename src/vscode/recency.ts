/** Remembers in which order things were used, by their identity. */
export interface RecencyOrder {
  use(id: string): void;
  forget(id: string): void;
  /** Higher is more recent; 0: never used. */
  rankOf(id: string): number;
  clear(): void;
}

/** Remembers in which order documents were used. */
export function recencyOrder(): RecencyOrder {
  const ranks = new Map<string, number>();
  let last = 0;
  return {
    use: (id) => void ranks.set(id, ++last),
    forget: (id) => void ranks.delete(id),
    rankOf: (id) => ranks.get(id) ?? 0,
    clear: () => ranks.clear(),
  };
}
