import { beforeEach, describe, expect, it } from 'vitest';
import { pool } from '@/server/base/db';
import { deleteMessage, restoreMessage } from '@/server/domain/message/delete';
import { editMessage } from '@/server/domain/message/edit';
import { listMessages } from '@/server/domain/message/read';
import { sendMessage } from '@/server/domain/message/send';
import { roomPeople } from '@/server/domain/room/mentionable';
import { joinRoomByCall } from '@/server/domain/room/write';
import { followThread, markRead, readStates } from '@/server/domain/thread/read-state';
import { getThread } from '@/server/domain/thread/read';
import { bus } from '@/server/realtime/bus';
import {
  makeMember,
  makePair,
  makeRoom,
  makeThread,
  makeVisitor,
  newId,
  say,
} from '@/server/testing/factories';
import { eventually } from '@/server/testing/server';
import { mentionsMax } from '@/shared/limits';
import type { RoomView } from '@/shared/room';
import type { Member } from '@/shared/user';

const at = ({ userId }: Member) => `<@${userId}>`;
let alice: Member;
let bob: Member;
let room: RoomView;
let threadId: string;

beforeEach(async () => {
  ({ alice, bob, room } = await makePair());
  threadId = (await makeThread(alice, room.id)).id;
});

async function calledIn(messageId: string): Promise<string[]> {
  const { rows } = await pool().query<{ user_id: string }>(
    'select user_id from mentions where message_id = $1 order by user_id',
    [messageId],
  );
  return rows.map((row) => row.user_id);
}
const stateOf = async (viewer: Member, id = threadId) => (await readStates(viewer, [id]))[0]?.readState;
const peopleFor = async (viewer: Member, id = threadId) =>
  (await listMessages(viewer, { threadId: id, direction: 'backward', limit: 50 })).people;

describe('whoever is called by name', () => {
  it('follows the thread from that message on, and finds it marked until it is read', async () => {
    await say(alice, threadId, 'Before');
    expect(await stateOf(bob)).toBeNull();
    const { seq } = await say(alice, threadId, `Look, ${at(bob)}`);
    expect(await stateOf(bob)).toMatchObject({ following: true, unread: 1, mentions: 1 });
    await say(alice, threadId, 'And more');
    expect(await stateOf(bob)).toMatchObject({ unread: 2, mentions: 1 });
    await markRead(bob, { threadId, seq });
    expect(await stateOf(bob)).toMatchObject({ unread: 1, mentions: 0 });
  });

  it('hears of it on every device', async () => {
    const heard: unknown[] = [];
    const stop = bus().subscribe(
      `user:${bob.userId}`,
      (event) => event.type === 'read' && heard.push(...event.states),
    );
    await say(alice, threadId, `Look, ${at(bob)}`);
    await eventually(() => heard.length > 0);
    expect(heard).toEqual([expect.objectContaining({ threadId, following: true, mentions: 1 })]);
    stop();
  });

  it('is left alone where they have decided not to follow', async () => {
    await followThread(bob, { threadId, following: false });
    await say(alice, threadId, `Look, ${at(bob)}`);
    expect(await stateOf(bob)).toMatchObject({ following: false, mentions: 0 });
  });

  it('is marked in the main thread without losing what was unread before', async () => {
    await say(alice, room.mainThreadId, 'Before');
    await say(alice, room.mainThreadId, `Look, ${at(bob)}`);
    expect(await stateOf(bob, room.mainThreadId)).toMatchObject({ unread: 2, mentions: 1 });
  });

  it('is not marked by calling themselves, nor after a deletion, until it is taken back', async () => {
    await say(bob, threadId, `I, ${at(bob)}`);
    expect(await stateOf(bob)).toMatchObject({ mentions: 0 });
    const { id } = await say(alice, threadId, `You, ${at(bob)}`);
    await deleteMessage(alice, { threadId, id });
    expect(await stateOf(bob)).toMatchObject({ mentions: 0 });
    await restoreMessage(alice, { threadId, id });
    expect(await stateOf(bob)).toMatchObject({ mentions: 1 });
  });

  it('is called once, however often the send is repeated or the name stands there', async () => {
    const input = { id: newId(), threadId, text: `${at(bob)} ${at(bob)}` };
    await sendMessage(alice, input);
    await sendMessage(alice, input);
    expect(await calledIn(input.id)).toEqual([bob.userId]);
    expect(await stateOf(bob)).toMatchObject({ unread: 1, mentions: 1 });
  });
});

