import pg from 'pg';
import type { Database } from './check/database';
import { shortOf } from './history';
import { opOf, rowOf } from './message-row';
import type { World } from './world';

type MessageLine = {
  id: string;
  threadId: string;
  authorId: string;
  seq: number;
  rev: number;
  text: string;
  deletedAt: Date | null;
  reactions: [emoji: string, userIds: string[]][] | null;
};

/** What the database holds of this world, read in one moment, without any code of the product. */
export async function dump(url: string, epoch: string, world: World): Promise<Database> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('begin isolation level repeatable read read only');
    const threads = await client.query<{ id: string; room: string; seq: number; rev: number }>(
      'select id, room_id as room, seq, rev from threads where id = any($1::uuid[])',
      [world.threads.map((thread) => thread.id)],
    );
    const messages = await client.query<MessageLine>(
      `select id, thread_id as "threadId", author_id as "authorId", seq, rev, text, deleted_at as "deletedAt", reactions
       from messages where thread_id = any($1::uuid[])`,
      [threads.rows.map((thread) => thread.id)],
    );
    const reads = await client.query<{ ident: string; thread: string; lastReadSeq: number }>(
      `select user_id as ident, thread_id as thread, last_read_seq as "lastReadSeq" from read_states
       where following and not muted`,
    );
    return {
      epoch,
      threads: threads.rows.map(({ id, room, ...rest }) => ({
        id: shortOf(id),
        room: shortOf(room),
        ...rest,
      })),
      messages: messages.rows.map((line) => {
        const reactions = (line.reactions ?? []).map(([emoji, userIds]) => ({ emoji, userIds }));
        // The product shows no reactions of a deleted message.
        const shown = line.deletedAt === null ? reactions : [];
        const [mid, seq, rev, text, marks] = rowOf({ ...line, reactions: shown });
        return {
          mid,
          thread: shortOf(line.threadId),
          seq,
          rev,
          author: shortOf(line.authorId),
          op: line.text === '' ? null : opOf(line.text),
          text,
          reactions: marks,
        };
      }),
      reads: reads.rows.map((read) => ({
        ...read,
        ident: shortOf(read.ident),
        thread: shortOf(read.thread),
      })),
    };
  } finally {
    await client.end();
  }
}

/** Where each thread stands, by its short id. */
export async function readRevs(url: string): Promise<Record<string, number>> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ id: string; rev: number }>('select id, rev from threads');
    return Object.fromEntries(rows.map(({ id, rev }) => [shortOf(id), rev]));
  } finally {
    await client.end();
  }
}
