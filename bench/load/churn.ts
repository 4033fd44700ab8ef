import { Connection } from './connection';
import { dialects, eventIdIn, stampsIn, type DialectName } from './dialect';

export type ChurnInput = {
  url: string;
  dialect: DialectName;
  target: string;
  count: number;
  seconds: number;
  /** Each reader is cut once in so many seconds. */
  everySeconds: number;
};
export type Churned = { cuts: number; heard: number; wrong: number; complete: number; slowestMs: number };

type Reader = {
  connection: Connection | null;
  lastEventId: string | null;
  lastStamp: number;
  heard: number;
  wrong: number;
  /** When it lost its connection, until it hears something again. */
  cutAt: number | null;
};

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/**
 * Readers whose connection is cut again and again, without a word, and who come back to where they were.
 * @returns how many heard everything (as many texts as the one who heard most); `wrong` counts texts that
 *   came twice or out of order
 */
export async function churn(input: ChurnInput): Promise<Churned> {
  const readers = Array.from({ length: input.count }, (): Reader => ({
    connection: null,
    lastEventId: null,
    lastStamp: 0,
    heard: 0,
    wrong: 0,
    cutAt: null,
  }));
  const backMs: number[] = [];
  const hear = (reader: Reader) => (frame: string) => {
    reader.lastEventId = eventIdIn(frame) ?? reader.lastEventId;
    for (const stamp of stampsIn(frame)) {
      if (stamp <= reader.lastStamp) reader.wrong++;
      reader.lastStamp = stamp;
      reader.heard++;
    }
    if (reader.cutAt === null) return;
    backMs.push(performance.now() - reader.cutAt);
    reader.cutAt = null;
  };
  const open = async (reader: Reader) => {
    const client = { secret: null, target: input.target, lastEventId: reader.lastEventId };
    const connection = await Connection.open(input.url, dialects[input.dialect], client, hear(reader));
    await connection.subscribe();
    reader.connection = connection;
  };
  for (let i = 0; i < readers.length; i += 50) await Promise.all(readers.slice(i, i + 50).map(open));
  let cuts = 0;
  const until = performance.now() + input.seconds * 1_000;
  await Promise.all(
    readers.map(async (reader, i) => {
      await pause((i / readers.length) * input.everySeconds * 1_000);
      while (performance.now() < until) {
        reader.cutAt = performance.now();
        reader.connection?.socket.terminate();
        cuts++;
        await open(reader);
        await pause(input.everySeconds * 1_000);
      }
    }),
  );
  await pause(1_500);
  const most = Math.max(...readers.map((reader) => reader.heard));
  for (const { connection } of readers) connection?.socket.terminate();
  return {
    cuts,
    heard: most,
    wrong: readers.reduce((sum, reader) => sum + reader.wrong, 0),
    complete: readers.filter((reader) => reader.heard === most).length,
    slowestMs: backMs.toSorted((a, b) => a - b)[Math.floor(backMs.length * 0.99)] ?? Number.NaN,
  };
}
