import { v7 as newId } from 'uuid';
import type pg from 'pg';
import { newSecret } from '../core/secret';
import { median } from '../core/statistics';
import { medianMs } from '../core/timing';
import type { Row } from '../core/result';
import { fillThread, withClient } from '../fill';
import { startFoyer } from '../foyer';
import { Caller } from '../load/caller';
import { inRounds, type Scenario } from '../scenario';

const runs = 200;
type Party = { size: number; place: 'start' | 'middle' | 'end'; threadId: string; isBare: boolean };

/** A page of fifty messages at any place of a thread of any size, over an open socket. */
export const pages: Scenario = {
  about: 'a page of 50 from threads of 50, 20,000, 1,000,000 and 10,000,000 messages',
  async run({ store, isQuick, say }) {
    const foyer = await startFoyer(store);
    const secret = newSecret();
    try {
      const room = await foyer.makeRoom(secret);
      const caller = await Caller.open(foyer.wsUrl, secret);
      const sizes = isQuick ? [50, 20_000, 200_000] : [50, 20_000, 1_000_000, 10_000_000];
      return await withClient(foyer.databaseUrl, async (client) => {
        const parties: Party[] = [];
        for (const size of sizes) {
          say(`writing ${size.toLocaleString('en')} messages`);
          const id = newId();
          await foyer.guest(secret).thread.create.mutate({ id, roomId: room.id, title: `With ${size}` });
          await fillThread(client, id, size);
          for (const place of ['start', 'middle', 'end'] as const)
            for (const isBare of [true, false]) parties.push({ size, place, threadId: id, isBare });
        }
        const measured = await inRounds(parties, 3, (party) =>
          party.isBare
            ? medianMs(runs, () => readBare(client, party))
            : medianMs(runs, () =>
                caller.query('message.list', {
                  threadId: party.threadId,
                  direction: 'backward',
                  limit: 50,
                  ...(party.place !== 'end' && { cursor: cursorOf(party) }),
                }),
              ),
        );
        return rowsOf(measured);
      });
    } finally {
      await foyer.stop();
    }
  },
};

/** Exclusive: the page before it. */
const cursorOf = ({ size, place }: Party): number =>
  place === 'start' ? Math.min(51, size + 1) : place === 'middle' ? Math.floor(size / 2) + 26 : size + 1;

const readBare = (client: pg.Client, party: Party) =>
  client.query({
    name: 'bare-page',
    text: `select m.id, m.seq, m.rev, m.kind, m.author_id, m.text, m.created_at, m.edited_at, m.deleted_at, u.name
      from messages m join users u on u.id = m.author_id
      where m.thread_id = $1 and m.seq < $2 order by m.seq desc limit 50`,
    values: [party.threadId, cursorOf(party)],
  });

function rowsOf(measured: Map<Party, number[]>): Row[] {
  const all = [...measured];
  const roundsOf = (size: number, place: string, isBare: boolean) =>
    all.find(([party]) => party.size === size && party.place === place && party.isBare === isBare)?.[1] ?? [];
  const ours = all.filter(([party]) => !party.isBare);
  const smallest = Math.min(...ours.map(([party]) => party.size));
  const largest = Math.max(...ours.map(([party]) => party.size));
  const rows = ours.map(([{ size, place }, rounds]): Row => ({
    id: 'Q1',
    what: `page of 50 at the ${place} of ${size.toLocaleString('en')}`,
    unit: 'ms',
    subject: 'foyer',
    rounds,
    versus: { name: 'bare pg', rounds: roundsOf(size, place, true) },
    target: { atMost: 2.5 },
  }));
  const flat = (size: number) =>
    roundsOf(size, 'start', false).map((_, round) =>
      median(['start', 'middle', 'end'].map((place) => roundsOf(size, place, false)[round] ?? Number.NaN)),
    );
  rows.push({
    id: 'Q1',
    what: `page of 50, ${largest.toLocaleString('en')} messages against ${smallest}`,
    unit: 'ms',
    subject: 'foyer',
    rounds: flat(largest),
    versus: { name: `of ${smallest}`, rounds: flat(smallest) },
    target: { atMost: 1.5 },
  });
  return rows;
}
