import { beforeEach, describe, expect, it } from 'vitest';
import { pool } from '@/server/base/db';
import { deleteMessage } from '@/server/domain/message/delete';
import { getMessage } from '@/server/domain/message/read';
import { listReports, reportMessage, resolveReport } from '@/server/domain/message/report';
import { listAudit } from '@/server/domain/room/audit';
import { listQueues } from '@/server/domain/room/queue';
import { joinRoomByCall } from '@/server/domain/room/write';
import { makeMember, makePair, makeRoom, makeVisitor, say } from '@/server/testing/factories';
import type { MessageView } from '@/shared/message';
import type { Member } from '@/shared/user';

let alice: Member;
let bob: Member;
let carol: Member;
let roomId: string;
let message: MessageView;
beforeEach(async () => {
  const pair = await makePair();
  ({ alice, bob } = pair);
  roomId = pair.room.id;
  carol = await makeMember('Carol');
  message = await say(bob, pair.room.mainThreadId, 'Something bad');
});

const report = (viewer: Member, over: { reason?: 'spam' | 'abuse'; note?: string } = {}) =>
  reportMessage(viewer, {
    threadId: message.threadId,
    id: message.id,
    reason: 'spam',
    note: '',
    ...over,
  });
const settle = (viewer: Member, action: 'dismiss' | 'delete' | 'ban') =>
  resolveReport(viewer, { roomId, messageId: message.id, action });
const actions = async () =>
  (await listAudit(alice, { roomId, limit: 100 })).entries.map((entry) => entry.action).toSorted();

describe('a report', () => {
  it('counts once per person, and gathers under its message for the moderators', async () => {
    const visitor = await makeVisitor();
    await Promise.all([report(carol), report(carol), report(carol, { reason: 'abuse' })]);
    await report(visitor, { reason: 'abuse', note: 'He always does this' });
    const { reported, total } = await listReports(alice, roomId);
    expect(total).toBe(1);
    expect(reported[0]).toMatchObject({
      message: { id: message.id, seq: 1, text: 'Something bad' },
      author: { id: bob.userId },
      notes: [{ by: { id: visitor.userId }, note: 'He always does this' }],
    });
    const reasons = reported[0]?.reasons ?? {};
    expect(Object.values(reasons).reduce((sum, count) => sum + count, 0)).toBe(2);
    expect(await listQueues(alice)).toEqual([{ roomId, held: 0, reports: 1 }]);
    expect(await listQueues(bob)).toEqual([]);
  });

  it('is of others’ messages that one can read, and seen by moderators only', async () => {
    await expect(report(bob)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    const hidden = await makeRoom(alice, { kind: 'private', visitors: 'none' });
    const secret = await say(alice, hidden.mainThreadId, 'Secret');
    await expect(
      reportMessage(carol, { threadId: secret.threadId, id: secret.id, reason: 'spam', note: '' }),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' });
    for (const viewer of [bob, carol]) {
      await expect(listReports(viewer, roomId)).rejects.toMatchObject({ code: 'FORBIDDEN' });
      await expect(settle(viewer, 'dismiss')).rejects.toMatchObject({ code: 'FORBIDDEN' });
    }
    await deleteMessage(bob, { threadId: message.threadId, id: message.id });
    await expect(report(carol)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('is dismissed, and the same person does not bring it up again', async () => {
    await report(carol);
    await settle(alice, 'dismiss');
    await settle(alice, 'dismiss');
    await report(carol);
    expect((await listReports(alice, roomId)).total).toBe(0);
    expect(
      (await getMessage(carol, { threadId: message.threadId, id: message.id })).message.deletedAt,
    ).toBeNull();
    expect(await actions()).toEqual(['report.dismiss']);
  });

  it('ends with the message deleted, or with its writer banned as well', async () => {
    await report(carol);
    await settle(alice, 'delete');
    const key = { threadId: message.threadId, id: message.id };
    expect((await getMessage(carol, key)).message).toMatchObject({ text: '' });
    expect((await listReports(alice, roomId)).total).toBe(0);
    message = await say(bob, message.threadId, 'Something worse');
    await report(carol);
    await settle(alice, 'ban');
    await expect(joinRoomByCall(bob, roomId)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await actions()).toEqual([
      'message.delete',
      'message.delete',
      'report.ban',
      'report.delete',
      'room.ban',
    ]);
  });

  it('S55: gives a moderator no right over an owner', async () => {
    const threadId = message.threadId;
    await pool().query(`update memberships set role = 'moderator' where user_id = $1`, [bob.userId]);
    message = await say(alice, threadId, 'By the owner');
    await report(carol);
    await expect(settle(bob, 'ban')).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(settle(bob, 'delete')).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect((await getMessage(carol, { threadId, id: message.id })).message.text).toBe('By the owner');
    expect((await listReports(bob, roomId)).total).toBe(1);
    await settle(bob, 'dismiss');
  });
});
