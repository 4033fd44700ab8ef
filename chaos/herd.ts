import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { reconnectBaseMs, reconnectMaxMs } from '@/shared/limits';
import { readMetrics } from './metrics';
import type { Rig } from './rig';

type Reader = { socket: WebSocket | null; cursor: string | null; backAt: number | null; tries: number };
export type HerdFigures = {
  sockets: number;
  halfBackMs: number | null;
  allBackMs: number | null;
  missing: number;
  /** Handshakes on the way back that were refused or lost, over all readers. */
  refused: number;
  /** Transactions of the database per reader that came back, all instances and sweeps included. */
  queriesPerReader: number;
  /** Of the instances, while they came back. */
  loopDelayMs: number;
  /** Readers who were brought up by the database rather than by what an instance held. */
  replays: number;
};

const openedAtOnce = 100;
const upMaxMs = 120_000;
const backMaxMs = 90_000;

/**
 * Opens thousands of readers of one thread, cuts them all at once, and measures how they come back. The
 * readers speak the protocol by hand, with the product's own jitter: its whole client would cost more than
 * the machine has.
 */
export async function measureHerd(rig: Rig, count: number): Promise<HerdFigures> {
  const threadId = rig.world.threads[0]?.id ?? '';
  const secret = rig.world.people[0]?.secret ?? '';
  const url = `${rig.baseUrl.replace('http', 'ws')}/api/trpc?connectionParams=1`;
  const readers = Array.from({ length: count }, (): Reader => ({
    socket: null,
    cursor: null,
    backAt: null,
    tries: 0,
  }));
  let isCut = false;
  let isOver = false;
  let refused = 0;

  const open = (reader: Reader): void => {
    const socket = new WebSocket(url, { origin: rig.baseUrl, perMessageDeflate: false });
    const isReturn = isCut;
    reader.socket = socket;
    socket.on('error', () => undefined);
    socket.on('open', () => {
      socket.send(JSON.stringify({ method: 'connectionParams', data: { visitor: secret } }));
      const input = { threadId, ...(reader.cursor && { lastEventId: reader.cursor }) };
      socket.send(
        JSON.stringify({ id: 1, method: 'subscription', params: { path: 'thread.onEvent', input } }),
      );
    });
    socket.on('message', (bytes: Buffer) => {
      const text = bytes.toString();
      if (text === 'PING') return socket.send('PONG');
      const { result } = JSON.parse(text) as { result?: { type: string; id?: string } };
      if (result?.type !== 'data' || !result.id) return;
      reader.cursor = result.id;
      reader.backAt ??= Date.now();
      reader.tries = 0;
    });
    socket.on('close', () => {
      if (isOver) return;
      if (isReturn && reader.backAt === null) refused++;
      const waitMs = Math.random() * Math.min(reconnectMaxMs, reconnectBaseMs * 2 ** reader.tries++);
      setTimeout(() => isOver || open(reader), waitMs);
    });
  };

  const backCount = () => readers.filter((reader) => reader.backAt !== null).length;
  for (let i = 0; i < count; i += openedAtOnce) {
    readers.slice(i, i + openedAtOnce).forEach(open);
    await delay(250);
  }
  for (const until = Date.now() + upMaxMs; backCount() < count && Date.now() < until;) await delay(100);
  const up = backCount();
  await delay(3_000);

  isCut = true;
  for (const reader of readers) reader.backAt = null;
  const before = await transactions(rig);
  const { replays } = await readMetrics(rig);
  const cutAt = Date.now();
  rig.links.clients.reset();
  for (const until = cutAt + backMaxMs; backCount() < up && Date.now() < until;) await delay(100);
  const back = readers.flatMap((reader) => reader.backAt ?? []).toSorted((a, b) => a - b);
  const after = await transactions(rig);
  const metrics = await readMetrics(rig);
  isOver = true;
  for (const reader of readers) reader.socket?.terminate();
  const at = (index: number) => (back[index] === undefined ? null : back[index] - cutAt);
  return {
    sockets: up,
    halfBackMs: at(Math.ceil(up / 2) - 1),
    allBackMs: at(up - 1),
    missing: up - back.length,
    refused,
    queriesPerReader: Number(((after - before) / Math.max(1, back.length)).toFixed(2)),
    loopDelayMs: metrics.loopDelayMs,
    replays: metrics.replays - replays,
  };
}

async function transactions(rig: Rig): Promise<number> {
  const { rows } = await rig.admin.query<{ count: string }>(
    'select xact_commit as count from pg_stat_database where datname = current_database()',
  );
  return Number(rows[0]?.count ?? 0);
}
