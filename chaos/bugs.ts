import type { Mutation } from './bundle';
import type { FaultId } from './faults';
import type { Invariant } from './history';
import type { Plan } from './plan';

/** A bug that was put into a test build on purpose, and the run in which the checker has to see it. */
export type Bug = {
  id: string;
  about: string;
  mutations: readonly Mutation[];
  /** Injected in this order, then again from the start while there is load. */
  faults: readonly FaultId[];
  /** Any of these counts as caught. */
  caughtBy: readonly Invariant[];
  plan?: Partial<Plan>;
  postgres?: readonly string[];
  isWithoutRedis?: boolean;
  /** Changes that only make the bug show sooner: with them alone, a run must be clean. */
  sharpened?: readonly Mutation[];
};

/** Writes a batch inside a transaction, so that something can come between the statement and its commit. */
const inTransaction = (beforeCommit: string, afterCommit: string): Mutation[] => [
  {
    file: 'server/domain/message/post-queue.ts',
    find: "import { once } from '@/server/base/once';",
    put: "import { once } from '@/server/base/once';\nimport { pool } from '@/server/base/db';",
  },
  {
    file: 'server/domain/message/post-queue.ts',
    find: `    try {
      rows = await this.write(
        threadId,
        batch.map((entry) => entry.post),
      );
    } catch`,
    put: `    try {
      const client = await pool().connect();
      const ignore = () => {};
      client.on('error', ignore);
      try {
        await client.query('begin');
        rows = await this.write(threadId, batch.map((entry) => entry.post), client);
        ${beforeCommit}
        await new Promise((resolve) => setTimeout(resolve, 80));
        await client.query('commit');
        client.off('error', ignore);
        client.release();
      } catch (cause) {
        client.release(true);
        throw cause;
      }
      ${afterCommit}
    } catch`,
  },
  {
    file: 'server/domain/message/post-batch.ts',
    find: 'export async function writePosts(threadId: string, posts: Post[])',
    put: 'export async function writePosts(threadId: string, posts: Post[], on?: any)',
  },
  {
    file: 'server/domain/message/post-batch.ts',
    find: 'Promise<Row[]> => run(by, all);',
    put: 'Promise<Row[]> => run(by, all, on);',
  },
];

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

