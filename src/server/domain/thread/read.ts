import { reserve, run, statement, type Statement } from '@/server/base/db';
import { notFound } from '@/server/base/errors';
import { likePattern, listCursor, parseListCursor, rowsFor } from '@/server/domain/room/read';
import { directName, directPeople } from '@/server/domain/room/direct-name';
import { readableSql } from '@/server/domain/room/rights';
import { shownSql } from '@/server/domain/room/unread';
import { threadForRead } from '@/server/domain/thread/access';
import { afterCursor, byActivity } from '@/server/domain/thread/activity';
import { newestThreads } from '@/server/domain/thread/newest';
import { threadRights } from '@/server/domain/thread/rights';
import {
  headColumns,
  headOf,
  lastAuthorJoin,
  listedColumns,
  listedOf,
  summaryColumns,
  summaryOf,
  withReadState,
  type HeadRow,
  type ListedRow,
  type SummaryRow,
} from '@/server/domain/thread/view';
import type {
  GetThreadInput,
  ListedThreads,
  ListThreadsInput,
  OpenThread,
  ThreadHead,
  ThreadSummary,
} from '@/shared/thread';
import type { Viewer, ViewerKind } from '@/shared/user';

const from = `threads t join rooms r on r.id = t.room_id
  left join memberships m on m.room_id = r.id and m.user_id = $1`;

/** Whether a thread has anything for a viewer who sees only what is newer than a moment. */
export const seenSql = (thread: string, roomKind: string, historyFrom: string) =>
  `(${historyFrom} is null or ${roomKind} <> 'private' or ${thread}.is_main or ${thread}.last_message_at > ${historyFrom})`;

type Shape = {
  kind: ViewerKind;
  isArchived: boolean;
  isInRoom: boolean;
  isSearch: boolean;
  isContinued: boolean;
  rows: number;
};
const lists = new Map<string, Statement<ListedRow>>();

const listedIn = (thread: string, isArchived: boolean) =>
  `${thread}.archived_at is ${isArchived ? 'not null' : 'null'} and ${thread}.deleted_at is null
  and ${seenSql(thread, 'r.kind', 'm.history_from')}`;
/** In a list of all rooms: not where nothing was said yet, and not of rooms that the viewer has hidden. */
const listedAnywhere = (thread: string, isArchived: boolean) =>
  `${listedIn(thread, isArchived)} and (${thread}.seq > 0 or not ${thread}.is_main) and ${shownSql(`${thread}.last_message_at`)}`;
const anyOpenRoom = (kind: ViewerKind) => `${readableSql(kind)} and r.archived_at is null`;

function conditionsOf(shape: Shape): string {
  let parameters = 1;
  const next = () => `$${++parameters}`;
  return [
    ...(shape.isInRoom
      ? [readableSql(shape.kind), listedIn('t', shape.isArchived), `t.room_id = ${next()}`]
      : [anyOpenRoom(shape.kind), listedAnywhere('t', shape.isArchived)]),
    ...(shape.isSearch ? [`t.title ilike ${next()}`] : []),
    ...(shape.isContinued ? [afterCursor('t', next(), next())] : []),
  ].join(' and ');
}
const inOrder = (shape: Shape) => `order by ${byActivity('t')} limit ${shape.rows}`;

/** One statement per shape of the question: a plan for all of them at once could use no index. */
function listStatement(shape: Shape): Statement<ListedRow> {
  const { kind, isArchived, isInRoom, isContinued, rows } = shape;
  const name = `thread-list-${kind}-${rows}${isArchived ? '-archived' : ''}${isInRoom ? '-room' : ''}${isContinued ? '-on' : ''}`;
  const known = lists.get(name);
  if (known) return known;
  const made: Statement<ListedRow> = { name, text: isInRoom || isArchived ? walked(shape) : newestOf(shape) };
  lists.set(name, made);
  return made;
}

const walked = (shape: Shape) =>
  withReadState(
    `select ${listedColumns} from ${from} ${lastAuthorJoin} where ${conditionsOf(shape)} ${inOrder(shape)}`,
  );
const newestOf = ({ kind, isContinued, rows }: Shape) =>
  newestThreads({
    rooms: 'rooms r left join memberships m on m.room_id = r.id and m.user_id = $1',
    isMine: anyOpenRoom(kind),
    isListed: (thread) => listedAnywhere(thread, false),
    after: isContinued ? { at: '$2', id: '$3' } : null,
    rows: String(rows),
  });

