import { run, statement, type Statement } from '@/server/base/db';
import { AppError, notFound } from '@/server/base/errors';
import { seqAtMoment } from '@/server/domain/message/at-moment';
import { accessColumns, type RoomAccess } from '@/server/domain/room/access';
import { proveThread, threadForRead, visibleFromSql } from '@/server/domain/thread/access';
import {
  headOf,
  prefixedHeadColumns,
  unprefixed,
  type HeadRow,
  type PrefixedHead,
} from '@/server/domain/thread/view';
import { mentionedIn } from '@/server/domain/message/mention';
import {
  aroundSql,
  messageColumns,
  messageJoins,
  messageOf,
  packedColumns,
  packedNulls,
  peopleOf,
  rowSeenFrom,
  unpacked,
  type Around,
  type MessageRow,
  type PackedRow,
} from '@/server/domain/message/view';
import { personSql } from '@/server/domain/user/person';
import { headSeenFrom } from '@/shared/seen-from';
import { pageSizeMax, replayMaxChanges } from '@/shared/limits';
import { idsNamedIn } from '@/shared/mention';
import { seqMax } from '@/shared/id';
import type { ListMessagesInput, MessagePage, MessageView } from '@/shared/message';
import type { Member, People, PersonView, Viewer } from '@/shared/user';
import type { ThreadHead } from '@/shared/thread';

/** The same as it comes as JSON: a moment is text. */
type InJson<Part> = {
  [Key in keyof Part]: Part[Key] extends Date
    ? string
    : Part[Key] extends Date | null
      ? string | null
      : Part[Key];
};
const dateOf = (text: string | null): Date | null => (text === null ? null : new Date(text));

/** The thread of a page, and what its rows have around them: JSON, in a row of its own. */
type Head = InJson<PrefixedHead> & { floorRev: number; aclRev: number };
type Front = Head & InJson<RoomAccess> & { threadDeletedAt: string | null; visibleFrom: number };
type PageRow<First extends Head = Head> = { front: { head: First; around: Around } | null } & (
  PackedRow | { id: null }
);

/**
 * One statement, so that the messages and the head are of the same moment. `most` stands in its text: without
 * it the planner takes a limit that it does not know for a tenth of the thread, never keeps its plan, and
 * plans each page for longer than reading it takes.
 */
const pageSql = (head: string, { where, order, most }: { where: string; order: string; most: number }) => `
  with head as materialized (
    select ${prefixedHeadColumns}, t.floor_rev as "floorRev", ${head} where t.id = $1
  ),
  page as materialized (
    select ${packedColumns}
    from (select * from messages where thread_id = $1 and ${where} order by ${order} limit ${most}) few
    order by ${order} limit $3
  )
  select json_build_object('head', to_json(h), 'around', ${aroundSql}) as front, ${packedNulls} from head h
  union all
  select null, * from page`;

/** The viewer is $4: what they may see is read along with it. */
const frontSql = `t.deleted_at as "threadDeletedAt", ${accessColumns}, ${visibleFromSql} as "visibleFrom"
    from threads t join rooms r on r.id = t.room_id
    left join memberships m on m.room_id = r.id and m.user_id = $4`;
const isSeen = 'seq >= (select "visibleFrom" from head)';
const backward = statement<PageRow<Front>>(
  'message-backward',
  pageSql(frontSql, { where: `seq < $2 and ${isSeen}`, order: 'seq desc', most: pageSizeMax }),
);
const forward = statement<PageRow<Front>>(
  'message-forward',
  pageSql(frontSql, { where: `seq > $2 and ${isSeen}`, order: 'seq asc', most: pageSizeMax }),
);
const since = statement<PageRow>(
  'message-since',
  pageSql('r.acl_rev as "aclRev" from threads t join rooms r on r.id = t.room_id', {
    where: 'rev > $2',
    order: 'rev asc',
    most: replayMaxChanges + 1,
  }),
);
const one = statement<MessageRow>(
  'message-one',
  `select ${messageColumns} from messages x ${messageJoins} where x.id = $1 and x.thread_id = $2`,
);

/** In no order. */
async function readRows<First extends Head>(from: Statement<PageRow<First>>, values: unknown[]) {
  const rows = await run(from, values);
  const front = rows.find((row) => row.front)?.front;
  if (!front) throw notFound();
  const head = unprefixed({
    ...front.head,
    headLastMessageAt: new Date(front.head.headLastMessageAt),
    headArchivedAt: dateOf(front.head.headArchivedAt),
    headLockedAt: dateOf(front.head.headLockedAt),
  });
  const packed = rows.flatMap((row) => (row.id === null ? [] : [row]));
  return { front: front.head, head, messages: unpacked(packed, head.threadId, front.around) };
}

const users = statement<{ person: PersonView }>(
  'message-people',
  `select ${personSql('u')} as person from users u where id = any($1::uuid[])`,
);
/** Names that a reaction's hover shows; more are counted. */
const reactorsNamed = 12;

