import { run, statement } from '@/server/base/db';
import { notFound } from '@/server/base/errors';
import { readableSql } from '@/server/domain/room/rights';
import {
  listedRoomOf,
  roomColumns,
  roomOf,
  withUnread,
  type ListedRoomRow,
  type RoomRow,
} from '@/server/domain/room/view';
import type { GetRoomInput, ListedRoom, ListRoomsInput, RoomView } from '@/shared/room';
import type { Viewer, ViewerKind } from '@/shared/user';

const from = `from rooms r left join memberships m on m.room_id = r.id and m.user_id = $1`;

const perKind = <Row>(name: string, text: (readable: string) => string) => {
  const of = (kind: ViewerKind) => statement<Row>(`${name}-${kind}`, text(readableSql(kind)));
  return { stranger: of('stranger'), visitor: of('visitor'), registered: of('registered') };
};

const byIdSql = (readable: string) => `select ${roomColumns} ${from} where r.id = $2 and ${readable}`;
const bySlugSql = (readable: string) => `select ${roomColumns} ${from} where r.slug = $2 and ${readable}`;
const byId = perKind<RoomRow>('room-get', byIdSql);
const bySlug = perKind<RoomRow>('room-slug', bySlugSql);
const listedById = perKind<ListedRoomRow>('room-get-unread', (readable) => withUnread(byIdSql(readable)));
const listedBySlug = perKind<ListedRoomRow>('room-slug-unread', (readable) =>
  withUnread(bySlugSql(readable)),
);

const page = perKind<ListedRoomRow>('room-list', (readable) =>
  withUnread(`select * from (
    select ${roomColumns} ${from}
    where ${readable} and r.archived_at is null and ($2::text is null or r.name ilike $2)
      and (r.kind <> 'direct' or exists (select from threads d where d.room_id = r.id and d.seq > 0))
  ) room
  where $3::timestamptz is null or ("lastMessageAt", id) < ($3, $4::uuid)
  order by "lastMessageAt" desc, id desc limit $5`),
);

/** @throws {AppError} NOT_FOUND */
export async function getRoom(viewer: Viewer, input: GetRoomInput): Promise<RoomView> {
  const rows =
    'id' in input
      ? await run(byId[viewer.kind], [viewer.userId, input.id])
      : await run(bySlug[viewer.kind], [viewer.userId, input.slug]);
  if (!rows[0]) throw notFound();
  return roomOf(viewer, rows[0]);
}

/**
 * The room with the viewer's own number.
 * @throws {AppError} NOT_FOUND
 */
export async function getListedRoom(viewer: Viewer, input: GetRoomInput): Promise<ListedRoom> {
  const rows =
    'id' in input
      ? await run(listedById[viewer.kind], [viewer.userId, input.id])
      : await run(listedBySlug[viewer.kind], [viewer.userId, input.slug]);
  if (!rows[0]) throw notFound();
  return listedRoomOf(viewer, rows[0]);
}

/** The rooms that the viewer may read, latest activity first. */
export async function listRooms(
  viewer: Viewer,
  input: ListRoomsInput,
): Promise<{ rooms: ListedRoom[]; nextCursor: string | null }> {
  const cursor = parseListCursor(input.cursor);
  const rows = await run(page[viewer.kind], [
    viewer.userId,
    likePattern(input.search),
    cursor?.at ?? null,
    cursor?.id ?? null,
    input.limit + 1,
  ]);
  const rooms = rows.slice(0, input.limit).map((row) => listedRoomOf(viewer, row));
  const last = rooms.at(-1);
  return {
    rooms,
    nextCursor: rows.length > input.limit && last ? listCursor(last.lastMessageAt, last.id) : null,
  };
}

/** The ids of the rooms, other than public ones, whose news the viewer may hear of. */
export async function memberRoomIds(viewer: Viewer): Promise<string[]> {
  if (viewer.userId === null) return [];
  const rows = await run(memberRooms, [viewer.userId]);
  return rows.map((row) => row.roomId);
}

const memberRooms = statement<{ roomId: string }>(
  'room-member-ids',
  `select room_id as "roomId" from memberships where user_id = $1 and status = 'active'`,
);

const shutRooms = statement<{ roomId: string }>(
  'room-shut-ids',
  `select room_id as "roomId" from memberships where user_id = $1 and status = 'banned'`,
);

/** The rooms that the viewer may not read although everybody may. */
export async function shutRoomIds(viewer: Viewer): Promise<ReadonlySet<string>> {
  if (viewer.userId === null) return new Set();
  return new Set((await run(shutRooms, [viewer.userId])).map((row) => row.roomId));
}

/** A substring search where the viewer's `%` and `_` mean themselves; null searches nothing. */
export const likePattern = (search: string | undefined) =>
  search ? `%${search.replace(/[\\%_]/g, (c) => `\\${c}`)}%` : null;

/** Keyset cursor of lists by activity: the last row's moment and id. */
export const listCursor = (at: string, id: string) => `${at}~${id}`;

/** @returns null for anything that is no such cursor: the list starts at its beginning */
export function parseListCursor(cursor: string | null | undefined): { at: string; id: string } | null {
  const [, at, id] =
    /^(\d{4}-\d\d-\d\dT[\d:.]{12}Z)~([\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})$/.exec(cursor ?? '') ?? [];
  // 30 February looks like a date to the expression above, and fails in the database.
  const isMoment = at !== undefined && !Number.isNaN(Date.parse(at)) && new Date(at).toISOString() === at;
  return isMoment && id ? { at, id } : null;
}
