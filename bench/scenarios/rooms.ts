import { v7 as newId } from 'uuid';
import { cpuSeconds } from '../core/machine';
import { newSecret } from '../core/secret';
import type { Row } from '../core/result';
import { Load } from '../load/load';
import { inRounds, type Scenario } from '../scenario';
import { startSubjects, type Subject } from '../subjects';

const chars = 120;
const threads = 100;
const readersEach = 20;
const senders = 200;
const rates = [500, 1_000, 2_000] as const;
const quickRates = [500] as const;
const quick = { seconds: 2, warmSeconds: 1 };
const full = { seconds: 5, warmSeconds: 2 };
type Figures = { p50: number; p99: number; share: number; msPerPost: number };

/** Many threads at once, from a sender's text over the disk to every reader's socket. */
export const rooms: Scenario = {
  about: 'posts by Zipf into 100 threads of 20 readers each: 500 / 1,000 / 2,000 a second',
  async run({ store, isQuick, say }) {
    const [subjects, load] = await Promise.all([startSubjects(store, ['floor', 'foyer']), Load.start()]);
    const rows: Row[] = [];
    try {
      const guest = subjects.foyer.guest();
      const room = await subjects.foyer.makeRoom();
      const made: string[] = [];
      for (let i = 0; i < threads; i++)
        made.push(
          (await guest.thread.create.mutate({ id: newId(), roomId: room.id, title: `Thread ${i}` })).id,
        );
      for (const perSecond of isQuick ? quickRates : rates) {
        const measured = await inRounds(subjects.all, isQuick ? 1 : 2, (subject) => {
          say(`${perSecond} posts a second, ${subject.name}`);
          const targets = subject.dialect === 'foyer' ? made : subject.targets.slice(0, threads);
          return measure(load, subject, { targets, perSecond, ...(isQuick ? quick : full) });
        });
        rows.push(...rowsOf(measured, perSecond));
      }
    } finally {
      await load.stop();
      await subjects.stop();
    }
    return rows;
  },
};

/** So many of the threads, the first one the busiest: the n-th gets 1/n of what it gets. */
function byZipf(targets: readonly string[], count: number): string[] {
  const total = targets.reduce((sum, _, i) => sum + 1 / (i + 1), 0);
  const drawn: string[] = [];
  let share = 0;
  targets.forEach((target, i) => {
    share += 1 / (i + 1) / total;
    while (drawn.length < Math.round(share * count)) drawn.push(target);
  });
  // Neighbours in time write in different threads.
  return drawn.map((_, i) => drawn[(i * 83) % drawn.length] ?? '');
}

async function measure(
  load: Load,
  { pid, url, dialect }: Subject,
  { targets, perSecond, seconds, warmSeconds }: { targets: string[]; perSecond: number } & typeof full,
): Promise<Figures> {
  const base = { url, dialect, atOnce: 50 };
  await load.openReaders({ ...base, targets, count: threads * readersEach });
  const secrets = Array.from({ length: senders }, newSecret);
  await load.openSenders({ ...base, targets: byZipf(targets, senders), count: senders, secrets });
  const warm = await load.send({ seconds: warmSeconds, chars, perSecond: senders });
  await load.heard(warm.messages * readersEach);
  const before = cpuSeconds(pid);
  const sent = await load.send({ seconds, chars, perSecond });
  const heard = await load.heard(sent.messages * readersEach);
  const msPerPost = ((cpuSeconds(pid) - before) * 1_000) / sent.messages;
  await load.close();
  return {
    p50: heard.latency.ms(0.5),
    p99: heard.latency.ms(0.99),
    share: heard.messages / (perSecond * seconds * readersEach),
    msPerPost,
  };
}

function rowsOf(measured: Map<Subject, Figures[]>, perSecond: number): Row[] {
  const of = (dialect: string, figure: keyof Figures) =>
    [...measured].flatMap(([subject, all]) =>
      subject.dialect === dialect ? all.map((each) => each[figure]) : [],
    );
  const row = (what: string, unit: string, figure: keyof Figures, more: Partial<Row> = {}): Row => ({
    id: '',
    what: `${what}, ${perSecond.toLocaleString('en')} posts/s x ${readersEach}`,
    unit,
    subject: 'foyer',
    rounds: of('foyer', figure),
    versus: { name: 'raw ws on disk', rounds: of('floor', figure) },
    ...more,
  });
  const isFirst = perSecond === rates[0];
  return [
    row('delivery, p50', 'ms', 'p50', isFirst ? { id: 'E1', target: { atMost: 1.5 } } : {}),
    row('delivery, p99', 'ms', 'p99', isFirst ? { id: 'E1', target: { atMost: 4 } } : {}),
    row('delivery, p99', 'ms', 'p99', { id: 'E2', versus: undefined, target: { atMost: 100 } }),
    row('share delivered', 'x', 'share', { id: 'E2', versus: undefined, target: { atLeast: 1 } }),
    row('server time per post', 'ms', 'msPerPost'),
  ];
}
