import { describe, expect, it } from 'vitest';
import { pool } from '@/server/base/db';
import { listInbox } from '@/server/domain/inbox/read';
import { joinRoomByCall } from '@/server/domain/room/write';
import { getMessage } from '@/server/domain/message/read';
import { getThread, listThreads } from '@/server/domain/thread/read';
import { archiveThread, updateThread } from '@/server/domain/thread/update';
import { createThread } from '@/server/domain/thread/write';
import {
  makeMember,
  makePair,
  makeRoom,
  makeThread,
  makeVisitor,
  newId,
  say,
} from '@/server/testing/factories';
import type { Viewer } from '@/shared/user';

const stranger: Viewer = { kind: 'stranger', userId: null };

describe('createThread', () => {
  it('starts a thread from a title, once, however often it is asked', async () => {
    const { alice, bob, room } = await makePair();
    const input = { id: newId(), roomId: room.id, title: 'Plans' };
    const [one, two] = await Promise.all([createThread(alice, input), createThread(alice, input)]);
    expect(one).toEqual(two);
    expect(one).toMatchObject({ id: input.id, title: 'Plans', seq: 0, rev: 0, isMain: false });
    await expect(createThread(bob, input)).rejects.toMatchObject({ code: 'CONFLICT', reason: 'id_taken' });
  });

  it('starts at most one thread from a message: whoever is second gets the first', async () => {
    const { alice, bob, room } = await makePair();
    const message = await say(alice, room.mainThreadId, 'A long story\nwith two lines');
    const made = await Promise.all([
      createThread(alice, { id: newId(), messageId: message.id }),
      createThread(bob, { id: newId(), messageId: message.id, title: 'Mine' }),
    ]);
    expect(new Set(made.map((thread) => thread.id)).size).toBe(1);
    expect(made[0].parentMessageId).toBe(message.id);
    await say(bob, made[0].id, 'A reply');
    const read = await getMessage(alice, { threadId: room.mainThreadId, id: message.id });
    expect(read.message).toMatchObject({ seq: 1, rev: 1, thread: { id: made[0].id, messageCount: 1 } });
  });

  it('is refused where the viewer may not read, may not write, and in an archived room', async () => {
    const owner = await makeMember();
    const [hidden, readable, open] = [
      await makeRoom(owner, { kind: 'private', visitors: 'none' }),
      await makeRoom(owner, { visitors: 'read' }),
      await makeRoom(owner),
    ];
    const visitor = await makeVisitor();
    const attempt = (roomId: string) => makeThread(visitor, roomId);
    await expect(attempt(hidden.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(attempt(readable.id)).rejects.toMatchObject({
      code: 'FORBIDDEN',
      reason: 'visitors_read_only',
    });
    await pool().query('update rooms set archived_at = now() where id = $1', [open.id]);
    await expect(attempt(open.id)).rejects.toMatchObject({ code: 'FORBIDDEN', reason: 'room_archived' });
    const secret = await say(owner, hidden.mainThreadId, 'Hidden words');
    await expect(createThread(visitor, { id: newId(), messageId: secret.id })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });
});

describe('listThreads', () => {
  it('pages by the exact time of the last message, also within one bucket of ten seconds', async () => {
    const { alice, room } = await makePair();
    const made = [];
    for (let i = 0; i < 12; i++) made.push(await makeThread(alice, room.id, `Thread ${i}`));
    for (const i of [5, 2, 9]) await say(alice, made[i]?.id ?? '');
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page = await listThreads(alice, { roomId: room.id, archived: false, limit: 4, cursor });
      seen.push(...page.threads.map((thread) => thread.title));
      cursor = page.nextCursor;
    } while (cursor);
    expect(seen.slice(0, 3)).toEqual(['Thread 9', 'Thread 2', 'Thread 5']);
    expect(new Set(seen).size).toBe(13);
  });

  it('S73: searches titles by substring, in any case, with % and _ meaning themselves', async () => {
    const { alice, room } = await makePair();
    for (const title of ['100% done', '100 times', 'snake_case', 'snakeXcase', 'Über Straße', '日本語の話'])
      await makeThread(alice, room.id, title);
    const find = async (search: string) =>
      (await listThreads(alice, { roomId: room.id, archived: false, limit: 20, search })).threads.map(
        (t) => t.title,
      );
    expect(await find('100%')).toEqual(['100% done']);
    expect(await find('snake_')).toEqual(['snake_case']);
    expect(await find('über')).toEqual(['Über Straße']);
    expect(await find('本語')).toEqual(['日本語の話']);
    expect(await find('\\')).toEqual([]);
  });

  it('S58: shows what the viewer may read: to strangers the open rooms, to members theirs as well', async () => {
    const { alice, room: hidden } = await makePair({ kind: 'private', visitors: 'none' });
    const open = await makeRoom(alice);
    const members = await makeRoom(alice, { visitors: 'none' });
    for (const room of [hidden, open, members]) await say(alice, room.mainThreadId);
    const seen = async (viewer: Viewer) => {
      const { threads } = await listThreads(viewer, { archived: false, limit: 100 });
      return [hidden, open, members].map((room) => threads.some((thread) => thread.roomId === room.id));
    };
    expect(await seen(stranger)).toEqual([false, true, false]);
    expect(await seen(await makeMember('Carol'))).toEqual([false, true, true]);
    expect(await seen(alice)).toEqual([true, true, true]);
  });

  it('hides archived threads unless asked for them', async () => {
    const { alice, room } = await makePair();
    const thread = await makeThread(alice, room.id);
    await archiveThread(alice, { id: thread.id, isArchived: true });
    const list = async (archived: boolean) =>
      (await listThreads(alice, { roomId: room.id, archived, limit: 10 })).threads.map((t) => t.id);
    expect(await list(false)).toEqual([room.mainThreadId]);
    expect(await list(true)).toEqual([thread.id]);
  });
});

describe('updateThread', () => {
  it('renames, locks and archives by headRev and leaves the log alone', async () => {
    const { alice, bob, room } = await makePair();
    const thread = await makeThread(bob, room.id);
    await say(bob, thread.id);
    await updateThread(bob, { id: thread.id, title: 'Renamed' });
    const locked = await updateThread(alice, { id: thread.id, isLocked: true });
    expect(locked).toMatchObject({ title: 'Renamed', seq: 1, rev: 1, headRev: 2 });
    expect(locked.lockedAt).not.toBeNull();
    expect((await updateThread(alice, { id: thread.id, isLocked: false })).lockedAt).toBeNull();
  });

  it('lets the creator rename and archive, moderators lock, and nobody else anything', async () => {
    const { alice, bob, room } = await makePair();
    const thread = await makeThread(bob, room.id);
    const carol = await makeMember('Carol');
    await joinRoomByCall(carol, room.id);
    const refused = { code: 'FORBIDDEN', reason: 'not_allowed' };
    await expect(updateThread(carol, { id: thread.id, title: 'Hers' })).rejects.toMatchObject(refused);
    await expect(updateThread(bob, { id: thread.id, isLocked: true })).rejects.toMatchObject(refused);
    await expect(updateThread(bob, { id: room.mainThreadId, title: 'Bob’s' })).rejects.toMatchObject(refused);
    await expect(archiveThread(alice, { id: room.mainThreadId, isArchived: true })).rejects.toMatchObject(
      refused,
    );
    expect((await getThread(alice, { id: thread.id })).headRev).toBe(0);
  });
});

describe('listInbox', () => {
  it('merges the threads of all the viewer’s rooms, latest first, in pages', async () => {
    const alice = await makeMember();
    const rooms = [
      await makeRoom(alice),
      await makeRoom(alice),
      await makeRoom(alice, { kind: 'private', visitors: 'none' }),
    ];
    const said: string[] = [];
    for (let i = 0; i < 9; i++) {
      const thread = await makeThread(alice, rooms[i % 3]?.id ?? '', `Thread ${i}`);
      await say(alice, thread.id);
      said.unshift(thread.id);
    }
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page = await listInbox(alice, { limit: 4, cursor });
      seen.push(...page.threads.map((thread) => thread.id));
      cursor = page.nextCursor;
    } while (cursor);
    expect(seen).toEqual(said);
    expect(await listInbox(stranger, { limit: 4 })).toEqual({ threads: [], nextCursor: null });
  });
});
