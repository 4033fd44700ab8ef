import { escapeLiteral } from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { pool } from '@/server/base/db';
import { listInbox, readUnread } from '@/server/domain/inbox/read';
import { markInboxRead } from '@/server/domain/inbox/write';
import { deleteMessage, restoreMessage } from '@/server/domain/message/delete';
import { writePosts } from '@/server/domain/message/post-batch';
import { getListedRoom, listRooms } from '@/server/domain/room/read';
import { joinRoomByCall } from '@/server/domain/room/write';
import { getOpenThread, listThreads } from '@/server/domain/thread/read';
import { followThread, markRead, markUnread, readStates } from '@/server/domain/thread/read-state';
import { archiveThread, updateThread } from '@/server/domain/thread/update';
import { bus, type BusEvent } from '@/server/realtime/bus';
import {
  makeMember,
  makePair,
  makeRoom,
  makeThread,
  makeVisitor,
  newId,
  say,
} from '@/server/testing/factories';
import { eventually, startServer, type TestServer } from '@/server/testing/server';
import { admit, followInbox, makeKnownVisitor } from '@/server/testing/synced';
import type { Member, Viewer } from '@/shared/user';

const stranger: Viewer = { kind: 'stranger', userId: null };
const storedRows = async (threadId: string) =>
  (await pool().query('select * from read_states where thread_id = $1', [threadId])).rows.length;
const stateOf = async (viewer: Viewer, threadId: string) =>
  (await readStates(viewer, [threadId]))[0]?.readState ?? null;
const sayTimes = async (viewer: Member, threadId: string, times: number) => {
  for (let i = 0; i < times; i++) await say(viewer, threadId, `Message ${i}`);
};

