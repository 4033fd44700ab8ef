import { newSecret } from '../core/secret';
import { medianMs } from '../core/timing';
import type { Row } from '../core/result';
import { fillInbox, withClient } from '../fill';
import { startFoyer } from '../foyer';
import { Caller } from '../load/caller';
import { inRounds, type Scenario } from '../scenario';

const runs = 100;
/** Thirty threads or rooms are longer than this. */
const answerMinChars = 5_000;

/** What a person in 200 rooms with 5,000 threads asks for all day. */
export const lists: Scenario = {
  about: 'inbox, room list, thread list and title search of a person in 200 rooms with 5,000 threads',
  async run({ store, isQuick, say }) {
    const foyer = await startFoyer(store);
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
        await fillInbox(client, { userId, rooms: 200, threads: 25, messages: 20 });
        const bare = () =>
          client.query({
            name: 'bare-inbox',
            text: `select t.id, t.title, t.room_id, t.seq, t.last_message_at, t.last_message_text
              from threads t join memberships m on m.room_id = t.room_id and m.user_id = $1 and m.status = 'active'
              order by t.active_at desc limit 30`,
            values: [userId],
          });
        const asked = {
          inbox: () => caller.query('inbox.list', {}),
          unread: () => caller.query('inbox.list', { unread: true }),
          'thread list': () => caller.query('thread.list', {}),
          'title search': () => caller.query('thread.list', { search: 'kitchens' }),
          'search without a hit': () => caller.query('thread.list', { search: 'zeppelin' }),
          'room list': () => caller.query('room.list', {}),
          'bare pg': bare,
        } as const;
        for (const name of ['inbox', 'unread', 'thread list', 'title search', 'room list'] as const) {
          const { length } = await asked[name]();
          if (length < answerMinChars) throw new Error(`The answer to "${name}" is too short to be right.`);
        }
        const names = Object.keys(asked) as (keyof typeof asked)[];
        const measured = await inRounds(names, isQuick ? 2 : 3, (name) => medianMs(runs, asked[name]));
        const versus = { name: 'bare pg', rounds: measured.get('bare pg') ?? [] };
        return names
          .filter((name) => name !== 'bare pg')
          .flatMap((name): Row[] => {
            const row = { what: name, unit: 'ms', subject: 'foyer', rounds: measured.get(name) ?? [] };
            return [
              {
                ...row,
                id: name === 'inbox' ? 'Q2' : '',
                versus,
                ...(name === 'inbox' && { target: { atMost: 3 } }),
              },
              { ...row, id: '', target: { atMost: 50 } },
            ];
          });
      });
    } finally {
      await foyer.stop();
    }
  },
};
