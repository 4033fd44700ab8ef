import { describe, expect, it } from 'vitest';
import { isoOf } from '@/server/base/moment';
import { pool } from '@/server/base/db';
import { seededRandom } from '@/server/cli/demo-text';
import { listInbox, readUnread } from '@/server/domain/inbox/read';
import { markInboxRead } from '@/server/domain/inbox/write';
import { deleteMessage, restoreMessage } from '@/server/domain/message/delete';
import { writePosts } from '@/server/domain/message/post-batch';
import { joinRoomByCall } from '@/server/domain/room/write';
import { followThread, markRead, markUnread } from '@/server/domain/thread/read-state';
import { makeMember, makeRoom, makeThread, makeVisitor, newId } from '@/server/testing/factories';
import { admit } from '@/server/testing/synced';
import { UnreadModel, type Mark, type Talk } from '@/server/testing/unread-model';
import type { Member } from '@/shared/user';

describe('what is shown as unread', () => {
  async function live(seed: number, steps: number): Promise<void> {
    const numbers = seededRandom(seed);
    const random = (below: number) => Math.floor(numbers() * below);
    const model = new UnreadModel();
    const owner = await makeMember('Owner');
    const bob = await makeMember('Bob');
    const people = [owner, bob, await makeMember('Carol'), await makeVisitor('Dora')];
    const ghost = await makeMember('Ghost'); // Claimed by Bob: what it says is Bob's own.
    const pick = <T>(list: readonly T[]): T => {
      const one = list[random(list.length)];
      if (one === undefined) throw new Error('There is nothing to pick from.');
      return one;
    };
    await pool().query('update users set claimed_by_id = $2 where id = $1', [ghost.userId, bob.userId]);
    model.claims.set(ghost.userId, bob.userId);

    const learnMembership = async (userId: string, roomId: string) => {
      const { rows } = await pool().query<{ status: string; at: Date }>(
        'select status, joined_at as at from memberships where user_id = $1 and room_id = $2',
        [userId, roomId],
      );
      const row = rows[0];
      if (row)
        model.memberships.set(model.key(userId, roomId), {
          isActive: row.status === 'active',
          at: row.at.getTime(),
        });
    };
    const isUndecided = (mark: Mark | undefined) => mark === undefined || mark.following === null;
    const joined = async (userId: string, roomId: string) => {
      await learnMembership(userId, roomId);
      const main = model.talks.find((talk) => talk.roomId === roomId && talk.isMain);
      if (main && isUndecided(model.mark(userId, main)))
        model.marks.set(model.key(userId, main.id), {
          ...{ lastReadSeq: main.said.length, markVersion: 0, following: true, muted: false },
        });
    };
    const rooms = [await makeRoom(owner), await makeRoom(owner, { kind: 'private', visitors: 'none' })];
    for (const room of rooms) {
      const talk = { id: room.mainThreadId, roomId: room.id, isMain: true, said: [], at: 0 };
      model.talks.push({ ...talk, isClosed: room.kind === 'private' });
      await joined(owner.userId, room.id);
      await admit(room.id, ghost.userId);
      await learnMembership(ghost.userId, room.id);
    }
    const isActive = (userId: string, talk: Talk) => model.membership(userId, talk)?.isActive === true;
    const post = async (authorId: string, talk: Talk, kind: 'text' | 'action' | 'event', times: number) => {
      const posts = Array.from({ length: times }, () => ({
        ...{ id: newId(), authorId, kind, text: 'Hello', replyToId: null, sendHash: Buffer.alloc(0) },
      }));
      for (const row of await writePosts(talk.id, posts)) {
        if (row.seq === null) throw new Error(`A post was refused: ${row.outcome}`);
        if (isUndecided(model.mark(authorId, talk)))
          model.marks.set(model.key(authorId, talk.id), {
            ...{ lastReadSeq: row.seq, markVersion: 0, following: true, muted: false },
          });
        talk.at = Date.parse(isoOf(row.createdAt));
        talk.said.push({ id: row.id, seq: row.seq, authorId, kind, at: talk.at, isDeleted: false });
      }
    };
    const place = (talk: Talk) => random(talk.said.length + 3);

    const verbs: Record<string, (person: Member, talk: Talk) => Promise<void>> = {
      async say(person, talk) {
        if (talk.isClosed && !isActive(person.userId, talk)) return;
        if (!isActive(person.userId, talk)) {
          await joinRoomByCall(person, talk.roomId);
          await joined(person.userId, talk.roomId);
        }
        await post(person.userId, talk, pick(['text', 'text', 'text', 'action', 'event']), 1 + random(3));
      },
      async burst(_, talk) {
        if (random(6) === 0) await post(pick([owner, ghost]).userId, talk, 'text', 60);
      },
      async remove(_, talk) {
        const target = talk.said.length > 0 ? pick(talk.said) : undefined;
        if (!target || target.kind === 'event') return;
        await deleteMessage(owner, { threadId: talk.id, id: target.id });
        target.isDeleted = true;
      },
      async restore(_, talk) {
        const target = talk.said.find((said) => said.isDeleted);
        if (!target) return;
        await restoreMessage(owner, { threadId: talk.id, id: target.id });
        target.isDeleted = false;
      },
      async read(person, talk) {
        if (!model.mayRead(person.userId, talk)) return;
        const [seq, before] = [place(talk), model.mark(person.userId, talk)];
        const markVersion = pick([
          {},
          { markVersion: before?.markVersion ?? 0 },
          { markVersion: 0 },
        ]).markVersion;
        await markRead(person, { threadId: talk.id, seq, markVersion });
        const counts = talk.isMain && isActive(person.userId, talk);
        const mark = before ?? (counts ? model.made(person.userId, talk) : model.place(person.userId, talk));
        if ((markVersion ?? mark.markVersion) >= mark.markVersion)
          mark.lastReadSeq = Math.max(mark.lastReadSeq, Math.min(seq, talk.said.length));
      },
      async unread(person, talk) {
        if (!model.mayRead(person.userId, talk)) return;
        const seq = place(talk);
        await markUnread(person, { threadId: talk.id, seq });
        const mark = model.mark(person.userId, talk) ?? model.made(person.userId, talk);
        mark.lastReadSeq = Math.max(0, Math.min(seq, talk.said.length) - 1);
        mark.markVersion++;
        mark.following = true;
      },
      async follow(person, talk) {
        if (!model.mayRead(person.userId, talk)) return;
        const change = pick([
          { following: true },
          { following: false },
          { muted: true },
          { muted: false },
          {},
        ]);
        await followThread(person, { threadId: talk.id, ...change });
        if (Object.keys(change).length === 0) return;
        const mark = model.mark(person.userId, talk);
        if (mark?.following === null) {
          const made = model.made(person.userId, talk);
          Object.assign(made, { ...mark, following: made.following });
          made.lastReadSeq = Math.max(mark.lastReadSeq, model.start(person.userId, talk));
        }
        Object.assign(model.mark(person.userId, talk) ?? model.made(person.userId, talk), change);
      },
      async join(person, talk) {
        const isKnown = model.membership(person.userId, talk) !== undefined;
        if (!isKnown && random(2) === 0) {
          // Let in by hand: no state is made, so the main thread counts from the joining.
          await admit(talk.roomId, person.userId);
          await learnMembership(person.userId, talk.roomId);
        } else if (!talk.isClosed) {
          await joinRoomByCall(person, talk.roomId);
          await joined(person.userId, talk.roomId);
        }
      },
      async leave(person, talk) {
        if (person === owner || !isActive(person.userId, talk)) return;
        await pool().query(`update memberships set status = 'left' where user_id = $1 and room_id = $2`, [
          person.userId,
          talk.roomId,
        ]);
        await learnMembership(person.userId, talk.roomId);
      },
      async start(person, talk) {
        if (model.talks.length >= 6 || !isActive(person.userId, talk)) return;
        const made = await makeThread(person, talk.roomId);
        model.talks.push({
          ...talk,
          id: made.id,
          isMain: false,
          said: [],
          at: Date.parse(made.lastMessageAt),
        });
        model.marks.set(model.key(person.userId, made.id), {
          ...{ lastReadSeq: 0, markVersion: 0, following: true, muted: false },
        });
      },
      async readAll(person, talk) {
        if (random(4) > 0 || !model.mayRead(person.userId, talk)) return;
        const roomId = random(2) ? talk.roomId : undefined;
        await markInboxRead(person, { roomId });
        markAllInModel(person, roomId);
      },
    };
    const markAllInModel = (person: Member, roomId: string | undefined) => {
      for (const talk of model.talks) {
        if (roomId && talk.roomId !== roomId) continue;
        const membership = model.membership(person.userId, talk);
        if (membership && !membership.isActive) continue;
        const known = model.mark(person.userId, talk);
        const counts = talk.isMain && membership;
        const mark = known ?? (counts ? model.made(person.userId, talk) : null);
        if (mark && (mark.following !== null || counts)) mark.lastReadSeq = talk.said.length;
      }
    };
    const names = Object.keys(verbs);
    for (let step = 0; step < steps; step++) {
      const [name, person, talk] = [pick([...names, 'say', 'say', 'read']), pick(people), pick(model.talks)];
      await verbs[name]?.(person, talk);
      for (const viewer of people) await check(viewer, `seed ${seed}, step ${step}: ${name}, ${viewer.name}`);
    }

    async function check(viewer: Member, where: string): Promise<void> {
      const counts = new Map(model.talks.map((each) => [each.id, model.unread(viewer.userId, each)]));
      const readable = model.talks.filter((each) => model.mayRead(viewer.userId, each));
      const told = await readUnread(viewer, { threadIds: model.talks.map((each) => each.id) });
      expect(
        Object.fromEntries(told.states.map(({ threadId, readState }) => [threadId, readState?.unread ?? 0])),
        where,
      ).toEqual(Object.fromEntries(readable.map(({ id }) => [id, Math.min(100, counts.get(id) ?? 0)])));
      const sums: Record<string, number> = {};
      for (const { id, roomId } of readable)
        if (counts.get(id)) sums[roomId] = Math.min(100, (sums[roomId] ?? 0) + (counts.get(id) ?? 0));
      expect(told.rooms, where).toEqual(sums);
      const unreadIds = readable.filter(({ id }) => counts.get(id)).map(({ id }) => id);
      expect(told.threadCount, where).toBe(unreadIds.length);
      const inbox = await listInbox(viewer, { limit: 50, unread: true });
      expect(new Set(inbox.threads.map(({ id }) => id)), where).toEqual(
        new Set(
          unreadIds.filter((id) =>
            model.talks.some((each) => each.id === id && isActive(viewer.userId, each)),
          ),
        ),
      );
      for (const { threadId, readState } of told.states) {
        const mark = model.marks.get(model.key(viewer.userId, threadId));
        const talk = model.talks.find((each) => each.id === threadId);
        if (mark && talk)
          expect(readState, where).toMatchObject({
            ...mark,
            following: mark.following ?? (talk.isMain && isActive(viewer.userId, talk)),
          });
      }
    }
  }

  it.each([1, 2, 3, 4, 5])(
    'is what the definition counts, after every step of life %i',
    (seed) => live(seed, 200),
    120_000,
  );
});
