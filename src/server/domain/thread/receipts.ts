import { run, statement } from '@/server/base/db';
import { once } from '@/server/base/once';
import { readableByKindSql, readableSql } from '@/server/domain/room/rights';
import { readSharing } from '@/server/domain/user/sharing';
import { threadForRead } from '@/server/domain/thread/access';
import { DeliveryMarks } from '@/server/domain/thread/delivery-marks';
import { personSql } from '@/server/domain/user/person';
import { publish } from '@/server/realtime/bus';
import { readersCounted, readersTold } from '@/shared/limits';
import type { ListReadersInput, MarkDeliveredInput, ReaderPage, Receipts } from '@/shared/signal';
import type { PersonView, Viewer } from '@/shared/user';

type ReaderRow = {
  userId: string;
  person: PersonView;
  deliveredSeq: number;
  seenSeq: number;
  seenAt: Date | null;
};

const columns = `s.user_id as "userId", ${personSql('u')} as person, s.delivered_seq as "deliveredSeq",
  s.seen_seq as "seenSeq", s.seen_at as "seenAt"`;
/** A reader is shown who shows receipts, is a person, and may read the room (`m` is their membership). */
const isShown = `u.shows_receipts and u.kind in ('visitor', 'registered') and u.deactivated_at is null
  and u.claimed_by_id is null and ${readableByKindSql('u.kind')}`;

/**
 * The furthest readers through the index on (thread, seen), each looked at once: the cost has a bound,
 * however many read the thread.
 */
const furthest = statement<{ aclRev: number } & (ReaderRow | { userId: null })>(
  'receipts',
  `select r.acl_rev as "aclRev", f.* from threads t join rooms r on r.id = t.room_id
   left join lateral (
     select ${columns} from (
       select * from read_states where thread_id = t.id order by seen_seq desc limit ${readersCounted}
     ) s
     join users u on u.id = s.user_id
     left join memberships m on m.room_id = r.id and m.user_id = s.user_id
     where s.delivered_seq > 0 and ${isShown}
   ) f on true
   where t.id = $1
   order by f."seenSeq" desc, f."seenAt", f."userId"`,
);

/** How far the readers of a thread are whom others may see; null when there is no such thread. */
export async function readReceipts(threadId: string): Promise<(Receipts & { aclRev: number }) | null> {
  const rows = await run(furthest, [threadId]);
  const [first] = rows;
  if (!first) return null;
  const readers = rows.filter((row): row is { aclRev: number } & ReaderRow => row.userId !== null);
  const told = readers.slice(0, readersTold);
  // Two who were delivered the most: one of them is not the person who asks.
  for (const reader of readers.toSorted((a, b) => b.deliveredSeq - a.deliveredSeq).slice(0, 2))
    if (!told.includes(reader)) told.push(reader);
  return {
    aclRev: first.aclRev,
    count: readers.length,
    readers: told.map(({ userId, deliveredSeq, seenSeq, seenAt }) => ({
      userId,
      deliveredSeq,
      seenSeq,
      seenAt: seenAt?.toISOString() ?? null,
    })),
    people: Object.fromEntries(told.map(({ userId, person }) => [userId, person])),
  };
}

const readersOf = (condition: string) => `select ${columns}
  from read_states s join users u on u.id = s.user_id
  join threads t on t.id = s.thread_id join rooms r on r.id = t.room_id
  left join memberships m on m.room_id = r.id and m.user_id = s.user_id
  where s.thread_id = $1 and s.seen_seq >= $2 and s.user_id <> $3 and ${condition} and ${isShown}
  order by s.seen_seq, s.user_id limit $4`;
const readers = {
  first: statement<ReaderRow>('readers', readersOf('true')),
  on: statement<ReaderRow>('readers-on', readersOf('(s.seen_seq, s.user_id) > ($5, $6::uuid)')),
};

/**
 * Who has read the message at `seq`, those who stand at it first. Who hides receipts, and a stranger,
 * is told of nobody.
 * @throws {AppError} NOT_FOUND
 */
export async function listReaders(viewer: Viewer, input: ListReadersInput): Promise<ReaderPage> {
  const { threadId, seq, limit } = input;
  await threadForRead(viewer, { id: threadId });
  if (viewer.userId === null || !(await readSharing(viewer.userId)).showsReceipts)
    return { readers: [], nextCursor: null };
  const [, at, id] = /^(\d{1,9})~([\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})$/.exec(input.cursor ?? '') ?? [];
  const values = [threadId, seq, viewer.userId, limit + 1];
  const rows = at && id ? await run(readers.on, [...values, at, id]) : await run(readers.first, values);
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    readers: page.map(({ person, seenSeq, seenAt }) => ({
      person,
      seenSeq,
      seenAt: seenAt?.toISOString() ?? null,
    })),
    nextCursor: rows.length > limit && last ? `${last.seenSeq}~${last.userId}` : null,
  };
}

/** States are locked in the order of their threads, so that two tabs cannot wait for each other. */
const deliveredSql = (kind: 'visitor' | 'registered') =>
  statement<{ threadId: string; deliveredSeq: number }>(
    `receipts-delivered-${kind}`,
    `with mark as materialized (
       select s.thread_id, least(i.seq, t.seq) as seq
       from unnest($2::uuid[], $3::int[]) i (thread_id, seq)
       join read_states s on s.thread_id = i.thread_id and s.user_id = $1
       join threads t on t.id = s.thread_id join rooms r on r.id = t.room_id
       left join memberships m on m.room_id = r.id and m.user_id = $1
       where s.delivered_seq < least(i.seq, t.seq) and t.deleted_at is null and ${readableSql(kind)}
         and (select u.shows_receipts from users u where u.id = $1)
       order by s.thread_id for update of s
     )
     update read_states s set delivered_seq = greatest(s.delivered_seq, mark.seq)
     from mark where s.thread_id = mark.thread_id and s.user_id = $1
     returning s.thread_id as "threadId", s.delivered_seq as "deliveredSeq"`,
  );
const delivered = { visitor: deliveredSql('visitor'), registered: deliveredSql('registered') };

const marks = () => once('delivery-marks', () => new DeliveryMarks());

/**
 * A device of the viewer's has these threads' messages up to `seq`. What they may not read, keep no state
 * of, or hide, is passed over in silence, and so is what enough others were delivered already.
 */
export async function markDelivered(viewer: Viewer, input: MarkDeliveredInput): Promise<void> {
  if (viewer.userId === null) return;
  const { userId } = viewer;
  const wanted = new Map<string, number>();
  for (const { threadId, seq } of input.marks)
    if (marks().isNeeded(threadId, seq, userId))
      wanted.set(threadId, Math.max(seq, wanted.get(threadId) ?? 0));
  if (wanted.size === 0) return;
  const changed = await run(delivered[viewer.kind], [userId, [...wanted.keys()], [...wanted.values()]]);
  for (const { threadId, deliveredSeq } of changed) {
    marks().add(threadId, deliveredSeq, userId);
    publish(`thread:${threadId}`, { type: 'receipts', threadId });
  }
}
