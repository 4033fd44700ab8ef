import { v7 as newId } from 'uuid';
import type pg from 'pg';
import { Child } from '../core/child';
import { newSecret } from '../core/secret';
import { median } from '../core/statistics';
import { medianMs } from '../core/timing';
import type { Row } from '../core/result';
import { fillThread, withClient } from '../fill';
import { startFoyer } from '../foyer';
import { Caller } from '../load/caller';
import { inRounds, type Scenario } from '../scenario';

const readers = ['socket', 'path', 'bare'] as const;
type Reader = (typeof readers)[number];
/** Until then an engine still learns what it runs: a server is past that after its first minutes. */
const warmRuns = 600;
type Party = { size: number; place: 'start' | 'middle' | 'end'; threadId: string; reader: Reader };

/** A page of fifty messages at any place of a thread of any size, over an open socket and without one. */
export const pages: Scenario = {
  about: 'a page of 50 from threads of 50, 20,000, 1,000,000 and 10,000,000 messages',
  async run({ store, isQuick, say }) {
    const foyer = await startFoyer(store);
    const path = await Child.start('bench/baselines/read-path.ts', foyer.env);
    const secret = newSecret();
    try {
      const room = await foyer.makeRoom(secret);
      const caller = await Caller.open(foyer.wsUrl, secret);
      const sizes = isQuick ? [50, 20_000, 100_000] : [50, 20_000, 1_000_000, 10_000_000];
      return await withClient(foyer.databaseUrl, async (client) => {
        const parties: Party[] = [];
        for (const size of sizes) {
          say(`writing ${size.toLocaleString('en')} messages`);
          const id = newId();
          await foyer.guest(secret).thread.create.mutate({ id, roomId: room.id, title: `With ${size}` });
          await fillThread(client, id, size);
          for (const place of ['start', 'middle', 'end'] as const)
            for (const reader of readers) parties.push({ size, place, threadId: id, reader });
        }
        const runs = isQuick ? 40 : 200;
        const readPages = (party: Party, times = runs) => {
          if (party.reader === 'bare') return medianMs(times, () => readBare(client, party));
          const input = {
            threadId: party.threadId,
            direction: 'backward',
            limit: 50,
            ...(party.place !== 'end' && { cursor: cursorOf(party) }),
          };
          return party.reader === 'path'
            ? path.call<number>('median', { secret, path: 'message.list', input, runs: times })
            : medianMs(times, () => caller.query('message.list', input));
        };
        // Nobody is measured cold.
        for (const party of parties.slice(0, readers.length)) await readPages(party, warmRuns);
        const measured = await inRounds(parties, isQuick ? 2 : 3, (party) => readPages(party));
        return rowsOf(measured);
      });
    } finally {
      await path.stop();
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
  const roundsOf = (size: number, place: string, reader: Reader) =>
    all.find(([party]) => party.size === size && party.place === place && party.reader === reader)?.[1] ?? [];
  const places = all.filter(([party]) => party.reader === 'bare').map(([party]) => party);
  const smallest = Math.min(...places.map(({ size }) => size));
  const largest = Math.max(...places.map(({ size }) => size));
  const rows = places.flatMap(({ size, place }) =>
    (['path', 'socket'] as const).flatMap((reader): Row[] => {
      const row = {
        what: `page of 50 at the ${place} of ${size.toLocaleString('en')}${reader === 'path' ? ', no socket' : ''}`,
        unit: 'ms',
        subject: 'foyer',
        rounds: roundsOf(size, place, reader),
      };
      const versus = { name: 'bare pg', rounds: roundsOf(size, place, 'bare') };
      return reader === 'path'
        ? [{ ...row, id: 'Q1', versus, target: { atMost: 1.8 } }]
        : [
            { ...row, id: '', versus },
            { ...row, id: '', target: { atMost: 30 } },
          ];
    }),
  );
  const flat = (size: number) =>
    roundsOf(size, 'start', 'socket').map((_, round) =>
      median(['start', 'middle', 'end'].map((place) => roundsOf(size, place, 'socket')[round] ?? Number.NaN)),
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