describe('markRead', () => {
  it('grows only, and goes no further than the thread', async () => {
    const { alice, bob, room } = await makePair();
    const threadId = room.mainThreadId;
    await sayTimes(bob, threadId, 5);
    expect(await stateOf(alice, threadId)).toMatchObject({ lastReadSeq: 0, unread: 5 });
    const first = await markRead(alice, { threadId, seq: 3 });
    expect(first).toEqual({
      threadId,
      lastReadSeq: 3,
      markVersion: 0,
      following: true,
      muted: false,
      unread: 2,
      mentions: 0,
    });
    expect(await markRead(alice, { threadId, seq: 1 })).toEqual(first);
    expect(await markRead(alice, { threadId, seq: 3 })).toEqual(first);
    expect(await markRead(alice, { threadId, seq: 2_147_483_647 })).toMatchObject({
      lastReadSeq: 5,
      unread: 0,
    });
  });

  it('of an older version comes too late', async () => {
    const { alice, bob, room } = await makePair();
    const threadId = room.mainThreadId;
    await sayTimes(bob, threadId, 5);
    await markRead(alice, { threadId, seq: 5, markVersion: 0 });
    const unread = await markUnread(alice, { threadId, seq: 3 });
    expect(unread).toMatchObject({ lastReadSeq: 2, markVersion: 1, unread: 3 });
    expect(await markRead(alice, { threadId, seq: 5, markVersion: 0 })).toEqual(unread);
    expect(await markRead(alice, { threadId, seq: 4, markVersion: 1 })).toMatchObject({ lastReadSeq: 4 });
    // One that names no version is of the present.
    expect(await markRead(alice, { threadId, seq: 5 })).toMatchObject({ lastReadSeq: 5, markVersion: 1 });
  });

  it('of many tabs at once leaves the furthest', async () => {
    const { alice, bob, room } = await makePair();
    const thread = await makeThread(bob, room.id);
    await sayTimes(bob, thread.id, 20);
    await followThread(alice, { threadId: thread.id, following: true });
    await markUnread(alice, { threadId: thread.id, seq: 1 });
    const seqs = Array.from({ length: 20 }, (_, i) => ((i * 7) % 20) + 1);
    await Promise.all(seqs.map((seq) => markRead(alice, { threadId: thread.id, seq, markVersion: 1 })));
    expect(await stateOf(alice, thread.id)).toMatchObject({ lastReadSeq: 20, markVersion: 1, unread: 0 });
    // Two that mark everything cannot wait for each other.
    await Promise.all([markUnread(alice, { threadId: thread.id, seq: 1 }), say(bob, room.mainThreadId)]);
    await Promise.all(Array.from({ length: 6 }, () => markInboxRead(alice, {})));
    expect((await readUnread(alice, { threadIds: [] })).threadCount).toBe(0);
  });

  it('keeps the place of one who does not follow, and decides nothing: posting still follows', async () => {
    const { alice, bob, room } = await makePair();
    const thread = await makeThread(alice, room.id);
    await sayTimes(alice, thread.id, 3);
    const place = { lastReadSeq: 2, following: false, unread: 0 };
    expect(await markRead(bob, { threadId: thread.id, seq: 2 })).toMatchObject(place);
    expect((await getOpenThread(bob, { id: thread.id })).readState).toMatchObject(place);
    expect(await readUnread(bob, { threadIds: [] })).toMatchObject({ threadCount: 0 });
    await say(bob, thread.id);
    await say(alice, thread.id);
    expect(await stateOf(bob, thread.id)).toMatchObject({ lastReadSeq: 4, following: true, unread: 1 });
  });

  it('of a visitor in a room that they have not joined keeps their place, and joining follows', async () => {
    const { alice, room } = await makePair();
    const dora = await makeVisitor('Dora');
    await sayTimes(alice, room.mainThreadId, 3);
    await markRead(dora, { threadId: room.mainThreadId, seq: 1 });
    expect(await stateOf(dora, room.mainThreadId)).toMatchObject({ lastReadSeq: 1, following: false });
    await joinRoomByCall(dora, room.id);
    await say(alice, room.mainThreadId);
    expect(await stateOf(dora, room.mainThreadId)).toMatchObject({ following: true, unread: 1 });
  });

  it('of one who unfollowed changes nothing about that, nor does posting', async () => {
    const { alice, bob, room } = await makePair();
    const thread = await makeThread(alice, room.id);
    await say(alice, thread.id);
    await followThread(bob, { threadId: thread.id, following: false });
    await markRead(bob, { threadId: thread.id, seq: 1 });
    await say(bob, thread.id);
    expect(await stateOf(bob, thread.id)).toMatchObject({ following: false });
  });
});

describe('markUnread', () => {
  it('without a place begins at the newest message by somebody else', async () => {
    const { alice, bob, room } = await makePair();
    const threadId = room.mainThreadId;
    await sayTimes(bob, threadId, 2);
    await sayTimes(alice, threadId, 2);
    await markRead(alice, { threadId, seq: 4 });
    expect(await markUnread(alice, { threadId })).toMatchObject({ lastReadSeq: 1, unread: 1 });
  });

  it('at the first message, at none and beyond the end stays within the thread', async () => {
    const { alice, bob, room } = await makePair();
    const threadId = room.mainThreadId;
    await sayTimes(bob, threadId, 2);
    for (const [seq, lastReadSeq] of [
      [0, 0],
      [1, 0],
      [2, 1],
      [900, 1],
    ] as const)
      expect(await markUnread(alice, { threadId, seq })).toMatchObject({ lastReadSeq });
  });
});

