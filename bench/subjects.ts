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

/** Foyer and what it is compared with, all up, on one PostgreSQL. */
export async function startSubjects(store: Store, names: readonly DialectName[]): Promise<Subjects> {
  const foyer = await startFoyer(store);
  const room = await foyer.makeRoom();
  const children: Child[] = [];
  const files = { raw: 'raw-ws', floor: 'raw-ws', socketio: 'socket-io', trpc: 'usual-trpc' } as const;
  const labels = {
    foyer: 'Foyer',
    raw: 'raw ws',
    floor: 'raw ws on disk',
    socketio: 'Socket.IO',
    trpc: 'usual tRPC',
  } as const;
  const all: Subject[] = [];
  for (const dialect of names) {
    if (dialect === 'foyer') {
      const target = room.mainThreadId;
      all.push({ name: labels.foyer, dialect, pid: foyer.pid, url: foyer.wsUrl, target, targets: [target] });
      continue;
    }
    const child = await Child.start(`bench/baselines/${files[dialect]}.ts`, {
      BENCH_DATABASE_URL: await store.database(`bench_${dialect}`),
      ...(dialect === 'floor' && { BENCH_STORES: '1' }),
    });
    children.push(child);
    const {
      url,
      target,
      targets = [target],
    } = child.ready as Pick<Subject, 'url' | 'target'> & Partial<Pick<Subject, 'targets'>>;
    all.push({ name: labels[dialect], dialect, pid: child.pid, url, target, targets });
  }
  return {
    all,
    foyer,
    stop: async () => {
      await Promise.all(children.map((child) => child.stop()));
      await foyer.stop();
    },
  };
}
