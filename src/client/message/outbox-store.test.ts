import { describe, expect, it } from 'vitest';
import type { OutboxItem } from '@/client/message/outbox-item';
import { memoryStore, type OutboxStore } from '@/client/message/outbox-store';

const item = (itemId: string, owner = 'alice', place = 1): OutboxItem => ({
  itemId,
  owner,
  threadId: 't',
  place,
  queuedAt: '',
  wantedAt: '',
  state: 'waiting',
  reason: null,
  code: null,
  attempts: 0,
  unanswered: 0,
  seq: null,
  version: 1,
  kind: 'send',
  id: itemId,
  text: itemId,
  replyTo: null,
});
const put = (...items: OutboxItem[]) => ({ put: items, drop: [] });

async function idsOf(store: OutboxStore, owner = 'alice'): Promise<string[]> {
  const { ids } = await store.change(
    owner,
    (items) => ({ put: [], drop: [], ids: [...items.keys()].toSorted() }),
    false,
  );
  return ids;
}

/** What the outbox relies on; every store keeps to it. */
const contract = (make: () => OutboxStore) => {
  it('keeps what is put, replaces it by its id, and drops it', async () => {
    const store = make();
    await store.change('alice', () => put(item('a'), item('b')), true);
    await store.change('alice', () => ({ put: [item('a', 'alice', 7)], drop: ['b', 'unknown'] }), false);
    const { places } = await store.change(
      'alice',
      (items) => ({ put: [], drop: [], places: [...items.values()].map((one) => one.place) }),
      false,
    );
    expect(places).toEqual([7]);
  });

  it('shows each owner their own items only', async () => {
    const store = make();
    await store.change('alice', () => put(item('a')), true);
    await store.change('bob', () => put(item('b', 'bob')), true);
    expect([await idsOf(store), await idsOf(store, 'bob')]).toEqual([['a'], ['b']]);
  });

  it('makes changes one after the other', async () => {
    const store = make();
    await store.change('alice', () => put(item('a', 'alice', 0)), true);
    const more = () =>
      store.change('alice', (items) => put(item('a', 'alice', (items.get('a')?.place ?? 0) + 1)), false);
    await Promise.all(Array.from({ length: 10 }, more));
    const { place } = await store.change(
      'alice',
      (items) => ({ put: [], drop: [], place: items.get('a')?.place }),
      false,
    );
    expect(place).toBe(10);
  });

  it('writes nothing when the change throws', async () => {
    const store = make();
    const failing = () => store.change('alice', () => fail(), true);
    await expect((async () => failing())()).rejects.toThrow('No.');
    expect(await idsOf(store)).toEqual([]);
  });
};

function fail(): never {
  throw new Error('No.');
}

describe('memory', () => {
  contract(memoryStore);
});