/**
 * Whether the trigram index serves a search depends on its words, so it is planned each time: it looks for
 * the threads alone, since planning the whole list would take longer than reading it.
 */
const searchStatement = (shape: Shape): Statement<{ id: string }> => ({
  name: undefined,
  text: `select t.id from ${from} where ${conditionsOf(shape)} ${inOrder(shape)}`,
});
const found = statement<ListedRow>(
  'thread-list-found',
  withReadState(`select ${listedColumns} from ${from} ${lastAuthorJoin} where t.id = any($2::uuid[])`),
);

/** Threads of one room or of all that the viewer may read, latest message first, by title. */
export async function listThreads(viewer: Viewer, input: ListThreadsInput): Promise<ListedThreads> {
  const { roomId, search, archived, limit } = input;
  const cursor = parseListCursor(input.cursor);
  const shape = {
    kind: viewer.kind,
    isArchived: archived,
    isInRoom: Boolean(roomId),
    isSearch: Boolean(search),
    isContinued: cursor !== null,
    rows: rowsFor(limit),
  };
  const values = [
    viewer.userId,
    ...(roomId ? [roomId] : []),
    ...(search ? [likePattern(search)] : []),
    ...(cursor ? [cursor.at, cursor.id] : []),
  ];
  if (!search) return threadListOf(viewer, await run(listStatement(shape), values), limit);
  const ids = (await run(searchStatement(shape), values)).map(({ id }) => id);
  const rows = ids.length > 0 ? await run(found, [viewer.userId, ids]) : [];
  return threadListOf(viewer, rows, limit);
}

/** Direct rooms are called after the others in them. */
async function named<T extends ThreadSummary>(viewer: Viewer, threads: T[]): Promise<T[]> {
  const people = await directPeople(
    viewer,
    threads.map((thread) => thread.room),
  );
  return threads.map((thread) => {
    const others = people.get(thread.room.id);
    return others ? { ...thread, room: { ...thread.room, name: directName(others) } } : thread;
  });
}

export async function threadListOf(viewer: Viewer, rows: ListedRow[], limit: number): Promise<ListedThreads> {
  const threads = rows.slice(0, limit).map(listedOf);
  const last = threads.at(-1);
  return {
    threads: await named(viewer, threads),
    nextCursor: rows.length > limit && last ? listCursor(last.lastMessageAt, last.id) : null,
  };
}

const summary = statement<SummaryRow>(
  'thread-summary',
  `select ${summaryColumns} from threads t join rooms r on r.id = t.room_id ${lastAuthorJoin} where t.id = $1`,
);
const listed = statement<ListedRow>(
  'thread-listed',
  withReadState(`select ${listedColumns} from ${from} ${lastAuthorJoin} where t.id = $2`),
);

/** @throws {AppError} NOT_FOUND */
export async function getThread(viewer: Viewer, input: GetThreadInput): Promise<ThreadSummary> {
  const { threadId } = await threadForRead(viewer, input);
  const rows = await run(summary, [threadId]);
  if (!rows[0]) throw notFound();
  return summaryOf(rows[0]);
}

/**
 * The thread with the viewer's own state, and what they may do with it.
 * @throws {AppError} NOT_FOUND
 */
export async function getOpenThread(viewer: Viewer, input: GetThreadInput): Promise<OpenThread> {
  const { threadId } = await threadForRead(viewer, input);
  const [rows, rights] = await Promise.all([
    run(listed, [viewer.userId, threadId]),
    threadRights(viewer, threadId),
  ]);
  if (!rows[0]) throw notFound();
  const thread = { ...listedOf(rows[0]), rights };
  return (await named(viewer, [thread]))[0] ?? thread;
}

const heads = statement<HeadRow & { aclRev: number }>(
  'thread-heads',
  `select ${headColumns}, r.acl_rev as "aclRev" from threads t join rooms r on r.id = t.room_id
   where t.id = any($1::uuid[]) and t.deleted_at is null`,
);

/** Where these threads stand now; a thread that is gone is missing. */
export async function readHeads(threadIds: string[]): Promise<{ head: ThreadHead; aclRev: number }[]> {
  // On connections of its own: a sweep must not stand in line behind what it is to heal.
  const rows = await run(heads, [threadIds], reserve());
  return rows.map((row) => ({ head: headOf(row), aclRev: row.aclRev }));
}