describe('nobody else is called', () => {
  it('by an id of somebody who is not in the room, who stays unnamed', async () => {
    const outsider = await makeMember('Outsider');
    const visitor = await makeVisitor('Walker');
    const { id } = await say(alice, threadId, `${at(outsider)} ${at(visitor)} <@${newId()}>`);
    expect(await calledIn(id)).toEqual([]);
    expect(Object.keys(await peopleFor(bob))).toEqual([alice.userId]);
    expect(await stateOf(outsider)).toBeNull();
    expect((await getThread(bob, { id: threadId })).lastMessage?.text).toBe('@someone @someone @someone');
  });

  it('in code, or beyond the limit', async () => {
    const code = await say(alice, threadId, `\`${at(bob)}\``);
    expect(await calledIn(code.id)).toEqual([]);
    const crowd = await Promise.all(
      Array.from({ length: mentionsMax + 2 }, (_, i) => makeMember(`Person ${i}`)),
    );
    for (const person of crowd) await joinRoomByCall(person, room.id);
    const all = await say(alice, threadId, crowd.map(at).join(' '));
    expect(await calledIn(all.id)).toHaveLength(mentionsMax);
  });

  it('from one room into another that they share no membership of', async () => {
    const closed = await makeRoom(alice, { kind: 'private', visitors: 'none' });
    const { id } = await say(alice, closed.mainThreadId, `Psst, ${at(bob)}`);
    expect(await calledIn(id)).toEqual([]);
    expect(Object.keys(await peopleFor(alice, closed.mainThreadId))).toEqual([alice.userId]);
  });
});

describe('an edit', () => {
  it('calls whom it adds, and takes back whom it drops', async () => {
    const carol = await makeMember('Carol');
    await joinRoomByCall(carol, room.id);
    const { id } = await say(alice, threadId, `Look, ${at(bob)}`);
    await editMessage(alice, { threadId, id, text: `Look, ${at(carol)}` });
    expect(await calledIn(id)).toEqual([carol.userId]);
    expect(await stateOf(bob)).toMatchObject({ mentions: 0 });
    expect(await stateOf(carol)).toMatchObject({ following: true, unread: 1, mentions: 1 });
    expect(await peopleFor(bob)).toHaveProperty(carol.userId);
  });

  it('that is refused changes nobody', async () => {
    const { id } = await say(alice, threadId, `Look, ${at(bob)}`);
    await expect(editMessage(bob, { threadId, id, text: 'Mine now' })).rejects.toThrow('Only its author');
    expect(await calledIn(id)).toEqual([bob.userId]);
  });
});

describe('names', () => {
  it('of those who are called come with pages, quotes and lists', async () => {
    const called = await say(alice, threadId, `Ask ${at(bob)} **now**`);
    expect((await peopleFor(alice))[bob.userId]).toMatchObject({ name: 'Bob' });
    expect((await getThread(alice, { id: threadId })).lastMessage?.text).toBe('Ask @Bob now');
    for (let i = 0; i < 3; i++) await say(alice, threadId, 'Between');
    await sendMessage(alice, { id: newId(), threadId, text: 'This one', replyToId: called.id });
    const page = await listMessages(alice, { threadId, direction: 'backward', limit: 1 });
    expect(page.people).toHaveProperty(bob.userId);
  });

  it('are found by a part, among the members of the room alone', async () => {
    const other = await makeRoom(alice);
    await say(await makeVisitor('Bobby Elsewhere'), other.mainThreadId);
    await makeMember('Bob Outside');
    const found = await roomPeople(alice, { roomId: room.id, search: 'bo' });
    expect(found.people).toEqual([{ id: bob.userId, kind: 'registered', name: 'Bob' }]);
    expect((await roomPeople(alice, { roomId: room.id })).people.map(({ id }) => id)).toEqual([bob.userId]);
    expect((await roomPeople(alice, { roomId: room.id, search: '%' })).people).toEqual([]);
    expect(await roomPeople(await makeVisitor(), { roomId: room.id })).toEqual({ people: [] });
    const closed = await makeRoom(alice, { kind: 'private', visitors: 'none' });
    await expect(roomPeople(bob, { roomId: closed.id })).rejects.toThrow(/.+/);
  });
});
