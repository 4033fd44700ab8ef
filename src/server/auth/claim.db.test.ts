import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as reducer from '@/client/message/timeline';
import { pool } from '@/server/base/db';
import { claimVisitor } from '@/server/domain/message/claim';
import { listMessages } from '@/server/domain/message/read';
import { reactToMessage } from '@/server/domain/message/react';
import { sendMessage } from '@/server/domain/message/send';
import { readUnread } from '@/server/domain/inbox/read';
import { markRead } from '@/server/domain/thread/read-state';
import { Browser, makeRegistered, makeSignedIn } from '@/server/testing/account';
import { makeMember, makeRoom, makeThread, newId, say, storedLog } from '@/server/testing/factories';
import { startServer, type TestServer } from '@/server/testing/server';
import { expectSynced, makeKnownVisitor, readAll } from '@/server/testing/synced';

let server: TestServer;
beforeAll(async () => (server = await startServer()));
afterAll(() => server.close());

const page = { direction: 'backward', limit: 100 } as const;

/** A visitor who has written, read, followed and reacted in two rooms, and an account that was in one of them. */
async function makeStory() {
  const bob = await makeMember('Bob');
  const { viewer: visitor, secret } = await makeKnownVisitor('Quiet Otter');
  const { viewer: account } = await makeRegistered('Ann');
  const [shared, own] = [await makeRoom(bob), await makeRoom(bob)];
  const thread = await makeThread(visitor, own.id, 'Started as a visitor');
  const mine = await say(visitor, shared.mainThreadId, 'Mine');
  const theirs = await say(bob, shared.mainThreadId, 'Bob’s');
  await say(account, shared.mainThreadId, 'From the account');
  const key = { threadId: shared.mainThreadId, id: theirs.id };
  await reactToMessage(visitor, { ...key, emoji: '👍', isOn: true });
  await reactToMessage(bob, { ...key, emoji: '👍', isOn: true });
  await reactToMessage(account, { ...key, emoji: '👍', isOn: true });
  await say(bob, own.mainThreadId, 'Unread one');
  await say(visitor, own.mainThreadId, 'Walked in');
  await say(bob, own.mainThreadId, 'Unread two');
  await say(bob, thread.id, 'Unread three');
  return { bob, visitor, secret, account, shared, own, thread, mine, theirs };
}