export const bugs: readonly Bug[] = [
  {
    id: 'M1',
    about: 'publishes before the commit',
    mutations: inTransaction('this.onCommitted(threadId, rows.filter((row) => row.seq !== null));', ''),
    faults: ['F7'],
    caughtBy: ['I8', 'I9', 'I10', 'I11'],
    plan: { restSeconds: 0.3, rate: 40 },
  },
  {
    id: 'M2',
    about: 'lets a repeated send burn a number',
    mutations: [
      {
        file: 'server/domain/message/post-batch.ts',
        find: "        when exists (select from messages x where x.id = i.id) then 'exists'\n",
        put: '',
      },
      {
        file: 'server/domain/message/post-batch.ts',
        find: '    from passed p cross join thread t\n    returning id, seq, rev, created_at',
        put: '    from passed p cross join thread t\n    on conflict (id) do nothing\n    returning id, seq, rev, created_at',
      },
    ],
    faults: ['F26'],
    caughtBy: ['I4'],
    plan: { weights: { repeat: 40 } },
  },
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
    id: 'M7',
    about: 'takes a repeated send for another one',
    mutations: [
      {
        file: 'server/domain/message/send.ts',
        find: "import { createHash } from 'node:crypto';",
        put: "import { createHash, randomUUID } from 'node:crypto';",
      },
      {
        file: 'server/domain/message/send.ts',
        find: '  const row = await postQueue(publishPosts).post(thread.threadId, {\n    id: input.id,',
        put: '  const row = await postQueue(publishPosts).post(thread.threadId, {\n    id: randomUUID(),',
      },
    ],
    faults: ['F26'],
    caughtBy: ['I2'],
  },
  {
    id: 'M8',
    about: 'acknowledges before the commit',
    mutations: inTransaction('this.settle(threadId, batch, rows);', 'return;'),
    faults: ['F7'],
    caughtBy: ['I1'],
    plan: { restSeconds: 0.3, rate: 40 },
  },
  {
    id: 'M9',
    about: 'does not wait for the disk',
    mutations: [
      {
        file: 'server/base/db.ts',
        find: "  'TimeZone=UTC',\n",
        put: "  'TimeZone=UTC',\n  'synchronous_commit=off',\n",
      },
    ],
    postgres: ['wal_writer_delay=5000ms'],
    faults: ['F4'],
    caughtBy: ['I1'],
    plan: { restSeconds: 2 },
  },
  {
    id: 'M10',
    about: 'reads a page first and its place in the log later',
    mutations: [
      {
        file: 'server/domain/message/read.ts',
        find: '  if (!first || first.headThreadId === null) throw notFound();',
        put: `  await new Promise((resolve) => setTimeout(resolve, 40));
  const [later] = await run(statement<object>('head-later',
    'select seq as "headSeq", rev as "headRev" from threads where id = $1'), [values[0]]);
  if (first) Object.assign(first, later);
  if (!first || first.headThreadId === null) throw notFound();`,
      },
    ],
    faults: ['F14'],
    caughtBy: ['I10'],
    plan: { weights: { rewatch: 40, reload: 20 }, rate: 30 },
  },
  {
    id: 'M11',
    about: 'looks whether the author is a member, and does not hold that until the commit',
    mutations: [
      {
        file: 'server/domain/message/post-batch.ts',
        find: '    where id = (select room_id from threads where id = $1) for share\n',
        put: '    where id = (select room_id from threads where id = $1)\n',
      },
      {
        file: 'server/domain/message/post-batch.ts',
        find: '    order by user_id for share\n',
        put: '    order by user_id\n',
      },
    ],
    faults: ['S49'],
    caughtBy: ['I17'],
    plan: { weights: { send: 200 }, rate: 30 },
  },
  {
    id: 'M12',
    about: 'delivers under a lease without looking at what was taken away since',
    mutations: [
      {
        file: 'server/realtime/lease.ts',
        find: '    return this.aclRev >= aclRev && this.now() < this.untilMs;',
        put: '    return this.now() < this.untilMs;',
      },
    ],
    faults: ['F28'],
    caughtBy: ['I15'],
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
    id: 'M15',
    about: 'gives a message another id when it is sent again',
    mutations: [
      {
        file: 'client/message/outbox-calls.ts',
        find: '      const { id, text, replyTo } = item;',
        put: '      const { text, replyTo } = item;\n      const id = item.attempts > 1 ? crypto.randomUUID() : item.id;',
      },
    ],
    faults: ['F14', 'F1', 'F7'],
    caughtBy: ['I2', 'I3'],
    plan: { restSeconds: 0.3, rate: 30 },
  },
  {
    id: 'M16',
    about: 'lets two tabs send one queue',
    mutations: [
      {
        file: 'client/message/outbox-session.ts',
        find: '    if (this.isLeading || this.keeper.isOnlyHere(item.itemId)) return true;',
        put: '    return true;',
      },
    ],
    faults: ['F14'],
    caughtBy: ['I14'],
    plan: { tabsMax: 3 },
  },
  {
    id: 'M17',
    about: 'sends the text of a deleted message along',
    mutations: [
      {
        file: 'server/domain/message/delete.ts',
        find: "export const deletedSet = `text = '', ",
        put: 'export const deletedSet = `',
      },
      {
        file: 'server/domain/message/view.ts',
        find: "    text: isDeleted ? '' : row.text,",
        put: '    text: row.text,',
      },
    ],
    faults: ['F14'],
    caughtBy: ['I18'],
    plan: { weights: { remove: 30 } },
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
  {
    id: 'M20',
    about: 'opens a stream for whoever knows the id of a thread',
    mutations: [
      {
        file: 'server/api/live.ts',
        find: '    lease: new Lease(verify),',
        put: '    lease: new Lease(() => verify().then(() => ({ aclRev: 1_000_000 }))),',
      },
    ],
    faults: ['F14'],
    caughtBy: ['I15', 'I16'],
    plan: { weights: { outsider: 30 } },
  },
  {
    id: 'M21',
    about: 'lets a cache between people keep an answer',
    mutations: [
      {
        file: 'server/http/trpc.ts',
        find: "  res.setHeader('cache-control', 'private, no-store');",
        put: "  res.setHeader('cache-control', 'public, max-age=60');",
      },
    ],
    faults: ['F14'],
    caughtBy: ['I16'],
    plan: { weights: { cache: 20 } },
  },
];
