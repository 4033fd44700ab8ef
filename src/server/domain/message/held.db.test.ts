import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { pool } from '@/server/base/db';
import { approveHeld, listHeld, rejectHeld } from '@/server/domain/message/held';
import { writePosts } from '@/server/domain/message/post-batch';
import { banAndPurge } from '@/server/domain/message/purge';
import { reactToMessage } from '@/server/domain/message/react';
import { sendMessage } from '@/server/domain/message/send';
import { listAudit } from '@/server/domain/room/audit';
import { listQueues } from '@/server/domain/room/queue';
import { joinRoomByCall } from '@/server/domain/room/write';
import { createThread } from '@/server/domain/thread/write';
import { makeMember, makeRoom, makeVisitor, newId, say, storedLog } from '@/server/testing/factories';
import { postBy } from '@/server/testing/posts';
import { eventually, startServer, type TestServer } from '@/server/testing/server';
import { changesOf, followInbox, followThread, makeKnownVisitor } from '@/server/testing/synced';
import { heldPerPersonMax } from '@/shared/limits';
import type { RoomView } from '@/shared/room';
import type { Member } from '@/shared/user';

let server: TestServer;
beforeAll(async () => (server = await startServer()));
afterAll(() => server.close());

let alice: Member;
let otter: Member;
let room: RoomView;
let closing: (() => void)[] = [];
beforeEach(async () => {
  alice = await makeMember();
  otter = await makeVisitor();
  room = await makeRoom(alice, { visitors: 'approve' });
});
afterEach(() => {
  for (const close of closing) close();
  closing = [];
});

const first = (text = 'May I come in?') => ({ id: newId(), threadId: room.mainThreadId, text });
const keyOf = (input: { id: string }) => ({ roomId: room.id, id: input.id });

