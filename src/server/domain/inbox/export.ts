import { run, statement } from '@/server/base/db';
import type { Member } from '@/shared/user';
import { exportBatch } from '@/shared/limits';

type Row = Record<string, unknown>;
/** One part of an export: its name and its rows, as they are read. */
export type ExportPart = { name: string; rows: AsyncIterable<Row> };

const own = '(select id from users where id = $1 or claimed_by_id = $1)';
const parts = [
  {
    name: 'profile',
    read: statement<Row>(
      'export-profile',
      `select id, kind, name, bio, email, created_at as "createdAt", last_seen_at as "lastSeenAt",
         shows_receipts as "showsReceipts", shows_typing as "showsTyping", shows_presence as "showsPresence"
       from users where id in ${own} order by created_at`,
    ),
  },
  {
    name: 'signIns',
    read: statement<Row>(
      'export-sessions',
      `select label, created_at as "createdAt", seen_at as "seenAt" from sessions where user_id in ${own} order by created_at`,
    ),
  },
  {
    name: 'providers',
    read: statement<Row>(
      'export-providers',
      `select provider, provider_account_id as "id", created_at as "createdAt" from accounts where user_id in ${own}`,
    ),
  },
  {
    name: 'rooms',
    read: statement<Row>(
      'export-rooms',
      `select r.name as room, m.role, m.status, m.notify, m.joined_at as "joinedAt"
       from memberships m join rooms r on r.id = m.room_id where m.user_id in ${own} order by m.joined_at`,
    ),
  },
  {
    name: 'read',
    read: statement<Row>(
      'export-read',
      `select r.name as room, t.title as thread, s.last_read_seq as "lastReadPlace", s.following, s.muted
       from read_states s join threads t on t.id = s.thread_id join rooms r on r.id = t.room_id
       where s.user_id in ${own} order by r.name, t.title`,
    ),
  },
  {
    name: 'reactions',
    read: statement<Row>(
      'export-reactions',
      `select r.name as room, t.title as thread, x.seq as place, e.pair->>0 as reaction
       from messages x join threads t on t.id = x.thread_id join rooms r on r.id = t.room_id
       cross join lateral jsonb_array_elements(x.reactions) e (pair)
       where x.reactions @> jsonb_build_array(jsonb_build_array(jsonb_build_array($1::text)))
         and e.pair->1 ? $1::text order by r.name, t.title, x.seq`,
    ),
  },
];
const ids = statement<{ id: string }>(
  'export-message-ids',
  `select id from messages where author_id in ${own} and deleted_at is null order by created_at, id`,
);
const messages = statement<Row>(
  'export-messages',
  `select r.name as room, t.title as thread, x.seq as place, x.text, x.created_at as "writtenAt", x.edited_at as "editedAt"
   from messages x join threads t on t.id = x.thread_id join rooms r on r.id = t.room_id
   where x.id = any($1::uuid[]) order by x.created_at, x.id`,
);

/** Everything about a person, read piece by piece: whoever takes it slowly holds no memory and no lock. */
export function exportOf(viewer: Member): ExportPart[] {
  return [
    ...parts.map(({ name, read }) => ({ name, rows: all(() => run(read, [viewer.userId])) })),
    { name: 'messages', rows: inBatches(viewer.userId) },
  ];
}

async function* all(read: () => Promise<Row[]>): AsyncGenerator<Row> {
  yield* await read();
}

async function* inBatches(userId: string): AsyncGenerator<Row> {
  const found = (await run(ids, [userId])).map((row) => row.id);
  for (let at = 0; at < found.length; at += exportBatch)
    yield* await run(messages, [found.slice(at, at + exportBatch)]);
}
