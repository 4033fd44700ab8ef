import type { Mutation } from '../bundle';
import type { Bug } from './bug';

/** Writes plain posts inside a transaction, so that something can come between the statement and its commit. */
const inTransaction = (beforeCommit: string, afterCommit: string): Mutation[] => [
  {
    file: 'server/domain/message/post-queue.ts',
    find: "import { once } from '@/server/base/once';",
    put: "import { once } from '@/server/base/once';\nimport { pool } from '@/server/base/db';",
  },
  {
    file: 'server/domain/message/post-queue.ts',
    find: '    this.settleWritten(batches, written);\n',
    put: afterCommit,
  },
  {
    file: 'server/domain/message/post-queue.ts',
    find: 'written = await this.write.plainPosts(',
    put: `const client = await pool().connect();
      const ignore = () => {};
      client.on('error', ignore);
      const inside = async (threads: any) => {
        try {
          await client.query('begin');
          written = await (this.write.plainPosts as any)(threads, client);
          ${beforeCommit}
          await new Promise((resolve) => setTimeout(resolve, 80));
          await client.query('commit');
          client.off('error', ignore);
          client.release();
          return written;
        } catch (cause) {
          client.release(true);
          throw cause;
        }
      };
      written = await inside(`,
  },
  {
    file: 'server/domain/message/post-plain.ts',
    find: 'export async function writePlainPosts(threads: readonly ThreadPosts[])',
    put: 'export async function writePlainPosts(threads: readonly ThreadPosts[], on?: any)',
  },
  {
    file: 'server/domain/message/post-plain.ts',
    find: 'areAuthorsFirst(own)),\n  ]);',
    put: 'areAuthorsFirst(own)),\n  ], on);',
  },
];

/** What is written, when, and how often. */
export const writeBugs: readonly Bug[] = [
  {
    id: 'M1',
    about: 'publishes before the commit',
    mutations: inTransaction(
      `for (const [i, rows] of written.entries())
        if (rows) this.onCommitted(batches[i].queue.threadId, rows.filter((row: any) => row.seq !== null));`,
      'this.settleWritten(batches, written);\n',
    ),
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
        find: "        when exists (select from messages x where x.id = i.id offset 0) then 'exists'\n",
        put: '',
      },
      ...(['cross join thread t', 'join thread t on t."headThreadId" = p.thread_id'] as const).map(
        (join, i) => ({
          file: `server/domain/message/post-${i === 0 ? 'batch' : 'plain'}.ts`,
          find: `\${writtenSql} from passed p ${join}\n`,
          put: `\${writtenSql} from passed p ${join}\n    on conflict (id) do nothing\n`,
        }),
      ),
    ],
    faults: ['F26'],
    caughtBy: ['I4'],
    plan: { weights: { repeat: 40 } },
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
        find: '  const post: Post = {\n    id: input.id,',
        put: '  const post: Post = {\n    id: randomUUID(),',
      },
    ],
    faults: ['F26'],
    caughtBy: ['I2'],
  },
  {
    id: 'M8',
    about: 'acknowledges before the commit',
    mutations: inTransaction('this.settleWritten(batches, written);', ''),
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
      {
        file: 'server/domain/message/post-plain.ts',
        find: 'r where r.id = t.room_id\n      for share skip locked\n',
        put: 'r where r.id = t.room_id\n',
      },
      {
        file: 'server/domain/message/post-plain.ts',
        find: "m.status::text = 'active'\n      for share skip locked\n",
        put: "m.status::text = 'active'\n",
      },
    ],
    faults: ['S49'],
    caughtBy: ['I17'],
    plan: { weights: { send: 200 }, rate: 30 },
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
];
