import { newSecret } from '../core/secret';
import { residentBytes } from '../core/machine';
import type { Row } from '../core/result';
import { Load } from '../load/load';
import { inRounds, type Scenario } from '../scenario';
import type { Store } from '../foyer';
import { startSubjects, type Subject } from '../subjects';

const chars = 120;
const missed = 20;
type Figures = { kilobytes: number; connectSeconds: number; herdSeconds: number; replayed: number };

/** Thousands of open, quiet sockets; then all of them are cut and come back to what they missed. */
export const sockets: Scenario = {
  about: 'memory per idle reader, and all readers cut and back at once',
  async run({ store, isQuick, say }) {
    const rows: Row[] = [];
    const counts = isQuick ? [1_000] : [5_000, 10_000];
    for (const count of counts) {
      const measured = await inRounds(['raw', 'foyer'] as const, count === 5_000 ? 2 : 1, async (dialect) => {
        say(`${count} readers, ${dialect}`);
        // A process of its own each time: memory that was once used is not given back.
        const [subjects, load] = await Promise.all([startSubjects(store, [dialect]), Load.start()]);
        try {
          const subject = subjects.all[0];
          if (!subject) throw new Error('There is nobody to measure.');
          return await measure(load, subject, count);
        } finally {
          await load.stop();
          await subjects.stop();
        }
      });
      const of = (dialect: 'raw' | 'foyer', figure: keyof Figures) =>
        (measured.get(dialect) ?? []).map((figures) => figures[figure]);
      const row = (what: string, unit: string, figure: keyof Figures, more: Partial<Row>): Row => ({
        id: '',
        what: `${what}, ${count.toLocaleString('en')} readers`,
        unit,
        subject: 'foyer',
        rounds: of('foyer', figure),
        versus: { name: 'raw ws', rounds: of('raw', figure) },
        ...more,
      });
      rows.push(
        row('memory per idle reader', 'KB', 'kilobytes', { id: 'M1', target: { atMost: 3.5 } }),
        row('connect and subscribe', 's', 'connectSeconds', {}),
        row('all cut, back again', 's', 'herdSeconds', { id: 'R2', target: { atMost: 3 } }),
        {
          ...row('share of what they missed', 'x', 'replayed', { id: 'R2', target: { atLeast: 1 } }),
          versus: undefined,
        },
      );
    }
    rows.push(...(await measureCuts(store, isQuick, say)));
    return rows;
  },
};

/** Everybody is cut once in fifteen seconds, while somebody writes. */
async function measureCuts(store: Store, isQuick: boolean, say: (line: string) => void): Promise<Row[]> {
  const [count, seconds] = isQuick ? [100, 4] : [1_000, 20];
  say(`${count} readers, each cut every 15 s`);
  const [subjects, load] = await Promise.all([startSubjects(store, ['foyer']), Load.start()]);
  try {
    const target = subjects.all[0]?.target ?? '';
    const base = { url: subjects.foyer.wsUrl, dialect: 'foyer' as const };
    await load.openSenders({ ...base, targets: [target], count: 1, atOnce: 1, secrets: [newSecret()] });
    const [churned] = await Promise.all([
      load.churn({ ...base, target, count, seconds, everySeconds: 15 }),
      load.send({ seconds: seconds - 1, chars, perSecond: 20 }),
    ]);
    const row = (what: string, unit: string, value: number, target: Row['target']): Row => ({
      id: 'R1',
      what: `${what}, ${count.toLocaleString('en')} readers cut every 15 s`,
      unit,
      subject: 'foyer',
      rounds: [value],
      target,
    });
    return [
      row('share who are level at the end', 'x', churned.complete / count, { atLeast: 1 }),
      row('changes lost, twice or out of order', '', churned.wrong, { atMost: 0 }),
      row('from cut to the next text, p99', 'ms', churned.slowestMs, { atMost: 1_000 }),
    ];
  } finally {
    await load.stop();
    await subjects.stop();
  }
}

async function measure(load: Load, subject: Subject, count: number): Promise<Figures> {
  const { pid, url, dialect, target } = subject;
  const base = { url, dialect, targets: [target], atOnce: 100 };
  await load.openSenders({ ...base, count: 1, secrets: [newSecret()] });
  await load.send({ seconds: 1, chars, perSecond: 1 });
  const before = residentBytes(pid);
  const opened = await load.openReaders({ ...base, count });
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  const kilobytes = (residentBytes(pid) - before) / 1_024 / count;
  const last = await load.lastEventId();
  await load.cutReaders();
  await load.send({ seconds: 1, chars, perSecond: missed });
  const herd = await load.openReaders({ ...base, count, ...(last !== null && { lastEventId: last }) });
  const expected = missed * count;
  const heard = await load.heard(dialect === 'foyer' ? expected : 0);
  return {
    kilobytes,
    connectSeconds: opened.seconds,
    herdSeconds: herd.seconds,
    replayed: dialect === 'foyer' ? heard.messages / expected : Number.NaN,
  };
}
