import { Child } from '../core/child';
import { newSecret } from '../core/secret';
import { medianMs } from '../core/timing';
import type { Row } from '../core/result';
import { fillInbox, withClient } from '../fill';
import { startFoyer } from '../foyer';
import type { Read } from '../baselines/read-path';
import { Caller } from '../load/caller';
import { inRounds, type Scenario } from '../scenario';

/** Thirty threads or rooms are longer than this. */
const answerMinChars = 5_000;

const asked: Record<string, Pick<Read, 'path' | 'input'>> = {
  inbox: { path: 'inbox.list', input: {} },
  unread: { path: 'inbox.list', input: { unread: true } },
  'numbers of what is unread': { path: 'inbox.unread', input: { threadIds: [] } },
  'thread list': { path: 'thread.list', input: {} },
  'title search': { path: 'thread.list', input: { search: 'kitchens' } },
  'search without a hit': { path: 'thread.list', input: { search: 'zeppelin' } },
  'room list': { path: 'room.list', input: {} },
};

/** What a person in 200 rooms with 5,000 threads asks for all day. */
export const lists: Scenario = {
  about: 'inbox, room list, thread list and title search of a person in 200 rooms with 5,000 threads',
  async run({ store, isQuick, say }) {
    const foyer = await startFoyer(store);
    const path = await Child.start('bench/baselines/read-path.ts', foyer.env);
    const secret = newSecret();
    try {
      await foyer.makeRoom(secret);
      // Somebody else, who writes all the messages.
      await foyer.makeRoom();
      const caller = await Caller.open(foyer.wsUrl, secret);
      return await withClient(foyer.databaseUrl, async (client) => {
        say('writing 200 rooms with 25 threads each');
        const found = await client.query<{ id: string }>(
          `select user_id as id from memberships where role = 'owner' order by joined_at limit 1`,
        );
        const userId = found.rows[0]?.id ?? '';
        await fillInbox(client, { userId, rooms: 200, threads: 25, messages: isQuick ? 4 : 20 });
        const bare = () =>
          client.query({
            name: 'bare-inbox',
            text: `select t.id, t.title, t.room_id, r.name as room, t.seq, t.last_message_at, t.last_message_text,
                u.name as author, t.seq - coalesce(s.last_read_seq, 0) as unread
              from threads t join memberships m on m.room_id = t.room_id and m.user_id = $1 and m.status = 'active'
              join rooms r on r.id = t.room_id
              left join users u on u.id = t.last_message_author_id
              left join read_states s on s.thread_id = t.id and s.user_id = $1
              order by t.active_at desc limit 30`,
            values: [userId],
          });
        const names = Object.keys(asked);
        const query = (name: string) => caller.query(asked[name]?.path ?? '', asked[name]?.input);
        for (const name of names.filter((each) => each !== 'search without a hit')) {
          const { length } = await query(name);
          if (length < answerMinChars) throw new Error(`The answer to "${name}" is too short to be right.`);
        }
        const parties = [
          { name: '', reader: 'bare' as const },
          ...names.flatMap((name) => (['path', 'socket'] as const).map((reader) => ({ name, reader }))),
        ];
        const runs = isQuick ? 12 : 100;
        const ask = ({ name, reader }: (typeof parties)[number]) => {
          if (reader === 'bare') return medianMs(runs, bare);
          return reader === 'path'
            ? path.call<number>('median', { secret, ...asked[name], runs })
            : medianMs(runs, () => query(name));
        };
        // Nobody is measured cold.
        for (const party of parties) await ask(party);
        const measured = await inRounds(parties, isQuick ? 2 : 3, ask);
        const versus = {
          name: 'bare pg',
          rounds: [...measured].find(([{ reader }]) => reader === 'bare')?.[1] ?? [],
        };
        return [...measured].flatMap(([{ name, reader }, rounds]): Row[] => {
          if (reader === 'bare') return [];
          const isTarget = name === 'inbox' && reader === 'path';
          const what = reader === 'path' ? `${name}, no socket` : name;
          const row = { what, unit: 'ms', subject: 'foyer', rounds };
          return [
            { ...row, id: isTarget ? 'Q2' : '', versus, ...(isTarget && { target: { atMost: 3 } }) },
            ...(reader === 'socket' ? [{ ...row, id: '', target: { atMost: 50 } }] : []),
          ];
        });
      });
    } finally {
      await path.stop();
      await foyer.stop();
    }
  },
};
