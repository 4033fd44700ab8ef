import { Child } from './core/child';
import type { DialectName } from './load/dialect';
import { startFoyer, type Foyer, type Store } from './foyer';

/** A server under load. */
export type Subject = {
  name: string;
  dialect: DialectName;
  pid: number;
  url: string;
  target: string;
  /** Where the subject has threads beside that one. */
  targets: string[];
};

export type Subjects = { all: Subject[]; foyer: Foyer; stop(): Promise<void> };

/** Those who are named, Foyer or what it is compared with, all up, on one PostgreSQL. */
export async function startSubjects(store: Store, names: readonly DialectName[]): Promise<Subjects> {
  const up: { stop(): Promise<void> }[] = [];
  let foyer: Foyer | null = null;
  const files = { raw: 'raw-ws', floor: 'raw-ws', socketio: 'socket-io', trpc: 'usual-trpc' } as const;
  const labels = {
    foyer: 'Foyer',
    raw: 'raw ws',
    floor: 'raw ws on disk',
    socketio: 'Socket.IO',
    trpc: 'usual tRPC',
  } as const;
  async function start(dialect: DialectName): Promise<Subject> {
    if (dialect === 'foyer') {
      foyer = await startFoyer(store);
      up.push(foyer);
      const { mainThreadId: target } = await foyer.makeRoom();
      return { name: labels.foyer, dialect, pid: foyer.pid, url: foyer.wsUrl, target, targets: [target] };
    }
    const child = await Child.start(`bench/baselines/${files[dialect]}.ts`, {
      BENCH_DATABASE_URL: await store.database(`bench_${dialect}`),
      ...(dialect === 'floor' && { BENCH_STORES: '1' }),
    });
    up.push(child);
    const {
      url,
      target,
      targets = [target],
    } = child.ready as Pick<Subject, 'url' | 'target'> & Partial<Pick<Subject, 'targets'>>;
    return { name: labels[dialect], dialect, pid: child.pid, url, target, targets };
  }
  const all = await Promise.all(names.map(start));
  return {
    all,
    get foyer() {
      if (!foyer) throw new Error('Foyer was not asked for.');
      return foyer;
    },
    stop: async () => {
      await Promise.all(up.map((each) => each.stop()));
    },
  };
}
