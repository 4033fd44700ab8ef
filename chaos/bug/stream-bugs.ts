import type { Mutation } from '../bundle';
import type { Bug } from './bug';

const withoutSweep: Mutation = {
  file: 'server/realtime/tail-pool.ts',
  find: '      this.timer ??= setInterval(() => void this.sweep(), tailSweepMs).unref();',
  put: '',
};
const impatient = (name: string, from: string, to: string): Mutation => ({
  file: 'shared/limits.ts',
  find: `export const ${name} = ${from};`,
  put: `export const ${name} = ${to};`,
});

/** How readers are told, and brought up to date. */
export const streamBugs: readonly Bug[] = [
  {
    id: 'M3',
    about: 'closes no hole',
    mutations: [
      {
        file: 'server/realtime/thread-tail.ts',
        find: '  private repair(): Promise<void> {\n',
        put: '  private repair(): Promise<void> {\n    return Promise.resolve();\n',
      },
    ],
    faults: ['F10'],
    caughtBy: ['I10', 'I12'],
  },
  {
    id: 'M4',
    about: 'does not compare with the database every two seconds',
    mutations: [withoutSweep],
    faults: ['F26'],
    caughtBy: ['I10', 'I12'],
    isWithoutRedis: true,
  },
  {
    id: 'M5',
    about: 'does not look again after Redis is back (without the sweep, which would hide it)',
    mutations: [
      {
        file: 'server/api/live.ts',
        find: 'if (threadIds.length > 0) void pool.resync(threadIds);',
        put: '',
      },
    ],
    sharpened: [withoutSweep],
    faults: ['F9'],
    caughtBy: ['I10', 'I12'],
    plan: { loadSeconds: 1, restSeconds: 0 },
  },
  {
    id: 'M6',
    about: 'says one event without the place it brings the reader to',
    mutations: [
      {
        file: 'server/realtime/thread-stream.ts',
        find: '        yield tracked(cursor, isOpening',
        put: `        if (next.type === 'head') yield event as never;
        else yield tracked(cursor, isOpening`,
      },
      {
        file: 'client/message/thread-feed.ts',
        find: '      onEvent: ({ data }) => this.onEvent(data),',
        put: '      onEvent: (told: any) => this.onEvent(told.data ?? told),',
      },
    ],
    faults: ['F14'],
    caughtBy: ['I8'],
    plan: { restSeconds: 1.5 },
  },
  {
    id: 'M10',
    about: 'reads a page first and its place in the log later',
    mutations: [
      {
        file: 'server/domain/message/read.ts',
        find: '  if (!front) throw notFound();',
        put: `  await new Promise((resolve) => setTimeout(resolve, 40));
  const [later] = await run(statement<object>('head-later',
    'select seq as "headSeq", rev as "headRev" from threads where id = $1'), [values[0]]);
  if (front) Object.assign(front.head, later);
  if (!front) throw notFound();`,
      },
    ],
    faults: ['F14'],
    caughtBy: ['I10'],
    plan: { weights: { rewatch: 40, reload: 20 }, rate: 30 },
  },
  {
    id: 'M13',
    about: 'swaps two revisions on the way out',
    mutations: [
      {
        file: 'server/realtime/thread-tail.ts',
        find: '      changes: entries.map((entry) => entry.change),',
        put: `      changes: entries.map((entry, i) => ({
        ...entry.change,
        rev: (entries[i ^ 1] ?? entry).change.rev,
      })),`,
      },
    ],
    faults: ['F14'],
    caughtBy: ['I8', 'I9'],
  },
  {
    id: 'M14',
    about: 'ends streams when the database is away',
    mutations: [
      {
        file: 'server/realtime/waiter.ts',
        find: '      if (!options.isTransient(cause)) throw cause;',
        put: '      throw cause;',
      },
    ],
    // Streams then ask the database every second, and so meet it while it is away.
    sharpened: [impatient('leaseMs', '30_000', '1_000'), impatient('heartbeatMs', '20_000', '1_000')],
    faults: ['F4'],
    caughtBy: ['I21'],
    plan: { restSeconds: 3 },
  },
  {
    id: 'M18',
    about: 'does not notice that the database was restored',
    mutations: [
      {
        file: 'server/base/epoch.ts',
        find: "  const value = createHash('sha256').update(identity).digest('hex').slice(0, 10);",
        put: "  const value = 'always-one';",
      },
    ],
    faults: ['F8'],
    caughtBy: ['I9', 'I10', 'I11'],
    plan: { loadSeconds: 8 },
  },
  {
    id: 'M19',
    about: 'sends to a reader that takes nothing',
    mutations: [
      {
        file: 'server/ws-connection.ts',
        find: '      if (socket.bufferedAmount <= socketBufferSoftBytes) return;\n      const deadline',
        put: '      if (socket.bufferedAmount >= 0) return;\n      const deadline',
      },
    ],
    faults: ['F20'],
    caughtBy: ['I19'],
  },
];