describe('a room whose moderators let visitors in', () => {
  it('keeps a visitor’s message, once, without a place and unseen by everybody but moderators', async () => {
    const input = first();
    const sends = await Promise.all([1, 2, 3].map(() => sendMessage(otter, input)));
    expect(sends).toEqual([1, 2, 3].map(() => ({ state: 'held', authorId: otter.userId })));
    expect(await storedLog(room.mainThreadId)).toEqual([]);
    const { held, total } = await listHeld(alice, room.id);
    expect(total).toBe(1);
    expect(held).toMatchObject([
      { id: input.id, text: 'May I come in?', author: { id: otter.userId, kind: 'visitor' } },
    ]);
    for (const viewer of [otter, await makeVisitor(), await makeMember('Bob')])
      await expect(listHeld(viewer, room.id)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(sendMessage(otter, { ...input, text: 'Something else' })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
  });

  it('posts it with its own id when it is approved, once, and its writer is in from then on', async () => {
    const input = first();
    await sendMessage(otter, input);
    const approve = () => approveHeld(alice, keyOf(input));
    await Promise.all([approve(), approve()]);
    await approve();
    expect(await storedLog(room.mainThreadId)).toMatchObject([{ id: input.id, seq: 1 }]);
    expect(await sendMessage(otter, input)).toMatchObject({ state: 'sent', message: { seq: 1 } });
    await say(otter, room.mainThreadId, 'And now at once');
    expect(await listHeld(alice, room.id)).toEqual({ held: [], total: 0 });
    const { entries } = await listAudit(alice, { roomId: room.id, limit: 100 });
    expect(entries.map((entry) => entry.action)).toEqual(['held.approve']);
  });

  it('judges each message that was sent before by itself', async () => {
    const [one, two] = [first('One'), first('Two')];
    await sendMessage(otter, one);
    await sendMessage(otter, two);
    await approveHeld(alice, keyOf(one));
    expect(await sendMessage(otter, two)).toMatchObject({ state: 'held' });
    // Nor does it slip in behind somebody's lock, by the statement that waits.
    const [slipped] = await writePosts(room.mainThreadId, [postBy(otter.userId, two.id, 'Two')]);
    expect(slipped).toMatchObject({ outcome: 'held', seq: null });
    await rejectHeld(alice, keyOf(two));
    await expect(sendMessage(otter, two)).rejects.toMatchObject({ code: 'FORBIDDEN', reason: 'rejected' });
    expect(await storedLog(room.mainThreadId)).toHaveLength(1);
  });

  it('turns one away without a word of it being kept', async () => {
    const input = first('Buy my things');
    await sendMessage(otter, input);
    await rejectHeld(alice, keyOf(input));
    await expect(rejectHeld(alice, keyOf(input))).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(approveHeld(alice, keyOf(input))).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(sendMessage(otter, input)).rejects.toMatchObject({ reason: 'rejected' });
    const { rows } = await pool().query('select * from held_messages where room_id = $1', [room.id]);
    expect(JSON.stringify(rows)).not.toContain('Buy');
    expect((await sendMessage(otter, first('Sorry'))).state).toBe('held');
  });

  it('lets nobody in who only reacts, joins or starts a thread', async () => {
    const message = await say(alice, room.mainThreadId);
    const key = { threadId: room.mainThreadId, id: message.id };
    for (const work of [
      () => reactToMessage(otter, { ...key, emoji: '👍', isOn: true }),
      () => joinRoomByCall(otter, room.id),
      () => createThread(otter, { id: newId(), roomId: room.id, title: 'Mine' }),
    ])
      await expect(work()).rejects.toMatchObject({ code: 'FORBIDDEN', reason: 'approval_needed' });
  });

  it('takes members at once, and nothing from the banned, nor while it is locked', async () => {
    await say(await makeMember('Bob'), room.mainThreadId);
    await sendMessage(otter, first());
    await banAndPurge(alice, { roomId: room.id, userId: otter.userId, addressHours: 0, purgeHours: 0 });
    expect((await listHeld(alice, room.id)).total).toBe(0);
    await expect(sendMessage(otter, first())).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await pool().query('update rooms set locked_at = now() where id = $1', [room.id]);
    await expect(sendMessage(await makeVisitor(), first())).rejects.toMatchObject({ reason: 'room_locked' });
  });

  it('lets one person fill only so much of the queue', async () => {
    for (let i = 0; i < heldPerPersonMax; i++) await sendMessage(otter, first(`Message ${i}`));
    await expect(sendMessage(otter, first())).rejects.toMatchObject({ reason: 'too_many' });
    expect((await sendMessage(await makeVisitor(), first())).state).toBe('held');
  });

  it('S55: is decided on by its own moderators only', async () => {
    const mallory = await makeMember('Mallory');
    const hers = await makeRoom(mallory);
    const input = first();
    await sendMessage(otter, input);
    await expect(approveHeld(mallory, keyOf(input))).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(rejectHeld(otter, keyOf(input))).rejects.toMatchObject({ code: 'FORBIDDEN' });
    const elsewhere = { roomId: hers.id, id: input.id };
    await expect(approveHeld(mallory, elsewhere)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(rejectHeld(mallory, elsewhere)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('tells moderators what waits, and the writer what was decided, while everybody sees it arrive', async () => {
    const moderator = await makeKnownVisitor('Moderator');
    const writer = await makeKnownVisitor('Writer');
    const reader = await makeKnownVisitor('Reader');
    await pool().query(`insert into memberships (room_id, user_id, role) values ($1, $2, 'moderator')`, [
      room.id,
      moderator.viewer.userId,
    ]);
    const clients = [moderator, writer, reader].map(({ secret }) => server.openClient(secret));
    const inboxes = clients.map(({ trpc }) => followInbox(trpc));
    const [of] = clients.slice(2).map(({ trpc }) => followThread(trpc, room.mainThreadId));
    closing = clients.map((client) => () => client.close());
    await eventually(() => inboxes.every((inbox) => inbox.events.length > 0) && (of?.events.length ?? 0) > 0);
    const heard = (i: number, type: string) =>
      (inboxes[i]?.events ?? []).filter((event) => event.type === type);

    const input = first();
    await sendMessage(writer.viewer, input);
    await eventually(() => heard(0, 'queue').length === 1);
    expect(heard(0, 'queue')).toEqual([{ type: 'queue', roomId: room.id, held: 1, reports: 0 }]);
    expect(await listQueues(moderator.viewer)).toEqual([{ roomId: room.id, held: 1, reports: 0 }]);
    await approveHeld(moderator.viewer, keyOf(input));
    await eventually(() => heard(1, 'held').length === 1 && heard(0, 'queue').length === 2);
    expect(heard(1, 'held')).toEqual([{ type: 'held', threadId: room.mainThreadId, messageId: input.id }]);
    await eventually(() => changesOf(of ?? { events: [] }).some((message) => message.id === input.id));
    expect(await listQueues(moderator.viewer)).toEqual([]);
    expect(heard(2, 'queue')).toEqual([]);
    expect(heard(2, 'held')).toEqual([]);
    expect(heard(1, 'queue')).toEqual([]);
  });
});
