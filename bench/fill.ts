import pg from 'pg';

/** Writes past the product, since what is measured is the reading. */
export async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

const chunk = 250_000;

/** Fills an empty thread with so many messages of seven people, a minute apart. */
export async function fillThread(client: pg.Client, threadId: string, count: number): Promise<void> {
  for (let from = 1; from <= count; from += chunk)
    await client.query(
      `with authors as (
        select id, row_number() over () as n, count(*) over () as total from (select id from users limit 7) u
      )
      insert into messages (id, thread_id, seq, rev, kind, author_id, text, send_hash, created_at)
      select gen_random_uuid(), $1, s, s, 'text', a.id, 'Line ' || s || repeat(' and so on', s % 17), '\\x00',
        now() - ($4::int - s) * interval '1 minute'
      from generate_series($2::int, $3::int) s join authors a on a.n = 1 + s % a.total`,
      [threadId, from, Math.min(count, from + chunk - 1), count],
    );
  await client.query(
    `update threads set seq = $2, rev = $2, last_message_text = 'The last line', last_message_at = now(),
      last_message_author_id = (select id from users limit 1) where id = $1`,
    [threadId, count],
  );
  await client.query('vacuum analyze messages');
}

/** Makes the viewer a member of so many rooms with so many threads each, all followed, some unread. */
export async function fillInbox(
  client: pg.Client,
  { userId, rooms, threads, messages }: { userId: string; rooms: number; threads: number; messages: number },
): Promise<void> {
  await client.query(
    `with room as (
      insert into rooms (id, slug, name, kind, visitors, created_by_id)
      select gen_random_uuid(), 'bench-' || r, 'Room ' || r, 'public', 'write', $1 from generate_series(1, $2::int) r
      returning id
    ), seat as (
      insert into memberships (room_id, user_id, role) select id, $1, 'visitor' from room
    ), thread as (
      insert into threads (id, short_id, room_id, is_main, title, seq, rev, last_message_text, last_message_at,
        last_message_author_id)
      select gen_random_uuid(), substr(md5(room.id::text || t), 1, 12), room.id, t = 1,
        'Thread ' || t || ' about ' || (array['gardens', 'kitchens', 'trains', 'music'])[1 + t % 4],
        $4, $4, 'The last line', now() - random() * interval '90 days', $1
      from room cross join generate_series(1, $3::int) t returning id, last_message_at
    ), line as (
      insert into messages (id, thread_id, seq, rev, kind, author_id, text, send_hash, created_at)
      select gen_random_uuid(), t.id, s, s, 'text', a.id, 'Line ' || s, '\\x00',
        t.last_message_at - ($4::int - s) * interval '1 minute'
      from thread t cross join generate_series(1, $4::int) s
      cross join (select id from users where id <> $1 order by id limit 1) a
    )
    insert into read_states (user_id, thread_id, following, last_read_seq)
    select $1, id, true, case when random() < 0.2 then $4 / 2 else $4 end from thread`,
    [userId, rooms, threads, messages],
  );
  await client.query('vacuum analyze');
}
