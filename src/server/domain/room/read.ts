import { run, statement, type Statement } from '@/server/base/db';
import { notFound } from '@/server/base/errors';
import { once } from '@/server/base/once';
import { Together } from '@/server/base/together';
import { directName, directPeople } from '@/server/domain/room/direct-name';
import { readableSql } from '@/server/domain/room/rights';
import {
  listedRoomOf,
  roomColumns,
  roomOf,
  withUnread,
  type ListedRoomRow,
  type RoomRow,
} from '@/server/domain/room/view';
import { shownSql } from '@/server/domain/room/unread';
import { listSize, listSizeMax } from '@/shared/limits';
import type { GetRoomInput, ListedRoom, ListRoomsInput, RoomView } from '@/shared/room';
import type { Viewer, ViewerKind } from '@/shared/user';

const from = `from rooms r left join memberships m on m.room_id = r.id and m.user_id = $1`;

export const perKind = <Row>(name: string, text: (readable: string) => string) => {
  const of = (kind: ViewerKind) => statement<Row>(`${name}-${kind}`, text(readableSql(kind)));
  return { stranger: of('stranger'), visitor: of('visitor'), registered: of('registered') };
};

const byIdSql = (readable: string) => `select ${roomColumns} ${from} where r.id = $2 and ${readable}`;
const bySlugSql = (readable: string) => `select ${roomColumns} ${from} where r.slug = $2 and ${readable}`;
const byOldSlugSql = (readable: string) =>
  `select ${roomColumns} ${from} join old_slugs o on o.room_id = r.id where o.slug = $2 and ${readable}`;
const byId = perKind<RoomRow>('room-get', byIdSql);
const bySlug = perKind<RoomRow>('room-slug', bySlugSql);
const byOldSlug = perKind<RoomRow>('room-old-slug', byOldSlugSql);
const listedById = perKind<ListedRoomRow>('room-get-unread', (readable) => withUnread(byIdSql(readable)));
const listedBySlug = perKind<ListedRoomRow>('room-slug-unread', (readable) =>
  withUnread(bySlugSql(readable)),
);
const listedByOldSlug = perKind<ListedRoomRow>('room-old-slug-unread', (readable) =>
  withUnread(byOldSlugSql(readable)),
);

const lastSaid = `(select t.last_message_at from threads t where t.room_id = r.id
   order by t.active_at desc, t.last_message_at desc limit 1)`;
/** No `exists`, since the planner would rather look through all threads there are than through those of a few rooms. */
export const isBegunSql = '(select true from threads d where d.room_id = r.id and d.seq > 0 limit 1)';

export const scopes: Record<ListRoomsInput['scope'], string> = {
  shown: `r.archived_at is null and ${shownSql(lastSaid)}`,
  hidden: `r.archived_at is null and not ${shownSql(lastSaid)}`,
  archived: 'r.archived_at is not null',
};
/** A search finds what lists leave out as well, but for what is archived. */
const searchedSql = (scope: ListRoomsInput['scope']) =>
  scope === 'shown' ? 'r.archived_at is null' : scopes[scope];

type Shape = Pick<ListRoomsInput, 'scope'> & { isSearch: boolean; isContinued: boolean; rows: number };
const lists = new Map<string, Record<ViewerKind, Statement<ListedRoomRow>>>();

/** One statement per shape of the question, so that each keeps its plan. */
function listStatement(shape: Shape, kind: ViewerKind): Statement<ListedRoomRow> {
  const { scope, isSearch, isContinued, rows } = shape;
  const name = `room-list-${scope}-${rows}${isSearch ? '-search' : ''}${isContinued ? '-on' : ''}`;
  let parameters = 1;
  const next = () => `$${++parameters}`;
  const search = isSearch ? `and r.name ilike ${next()}` : '';
  const after = isContinued ? `where ("lastMessageAt", id) < (${next()}::timestamptz, ${next()}::uuid)` : '';
  const made =
    lists.get(name) ??
    perKind<ListedRoomRow>(name, (readable) =>
      withUnread(`select * from (
        select ${roomColumns} ${from}
        where ${readable} and ${isSearch ? searchedSql(scope) : scopes[scope]} ${search} and (r.kind <> 'direct' or ${isBegunSql})
      ) room ${after} order by "lastMessageAt" desc, id desc limit ${rows}`),
    );
  lists.set(name, made);
  return made[kind];
}

