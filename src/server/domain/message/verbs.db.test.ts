import { describe, expect, it } from 'vitest';
import { pool } from '@/server/base/db';
import { deleteMessage, restoreMessage } from '@/server/domain/message/delete';
import { editMessage } from '@/server/domain/message/edit';
import { messageHistory } from '@/server/domain/message/history';
import { reactToMessage } from '@/server/domain/message/react';
import { getMessage, listMessages, readChanges } from '@/server/domain/message/read';
import { sendMessage } from '@/server/domain/message/send';
import { getThread, readHeads } from '@/server/domain/thread/read';
import { joinRoomByCall } from '@/server/domain/room/write';
import { makeMember, makePair, makeVisitor, newId, say, storedLog } from '@/server/testing/factories';
import type { Member } from '@/shared/user';

async function setUp() {
  const { alice: owner, bob, room } = await makePair();
  const carol = await makeMember('Carol');
  await joinRoomByCall(carol, room.id);
  const threadId = room.mainThreadId;
  const message = await say(bob, threadId, 'First words');
  const key = { threadId, id: message.id };
  const revOf = async () => (await readHeads([threadId]))[0]?.head.rev;
  return { owner, bob, carol, room, threadId, message, key, revOf };
}
const forbidden = { code: 'FORBIDDEN' };

