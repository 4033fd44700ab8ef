import { newSecret } from '../core/secret';
import { residentBytes } from '../core/machine';
import type { Row } from '../core/result';
import { Load } from '../load/load';
import type { Scenario } from '../scenario';
import type { Store } from '../foyer';
import { startSubjects } from '../subjects';

const readers = 100;
const stalledReaders = readers / 10;
const chars = 4_000;
const perSecond = 200;
type Figures = { mebibytes: number; p99: number; p99Before: number };

/** One reader in ten stops reading: what does the server keep for them, and do the others notice? */
export const stalled: Scenario = {
  about: `memory of the server while 10 % of ${readers} readers do not read`,
  async run({ store, isQuick, say }) {
    const seconds = isQuick ? 4 : 10;
    const measured: Figures[] = [];
    for (let round = 0; round < (isQuick ? 1 : 3); round++) measured.push(await measure(store, seconds, say));
    const of = (figure: keyof Figures) => measured.map((figures) => figures[figure]);
    return [
      {
        id: '',
        what: 'memory per stalled reader',
        unit: 'MiB',
        subject: 'foyer',
        rounds: of('mebibytes'),
        versus: {
          name: 'what it was offered',
          rounds: of('mebibytes').map(() => (chars * perSecond * seconds) / 2 ** 20),
        },
      },
      {
        id: 'M2',
        what: 'memory per stalled reader',
        unit: 'MiB',
        subject: 'foyer',
        rounds: of('mebibytes'),
        target: { atMost: 1 },
      },
      {
        id: 'M2',
        what: 'delivery to the others, p99',
        unit: 'ms',
        subject: 'foyer',
        rounds: of('p99'),
        versus: { name: 'none stalled', rounds: of('p99Before') },
        target: { atMost: 1.3 },
      },
    ] satisfies Row[];
  },
};

/** In one process, first with none stalled: two processes grow differently by more than what is looked for. */
async function measure(store: Store, seconds: number, say: (line: string) => void): Promise<Figures> {
  const [subjects, load] = await Promise.all([startSubjects(store, ['foyer']), Load.start()]);
  try {
    const subject = subjects.all[0];
    if (!subject) throw new Error('There is nobody to measure.');
    const { pid, url, dialect, target } = subject;
    const base = { url, dialect, targets: [target], atOnce: 50 };
    await load.openReaders({ ...base, count: readers });
    await load.openSenders({ ...base, count: 8, secrets: Array.from({ length: 8 }, newSecret) });
    const grow = async (awake: number) => {
      const before = residentBytes(pid);
      const sent = await load.send({ seconds, chars, perSecond });
      const bytes = residentBytes(pid) - before;
      const heard = await load.heard(sent.messages * awake);
      return { bytes, p99: heard.latency.ms(0.99) };
    };
    say('to grow warm');
    await grow(readers);
    say('none stalled');
    const before = await grow(readers);
    say(`${stalledReaders} of ${readers} stalled`);
    await load.stall(stalledReaders);
    const after = await grow(readers - stalledReaders);
    return {
      mebibytes: Math.max(0, after.bytes - before.bytes) / stalledReaders / 2 ** 20,
      p99: after.p99,
      p99Before: before.p99,
    };
  } finally {
    await load.stop();
    await subjects.stop();
  }
}