describe('whoever may not', () => {
  it('as a stranger succeeds and stores nothing', async () => {
    const { alice, room } = await makePair();
    const threadId = room.mainThreadId;
    await say(alice, threadId);
    const before = await storedRows(threadId);
    const blank = {
      ...{ threadId, lastReadSeq: 0, markVersion: 0, following: false, muted: false },
      ...{ unread: 0, mentions: 0 },
    };
    expect(await markRead(stranger, { threadId, seq: 1 })).toEqual(blank);
    expect(await markUnread(stranger, { threadId, seq: 1 })).toEqual(blank);
    expect(await followThread(stranger, { threadId, following: true })).toEqual(blank);
    expect(await markInboxRead(stranger, { roomId: room.id })).toEqual({ threadCount: 0 });
    expect(await readUnread(stranger, { threadIds: [threadId] })).toMatchObject({ states: [], rooms: {} });
    expect((await getOpenThread(stranger, { id: threadId })).readState).toBeNull();
    expect((await getListedRoom(stranger, { id: room.id })).unread).toBe(0);
    expect(await storedRows(threadId)).toBe(before);
  });

  it('as an outsider finds nothing', async () => {
    const room = await makeRoom(await makeMember(), { kind: 'private', visitors: 'none' });
    const threadId = room.mainThreadId;
    const notFound = { code: 'NOT_FOUND' };
    for (const outsider of [stranger, await makeVisitor(), await makeMember('Mallory')]) {
      await expect(markRead(outsider, { threadId, seq: 1 })).rejects.toMatchObject(notFound);
      await expect(markUnread(outsider, { threadId, seq: 1 })).rejects.toMatchObject(notFound);
      await expect(followThread(outsider, { threadId, following: true })).rejects.toMatchObject(notFound);
      await expect(markInboxRead(outsider, { roomId: room.id })).rejects.toMatchObject(notFound);
      expect((await readUnread(outsider, { threadIds: [threadId] })).states).toEqual([]);
    }
  });
});

describe('news of a state', () => {
  it('goes to its person alone, once for each change, and never into shared events', async () => {
    const { alice, bob, room } = await makePair();
    const heard: Record<'alice' | 'bob' | 'room', BusEvent[]> = { alice: [], bob: [], room: [] };
    const stops = [
      bus().subscribe(`user:${alice.userId}`, (event) => heard.alice.push(event)),
      bus().subscribe(`user:${bob.userId}`, (event) => heard.bob.push(event)),
      bus().subscribe('public', (event) => heard.room.push(event)),
    ];
    await say(bob, room.mainThreadId);
    const state = await markRead(alice, { threadId: room.mainThreadId, seq: 1 });
    await markRead(alice, { threadId: room.mainThreadId, seq: 1 });
    const thread = await makeThread(alice, room.id);
    await updateThread(alice, { id: thread.id, title: 'Renamed' });
    expect(heard.alice).toEqual([{ type: 'read', states: [state] }]);
    expect(heard.bob).toEqual([]);
    expect(JSON.stringify(heard.room)).not.toMatch(/readState|unread/);
    for (const stop of stops) stop();
  });
});

describe('over the wire', () => {
  let server: TestServer;
  beforeAll(async () => void (server = await startServer()));
  afterAll(() => server.close());

  it('a change reaches every tab of its person, and nobody else', async () => {
    const { alice, room } = await makePair();
    const threadId = room.mainThreadId;
    const { viewer, secret } = await makeKnownVisitor();
    await joinRoomByCall(viewer, room.id);
    await sayTimes(alice, threadId, 3);
    const clients = [secret, secret, 'Q'.repeat(43)].map((each) => server.openClient(each).trpc);
    const inboxes = clients.map((client) => followInbox(client));
    await eventually(() => inboxes.every((inbox) => inbox.events.length > 0));
    const told = () =>
      inboxes.map((inbox) => inbox.events.flatMap((event) => (event.type === 'read' ? [event] : [])));
    const state = { markVersion: 0, following: true, muted: false, mentions: 0 };
    await clients[0]?.thread.markRead.mutate({ threadId, seq: 2 });
    const first = { type: 'read', threadId, readState: { ...state, lastReadSeq: 2, unread: 1 } };
    await eventually(() => told()[1]?.length === 1);
    await clients[1]?.inbox.markRead.mutate({});
    const second = { type: 'read', threadId, readState: { ...state, lastReadSeq: 3, unread: 0 } };
    await eventually(() => told()[0]?.length === 2 && told()[1]?.length === 2);
    expect(told()).toEqual([[first, second], [first, second], []]);
    for (const inbox of inboxes) inbox.close();
  });

  it('a stranger’s reading makes no visitor', async () => {
    const { alice, room } = await makePair();
    const threadId = room.mainThreadId;
    await say(alice, threadId);
    const { trpc } = server.openClient('M'.repeat(43));
    await trpc.thread.markRead.mutate({ threadId, seq: 1 });
    await trpc.thread.markUnread.mutate({ threadId });
    await trpc.thread.follow.mutate({ threadId, following: true, muted: true });
    await trpc.inbox.markRead.mutate({ roomId: room.id });
    expect(await trpc.session.get.query()).toMatchObject({ me: null, visitor: null });
    expect(await trpc.inbox.unread.query({ threadIds: [threadId] })).toMatchObject({ threadCount: 0 });
  });
});

