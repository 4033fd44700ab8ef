import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listInbox, readUnread } from '@/server/domain/inbox/read';
import { editMessage } from '@/server/domain/message/edit';
import { messageHistory } from '@/server/domain/message/history';
import { reactToMessage } from '@/server/domain/message/react';
import { getMessage, listMessages } from '@/server/domain/message/read';
import { sendMessage } from '@/server/domain/message/send';
import { inviteMembers } from '@/server/domain/room/people';
import { listThreads, getOpenThread } from '@/server/domain/thread/read';
import { createThread } from '@/server/domain/thread/write';
import { updateThread } from '@/server/domain/thread/update';
import { pool } from '@/server/base/db';
import { makeMember, makeRoom, makeThread, newId, say } from '@/server/testing/factories';
import { eventually, startServer, type TestServer } from '@/server/testing/server';
import { changesOf, followInbox, followThread, makeKnownVisitor } from '@/server/testing/synced';

let server: TestServer;
beforeAll(async () => (server = await startServer()));
afterAll(() => server.close());

/** A private room with things said before a guest came who sees nothing older, and one thing after. */
async function setUp() {
  const alice = await makeMember();
  const room = await makeRoom(alice, { kind: 'private', visitors: 'none' });
  const threadId = room.mainThreadId;
  const old = await makeThread(alice, room.id, 'Before the guest');
  await say(alice, old.id, 'Canary in the thread');
  const canaries = [];
  for (let i = 1; i <= 5; i++) canaries.push(await say(alice, threadId, `Canary ${i}`));
  const canary = canaries[4];
  if (!canary) throw new Error('Nothing was said.');
  const { viewer: guest, secret } = await makeKnownVisitor('Guest');
  await inviteMembers(alice, { roomId: room.id, userIds: [guest.userId], hidesHistory: true });
  const answer = await sendMessage(alice, { id: newId(), threadId, text: 'Welcome', replyToId: canary.id });
  if (answer.state !== 'sent') throw new Error('The answer was held.');
  return { alice, room, threadId, old, canary, guest, secret, answer: answer.message };
}
const notFound = { code: 'NOT_FOUND' };

describe('a guest without history', () => {
  it('S53: reads what was said since, from wherever they ask, and quotes nothing older', async () => {
    const { guest, threadId, answer } = await setUp();
    for (const where of [
      { direction: 'backward' as const },
      { direction: 'forward' as const, cursor: 0 },
      { direction: 'around' as const, cursor: 3 },
      { direction: 'backward' as const, cursor: 7 },
    ]) {
      const page = await listMessages(guest, { threadId, limit: 50, ...where });
      expect(page.messages.map((message) => message.seq)).toEqual([6]);
      expect(page).toMatchObject({ prevCursor: null, head: { firstSeq: 6, seq: 6 } });
      expect(JSON.stringify(page)).not.toContain('Canary');
      expect(page.messages[0]).toMatchObject({ id: answer.id, replyTo: null });
    }
    const before = await listMessages(guest, { threadId, limit: 50, direction: 'backward', cursor: 6 });
    expect(before.messages).toEqual([]);
  });

  it('finds no older message by its id, in whatever they do with it', async () => {
    const { guest, threadId, canary } = await setUp();
    const key = { threadId, id: canary.id };
    await expect(getMessage(guest, key)).rejects.toMatchObject(notFound);
    await expect(messageHistory(guest, key)).rejects.toMatchObject(notFound);
    await expect(reactToMessage(guest, { ...key, emoji: '👍', isOn: true })).rejects.toMatchObject(notFound);
    await expect(editMessage(guest, { ...key, text: 'Mine' })).rejects.toMatchObject(notFound);
    await expect(createThread(guest, { id: newId(), messageId: canary.id })).rejects.toMatchObject(notFound);
    await expect(
      sendMessage(guest, { id: newId(), threadId, text: 'Ha', replyToId: canary.id }),
    ).rejects.toMatchObject({ reason: 'reply_not_found' });
  });

  it('sees threads of before only once something is said in them, and counts nothing older', async () => {
    const { alice, room, guest, old, threadId } = await setUp();
    const lists = async () => {
      const [inRoom, everywhere, inbox] = await Promise.all([
        listThreads(guest, { roomId: room.id, archived: false, limit: 50 }),
        listThreads(guest, { search: 'Before the', archived: false, limit: 50 }),
        listInbox(guest, { unread: false, limit: 50 }),
      ]);
      expect(JSON.stringify([inRoom, everywhere, inbox])).not.toContain('Canary');
      return [inRoom, everywhere, inbox].map((list) => list.threads.some((thread) => thread.id === old.id));
    };
    expect(await lists()).toEqual([false, false, false]);
    expect((await getOpenThread(guest, { id: old.id })).lastMessage).toBeNull();
    expect((await readUnread(guest, { threadIds: [threadId] })).rooms).toEqual({ [room.id]: 1 });
    await say(alice, old.id, 'Said since');
    expect(await lists()).toEqual([true, true, true]);
  });

  it('hears live of what is new, and of no change to what is old', async () => {
    const { alice, guest, secret, threadId, canary, answer, old } = await setUp();
    const { trpc } = server.openClient(secret);
    const [head] = [await listMessages(guest, { threadId, limit: 50, direction: 'backward' })];
    const epoch = head.head.cursor.split('.')[0] ?? '';
    const [stream, behind, inbox] = [
      followThread(trpc, threadId, head.head.cursor),
      followThread(trpc, threadId, `${epoch}.0`),
      followInbox(trpc),
    ];
    await eventually(() => stream.events.length > 0 && behind.events.length > 0 && inbox.events.length > 0);
    await editMessage(alice, { threadId, id: canary.id, text: 'Canary, edited' });
    await reactToMessage(alice, { threadId, id: answer.id, emoji: '👍', isOn: true });
    await updateThread(alice, { id: old.id, title: 'Canary thread' });
    await say(alice, threadId, 'Live');
    for (const one of [stream, behind]) {
      await eventually(() => changesOf(one).some((change) => change.text === 'Live'));
      expect(JSON.stringify(one.events)).not.toContain('Canary');
      expect(one.events.at(-1)).toMatchObject({ head: { firstSeq: 6 } });
    }
    expect(changesOf(behind).map((change) => change.seq)).toContain(answer.seq);
    await eventually(() => JSON.stringify(inbox.events).includes('Live'));
    expect(JSON.stringify(inbox.events)).not.toContain('Canary');
  });
});

describe('the first place after a moment', () => {
  it('is found in a thread of any length', async () => {
    const alice = await makeMember();
    const room = await makeRoom(alice);
    await pool().query(
      `insert into messages (id, thread_id, seq, rev, kind, author_id, text, send_hash, created_at)
       select gen_random_uuid(), $1, n, n, 'text', $2, 'x', '\\x00', '2026-01-01'::timestamptz + n * interval '1 minute'
       from generate_series(1, 1000) n`,
      [room.mainThreadId, alice.userId],
    );
    await pool().query('update threads set seq = 1000, rev = 1000 where id = $1', [room.mainThreadId]);
    const placeAfter = async (minutes: number) =>
      (
        await pool().query<{ seq: number }>(
          `select first_seq_after($1, '2026-01-01'::timestamptz + $2 * interval '1 minute') as seq`,
          [room.mainThreadId, minutes],
        )
      ).rows[0]?.seq;
    expect(await Promise.all([-5, 0, 0.5, 1, 499, 999, 1000, 5000].map(placeAfter))).toEqual([
      1, 1, 1, 2, 500, 1000, 1001, 1001,
    ]);
  });
});
