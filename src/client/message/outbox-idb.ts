import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import type { OutboxItem } from '@/client/message/outbox-item';
import type { Change, OutboxStore } from '@/client/message/outbox-store';

const databaseName = 'foyer';
/** A browser's storage can hang: a tab of an older version, a broken profile. */
const patienceMs = 4_000;
/** After a failed opening the next ones fail at once for this long. */
const pauseMs = 30_000;

type Schema = DBSchema & {
  outbox: { key: string; value: OutboxItem; indexes: { owner: string } };
};
type Database = IDBPDatabase<Schema>;

/** Keeps items in IndexedDB: they survive reload, closing and a crash, and all tabs see the same. */
export function idbStore(): OutboxStore {
  let opening: Promise<Database> | undefined;
  let pausedUntil = 0;

  const forget = () => (opening = undefined);
  const open = (): Promise<Database> => {
    if (Date.now() < pausedUntil) return Promise.reject(new Error('IndexedDB does not open.'));
    opening ??= openDatabase(forget).catch((cause: unknown) => {
      forget();
      pausedUntil = Date.now() + pauseMs;
      throw cause;
    });
    return opening;
  };

  return {
    async change(owner, change, isStrict) {
      const write = async () => writeTo(await open(), owner, change, isStrict);
      try {
        return await inTime(write());
      } catch (cause) {
        // The browser closed the connection, for an upgrade or by itself: a new one may do.
        if (!(cause instanceof DOMException && cause.name === 'InvalidStateError')) throw cause;
        forget();
        return inTime(write());
      }
    },
  };
}

async function openDatabase(onEnd: () => void): Promise<Database> {
  const opened = openDB<Schema>(databaseName, 1, {
    upgrade(database) {
      database.createObjectStore('outbox', { keyPath: 'itemId' }).createIndex('owner', 'owner');
    },
    blocking(_, __, event) {
      (event.target as IDBDatabase).close();
      onEnd();
    },
    terminated: onEnd,
  });
  return inTime(opened);
}

async function writeTo<T extends Change>(
  database: Database,
  owner: string,
  change: (items: ReadonlyMap<string, OutboxItem>) => T,
  isStrict: boolean,
): Promise<T> {
  const transaction = database.transaction('outbox', 'readwrite', {
    durability: isStrict ? 'strict' : 'relaxed',
  });
  const committed = transaction.done;
  committed.catch(() => {}); // Told below, or by what failed before it.
  const items = await transaction.store.index('owner').getAll(owner);
  const result = change(new Map(items.map((item) => [item.itemId, item])));
  await Promise.all([
    ...result.put.map((item) => transaction.store.put(item)),
    ...result.drop.map((itemId) => transaction.store.delete(itemId)),
  ]);
  await committed;
  return result;
}

function inTime<T>(promise: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('IndexedDB does not answer.')), patienceMs);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
