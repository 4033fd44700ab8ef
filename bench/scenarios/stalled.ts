import { newSecret } from '../core/secret';
import { residentBytes } from '../core/machine';
import type { Row } from '../core/result';
import { Load } from '../load/load';
import { inRounds, type Scenario } from '../scenario';
import { startSubjects } from '../subjects';

const readers = 40;
const chars = 4_000;
const perSecond = 200;
type Figures = { megabytes: number; p99: number };

/** One reader in ten stops reading: what does the server keep for them, and do the others notice? */
export const stalled: Scenario = {
  about: 'memory of the server while 10 % of 40 readers do not read',
  async run({ store, isQuick, say }) {
    const cases = [0, readers / 10];
    const seconds = isQuick ? 3 : 8;
    const measured = await inRounds(cases, isQuick ? 1 : 2, async (count): Promise<Figures> => {
      say(`${count} of ${readers} stalled`);
      const [subjects, load] = await Promise.all([startSubjects(store, ['foyer']), Load.start()]);
      try {
        const subject = subjects.all[0];
        if (!subject) throw new Error('There is nobody to measure.');
        const { pid, url, dialect, target } = subject;
        const base = { url, dialect, targets: [target], atOnce: 50 };
        await load.openReaders({ ...base, count: readers });
        await load.openSenders({ ...base, count: 8, secrets: Array.from({ length: 8 }, newSecret) });
        const warm = await load.send({ seconds: 1, chars, perSecond: 50 });
        await load.heard(warm.messages * readers);
        await load.stall(count);
        const before = residentBytes(pid);
        const sent = await load.send({ seconds, chars, perSecond });
        const megabytes = (residentBytes(pid) - before) / 2 ** 20;
        const heard = await load.heard(sent.messages * (readers - count));
        return { megabytes, p99: heard.latency.ms(0.99) };
      } finally {
        await load.stop();
        await subjects.stop();
      }
    });
    const of = (count: number, figure: keyof Figures) =>
      (measured.get(count) ?? []).map((figures) => figures[figure]);
    const [none, some] = [0, readers / 10];
    const more = of(some, 'megabytes').map(
      (megabytes, round) => Math.max(0, megabytes - (of(none, 'megabytes')[round] ?? 0)) / some,
    );
    return [
      {
        id: 'M2',
        what: 'memory per stalled reader',
        unit: 'MiB',
        subject: 'foyer',
        rounds: more,
        target: { atMost: 1 },
      },
      {
        id: 'M2',
        what: 'delivery to the others, p99',
        unit: 'ms',
        subject: 'foyer',
        rounds: of(some, 'p99'),
        versus: { name: 'none stalled', rounds: of(none, 'p99') },
        target: { atMost: 1.3 },
      },
    ] satisfies Row[];
  },
};
