import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as reducer from '@/client/message/timeline';
import { pool } from '@/server/base/db';
import { reactToMessage } from '@/server/domain/message/react';
import { Browser, goodPassword, makeSignedIn } from '@/server/testing/account';
import { makeMember, makeRoom, say } from '@/server/testing/factories';
import { startServer, type TestServer } from '@/server/testing/server';
import { expectSynced, makeKnownVisitor, readAll } from '@/server/testing/synced';

let server: TestServer;
beforeAll(async () => (server = await startServer()));
afterAll(() => server.close());

async function makeWriter() {
  const { viewer, email, browser } = await makeSignedIn(server, 'Ann Writer');
  const bob = await makeMember('Bob');
  const room = await makeRoom(bob);
  for (let i = 1; i <= 130; i++) await say(viewer, room.mainThreadId, `Line ${i}`);
  const theirs = await say(bob, room.mainThreadId, 'Not hers');
  await reactToMessage(viewer, { threadId: room.mainThreadId, id: theirs.id, emoji: '👍', isOn: true });
  return { viewer, email, browser, bob, room, threadId: room.mainThreadId };
}

describe('erasing', () => {
  it('keeps the messages as a deleted user’s, and nothing else of the person', async () => {
    const { viewer, email, browser, bob, threadId } = await makeWriter();
    const wrong = await browser.call('user.erase', { texts: 'keep', proof: 'not the password' });
    expect(wrong.reason).toBe('wrong_password');
    expect((await browser.call('user.erase', { texts: 'keep', proof: goodPassword })).status).toBe(200);
    const all = await readAll(bob, threadId);
    expect(all.messages.filter(({ text }) => text.startsWith('Line'))).toHaveLength(130);
    expect(all.people[viewer.userId]?.name).toBe('Deleted user');
    expect(await browser.me()).toBeNull();
    expect(await browser.signIn(email)).toBe('CredentialsSignin');
    const { rows } = await pool().query<{ row: string }>(
      'select users::text as row from users where id = $1',
      [viewer.userId],
    );
    expect(rows[0]?.row).not.toMatch(/mail\.example|argon2|Ann/);
  });

  it('removes the texts through the log, so that every open list loses them', async () => {
    const { browser, bob, threadId } = await makeWriter();
    const { viewer, secret } = await makeKnownVisitor('Watcher');
    await expectSynced(reducer, { client: server.openClient(secret).trpc, viewer, threadId }, () =>
      browser.call('user.erase', { texts: 'remove', proof: goodPassword }),
    );
    const all = await readAll(bob, threadId);
    expect(all.messages.filter(({ deletedAt }) => deletedAt !== null)).toHaveLength(130);
    expect(JSON.stringify(all)).not.toContain('Line 1');
    expect(all.messages.at(-1)?.text).toBe('Not hers');
  });

  it('asks a visitor for their name, and spends their secret', async () => {
    const { secret } = await makeKnownVisitor('Quiet Otter');
    const browser = new Browser(server, secret);
    expect((await browser.call('user.erase', { texts: 'keep', proof: 'Somebody' })).reason).toBe(
      'wrong_password',
    );
    expect((await browser.call('user.erase', { texts: 'keep', proof: 'Quiet Otter' })).status).toBe(200);
    expect((await browser.call('session.get')).reason).toBe('identity_ended');
  });
});

describe('an export', () => {
  it('holds everything about the person and nothing of others, as JSON', async () => {
    const { viewer, email, browser, room } = await makeWriter();
    const answer = await browser.send('/api/export');
    expect(answer.headers['content-disposition']).toBe('attachment; filename="foyer-export.json"');
    expect(answer.headers['cache-control']).toBe('private, no-store');
    const told = JSON.parse(answer.text) as Record<string, Record<string, unknown>[]>;
    expect(told['profile']).toMatchObject([{ id: viewer.userId, email, name: 'Ann Writer' }]);
    expect(told['messages']).toHaveLength(130);
    expect(told['messages']?.[0]).toMatchObject({ text: 'Line 1', place: 1, room: room.name });
    expect(told['reactions']).toMatchObject([{ reaction: '👍', place: 131 }]);
    expect(told['rooms']).toMatchObject([{ room: room.name, role: 'member' }]);
    expect(answer.text).not.toMatch(/Not hers|argon2/);
  });

  it('S77: escapes what people wrote, as a page to be read, for visitors as well', async () => {
    const { viewer, secret } = await makeKnownVisitor('<b>Otter</b>');
    const room = await makeRoom(await makeMember());
    await say(viewer, room.mainThreadId, '<script>alert(1)</script> & "quotes" =cmd');
    const { text, headers } = await new Browser(server, secret).send('/api/export?format=html');
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(text).toContain('&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;quotes&quot; =cmd');
    expect(text).not.toMatch(/<script|<b>/);
    expect((await new Browser(server).send('/api/export')).status).toBe(401);
  });
});