describe('markInboxRead', () => {
  it('marks every thread of the viewer’s rooms, or of one, and says how many', async () => {
    const { alice, bob, room } = await makePair();
    const other = await makeRoom(alice);
    const threads = [await makeThread(alice, room.id), await makeThread(alice, other.id)];
    for (const id of [room.mainThreadId, other.mainThreadId, ...threads.map((each) => each.id)])
      await sayTimes(bob, id, 2);
    expect((await listRooms(alice, { limit: 100 })).rooms.map((each) => each.unread)).toContain(4);
    expect(await markInboxRead(alice, { roomId: other.id })).toEqual({ threadCount: 2 });
    expect(await readUnread(alice, { threadIds: [] })).toEqual({
      states: [],
      rooms: { [room.id]: 4 },
      threadCount: 2,
    });
    expect(await markInboxRead(alice, {})).toEqual({ threadCount: 2 });
    expect(await markInboxRead(alice, {})).toEqual({ threadCount: 0 });
    expect((await listInbox(alice, { limit: 10, unread: true })).threads).toEqual([]);
  });
});

describe('the list of unread threads', () => {
  it('pages by activity, without what is read, muted, not followed or archived', async () => {
    const { alice, bob, room } = await makePair();
    const made = [];
    for (let i = 0; i < 9; i++) {
      const thread = await makeThread(alice, room.id, `Thread ${i}`);
      await say(bob, thread.id);
      made.push(thread.id);
    }
    const [read = '', muted = '', unfollowed = '', archived = '', ...left] = made;
    await markRead(alice, { threadId: read, seq: 1 });
    await followThread(alice, { threadId: muted, muted: true });
    await followThread(alice, { threadId: unfollowed, following: false });
    await archiveThread(alice, { id: archived, isArchived: true });
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page = await listInbox(alice, { limit: 2, unread: true, cursor });
      expect(page.threads.every((thread) => thread.readState?.unread === 1)).toBe(true);
      seen.push(...page.threads.map((thread) => thread.id));
      cursor = page.nextCursor;
    } while (cursor);
    expect(seen).toEqual(left.toReversed());
  });
});

