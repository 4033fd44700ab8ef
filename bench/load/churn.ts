import { Connection } from './connection';
import { dialects, type DialectName } from './dialect';
import { epochOf, revOf } from '@/shared/cursor';
import type { ThreadEvent } from '@/shared/event';

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

type Frame = { result: { id: string; data: { data: ThreadEvent } } };
type Reader = {
  connection: Connection | null;
  /** How often it connected: what comes late on a connection that was cut does not count. */
  turn: number;
  lastEventId: string | null;
  /** Up to which change it was brought, and how many it heard of since its first event. */
  rev: number;
  heard: number;
  wrong: number;
  /** When it lost its connection, until it hears something again. */
  cutAt: number | null;
};

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/**
 * Readers whose connection is cut again and again, without a word, and who come back to where they were.
 * @returns how many are where the furthest one is; `wrong` counts changes that came twice, out of order, or
 *   after a hole
 */
export async function churn(input: ChurnInput): Promise<Churned> {
  const readers = Array.from({ length: input.count }, (): Reader => ({
    connection: null,
    turn: 0,
    lastEventId: null,
    rev: -1,
    heard: 0,
    wrong: 0,
    cutAt: null,
  }));
  const backMs: number[] = [];
  const hear = (reader: Reader, turn: number) => (frame: string) => {
    if (turn !== reader.turn || !frame.includes('"type":"data"')) return;
    const { id, data } = (JSON.parse(frame) as Frame).result;
    reader.lastEventId = id;
    const event = data.data;
    if (event.type === 'reset') reader.wrong++;
    // Where a reader begins says the place of its first event: its head may know of more than was sent.
    if (reader.rev < 0) reader.rev = event.type === 'changes' ? event.from : (revOf(id, epochOf(id)) ?? -1);
    if (event.type !== 'changes') return;
    for (const { rev } of event.changes) {
      if (rev !== reader.rev + 1) reader.wrong++;
      reader.rev = rev;
      reader.heard++;
    }
    if (reader.cutAt === null) return;
    backMs.push(performance.now() - reader.cutAt);
    reader.cutAt = null;
  };
  const open = async (reader: Reader) => {
    const client = { secret: null, target: input.target, lastEventId: reader.lastEventId };
    const onFrame = hear(reader, ++reader.turn);
    const connection = await Connection.open(input.url, dialects[input.dialect], client, onFrame);
    await connection.subscribe();
    reader.connection = connection;
  };
  for (let i = 0; i < readers.length; i += 50) await Promise.all(readers.slice(i, i + 50).map(open));
  let cuts = 0;
  const until = performance.now() + input.seconds * 1_000;
  const rest = (ms: number) => pause(Math.min(ms, Math.max(0, until - performance.now())));
  await Promise.all(
    readers.map(async (reader, i) => {
      await rest((i / readers.length) * input.everySeconds * 1_000);
      while (performance.now() < until) {
        reader.cutAt = performance.now();
        reader.turn++;
        reader.connection?.socket.terminate();
        cuts++;
        await open(reader);
        await rest(input.everySeconds * 1_000);
      }
    }),
  );
  await pause(1_500);
  const furthest = Math.max(...readers.map((reader) => reader.rev));
  for (const { connection } of readers) connection?.socket.terminate();
  return {
    cuts,
    heard: Math.max(...readers.map((reader) => reader.heard)),
    wrong: readers.reduce((sum, reader) => sum + reader.wrong, 0),
    complete: readers.filter((reader) => reader.rev === furthest).length,
    slowestMs: backMs.toSorted((a, b) => a - b)[Math.floor(backMs.length * 0.99)] ?? Number.NaN,
  };
}
