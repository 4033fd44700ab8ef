import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deleteThread } from '@/server/domain/thread/delete';
import { listDrafts, saveDraft } from '@/server/domain/thread/draft';
import { makeMember, makePair, makeRoom, makeThread } from '@/server/testing/factories';
import { eventually, startServer, type TestServer } from '@/server/testing/server';
import { followInbox, makeKnownVisitor } from '@/server/testing/synced';

const nobody = { kind: 'stranger', userId: null } as const;

describe('a draft', () => {
  it('is kept per person and thread, counts up with each change, and ends empty', async () => {
    const { alice, bob, room } = await makePair();
    const thread = await makeThread(alice, room.id);
    const key = { threadId: thread.id };
    expect(await saveDraft(alice, { ...key, text: '' })).toEqual({ ...key, text: '', version: 0 });
    expect(await saveDraft(alice, { ...key, text: 'Dear a' })).toEqual({
      ...key,
      text: 'Dear a',
      version: 1,
    });
    expect((await saveDraft(alice, { ...key, text: 'Dear a' })).version).toBe(1);
    expect((await saveDraft(bob, { ...key, text: 'Mine' })).version).toBe(1);
    expect((await saveDraft(alice, { ...key, text: 'Dear all' })).version).toBe(2);
    expect(await listDrafts(alice)).toEqual({ drafts: [{ ...key, text: 'Dear all', version: 2 }] });
    expect(await saveDraft(alice, { ...key, text: '' })).toEqual({ ...key, text: '', version: 3 });
    // A device that was away still learns that it is over.
    expect(await listDrafts(alice)).toEqual({ drafts: [{ ...key, text: '', version: 3 }] });
    expect(await saveDraft(nobody, { ...key, text: 'Whose?' })).toMatchObject({ version: 0 });
    expect(await listDrafts(nobody)).toEqual({ drafts: [] });
    await deleteThread(alice, { id: thread.id });
    expect((await listDrafts(bob)).drafts).toEqual([]);
  });

  it('gets an own version from each of many devices at once', async () => {
    const { alice, room } = await makePair();
    const words = Array.from({ length: 8 }, (_, i) => `From device ${i}`);
    const saved = await Promise.all(
      words.map((text) => saveDraft(alice, { threadId: room.mainThreadId, text })),
    );
    expect(saved.map((draft) => draft.version).toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    const last = saved.find((draft) => draft.version === 8);
    expect((await listDrafts(alice)).drafts).toEqual([last]);
  });

  it('cannot be kept where one may not read', async () => {
    const { room } = await makePair({ kind: 'private', visitors: 'none' });
    const outsider = await makeMember('Mallory');
    const attempt = saveDraft(outsider, { threadId: room.mainThreadId, text: 'Hello' });
    await expect(attempt).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('the news of a draft', () => {
  let server: TestServer;
  beforeAll(async () => (server = await startServer()));
  afterAll(() => server.close());

  it('reach the person’s own devices and nobody else', async () => {
    const alice = await makeMember();
    const room = await makeRoom(alice);
    const { viewer, secret } = await makeKnownVisitor();
    const other = await makeKnownVisitor('Other');
    const [own, foreign] = [secret, other.secret].map((each) => followInbox(server.openClient(each).trpc));
    await eventually(() => Boolean(own?.events.length && foreign?.events.length));
    await saveDraft(viewer, { threadId: room.mainThreadId, text: 'Half a' });
    await saveDraft(viewer, { threadId: room.mainThreadId, text: 'Half a thought' });
    const told = () =>
      own?.events.flatMap((event) => (event.type === 'draft' ? [event.draft.version] : [])) ?? [];
    await eventually(() => told().includes(2));
    // The other one's first word after that shows that theirs has been passed by.
    await saveDraft(other.viewer, { threadId: room.mainThreadId, text: 'Theirs' });
    await eventually(() => foreign?.events.some((event) => event.type === 'draft') ?? false);
    const drafts = foreign?.events.flatMap((event) => (event.type === 'draft' ? [event.draft.text] : []));
    expect(drafts).toEqual(['Theirs']);
    own?.close();
    foreign?.close();
  });
});