describe('editMessage', () => {
  it('changes the text under a new rev and the same place, and keeps the older text', async () => {
    const { bob, key, message, revOf } = await setUp();
    const edited = await editMessage(bob, { ...key, text: 'Second words' });
    expect(edited).toMatchObject({
      id: message.id,
      seq: 1,
      rev: 2,
      text: 'Second words',
      createdAt: message.createdAt,
    });
    expect(edited.editedAt).not.toBeNull();
    await editMessage(bob, { ...key, text: 'Third words' });
    expect((await messageHistory(bob, key)).texts.map((each) => each.text)).toEqual([
      'First words',
      'Second words',
      'Third words',
    ]);
    expect(await revOf()).toBe(3);
  });

  it('changes nothing when it is repeated, and burns no number when it is refused', async () => {
    const { owner, bob, carol, key, revOf } = await setUp();
    const once = await editMessage(bob, { ...key, text: 'New' });
    expect(await editMessage(bob, { ...key, text: 'New' })).toEqual(once);
    for (const other of [owner, carol, await makeMember('Dave')])
      await expect(editMessage(other, { ...key, text: 'Mine' })).rejects.toMatchObject(forbidden);
    await expect(editMessage(bob, { ...key, id: newId(), text: 'Nothing' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    expect(await revOf()).toBe(2);
  });

  it('shows the new text in lists and in quotes', async () => {
    const { bob, carol, key, threadId, message } = await setUp();
    await editMessage(bob, { ...key, text: 'As lists show it' });
    expect((await getThread(bob, { id: threadId })).lastMessage?.text).toBe('As lists show it');
    const reply = await sendMessage(carol, { id: newId(), threadId, text: 'Reply', replyToId: message.id });
    await editMessage(bob, { ...key, text: 'Again' });
    expect((await getThread(bob, { id: threadId })).lastMessage?.text).toBe('Reply');
    const read = await getMessage(bob, { threadId, id: reply.state === 'sent' ? reply.message.id : '' });
    expect(read.message.replyTo?.text).toBe('Again');
  });

  it('S108: keeps revisions dense while many edit at once', async () => {
    const { bob, threadId, revOf } = await setUp();
    const messages = [];
    for (let i = 0; i < 5; i++) messages.push(await say(bob, threadId, `Message ${i}`));
    await Promise.all(
      messages.flatMap(({ id }) =>
        Array.from({ length: 8 }, (_, i) => editMessage(bob, { threadId, id, text: `Text ${i}` })),
      ),
    );
    const log = await storedLog(threadId);
    expect(log.map((row) => row.seq)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(new Set(log.map((row) => row.rev)).size).toBe(6);
    expect(await revOf()).toBe(6 + 40);
    const read = await readChanges(threadId, 6);
    expect(read.type === 'changes' && read.changes).toHaveLength(5);
  });

  it('is refused in closed places', async () => {
    const { bob, key, threadId } = await setUp();
    await pool().query('update threads set archived_at = now() where id = $1', [threadId]);
    await expect(editMessage(bob, { ...key, text: 'New' })).rejects.toMatchObject({
      reason: 'thread_archived',
    });
    await pool().query('update threads set archived_at = null, locked_at = now() where id = $1', [threadId]);
    await expect(editMessage(bob, { ...key, text: 'New' })).rejects.toMatchObject({
      reason: 'thread_locked',
    });
  });
});

describe('deleteMessage', () => {
  it('S61: keeps the place and takes the text from every path', async () => {
    const { owner, bob, carol, key, threadId, message } = await setUp();
    await reactToMessage(carol, { ...key, emoji: '👍', isOn: true });
    const reply = await sendMessage(carol, { id: newId(), threadId, text: 'Reply', replyToId: message.id });
    const gone = await deleteMessage(bob, key);
    expect(gone).toMatchObject({ seq: 1, text: '', reactions: [], replyTo: null });
    const everything = JSON.stringify([
      await listMessages(carol, { threadId, direction: 'backward', limit: 50 }),
      await readChanges(threadId, 0),
      await getThread(carol, { id: threadId }),
      await getMessage(carol, { threadId, id: reply.state === 'sent' ? reply.message.id : '' }),
      await sendMessage(bob, { id: message.id, threadId, text: 'First words' }),
    ]);
    expect(everything).not.toContain('First words');
    await expect(messageHistory(carol, key)).rejects.toMatchObject(forbidden);
    expect((await messageHistory(owner, key)).texts).toMatchObject([{ text: 'First words' }]);
  });

  it('takes the last line of the thread out of the lists', async () => {
    const { bob, key, threadId } = await setUp();
    await deleteMessage(bob, key);
    expect((await getThread(bob, { id: threadId })).lastMessage).toMatchObject({ text: '' });
  });

  it('S50: is for the author and moderators, and repeatable', async () => {
    const { owner, bob, carol, key, threadId, revOf } = await setUp();
    await expect(deleteMessage(carol, key)).rejects.toMatchObject(forbidden);
    const gone = await deleteMessage(bob, key);
    expect(await deleteMessage(bob, key)).toEqual(gone);
    await expect(editMessage(bob, { ...key, text: 'New' })).rejects.toMatchObject({
      code: 'CONFLICT',
      reason: 'deleted',
    });
    const other = await say(carol, threadId, 'Also');
    await deleteMessage(owner, { threadId, id: other.id });
    expect(await revOf()).toBe(4);
  });
});

describe('restoreMessage', () => {
  it('gives the author five minutes, for a deletion of their own', async () => {
    const { owner, bob, carol, key, threadId } = await setUp();
    await deleteMessage(bob, key);
    await expect(restoreMessage(carol, key)).rejects.toMatchObject(forbidden);
    expect(await restoreMessage(bob, key)).toMatchObject({ text: 'First words', deletedAt: null });
    expect((await getThread(bob, { id: threadId })).lastMessage?.text).toBe('First words');
    expect(await restoreMessage(bob, key)).toMatchObject({ text: 'First words' });

    await deleteMessage(bob, key);
    await pool().query(`update messages set deleted_at = now() - interval '6 minutes' where id = $1`, [
      key.id,
    ]);
    await expect(restoreMessage(bob, key)).rejects.toMatchObject({ code: 'CONFLICT', reason: 'too_late' });
    expect(await restoreMessage(owner, key)).toMatchObject({ text: 'First words' });

    await deleteMessage(owner, key);
    await expect(restoreMessage(bob, key)).rejects.toMatchObject(forbidden);
  });

  it('brings the newest text back, not the first', async () => {
    const { bob, key } = await setUp();
    await editMessage(bob, { ...key, text: 'Better words' });
    await deleteMessage(bob, key);
    expect(await restoreMessage(bob, key)).toMatchObject({ text: 'Better words' });
  });
});

describe('reactToMessage', () => {
  const react = (viewer: Member, key: { threadId: string; id: string }, emoji: string, isOn = true) =>
    reactToMessage(viewer, { ...key, emoji, isOn });

  it('sets reactions on and off, in the order of first use, each change under its own rev', async () => {
    const { owner, bob, carol, key, revOf } = await setUp();
    await react(carol, key, '🎉');
    await react(bob, key, '👍');
    const both = await react(owner, key, '🎉');
    expect(both.reactions).toEqual([
      { emoji: '🎉', userIds: [carol.userId, owner.userId] },
      { emoji: '👍', userIds: [bob.userId] },
    ]);
    expect(await react(owner, key, '🎉')).toEqual(both);
    const left = await react(carol, key, '🎉', false);
    expect(left.reactions).toEqual([
      { emoji: '🎉', userIds: [owner.userId] },
      { emoji: '👍', userIds: [bob.userId] },
    ]);
    expect((await react(bob, key, '👍', false)).reactions).toEqual([
      { emoji: '🎉', userIds: [owner.userId] },
    ]);
    expect(await revOf()).toBe(6);
  });

  it('loses none when many react at once', async () => {
    const { key, room } = await setUp();
    const people = await Promise.all(Array.from({ length: 12 }, (_, i) => makeVisitor(`Visitor ${i}`)));
    await Promise.all(people.map((person, i) => react(person, key, i % 2 ? '👍' : '❤️')));
    const { message } = await getMessage(people[0] as Member, { threadId: room.mainThreadId, id: key.id });
    expect(message.reactions.map((each) => each.userIds.length).toSorted((a, b) => a - b)).toEqual([6, 6]);
  });

  it('refuses a deleted message and a twenty-first kind', async () => {
    const { bob, carol, key } = await setUp();
    for (let i = 0; i < 20; i++) await react(carol, key, String.fromCodePoint(0x1f600 + i));
    await expect(react(carol, key, '👍')).rejects.toMatchObject({ code: 'CONFLICT', reason: 'too_many' });
    await deleteMessage(bob, key);
    await expect(react(carol, key, '👍')).rejects.toMatchObject({ code: 'CONFLICT', reason: 'deleted' });
  });
});
