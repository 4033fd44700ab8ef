import { newSecret } from '../core/secret';
import { cpuSeconds } from '../core/machine';
import type { Row } from '../core/result';
import { Load } from '../load/load';
import { inRounds, type Scenario } from '../scenario';
import { startSubjects, type Subject } from '../subjects';

const chars = 120;
const senders = 16;

type Figures = {
  p50: number;
  p99: number;
  /** Of what was acknowledged x readers, the share that came. */
  steadyShare: number;
  perSecond: number;
  usPerDelivery: number;
  share: number;
};

/** One busy room: from the sending of a text to its arrival at every reader. */
export const fanout: Scenario = {
  about: 'one busy room, 500 / 2,000 / 5,000 readers',
  async run({ store, isQuick, say }) {
    const subjects = await startSubjects(store, ['raw', 'socketio', 'trpc', 'foyer']);
    const load = await Load.start();
    const rows: Row[] = [];
    try {
      for (const [readers, perSecond] of isQuick
        ? [[500, 20]]
        : [
            [500, 20],
            [2_000, 5],
            [5_000, 2],
          ]) {
        if (readers === undefined || perSecond === undefined) continue;
        const measured = await inRounds(subjects.all, isQuick ? 2 : 5, (subject) => {
          say(`${readers} readers, ${subject.name}`);
          return measure(load, subject, readers, perSecond, isQuick ? 3 : 6);
        });
        rows.push(...rowsOf(measured, readers, perSecond));
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
  readers: number,
  perSecond: number,
  seconds: number,
): Promise<Figures> {
  const base = { url, dialect, targets: [target], atOnce: 50 };
  await load.openReaders({ ...base, count: readers });
  await load.openSenders({ ...base, count: senders, secrets: Array.from({ length: senders }, newSecret) });
  // A first text per sender, which makes a visitor known, is not measured.
  const warm = await load.send({ seconds: 1, chars, perSecond: senders });
  await load.heard(warm.messages * readers);

  const steady = await load.send({ seconds, chars, perSecond });
  const heard = await load.heard(steady.messages * readers);
  const cpu = cpuSeconds(pid);
  const began = performance.now();
  const busy = await load.send({ seconds, chars });
  const all = await load.heard(busy.messages * readers);
  const took = (performance.now() - began) / 1_000;
  const figures = {
    p50: heard.latency.ms(0.5),
    p99: heard.latency.ms(0.99),
    steadyShare: heard.messages / (steady.messages * readers),
    perSecond: all.messages / took,
    usPerDelivery: ((cpuSeconds(pid) - cpu) * 1e6) / all.messages,
    share: all.messages / (busy.messages * readers),
  };
  await load.close();
  return figures;
}

function rowsOf(measured: Map<Subject, Figures[]>, readers: number, perSecond: number): Row[] {
  const of = (dialect: string, figure: keyof Figures) =>
    [...measured].flatMap(([subject, all]) =>
      subject.dialect === dialect ? all.map((figures) => figures[figure]) : [],
    );
  const row = (
    what: string,
    unit: string,
    figure: keyof Figures,
    versus: readonly [dialect: string, name: string] | null,
    more: Partial<Row> = {},
  ): Row => ({
    id: '',
    what: `${what}, ${readers} readers`,
    unit,
    subject: 'foyer',
    rounds: of('foyer', figure),
    ...(versus && { versus: { name: versus[1], rounds: of(versus[0], figure) } }),
    ...more,
  });
  const raw = ['raw', 'raw ws'] as const;
  const sio = ['socketio', 'Socket.IO'] as const;
  const usual = ['trpc', 'usual tRPC'] as const;
  return [
    row('most deliveries', '/s', 'perSecond', raw, { id: 'F1', target: { atLeast: 0.7 } }),
    row('most deliveries', '/s', 'perSecond', sio, { id: 'F1', target: { atLeast: 1 } }),
    row('most deliveries', '/s', 'perSecond', usual),
    row('server time per delivery', 'us', 'usPerDelivery', raw),
    row('server time per delivery', 'us', 'usPerDelivery', sio),
    row(`delivery at ${perSecond}/s, p50`, 'ms', 'p50', raw),
    row(`delivery at ${perSecond}/s, p99`, 'ms', 'p99', raw),
    row(`delivery at ${perSecond}/s, p99`, 'ms', 'p99', sio, { id: 'F3', target: { atMost: 1.5 } }),
    row(`delivery at ${perSecond}/s, p99`, 'ms', 'p99', null, { target: { atMost: 100 } }),
    row('share delivered when busy', 'x', 'share', null, { id: 'R1', target: { atLeast: 1 } }),
  ];
}