describe('claiming a visitor', () => {
  it('loses nothing: messages, reactions, read marks, memberships and follows are the account’s', async () => {
    const { bob, visitor, account, shared, own, thread, mine, theirs } = await makeStory();
    const threadIds = [own.mainThreadId, thread.id];
    const before = await readUnread(visitor, { threadIds });
    for (const { readState } of before.states) expect(readState?.unread).toBeGreaterThan(0);
    await claimVisitor(account, visitor.userId);
    const seen = await listMessages(bob, { threadId: shared.mainThreadId, ...page });
    const message = seen.messages.find(({ id }) => id === mine.id);
    expect(message?.author).toEqual({ id: account.userId, kind: 'registered' });
    expect(seen.people[account.userId]?.name).toBe('Ann');
    expect(seen.people[visitor.userId]).toBeUndefined();
    const reacted = seen.messages.find(({ id }) => id === theirs.id);
    expect(reacted?.reactions).toEqual([{ emoji: '👍', userIds: [account.userId, bob.userId] }]);
    const byThread = (told: typeof before) => new Map(told.states.map((state) => [state.threadId, state]));
    expect(byThread(await readUnread(account, { threadIds }))).toEqual(byThread(before));
    const { rows } = await pool().query<{ roomId: string; role: string }>(
      'select room_id as "roomId", role from memberships where user_id = $1',
      [account.userId],
    );
    expect(new Map(rows.map(({ roomId, role }) => [roomId, role]))).toEqual(
      new Map([
        [shared.id, 'member'],
        [own.id, 'member'],
      ]),
    );
    const left = await pool().query(
      `select (select count(*)::int from memberships where user_id = $1) as memberships,
         (select count(*)::int from read_states where user_id = $1) as states`,
      [visitor.userId],
    );
    expect(left.rows).toEqual([{ memberships: 0, states: 0 }]);
    // The log stays dense, and what the visitor wrote is the account's own to change.
    const log = await storedLog(shared.mainThreadId);
    expect(log.map(({ seq }) => seq)).toEqual(log.map((_, i) => i + 1));
    expect(new Set(log.map(({ rev }) => rev)).size).toBe(log.length);
  });

  it('answers a repeated send of the visitor with the message that it made', async () => {
    const { visitor, account, shared } = await makeStory();
    const input = { id: newId(), threadId: shared.mainThreadId, text: 'Was it sent?' };
    const first = await sendMessage(visitor, input);
    await claimVisitor(account, visitor.userId);
    const again = await sendMessage(account, input);
    expect([first, again].map((result) => result.state === 'sent' && result.message.seq)).toEqual([
      first.state === 'sent' && first.message.seq,
      first.state === 'sent' && first.message.seq,
    ]);
  });

  it('keeps a ban, and the furthest of two marks', async () => {
    const { bob, visitor, account, shared } = await makeStory();
    for (let i = 0; i < 3; i++) await say(bob, shared.mainThreadId, `More ${i}`);
    await markRead(visitor, { threadId: shared.mainThreadId, seq: 5 });
    await markRead(account, { threadId: shared.mainThreadId, seq: 4 });
    await pool().query(`update memberships set status = 'banned' where user_id = $1 and room_id = $2`, [
      visitor.userId,
      shared.id,
    ]);
    await claimVisitor(account, visitor.userId);
    const { rows } = await pool().query(
      `select m.status, s.last_read_seq as seq from memberships m join read_states s on s.user_id = m.user_id
       where m.user_id = $1 and m.room_id = $2 and s.thread_id = $3`,
      [account.userId, shared.id, shared.mainThreadId],
    );
    expect(rows).toEqual([{ status: 'banned', seq: 5 }]);
  });

  it('brings itself to every open list: what was read before and the streams give what is read after', async () => {
    const { visitor, account, shared } = await makeStory();
    const { viewer, secret } = await makeKnownVisitor('Watcher');
    await expectSynced(
      reducer,
      { client: server.openClient(secret).trpc, viewer, threadId: shared.mainThreadId },
      () => claimVisitor(account, visitor.userId),
    );
  });

  it('happens once when two ask at the same time', async () => {
    const { visitor, account } = await makeStory();
    const { viewer: other } = await makeRegistered('Other');
    const results = await Promise.allSettled([
      claimVisitor(account, visitor.userId),
      claimVisitor(other, visitor.userId),
      claimVisitor(account, visitor.userId),
    ]);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('races with the visitor’s own sends: each is in it, or told that the visitor is gone', async () => {
    const { visitor, account, secret, shared, bob } = await makeStory();
    const browser = new Browser(server, secret);
    const sends = Array.from({ length: 12 }, (_, i) =>
      browser.call('message.send', { id: newId(), threadId: shared.mainThreadId, text: `Racing ${i}` }),
    );
    const [answers] = await Promise.all([Promise.all(sends), claimVisitor(account, visitor.userId)]);
    const sent = answers.filter(({ status }) => status === 200).length;
    for (const { status, reason } of answers) if (status !== 200) expect(reason).toBe('identity_ended');
    const all = await readAll(bob, shared.mainThreadId);
    const racing = all.messages.filter(({ text }) => text.startsWith('Racing'));
    expect(racing).toHaveLength(sent);
    expect(new Set(racing.map(({ author }) => author.id)).size).toBeLessThanOrEqual(1);
    for (const { author } of racing) expect(author.id).toBe(account.userId);
  });

  it('S36: is for the browser that has the visitor’s secret, and for accounts only', async () => {
    const { visitor, secret } = await makeStory();
    const { browser, viewer } = await makeSignedIn(server);
    for (const wrong of [null, Buffer.alloc(32, 9).toString('base64url')]) {
      browser.secret = wrong;
      expect((await browser.call('user.claimVisitor', {})).status).toBe(404);
    }
    browser.secret = visitor.userId;
    expect((await browser.call('user.claimVisitor', {})).status).toBe(400);
    expect((await new Browser(server, secret).call('user.claimVisitor', {})).reason).toBe('account_needed');
    browser.secret = secret;
    expect((await browser.call('user.claimVisitor', {})).status).toBe(200);
    // Done: the secret makes nobody any more, neither the account nor somebody new.
    expect((await new Browser(server, secret).call('session.get')).reason).toBe('identity_ended');
    expect((await browser.me())?.id).toBe(viewer.userId);
    expect((await browser.call('user.claimVisitor', {})).status).toBe(404);
  });

  it('never merges two accounts', async () => {
    const { viewer: ann } = await makeRegistered('Ann');
    const { viewer: eve } = await makeRegistered('Eve');
    await expect(claimVisitor(eve, ann.userId)).rejects.toMatchObject({ code: 'CONFLICT' });
  });
});