describe('a page of lists', () => {
  type Plan = { 'Relation Name'?: string; 'Actual Rows': number; 'Actual Loops': number; Plans?: Plan[] } & {
    'Rows Removed by Filter'?: number;
  };
  /** Rows of messages that a plan touched. */
  const messageRows = (plan: Plan): number =>
    (plan['Relation Name'] === 'messages'
      ? (plan['Actual Rows'] + (plan['Rows Removed by Filter'] ?? 0)) * plan['Actual Loops']
      : 0) + (plan.Plans ?? []).reduce((sum, inner) => sum + messageRows(inner), 0);

  const literal = (value: string | number | boolean | null | string[]) =>
    value === null ? 'null' : escapeLiteral(Array.isArray(value) ? `{${value.join()}}` : String(value));

  /** Runs `work`, and every statement of it once more, planned for its values and for any: the most it read. */
  async function rowsRead(work: () => Promise<unknown>): Promise<number> {
    const statements: { text: string; values: Parameters<typeof literal>[0][] }[] = [];
    const spy = vi.spyOn(pool(), 'query');
    await work();
    for (const [config] of spy.mock.calls as unknown as [(typeof statements)[number]][])
      statements.push(config);
    spy.mockRestore();
    const client = await pool().connect();
    const most = [];
    for (const mode of ['force_custom_plan', 'force_generic_plan']) {
      let rows = 0;
      await client.query(`set plan_cache_mode = ${mode}`);
      for (const { text, values } of statements) {
        await client.query(`prepare explained as ${text}`);
        const result = await client.query<{ 'QUERY PLAN': [{ Plan: Plan }] }>(
          `explain (analyze, format json) execute explained ${values.length > 0 ? `(${values.map(literal).join()})` : ''}`,
        );
        await client.query('deallocate explained');
        for (const row of result.rows) rows += messageRows(row['QUERY PLAN'][0].Plan);
      }
      most.push(rows);
    }
    await client.query('reset plan_cache_mode');
    client.release();
    return Math.max(...most);
  }

  it('reads at most a hundred rows of a thread, however long it is', async () => {
    const { alice, bob, room } = await makePair();
    const carol = await makeMember('Carol'); // Joined in the middle, without a state.
    const size = 100_000;
    const threadId = room.mainThreadId;
    for (let from = 1; from <= size; from += 10_000)
      await pool().query(
        `insert into messages (id, thread_id, seq, rev, kind, author_id, text, send_hash, created_at)
         select gen_random_uuid(), $1, i, i, 'text', $2, 'Hello', '', now() - ($3 - i) * interval '1 second'
         from generate_series($4::int, $4::int + 9999) i`,
        [threadId, bob.userId, size, from],
      );
    await pool().query(
      `update threads set seq = $2, rev = $2, last_message_at = now() + interval '1 second' where id = $1`,
      [threadId, size],
    );
    await pool().query('analyze');
    await admit(room.id, carol.userId);
    const joinedBack = (seconds: number) =>
      pool().query(`update memberships set joined_at = now() - $2 * interval '1 second' where user_id = $1`, [
        carol.userId,
        seconds,
      ]);
    const threads = (viewer: Member) => () => listThreads(viewer, { archived: false, limit: 30 });
    await markUnread(alice, { threadId, seq: 1 });
    for (const work of [
      threads(alice),
      () => listInbox(alice, { limit: 30 }),
      () => listInbox(alice, { limit: 30, unread: true }),
      () => listRooms(alice, { limit: 30 }),
      () => getOpenThread(alice, { id: threadId }),
    ])
      expect(await rowsRead(work)).toBeLessThanOrEqual(101);
    expect((await stateOf(alice, threadId))?.unread).toBe(100);
    await markRead(alice, { threadId, seq: size });
    expect(await rowsRead(threads(alice))).toBe(0);
    for (const seconds of [0, 50, 90_000]) {
      await joinedBack(seconds);
      expect(await rowsRead(threads(carol))).toBeLessThanOrEqual(101);
    }
    expect((await stateOf(carol, threadId))?.unread).toBe(100);
  });
});

/** A small generator of numbers (mulberry32): the same seed makes the same life. */
function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4_294_967_296) * below);
  };
}

