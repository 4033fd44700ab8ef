import { Child } from './core/child';
import type { DialectName } from './load/dialect';
import { startFoyer, type Foyer, type Store } from './foyer';

/** A server under load. */
export type Subject = { name: string; dialect: DialectName; pid: number; url: string; target: string };

export type Subjects = { all: Subject[]; foyer: Foyer; stop(): Promise<void> };

/** Foyer and what it is compared with, all up, on one PostgreSQL. */
export async function startSubjects(store: Store, names: readonly DialectName[]): Promise<Subjects> {
  const foyer = await startFoyer(store);
  const room = await foyer.makeRoom();
  const children: Child[] = [];
  const files = { raw: 'raw-ws', socketio: 'socket-io', trpc: 'usual-trpc' } as const;
  const labels = { foyer: 'Foyer', raw: 'raw ws', socketio: 'Socket.IO', trpc: 'usual tRPC' } as const;
  const all: Subject[] = [];
  for (const dialect of names) {
    if (dialect === 'foyer') {
      all.push({ name: labels.foyer, dialect, pid: foyer.pid, url: foyer.wsUrl, target: room.mainThreadId });
      continue;
    }
    const child = await Child.start(`bench/baselines/${files[dialect]}.ts`, {
      BENCH_DATABASE_URL: await store.database(`bench_${dialect}`),
    });
    children.push(child);
    const { url, target } = child.ready as { url: string; target: string };
    all.push({ name: labels[dialect], dialect, pid: child.pid, url, target });
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
