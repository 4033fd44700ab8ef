import { describe, expect, it } from 'vitest';
import { inTransaction, pool } from '@/server/base/db';
import { deleteMessage, restoreMessage } from '@/server/domain/message/delete';
import { listAudit, recordAudit } from '@/server/domain/room/audit';
import { makeMember, makePair, makeRoom, makeVisitor, say } from '@/server/testing/factories';
import type { AuditView } from '@/shared/audit';
import type { Viewer } from '@/shared/user';

const all = { limit: 100 };

describe('the audit log of a room', () => {
  it('S114: says who did what to whom, newest first and in pages, and never what was said', async () => {
    const { alice, bob, room } = await makePair();
    const message = await say(bob, room.mainThreadId, 'The secret recipe');
    const key = { threadId: room.mainThreadId, id: message.id };
    await deleteMessage(alice, key);
    await deleteMessage(alice, key);
    await restoreMessage(alice, key);
    for (let i = 0; i < 3; i++)
      await recordAudit(pool(), {
        roomId: room.id,
        actorId: alice.userId,
        action: 'room.slow',
        details: { slowModeMs: i },
      });
    const entries: AuditView[] = [];
    let cursor: string | null = null;
    do {
      const page = await listAudit(alice, { roomId: room.id, cursor, limit: 2 });
      expect(page.people[alice.userId]?.name).toBe('Alice');
      entries.push(...page.entries);
      cursor = page.nextCursor;
    } while (cursor);
    const of = (action: string) => entries.filter((entry) => entry.action === action);
    expect(entries).toHaveLength(5);
    expect(of('room.slow').map((entry) => entry.details['slowModeMs'])).toEqual([2, 1, 0]);
    for (const action of ['message.delete', 'message.restore'])
      expect(of(action)).toMatchObject([
        {
          actorId: alice.userId,
          subjectId: bob.userId,
          threadId: room.mainThreadId,
          messageId: message.id,
        },
      ]);
    expect(JSON.stringify(entries)).not.toContain('recipe');
  });

  it('holds nothing of what people do with their own messages', async () => {
    const { alice, bob, room } = await makePair();
    const key = { threadId: room.mainThreadId, id: (await say(bob, room.mainThreadId)).id };
    await deleteMessage(bob, key);
    await restoreMessage(bob, key);
    expect((await listAudit(alice, { roomId: room.id, ...all })).entries).toEqual([]);
  });

  it('holds nothing of what was undone with its transaction', async () => {
    const { alice, room } = await makePair();
    const work = inTransaction(async (client) => {
      await recordAudit(client, { roomId: room.id, actorId: alice.userId, action: 'room.lock' });
      throw new Error('no');
    });
    await expect(work).rejects.toThrow('no');
    expect((await listAudit(alice, { roomId: room.id, ...all })).entries).toEqual([]);
  });

  it('is for its moderators only', async () => {
    const { alice, bob, room } = await makePair();
    const hidden = await makeRoom(alice, { kind: 'private', visitors: 'none' });
    const stranger: Viewer = { kind: 'stranger', userId: null };
    const ownerElsewhere = await makeMember('Carol');
    await makeRoom(ownerElsewhere);
    for (const viewer of [stranger, bob, ownerElsewhere, await makeVisitor()]) {
      await expect(listAudit(viewer, { roomId: room.id, ...all })).rejects.toMatchObject({
        code: 'FORBIDDEN',
      });
      await expect(listAudit(viewer, { roomId: hidden.id, ...all })).rejects.toMatchObject({
        code: 'NOT_FOUND',
      });
    }
  });
});
