import { beforeEach, describe, expect, it } from 'vitest';
import { pool } from '@/server/base/db';
import { listInbox } from '@/server/domain/inbox/read';
import { deleteMessage } from '@/server/domain/message/delete';
import { leaveRoom } from '@/server/domain/room/leave';
import { markRead } from '@/server/domain/thread/read-state';
import { archiveThread } from '@/server/domain/thread/update';
import { makePair, makeThread, makeVisitor, say } from '@/server/testing/factories';
import { joinRoomByCall } from '@/server/domain/room/write';
import type { RoomView } from '@/shared/room';
import type { Member, Viewer } from '@/shared/user';

const at = ({ userId }: Member) => `<@${userId}>`;
let alice: Member;
let bob: Member;
let room: RoomView;

beforeEach(async () => {
  ({ alice, bob, room } = await makePair());
});

const callingThread = async (title: string) => {
  const thread = await makeThread(alice, room.id, title);
  return { id: thread.id, message: await say(alice, thread.id, `Look, ${at(bob)}`) };
};

async function calling(viewer: Viewer, unread = false, limit = 50): Promise<string[]> {
  const seen: string[] = [];
  let cursor: string | null = null;
  do {
    const page = await listInbox(viewer, { limit, mentions: true, unread, cursor });
    seen.push(...page.threads.map((thread) => thread.id));
    cursor = page.nextCursor;
  } while (cursor);
  return seen;
}

describe('the threads in which somebody is called', () => {
  it('are listed page by page, latest message first, and only for them', async () => {
    const ids: string[] = [];
    for (let i = 0; i < 5; i++) ids.unshift((await callingThread(`Thread ${i}`)).id);
    const quiet = await makeThread(alice, room.id, 'Nobody is called');
    await say(alice, quiet.id, 'Just words');
    expect(await calling(bob, false, 2)).toEqual(ids);
    expect(await calling(alice)).toEqual([]);
    const [last = ''] = ids.slice(-1);
    await say(alice, last, 'And one more word');
    expect(await calling(bob)).toEqual([last, ...ids.slice(0, -1)]);
  });

  it('come once, however often they are called there', async () => {
    const { id } = await callingThread('Often');
    for (let i = 0; i < 3; i++) await say(alice, id, `Again, ${at(bob)}`);
    expect(await calling(bob)).toEqual([id]);
  });

  it('are asked for with what is unread as well', async () => {
    const read = await callingThread('Read');
    const unread = await callingThread('Unread');
    await markRead(bob, { threadId: read.id, seq: 1 });
    await say(alice, read.id, 'New, but it calls nobody');
    expect(await calling(bob, true)).toEqual([unread.id]);
    expect(await calling(bob)).toEqual([read.id, unread.id]);
  });

  it('are left out when the message was deleted, the thread archived, or the room left', async () => {
    const [deleted, archived, kept] = [
      await callingThread('Deleted'),
      await callingThread('Archived'),
      await callingThread('Kept'),
    ];
    await deleteMessage(alice, { threadId: deleted.id, id: deleted.message.id });
    await archiveThread(alice, { id: archived.id, isArchived: true });
    expect(await calling(bob)).toEqual([kept.id]);
    await leaveRoom(bob, { roomId: room.id });
    expect(await calling(bob)).toEqual([]);
  });

  it('are those of a claimed visitor as well', async () => {
    const otter = await makeVisitor();
    await joinRoomByCall(otter, room.id);
    const thread = await makeThread(alice, room.id, 'For the otter');
    await say(alice, thread.id, `Hello ${at(otter)}`);
    await pool().query('update users set claimed_by_id = $2 where id = $1', [otter.userId, bob.userId]);
    expect(await calling(bob)).toEqual([thread.id]);
  });

  it('are none for a stranger', async () => {
    await callingThread('Somebody else is called');
    expect(await calling({ kind: 'stranger', userId: null })).toEqual([]);
  });
});
