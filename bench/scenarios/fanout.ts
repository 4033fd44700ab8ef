import { newSecret } from '../core/secret';
import { cpuSeconds } from '../core/machine';
import type { Row } from '../core/result';
import { Load } from '../load/load';
import { inRounds, type Scenario } from '../scenario';
import { startSubjects, type Subject } from '../subjects';

const chars = 120;
const senders = 16;
const all = ['raw', 'floor', 'socketio', 'trpc', 'foyer'] as const;
const limits = ['raw', 'foyer'] as const;
type Case = { readers: number; perSecond: number; rounds: number; dialects: readonly string[] };
const cases: Case[] = [
  { readers: 50, perSecond: 1_000, rounds: 3, dialects: ['raw', 'floor', 'socketio', 'foyer'] },
  { readers: 500, perSecond: 20, rounds: 3, dialects: all },
  { readers: 2_000, perSecond: 5, rounds: 2, dialects: all },
  { readers: 5_000, perSecond: 2, rounds: 1, dialects: limits },
];
const quickCases: Case[] = [
  { readers: 500, perSecond: 20, rounds: 2, dialects: ['raw', 'floor', 'socketio', 'foyer'] },
];

type Figures = {
  p50: number;
  p99: number;
  /** Of what was acknowledged x readers, the share that came. */
  steadyShare: number;
  steadyUs: number;
  perSecond: number;
  usPerDelivery: number;
  share: number;
};

/** One busy room: from the sending of a text to its arrival at every reader. */
export const fanout: Scenario = {
  about: 'one busy room, 50 / 500 / 2,000 / 5,000 readers',
  async run({ store, isQuick, say }) {
    const asked = isQuick ? quickCases : cases;
    const names = all.filter((dialect) => asked.some(({ dialects }) => dialects.includes(dialect)));
    const [subjects, load] = await Promise.all([startSubjects(store, names), Load.start()]);
    const rows: Row[] = [];
    try {
      for (const each of asked) {
        const parties = subjects.all.filter(({ dialect }) => each.dialects.includes(dialect));
        const measured = await inRounds(parties, each.rounds, (subject) => {
          say(`${each.readers} readers, ${subject.name}`);
          return measure(load, subject, each, isQuick ? { steady: 1.5, busy: 1 } : { steady: 4, busy: 4 });
        });
        rows.push(...rowsOf(measured, each));
      }
    } finally {
      await load.stop();
      await subjects.stop();
    }
    return rows;
  },
};

async function measure(
  load: Load,
  { pid, url, dialect, target }: Subject,
  { readers, perSecond }: Case,
  seconds: { steady: number; busy: number },
): Promise<Figures> {
  const base = { url, dialect, targets: [target], atOnce: 50 };
  await load.openReaders({ ...base, count: readers });
  await load.openSenders({ ...base, count: senders, secrets: Array.from({ length: senders }, newSecret) });
  // A first text per sender, which makes a visitor known, is not measured.
  const warm = await load.send({ seconds: 1, chars, perSecond: senders });
  await load.heard(warm.messages * readers);

  const before = cpuSeconds(pid);
  const steady = await load.send({ seconds: seconds.steady, chars, perSecond });
  const heard = await load.heard(steady.messages * readers);
  const cpu = cpuSeconds(pid);
  const began = performance.now();
  const busy = await load.send({ seconds: seconds.busy, chars });
  const arrived = await load.heard(busy.messages * readers);
  const took = (performance.now() - began) / 1_000;
  const figures = {
    p50: heard.latency.ms(0.5),
    p99: heard.latency.ms(0.99),
    steadyShare: heard.messages / (steady.messages * readers),
    steadyUs: ((cpu - before) * 1e6) / heard.messages,
    perSecond: arrived.messages / took,
    usPerDelivery: ((cpuSeconds(pid) - cpu) * 1e6) / arrived.messages,
    share: arrived.messages / (busy.messages * readers),
  };
  await load.close();
  return figures;
}

function rowsOf(measured: Map<Subject, Figures[]>, { readers, perSecond, dialects }: Case): Row[] {
  const of = (dialect: string, figure: keyof Figures) =>
    [...measured].flatMap(([subject, rounds]) =>
      subject.dialect === dialect ? rounds.map((figures) => figures[figure]) : [],
    );
  const row = (
    what: string,
    unit: string,
    figure: keyof Figures,
    versus: readonly [dialect: string, name: string] | null,
    more: Partial<Row> = {},
  ): Row[] =>
    versus && !dialects.includes(versus[0])
      ? []
      : [
          {
            id: '',
            what: `${what}, ${readers} readers`,
            unit,
            subject: 'foyer',
            rounds: of('foyer', figure),
            ...(versus && { versus: { name: versus[1], rounds: of(versus[0], figure) } }),
            ...more,
          },
        ];
  const raw = ['raw', 'raw ws'] as const;
  const floor = ['floor', 'raw ws on disk'] as const;
  const sio = ['socketio', 'Socket.IO'] as const;
  const usual = ['trpc', 'usual tRPC'] as const;
  const at = `delivery at ${perSecond}/s`;
  const share = [
    ...row('share delivered at that rate', 'x', 'steadyShare', null, { target: { atLeast: 1 } }),
    ...row('share delivered when busy', 'x', 'share', null, { id: 'R1', target: { atLeast: 1 } }),
  ];
  if (readers === 50)
    return [
      ...row(`${at}, p99`, 'ms', 'p99', raw, { id: 'F4', target: { atMost: 3 } }),
      ...row(`${at}, p99`, 'ms', 'p99', floor),
      ...row(`${at}, p99`, 'ms', 'p99', sio),
      ...row(`${at}, p99`, 'ms', 'p99', null, { id: 'F4', target: { atMost: 20 } }),
      ...share,
    ];
  return [
    // What the clients on the same machine take does not count here, and a ratio to raw ws may go below 1.
    ...row(`server time per delivery at ${perSecond}/s`, 'us', 'steadyUs', raw, {
      id: 'F1',
      target: { atMost: 1.43 },
    }),
    // What is written to disk first has its cost in it, and the disk's: raw ws does neither.
    ...row(`server time per delivery at ${perSecond}/s`, 'us', 'steadyUs', floor),
    ...row(`server time per delivery at ${perSecond}/s`, 'us', 'steadyUs', sio, {
      id: 'F1',
      target: { atMost: 1 },
    }),
    ...row('server time per delivery when busy', 'us', 'usPerDelivery', raw, {
      id: 'F2',
      target: { atMost: 0.33 },
    }),
    ...row('most deliveries', '/s', 'perSecond', raw, { id: 'F1', target: { atLeast: 0.7 } }),
    ...row('most deliveries', '/s', 'perSecond', sio, { id: 'F1', target: { atLeast: 1 } }),
    ...row('most deliveries', '/s', 'perSecond', usual),
    ...row(`${at}, p50`, 'ms', 'p50', raw),
    ...row(`${at}, p99`, 'ms', 'p99', raw, { id: 'F3', target: { atMost: 1.5 } }),
    ...row(`${at}, p99`, 'ms', 'p99', floor),
    ...row(`${at}, p99`, 'ms', 'p99', sio),
    ...row(`${at}, p99`, 'ms', 'p99', null, { target: { atMost: 100 } }),
    ...share,
  ];
}
