import type { Items, OutboxItem } from '@/client/message/outbox-item';

/** What to write: `put` replaces by `itemId`, `drop` names ids. */
export type Change = { put: readonly OutboxItem[]; drop: readonly string[] };

/** Where items are kept between page loads. */
export type OutboxStore = {
  /**
   * Reads an owner's items, hands them to `change`, writes what it returns and resolves with it once that
   * is committed. No other change, of any tab, comes between the reading and the writing.
   * @param change pure and synchronous; it sees items of this owner only
   * @param isStrict waits until the disk has it, not just the browser
   * @throws when nothing was written: no storage, no room, no access
   */
  change<T extends Change>(owner: string, change: (items: Items) => T, isStrict: boolean): Promise<T>;
};

/** Keeps items as long as the process lives: for tests, several tabs may share one. */
export function memoryStore(): OutboxStore {
  const kept = new Map<string, OutboxItem>();
  return {
    change(owner, change) {
      const items = [...kept].filter(([, item]) => item.owner === owner);
      const result = change(new Map(structuredClone(items)));
      for (const item of result.put) kept.set(item.itemId, structuredClone(item));
      for (const itemId of result.drop) kept.delete(itemId);
      return Promise.resolve(result);
    },
  };
}

/** Gives one owner's items to another, in one change: what waited as a visitor is sent as their account. */
export const giveItems = (store: OutboxStore, from: string, to: string): Promise<Change> =>
  store.change(
    from,
    (items) => ({
      put: [...items.values()].map((item) => ({ ...item, owner: to, version: item.version + 1 })),
      drop: [],
    }),
    true,
  );