/** Direct rooms are called after the others in them. */
async function named<View extends RoomView>(viewer: Viewer, rooms: View[]): Promise<View[]> {
  const people = await directPeople(viewer, rooms);
  return rooms.map((room) => {
    const others = people.get(room.id);
    return others ? { ...room, name: directName(others), people: others } : room;
  });
}

/** The room of the id, of the slug, or of a slug that it had before. */
async function find<Row>(
  viewer: Viewer,
  input: GetRoomInput,
  by: Record<'id' | 'slug' | 'oldSlug', Record<ViewerKind, Statement<Row>>>,
): Promise<Row> {
  const read = (how: keyof typeof by, key: string) => run(by[how][viewer.kind], [viewer.userId, key]);
  const rows = 'id' in input ? await read('id', input.id) : await read('slug', input.slug);
  const row = rows[0] ?? ('slug' in input ? (await read('oldSlug', input.slug))[0] : undefined);
  if (!row) throw notFound();
  return row;
}

/** @throws {AppError} NOT_FOUND */
export async function getRoom(viewer: Viewer, input: GetRoomInput): Promise<RoomView> {
  const row = await find(viewer, input, { id: byId, slug: bySlug, oldSlug: byOldSlug });
  const view = roomOf(viewer, row);
  return (await named(viewer, [view]))[0] ?? view;
}

/**
 * The room with the viewer's own number.
 * @throws {AppError} NOT_FOUND
 */
export async function getListedRoom(viewer: Viewer, input: GetRoomInput): Promise<ListedRoom> {
  const by = { id: listedById, slug: listedBySlug, oldSlug: listedByOldSlug };
  const view = listedRoomOf(viewer, await find(viewer, input, by));
  return (await named(viewer, [view]))[0] ?? view;
}

/** The rooms that the viewer may read, latest activity first. */
export async function listRooms(
  viewer: Viewer,
  input: Omit<ListRoomsInput, 'scope'> & Partial<ListRoomsInput>,
): Promise<{ rooms: ListedRoom[]; nextCursor: string | null }> {
  const cursor = parseListCursor(input.cursor);
  const shape = {
    scope: input.scope ?? 'shown',
    isSearch: Boolean(input.search),
    isContinued: cursor !== null,
    rows: rowsFor(input.limit),
  };
  const rows = await run(listStatement(shape, viewer.kind), [
    viewer.userId,
    ...(input.search ? [likePattern(input.search)] : []),
    ...(cursor ? [cursor.at, cursor.id] : []),
  ]);
  const rooms = rows.slice(0, input.limit).map((row) => listedRoomOf(viewer, row));
  const last = rooms.at(-1);
  return {
    rooms: await named(viewer, rooms),
    nextCursor: rows.length > input.limit && last ? listCursor(last.lastMessageAt, last.id) : null,
  };
}

type Standings = { userId: string; active: string[] | null; banned: string[] | null };
const standings = statement<Standings>(
  'room-standings',
  `select user_id as "userId", array_agg(room_id::text) filter (where status = 'active') as active,
     array_agg(room_id::text) filter (where status = 'banned') as banned
   from memberships where user_id = any($1::uuid[]) and status in ('active', 'banned') group by user_id`,
);
const people = () =>
  once(
    'room-standings-together',
    () =>
      new Together<string, Standings>({
        keyOf: (userId) => userId,
        read: (userIds) => run(standings, [userIds]),
        keyOfRow: ({ userId }) => userId,
      }),
  );

/** The ids of the rooms, other than public ones, whose news the viewer may hear of. */
export async function memberRoomIds({ userId }: Viewer): Promise<string[]> {
  return userId === null ? [] : ((await people().ask(userId))?.active ?? []);
}

/** The rooms that the viewer may not read although everybody may. */
export async function shutRoomIds({ userId }: Viewer): Promise<ReadonlySet<string>> {
  return new Set(userId === null ? [] : (await people().ask(userId))?.banned);
}

/** A substring search where the viewer's `%` and `_` mean themselves; null searches nothing. */
export const likePattern = (search: string | undefined) =>
  search ? `%${search.replace(/[\\%_]/g, (c) => `\\${c}`)}%` : null;

/** Rows that a statement reads for a page: in its text, so that one plan for all values knows that they are few. */
export const rowsFor = (limit: number) => 1 + (limit <= listSize ? listSize : listSizeMax);

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
