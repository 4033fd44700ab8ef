import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as reducer from '@/client/message/timeline';
import { readUnread } from '@/server/domain/inbox/read';
import { claimVisitor } from '@/server/domain/message/claim';
import { editMessage } from '@/server/domain/message/edit';
import { listMessages } from '@/server/domain/message/read';
import { openDirectRoom } from '@/server/domain/room/direct';
import { listRooms } from '@/server/domain/room/read';
import { listDrafts, saveDraft } from '@/server/domain/thread/draft';
import { makeRegistered } from '@/server/testing/account';
import { makeMember, makeRoom, makeVisitor, say } from '@/server/testing/factories';
import { startServer, type TestServer } from '@/server/testing/server';
import { expectSynced, makeKnownVisitor } from '@/server/testing/synced';
import type { Member } from '@/shared/user';

let server: TestServer;
beforeAll(async () => (server = await startServer()));
afterAll(() => server.close());

const open = (by: Member, ...others: Member[]) =>
  openDirectRoom(by, { userIds: others.map((other) => other.userId) });
const people = async () => ({
  bob: await makeMember('Bob'),
  visitor: await makeVisitor('Quiet Otter'),
  account: (await makeRegistered('Ann')).viewer,
});

describe('with a claimed visitor', () => {
  it('a direct room is found by the account, and by the visitor that it was', async () => {
    const { bob, visitor, account } = await people();
    const room = await open(bob, visitor);
    await say(bob, room.mainThreadId, 'Psst');
    await claimVisitor(account, visitor.userId);
    for (const found of [await open(bob, account), await open(account, bob), await open(bob, visitor)])
      expect(found.id).toBe(room.id);
  });

  it('a direct room that the account has with the same people stays the one, and no word is lost', async () => {
    const { bob, visitor, account } = await people();
    const carol = await makeMember('Carol');
    const [his, hers] = [await open(bob, visitor), await open(bob, account)];
    const [three, both] = [await open(bob, visitor, carol), await open(bob, visitor, account, carol)];
    for (const room of [his, hers, three, both]) await say(bob, room.mainThreadId, 'Psst');
    const alone = await open(account, visitor);
    await say(account, alone.mainThreadId, 'To myself');
    await claimVisitor(account, visitor.userId);
    expect((await open(bob, account)).id).toBe(hers.id);
    expect((await open(bob, account, carol)).id).toBe(three.id);
    const { rooms } = await listRooms(account, { limit: 100 });
    const ids = rooms.filter((room) => room.kind === 'direct').map((room) => room.id);
    expect(new Set(ids)).toEqual(new Set([his, hers, three, both, alone].map((room) => room.id)));
  });

  it('who was called is the account: it is counted, named, and brought to every open list', async () => {
    const { bob, visitor, account } = await people();
    const room = await makeRoom(bob);
    await say(visitor, room.mainThreadId, 'Here');
    const threadId = room.mainThreadId;
    const call = await say(bob, threadId, `Are you there, <@${visitor.userId}>?`);
    const { viewer, secret } = await makeKnownVisitor('Watcher');
    await expectSynced(reducer, { client: server.openClient(secret).trpc, viewer, threadId }, () =>
      claimVisitor(account, visitor.userId),
    );
    const { states } = await readUnread(account, { threadIds: [threadId] });
    expect(states[0]?.readState).toMatchObject({ unread: 1, mentions: 1 });
    const page = await listMessages(bob, { threadId, direction: 'backward', limit: 10 });
    expect(page.messages.map(({ id }) => id)).toContain(call.id);
    await editMessage(bob, { threadId, id: call.id, text: `Are you here, <@${visitor.userId}>?` });
    const { states: after } = await readUnread(account, { threadIds: [threadId] });
    expect(after[0]?.readState).toMatchObject({ unread: 1, mentions: 1 });
    expect(page.people[visitor.userId]).toEqual({
      id: visitor.userId,
      accountId: account.userId,
      kind: 'registered',
      name: 'Ann',
    });
  });

  it('a draft goes on, and never over one that the account has', async () => {
    const { bob, visitor, account } = await people();
    const rooms = [await makeRoom(bob), await makeRoom(bob), await makeRoom(bob)];
    const [one = '', two = '', three = ''] = rooms.map((room) => room.mainThreadId);
    for (const threadId of [one, two, three]) await saveDraft(visitor, { threadId, text: 'Half a thought' });
    await saveDraft(account, { threadId: two, text: 'Another thought' });
    await saveDraft(account, { threadId: three, text: 'Sent' });
    await saveDraft(account, { threadId: three, text: '' });
    await claimVisitor(account, visitor.userId);
    const { drafts } = await listDrafts(account);
    expect(new Map(drafts.map(({ threadId, text }) => [threadId, text]))).toEqual(
      new Map([
        [one, 'Half a thought'],
        [two, 'Another thought'],
        [three, 'Half a thought'],
      ]),
    );
  });
});
