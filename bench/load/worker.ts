/** A process of readers or senders: `node --import tsx bench/load/worker.ts`, driven over IPC. */
import { answer } from '../core/child';
import { Histogram } from '../core/histogram';
import { nowUs } from '../core/machine';
import { churn } from './churn';
import { Connection } from './connection';
import { dialects, eventIdIn, stampedText, stampsIn, type DialectName } from './dialect';

export type OpenInput = {
  url: string;
  dialect: DialectName;
  targets: string[];
  count: number;
  /** Opened at once. */
  atOnce: number;
  isReader: boolean;
  /** One per connection, or none: strangers. */
  secrets?: string[];
  /** Where readers go on from. */
  lastEventId?: string;
};
export type Opened = { seconds: number };
export type Heard = { messages: number; latency: number[]; frames: number };
export type SendInput = { seconds: number; chars: number; perSecond?: number };
export type Sent = { messages: number; seconds: number; latency: number[]; late: number };

let connections: Connection[] = [];
let lastFrame = '';
let heard = { messages: 0, frames: 0, latency: Histogram.empty() };

function hear(frame: string): void {
  heard.frames++;
  lastFrame = frame;
  const now = nowUs();
  for (const us of stampsIn(frame)) {
    heard.messages++;
    heard.latency.add(now - us);
  }
}

async function open(input: OpenInput): Promise<Opened> {
  const dialect = dialects[input.dialect];
  const began = nowUs();
  let next = 0;
  const opened: Connection[] = [];
  const turn = async () => {
    for (let i = next++; i < input.count; i = next++) {
      const client = {
        secret: input.secrets?.[i] ?? null,
        target: input.targets[i % input.targets.length] ?? '',
        lastEventId: input.lastEventId ?? null,
      };
      const connection = await Connection.open(input.url, dialect, client, input.isReader ? hear : () => {});
      if (input.isReader) await connection.subscribe();
      opened.push(connection);
    }
  };
  await Promise.all(Array.from({ length: Math.min(input.atOnce, input.count) }, turn));
  connections = connections.concat(opened);
  return { seconds: (nowUs() - began) / 1e6 };
}

/** Every connection sends its next text when the last is acknowledged, or all together at a steady rate. */
async function send({ seconds, chars, perSecond }: SendInput): Promise<Sent> {
  const latency = Histogram.empty();
  const began = nowUs();
  const until = began + seconds * 1e6;
  let messages = 0;
  let late = 0;
  const one = async (connection: Connection) => {
    const at = nowUs();
    await connection.send(stampedText(at, chars));
    latency.add(nowUs() - at);
    messages++;
  };
  if (perSecond === undefined)
    await Promise.all(
      connections.map(async (connection) => {
        while (nowUs() < until) await one(connection);
      }),
    );
  else {
    const under: Promise<void>[] = [];
    for (let i = 0; i < perSecond * seconds; i++) {
      const due = began + (i / perSecond) * 1e6;
      const wait = (due - nowUs()) / 1_000;
      if (wait > 1) await new Promise((resolve) => setTimeout(resolve, wait));
      else if (wait < -100) late++;
      const connection = connections[i % connections.length];
      if (connection) under.push(one(connection));
    }
    await Promise.all(under);
  }
  return { messages, seconds: (nowUs() - began) / 1e6, latency: latency.toJSON(), late };
}

/** Where the last frame of any reader stood; null in dialects that do not say. */
const lastEventId = (): string | null => eventIdIn(lastFrame);

function take(): Heard {
  const { messages, frames, latency } = heard;
  heard = { messages: 0, frames: 0, latency: Histogram.empty() };
  return { messages, frames, latency: latency.toJSON() };
}

async function close(): Promise<void> {
  const all = connections;
  connections = [];
  await Promise.all(
    all.map(
      ({ socket }) =>
        new Promise<void>((resolve) => {
          if (socket.readyState === socket.CLOSED) return resolve();
          socket.once('close', () => resolve());
          socket.terminate();
        }),
    ),
  );
}

/** Readers that stop reading: what is sent to them stays with the server. */
function stall(count: number): void {
  for (const { socket } of connections.slice(0, count)) socket.pause();
}

answer({ open, send, take, close, stall, churn, count: () => heard.messages, lastEventId }, 'ready');