/** Everybody whom these messages name, those who reacted and those who are called included. */
export async function peopleAround(rows: MessageRow[]): Promise<People> {
  const people = peopleOf(rows);
  const called = rows.flatMap((row) => [...idsNamedIn(row.text), ...idsNamedIn(row.quoteText ?? '')]);
  if (called.length > 0) for (const person of await mentionedIn(rows, called)) people[person.id] = person;
  const reactors = rows.flatMap((row) =>
    (row.reactions ?? []).flatMap(([, ids]) => ids.slice(0, reactorsNamed)),
  );
  const unknown = [...new Set(reactors)].filter((id) => !people[id]);
  if (unknown.length > 0) for (const { person } of await run(users, [unknown])) people[person.id] = person;
  return people;
}

/**
 * A page of a thread by `seq`: any page, anywhere, is one index range scan.
 * @param input.since finds the place by its time; the page tells it as `atSeq`
 * @param input.cursor exclusive for `backward` and `forward`; the middle for `around`
 * @throws {AppError} NOT_FOUND
 */
export async function listMessages(viewer: Viewer, input: ListMessagesInput): Promise<MessagePage> {
  const { threadId, direction, limit, since: moment } = input;
  const page = (from: typeof forward, cursor: number) => readPage(viewer, from, [threadId, cursor, limit]);
  const around = (seq: number) => page(forward, Math.max(0, seq - Math.floor(limit / 2) - 1));
  if (moment !== undefined) {
    const { visibleFrom } = await threadForRead(viewer, { id: threadId });
    const found = await seqAtMoment(threadId, moment);
    // What lies before the part that a guest sees is answered with its beginning.
    const seq = found === null ? null : Math.max(found, visibleFrom);
    const read = await around(seq ?? 1);
    return seq === null || seq > read.head.seq ? read : { ...read, atSeq: seq };
  }
  if (direction === 'around' && input.cursor != null) return around(input.cursor);
  return direction === 'forward' ? page(forward, input.cursor ?? 0) : page(backward, input.cursor ?? seqMax);
}

async function readPage(
  viewer: Viewer,
  from: typeof forward,
  values: [threadId: string, cursor: number, limit: number],
): Promise<MessagePage> {
  const { head, front, messages } = await readRows(from, [...values, viewer.userId]);
  const { visibleFrom } = proveThread(viewer, {
    ...front,
    threadDeletedAt: dateOf(front.threadDeletedAt),
    roomArchivedAt: dateOf(front.roomArchivedAt),
    historyFrom: dateOf(front.historyFrom),
  });
  return pageOf(
    head,
    messages.toSorted((a, b) => a.seq - b.seq),
    visibleFrom,
  );
}

async function pageOf(row: HeadRow, rows: MessageRow[], visibleFrom: number): Promise<MessagePage> {
  const head = headSeenFrom(headOf(row), visibleFrom);
  const seen = rows.map((each) => rowSeenFrom(each, visibleFrom));
  const first = rows[0];
  const last = rows.at(-1);
  return {
    messages: seen.map(messageOf),
    people: await peopleAround(seen),
    prevCursor: first && first.seq > head.firstSeq ? first.seq : null,
    nextCursor: last && last.seq < head.seq ? last.seq : null,
    head,
  };
}

/** @throws {AppError} NOT_FOUND */
export async function getMessage(viewer: Viewer, input: { threadId: string; id: string }) {
  const { visibleFrom } = await threadForRead(viewer, { id: input.threadId });
  const row = (await run(one, [input.id, input.threadId]))[0];
  if (!row || row.seq < visibleFrom) throw notFound();
  const seen = rowSeenFrom(row, visibleFrom);
  return { message: messageOf(seen), people: await peopleAround([seen]) };
}

const sent = statement<MessageRow & { sendHash: Buffer; ownerId: string }>(
  'message-sent',
  `select ${messageColumns}, x.send_hash as "sendHash", u.id as "ownerId"
   from messages x ${messageJoins} where x.id = $1`,
);

export const idTaken = () =>
  new AppError('CONFLICT', 'id_taken', 'This id was already used for another message.');

/**
 * The row that an earlier send with this id wrote, for its own author only.
 * @throws {AppError} CONFLICT when the id stands for anything else, saying nothing of what it is
 */
export async function findSent(viewer: Member, id: string, sendHash: Buffer): Promise<MessageView> {
  const row = (await run(sent, [id]))[0];
  if (!row || row.ownerId !== viewer.userId || !row.sendHash.equals(sendHash)) throw idTaken();
  return messageOf(row);
}

export type Changes =
  | { type: 'changes'; changes: MessageView[]; people: People; head: ThreadHead; aclRev: number }
  | { type: 'reset' };

/**
 * What changed after `rev`: each message once, in its newest state, with the head of the same moment.
 * `reset` when that is more than a replay may hold, or `rev` is none of this log's.
 * @throws {AppError} NOT_FOUND when the thread is gone
 */
export async function readChanges(threadId: string, rev: number): Promise<Changes> {
  const { head, front, messages } = await readRows(since, [threadId, rev, replayMaxChanges + 1]);
  if (messages.length > replayMaxChanges || rev > head.rev || rev < front.floorRev) return { type: 'reset' };
  return {
    type: 'changes',
    changes: messages.toSorted((a, b) => a.rev - b.rev).map(messageOf),
    people: await peopleAround(messages),
    head: headOf(head),
    aclRev: front.aclRev,
  };
}
