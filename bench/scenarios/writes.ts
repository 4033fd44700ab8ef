import { v7 as newThreadId } from 'uuid';
import { newSecret } from '../core/secret';
import { Child } from '../core/child';
import { Histogram } from '../core/histogram';
import type { Row } from '../core/result';
import { Load } from '../load/load';
import { inRounds, type Scenario } from '../scenario';
import type { Foyer } from '../foyer';
import { startSubjects, type Subject } from '../subjects';

const chars = 120;
type Figures = { perSecond: number; p99: number; statements: number };
type Party = Subject | 'bare' | 'path';
type Posts = { perSecond: number; latency: number[] };

/** Posts that are acknowledged when they are on disk: into one hot thread, and into a hundred. */
export const writes: Scenario = {
  about: 'posts a second into one thread and into 100, 1 / 8 / 32 / 128 senders',
  async run({ store, isQuick, say }) {
    const subjects = await startSubjects(store, ['floor', 'trpc', 'foyer']);
    const bare = await Child.start('bench/baselines/bare-pg.ts', {
      BENCH_DATABASE_URL: await store.database('bench_bare'),
    });
    const path = await Child.start('bench/baselines/write-path.ts', {
      ...subjects.foyer.env,
      DATABASE_POOL: '20',
    });
    const load = await Load.start();
    const rows: Row[] = [];
    const seconds = isQuick ? 1.5 : 3;
    try {
      const foyer = subjects.all.find((subject) => subject.dialect === 'foyer');
      const guest = subjects.foyer.guest();
      const room = await subjects.foyer.makeRoom();
      const many: string[] = [];
      for (let i = 0; i < 100; i++)
        many.push((await guest.thread.create.mutate(threadInput(room.id, `Thread ${i}`))).id);
      const parties: Party[] = ['bare', 'path', ...subjects.all];
      for (const [over, senders] of isQuick ? quickCases : cases) {
        const asked = parties.filter(
          (party) =>
            typeof party === 'string' ||
            party === foyer ||
            (senders === 32 && (over === 1 || party.dialect === 'floor')),
        );
        const measured = await inRounds(
          asked,
          isQuick ? 1 : senders === 32 ? 3 : 2,
          async (party): Promise<Figures> => {
            say(`${senders} senders, ${over === 1 ? 'one thread' : `${over} threads`}`);
            if (party === 'bare' || party === 'path') {
              const child = party === 'bare' ? bare : path;
              const { perSecond, latency } = await child.call<Posts>('posts', { senders, seconds, over });
              return { perSecond, p99: Histogram.from(latency).ms(0.99), statements: Number.NaN };
            }
            const made = party === foyer ? many : party.targets.slice(0, over);
            const targets = over === 1 ? [party.target] : made;
            return measure(load, { ...party, targets }, { senders, seconds, foyer: subjects.foyer });
          },
        );
        rows.push(...rowsOf(measured, over, senders));
      }
    } finally {
      await load.stop();
      await bare.stop();
      await subjects.stop();
    }
    return rows;
  },
};

const cases = [1, 8, 32, 128].flatMap((senders) => [1, 100].map((over) => [over, senders] as const));
const quickCases = [
  [1, 32],
  [100, 32],
] as const;

const threadInput = (roomId: string, title: string) => ({ id: newThreadId(), roomId, title });

async function measure(
  load: Load,
  { url, dialect, targets }: Subject,
  { senders, seconds, foyer }: { senders: number; seconds: number; foyer: Foyer },
): Promise<Figures> {
  const secrets = Array.from({ length: senders }, newSecret);
  await load.openSenders({ url, dialect, targets, count: senders, atOnce: 50, secrets });
  // A sender's first text in a thread, which makes them known there, is not measured.
  await load.send({ seconds: 1, chars, perSecond: senders });
  const before = await foyer.statements();
  const sent = await load.send({ seconds, chars });
  const statements = ((await foyer.statements()) - before) / sent.messages;
  await load.close();
  return { perSecond: sent.messages / sent.seconds, p99: sent.latency.ms(0.99), statements };
}

function rowsOf(measured: Map<Party, Figures[]>, over: number, senders: number): Row[] {
  const of = (dialect: string, figure: keyof Figures) =>
    [...measured].flatMap(([party, all]) =>
      (typeof party === 'string' ? party : party.dialect) === dialect ? all.map((each) => each[figure]) : [],
    );
  const what = `posts, ${senders} senders, ${over === 1 ? 'one thread' : `${over} threads`}`;
  const ours = { what, unit: '/s', subject: 'foyer', rounds: of('foyer', 'perSecond') };
  const isTarget = senders === 32;
  const bare = { name: 'bare pg', rounds: of('bare', 'perSecond') };
  const others = [
    { name: 'raw ws on disk', rounds: of('floor', 'perSecond') },
    { name: 'usual tRPC', rounds: of('trpc', 'perSecond') },
  ].filter(({ rounds }) => rounds.length > 0);
  return [
    {
      ...ours,
      id: isTarget ? (over === 1 ? 'W2' : 'W1') : '',
      what: `${what}, no socket`,
      rounds: of('path', 'perSecond'),
      versus: bare,
      ...(isTarget && { target: { atLeast: over === 1 ? 5 : 0.8 } }),
    },
    ...[bare, ...others].map((versus) => ({ ...ours, id: '', versus })),
    { id: '', what: `${what}, p99`, unit: 'ms', subject: 'foyer', rounds: of('foyer', 'p99') },
    {
      id: '',
      what: `statements per post, ${senders} senders, ${over === 1 ? 'one thread' : `${over} threads`}`,
      unit: '',
      subject: 'foyer',
      rounds: of('foyer', 'statements'),
      // The sweeps that go on beside it are counted too.
      target: { atMost: 2.1 },
    },
  ];
}
