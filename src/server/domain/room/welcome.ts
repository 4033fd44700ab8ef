import { hash } from 'node:crypto';
import { v7 as newId } from 'uuid';
import { inTransaction, pool, run, statement } from '@/server/base/db';
import { shortIdOf } from '@/shared/short-id';
import { previewMaxChars } from '@/shared/limits';

/** Any constant: whoever holds this advisory lock makes the room, the others wait and find it. */
const welcomeLock = 7_319_403;

const bot = { id: '0f0e1d2c-3b4a-4f5e-8d6c-7b8a9f0e1d2c', name: 'Foyer' };

const mainTexts = [
  'Welcome. This is the first room of this Foyer, and everybody who has its address can read it.',
  'You can write here without an account: your browser keeps a key that makes you the same person next time. It also suggests a name, which you can change.',
  'Each room has a main conversation, like this one, and threads beside it. A thread has its own title and its own page, so it can be linked to.',
  'What you write while you are offline is kept and sent when the connection is back.',
  'Make a room of your own with the plus sign beside Rooms. Nothing depends on this one.',
];
const howTo = {
  title: 'How do I …?',
  texts: [
    'How do I start a thread? Give it a title, or start it from a message that deserves an answer of its own. Either way it stands in the room and in the inbox of those who follow it.',
    'How do I answer one message? Point at it, or walk to it with the arrow keys, and choose Reply. There you can react, change your own words and delete them as well.',
    'How do I come back as the same person? Use the same browser: it keeps the key. Another browser is another visitor.',
  ],
};

const anyRoom = statement<{ isThere: boolean }>(
  'welcome-any',
  'select exists (select from rooms) as "isThere"',
);
const makeRoom = statement<unknown>(
  'welcome-room',
  `with author as (
    insert into users (id, kind, name) values ($2, 'bot', $3) on conflict (id) do nothing
  )
  insert into rooms (id, slug, name, topic, kind, visitors) values ($1, 'welcome', 'Welcome', $4, 'public', 'write')`,
);
const makeThread = statement<unknown>(
  'welcome-thread',
  `insert into threads (id, short_id, room_id, is_main, title, created_by_id, seq, rev, last_message_at,
    last_message_text, last_message_author_id)
   values ($1, $2, $3, $4, $5, $6, $7, $7, now(), left($8, ${previewMaxChars}), $6)`,
);
const makeMessages = statement<unknown>(
  'welcome-messages',
  `insert into messages (id, thread_id, seq, rev, kind, author_id, text, send_hash, created_at)
   select i.id, $1, i.ord, i.ord, 'text', $2, i.text, i.send_hash, now()
   from unnest($3::uuid[], $4::text[], $5::bytea[]) with ordinality as i (id, text, send_hash, ord)`,
);

/**
 * Gives an instance without any room its first one: public, open to visitors, with a few messages
 * that say what can be done. Safe to call at every start, of several processes at once.
 */
export async function ensureWelcomeRoom(): Promise<void> {
  if (await hasRoom()) return;
  await inTransaction(async (client) => {
    await client.query('select pg_advisory_xact_lock($1)', [welcomeLock]);
    if (await hasRoom(client)) return;
    const [roomId, mainId, howToId] = [newId(), newId(), newId()];
    await run(makeRoom, [roomId, bot.id, bot.name, 'A first place to try things out.'], client);
    const threads = [
      { id: howToId, isMain: false, title: howTo.title, texts: howTo.texts },
      { id: mainId, isMain: true, title: 'Welcome', texts: mainTexts },
    ];
    for (const { id, isMain, title, texts } of threads) {
      const head = [id, shortIdOf(id), roomId, isMain, title, bot.id, texts.length, texts.at(-1)];
      await run(makeThread, head, client);
      const hashes = texts.map((text) => hash('sha256', JSON.stringify([id, text, null]), 'buffer'));
      await run(makeMessages, [id, bot.id, texts.map(() => newId()), texts, hashes], client);
    }
  });
}

async function hasRoom(on: Parameters<typeof run>[2] = pool()): Promise<boolean> {
  return (await run(anyRoom, [], on))[0]?.isThere ?? false;
}