describe('what is shown as unread', () => {
  type Said = { id: string; seq: number; authorId: string; kind: string; at: number; isDeleted: boolean };
  type Talk = { id: string; roomId: string; isMain: boolean; isClosed: boolean; said: Said[]; at: number };
  /** `following` is null where nothing was decided. */
  type Mark = { lastReadSeq: number; markVersion: number; following: boolean | null; muted: boolean };

  /** The whole of it once more in plain code: what was done is kept, and counted from the definition. */
  class Model {
    readonly talks: Talk[] = [];
    readonly marks = new Map<string, Mark>();
    readonly memberships = new Map<string, { isActive: boolean; at: number }>();
    readonly claims = new Map<string, string>();

    key = (userId: string, id: string) => `${userId} ${id}`;
    mark = (userId: string, talk: Talk) => this.marks.get(this.key(userId, talk.id));
    membership = (userId: string, talk: Talk) => this.memberships.get(this.key(userId, talk.roomId));
    mayRead = (userId: string, talk: Talk) =>
      !talk.isClosed || this.membership(userId, talk)?.isActive === true;

    unread(userId: string, talk: Talk): number {
      const mark = this.mark(userId, talk);
      const membership = this.membership(userId, talk);
      const isIn = membership?.isActive ?? !talk.isClosed;
      const isDecided = mark !== undefined && mark.following !== null;
      if (!isIn || (isDecided ? !mark.following || mark.muted : !talk.isMain || !membership)) return 0;
      const isUnread = ({ seq, at, isDeleted, kind, authorId }: Said) =>
        seq > (mark?.lastReadSeq ?? 0) &&
        (isDecided || at > (membership?.at ?? 0)) &&
        !isDeleted &&
        kind !== 'event' &&
        (this.claims.get(authorId) ?? authorId) !== userId;
      return talk.said.filter(isUnread).length;
    }

    /** Where a mark that is made now begins: at the joining, or at the end. */
    start(userId: string, talk: Talk): number {
      const membership = this.membership(userId, talk);
      if (!talk.isMain || !membership?.isActive) return talk.said.length;
      return talk.said.findLast((said) => said.at <= membership.at)?.seq ?? 0;
    }

    /** The state of one who has only read. */
    place(userId: string, talk: Talk): Mark {
      const place = { lastReadSeq: 0, markVersion: 0, following: null, muted: false };
      this.marks.set(this.key(userId, talk.id), place);
      return place;
    }

    /** The state of one who had none, if this creates one. */
    made(userId: string, talk: Talk): Mark {
      const isMember = talk.isMain && this.membership(userId, talk)?.isActive === true;
      const made = {
        lastReadSeq: this.start(userId, talk),
        markVersion: 0,
        following: isMember,
        muted: false,
      };
      this.marks.set(this.key(userId, talk.id), made);
      return made;
    }
  }

  async function live(seed: number, steps: number): Promise<void> {
    const random = randomOf(seed);
    const model = new Model();
    const owner = await makeMember('Owner');
    const bob = await makeMember('Bob');
    const people = [owner, bob, await makeMember('Carol'), await makeVisitor('Dora')];
    const ghost = await makeMember('Ghost'); // Claimed by Bob: what it says is Bob's own.
    const pick = <T>(list: readonly T[]): T => {
      const one = list[random(list.length)];
      if (one === undefined) throw new Error('There is nothing to pick from.');
      return one;
    };
    await pool().query('update users set claimed_by_id = $2 where id = $1', [ghost.userId, bob.userId]);
    model.claims.set(ghost.userId, bob.userId);

    const learnMembership = async (userId: string, roomId: string) => {
      const { rows } = await pool().query<{ status: string; at: Date }>(
        'select status, joined_at as at from memberships where user_id = $1 and room_id = $2',
        [userId, roomId],
      );
      const row = rows[0];
      if (row)
        model.memberships.set(model.key(userId, roomId), {
          isActive: row.status === 'active',
          at: row.at.getTime(),
        });
    };
    const isUndecided = (mark: Mark | undefined) => mark === undefined || mark.following === null;
    const joined = async (userId: string, roomId: string) => {
      await learnMembership(userId, roomId);
      const main = model.talks.find((talk) => talk.roomId === roomId && talk.isMain);
      if (main && isUndecided(model.mark(userId, main)))
        model.marks.set(model.key(userId, main.id), {
          ...{ lastReadSeq: main.said.length, markVersion: 0, following: true, muted: false },
        });
    };
    const rooms = [await makeRoom(owner), await makeRoom(owner, { kind: 'private', visitors: 'none' })];
    for (const room of rooms) {
      const talk = { id: room.mainThreadId, roomId: room.id, isMain: true, said: [], at: 0 };
      model.talks.push({ ...talk, isClosed: room.kind === 'private' });
      await joined(owner.userId, room.id);
      await admit(room.id, ghost.userId);
      await learnMembership(ghost.userId, room.id);
    }
    const isActive = (userId: string, talk: Talk) => model.membership(userId, talk)?.isActive === true;
    const post = async (authorId: string, talk: Talk, kind: 'text' | 'action' | 'event', times: number) => {
      const posts = Array.from({ length: times }, () => ({
        ...{ id: newId(), authorId, kind, text: 'Hello', replyToId: null, sendHash: Buffer.alloc(0) },
      }));
      for (const row of await writePosts(talk.id, posts)) {
        if (row.seq === null) throw new Error(`A post was refused: ${row.outcome}`);
        if (isUndecided(model.mark(authorId, talk)))
          model.marks.set(model.key(authorId, talk.id), {
            ...{ lastReadSeq: row.seq, markVersion: 0, following: true, muted: false },
          });
        talk.at = row.createdAt.getTime();
        talk.said.push({ id: row.id, seq: row.seq, authorId, kind, at: talk.at, isDeleted: false });
      }
    };
    const place = (talk: Talk) => random(talk.said.length + 3);

    const verbs: Record<string, (person: Member, talk: Talk) => Promise<void>> = {
      async say(person, talk) {
        if (talk.isClosed && !isActive(person.userId, talk)) return;
        if (!isActive(person.userId, talk)) {
          await joinRoomByCall(person, talk.roomId);
          await joined(person.userId, talk.roomId);
        }
        await post(person.userId, talk, pick(['text', 'text', 'text', 'action', 'event']), 1 + random(3));
      },
      async burst(_, talk) {
        if (random(6) === 0) await post(pick([owner, ghost]).userId, talk, 'text', 60);
      },
      async remove(_, talk) {
        const target = talk.said.length > 0 ? pick(talk.said) : undefined;
        if (!target || target.kind === 'event') return;
        await deleteMessage(owner, { threadId: talk.id, id: target.id });
        target.isDeleted = true;
      },
      async restore(_, talk) {
        const target = talk.said.find((said) => said.isDeleted);
        if (!target) return;
        await restoreMessage(owner, { threadId: talk.id, id: target.id });
        target.isDeleted = false;
      },
      async read(person, talk) {
        if (!model.mayRead(person.userId, talk)) return;
        const [seq, before] = [place(talk), model.mark(person.userId, talk)];
        const markVersion = pick([
          {},
          { markVersion: before?.markVersion ?? 0 },
          { markVersion: 0 },
        ]).markVersion;
        await markRead(person, { threadId: talk.id, seq, markVersion });
        const counts = talk.isMain && isActive(person.userId, talk);
        const mark = before ?? (counts ? model.made(person.userId, talk) : model.place(person.userId, talk));
        if ((markVersion ?? mark.markVersion) >= mark.markVersion)
          mark.lastReadSeq = Math.max(mark.lastReadSeq, Math.min(seq, talk.said.length));
      },
      async unread(person, talk) {
        if (!model.mayRead(person.userId, talk)) return;
        const seq = place(talk);
        await markUnread(person, { threadId: talk.id, seq });
        const mark = model.mark(person.userId, talk) ?? model.made(person.userId, talk);
        mark.lastReadSeq = Math.max(0, Math.min(seq, talk.said.length) - 1);
        mark.markVersion++;
        mark.following = true;
      },
      async follow(person, talk) {
        if (!model.mayRead(person.userId, talk)) return;
        const change = pick([
          { following: true },
          { following: false },
          { muted: true },
          { muted: false },
          {},
        ]);
        await followThread(person, { threadId: talk.id, ...change });
        if (Object.keys(change).length === 0) return;
        const mark = model.mark(person.userId, talk);
        if (mark?.following === null) {
          const made = model.made(person.userId, talk);
          Object.assign(made, { ...mark, following: made.following });
          made.lastReadSeq = Math.max(mark.lastReadSeq, model.start(person.userId, talk));
        }
        Object.assign(model.mark(person.userId, talk) ?? model.made(person.userId, talk), change);
      },
      async join(person, talk) {
        const isKnown = model.membership(person.userId, talk) !== undefined;
        if (!isKnown && random(2) === 0) {
          // Let in by hand: no state is made, so the main thread counts from the joining.
          await admit(talk.roomId, person.userId);
          await learnMembership(person.userId, talk.roomId);
        } else if (!talk.isClosed) {
          await joinRoomByCall(person, talk.roomId);
          await joined(person.userId, talk.roomId);
        }
      },
      async leave(person, talk) {
        if (person === owner || !isActive(person.userId, talk)) return;
        await pool().query(`update memberships set status = 'left' where user_id = $1 and room_id = $2`, [
          person.userId,
          talk.roomId,
        ]);
        await learnMembership(person.userId, talk.roomId);
      },
      async start(person, talk) {
        if (model.talks.length >= 6 || !isActive(person.userId, talk)) return;
        const made = await makeThread(person, talk.roomId);
        model.talks.push({
          ...talk,
          id: made.id,
          isMain: false,
          said: [],
          at: Date.parse(made.lastMessageAt),
        });
        model.marks.set(model.key(person.userId, made.id), {
          ...{ lastReadSeq: 0, markVersion: 0, following: true, muted: false },
        });
      },
      async readAll(person, talk) {
        if (random(4) > 0 || !model.mayRead(person.userId, talk)) return;
        const roomId = random(2) ? talk.roomId : undefined;
        await markInboxRead(person, { roomId });
        markAllInModel(person, roomId);
      },
    };
    const markAllInModel = (person: Member, roomId: string | undefined) => {
      for (const talk of model.talks) {
        if (roomId && talk.roomId !== roomId) continue;
        const membership = model.membership(person.userId, talk);
        if (membership && !membership.isActive) continue;
        const known = model.mark(person.userId, talk);
        const counts = talk.isMain && membership;
        const mark = known ?? (counts ? model.made(person.userId, talk) : null);
        if (mark && (mark.following !== null || counts)) mark.lastReadSeq = talk.said.length;
      }
    };
    const names = Object.keys(verbs);
    for (let step = 0; step < steps; step++) {
      const [name, person, talk] = [pick([...names, 'say', 'say', 'read']), pick(people), pick(model.talks)];
      await verbs[name]?.(person, talk);
      for (const viewer of people) await check(viewer, `seed ${seed}, step ${step}: ${name}, ${viewer.name}`);
    }

    async function check(viewer: Member, where: string): Promise<void> {
      const counts = new Map(model.talks.map((each) => [each.id, model.unread(viewer.userId, each)]));
      const readable = model.talks.filter((each) => model.mayRead(viewer.userId, each));
      const told = await readUnread(viewer, { threadIds: model.talks.map((each) => each.id) });
      expect(
        Object.fromEntries(told.states.map(({ threadId, readState }) => [threadId, readState?.unread ?? 0])),
        where,
      ).toEqual(Object.fromEntries(readable.map(({ id }) => [id, Math.min(100, counts.get(id) ?? 0)])));
      const sums: Record<string, number> = {};
      for (const { id, roomId } of readable)
        if (counts.get(id)) sums[roomId] = Math.min(100, (sums[roomId] ?? 0) + (counts.get(id) ?? 0));
      expect(told.rooms, where).toEqual(sums);
      const unreadIds = readable.filter(({ id }) => counts.get(id)).map(({ id }) => id);
      expect(told.threadCount, where).toBe(unreadIds.length);
      const inbox = await listInbox(viewer, { limit: 50, unread: true });
      expect(new Set(inbox.threads.map(({ id }) => id)), where).toEqual(
        new Set(
          unreadIds.filter((id) =>
            model.talks.some((each) => each.id === id && isActive(viewer.userId, each)),
          ),
        ),
      );
      for (const { threadId, readState } of told.states) {
        const mark = model.marks.get(model.key(viewer.userId, threadId));
        const talk = model.talks.find((each) => each.id === threadId);
        if (mark && talk)
          expect(readState, where).toMatchObject({
            ...mark,
            following: mark.following ?? (talk.isMain && isActive(viewer.userId, talk)),
          });
      }
    }
  }

  it.each([1, 2, 3, 4, 5])(
    'is what the definition counts, after every step of life %i',
    (seed) => live(seed, 200),
    120_000,
  );
});
