import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { TRPCResponseMessage } from '@trpc/server/rpc';
import type { Connection } from '@/server/api/context';
import { monotonicMs } from '@/server/base/monotonic';
import { Gate } from '@/server/realtime/gate';
import type { Lane } from '@/server/realtime/lane';
import { sharedFrame, sharedJson, standIn } from '@/server/realtime/shared-json';
import { textFrame } from '@/server/realtime/text-frame';
import { parseShallowJson } from '@/shared/json';
import {
  badFramesMax,
  identityEndedCode,
  questionsAtOncePerSocket,
  socketBufferHardBytes,
  socketBufferSoftBytes,
  socketDrainMaxMs,
} from '@/shared/limits';

/** Close codes of our own. */
export const closeCodes = {
  noIdentity: 4401,
  identityEnded: identityEndedCode,
  tooSlow: 4008,
  badFrames: 1008,
  restarting: 1012,
} as const;

const pollMs = 20;

export type SocketConnection = Connection & {
  /** Hears of every frame before it is sent. */
  sending(bytes: number): void;
};

/**
 * The server's side of one socket: how much it may be sent, and how long that may take.
 * @param stream what carries the socket's frames. Nothing is compressed, so the library writes each frame
 *   whole and at once, and a lane may write its own between them
 */
export function connectionOf(
  socket: WebSocket,
  stream: Duplex,
  drainMs = socketDrainMaxMs,
): SocketConnection {
  let largestBytes = 0;
  const questions = new Gate(questionsAtOncePerSocket);
  const sending = (bytes: number) => {
    if (socket.bufferedAmount <= socketBufferSoftBytes) largestBytes = 0;
    largestBytes = Math.max(largestBytes, bytes);
  };
  const connection: SocketConnection = {
    subscriptions: 0,
    sending,
    isFree: () => socket.bufferedAmount <= socketBufferSoftBytes,
    /** A reader that does not take what it is sent costs no memory: after a while it is cut, and resumes later. */
    async drained() {
      if (socket.bufferedAmount <= socketBufferSoftBytes) return;
      const deadline = monotonicMs() + drainMs;
      // One batch may be larger than the limit by itself, and a slow reader has to get through it: else
      // it would be cut, come back and be sent the same batch for ever. So it is with answers that were asked
      // for together. More on top of them may not pile up.
      const hardBytes = () => socketBufferHardBytes + largestBytes * Math.max(1, questions.size);
      while (socket.readyState === socket.OPEN && socket.bufferedAmount > socketBufferSoftBytes) {
        if (socket.bufferedAmount > hardBytes() || monotonicMs() > deadline) {
          socket.close(closeCodes.tooSlow, 'too slow');
          socket.terminate();
          return;
        }
        await new Promise((resolve) => setTimeout(resolve, pollMs));
      }
    },
    answer: (work) =>
      questions.run(async () => {
        await connection.drained();
        return work();
      }),
    openLane: () => new SocketLane(socket, stream, sending),
  };
  return connection;
}

/** First events of streams, and the lanes that wait to see them go out. */
const openings = new WeakMap<object, SocketLane>();

class SocketLane implements Lane {
  private callId: string | null = null;

  constructor(
    private readonly socket: WebSocket,
    private readonly stream: Duplex,
    private readonly sending: (bytes: number) => void,
  ) {}

  opening<T extends object>(event: T): T {
    const own = standIn(event);
    openings.set(own, this);
    return own;
  }

  /** @param callId the number of the stream's call, as JSON */
  open(callId: string): void {
    this.callId = callId;
  }

  isOpen(): boolean {
    const { socket } = this;
    return (
      this.callId !== null &&
      socket.readyState === socket.OPEN &&
      socket.bufferedAmount <= socketBufferSoftBytes
    );
  }

  send(cursor: string, event: object): void {
    const { callId } = this;
    if (callId === null) throw new Error('The lane is closed until the stream has said something.');
    const frame = sharedFrame(event, `${callId} ${cursor}`, (json) =>
      textFrame(envelope(callId, cursor, json)),
    );
    this.sending(frame.length);
    this.stream.write(frame);
  }
}

/** The frame of a tracked event, as tRPC's WebSocket protocol has it. */
function envelope(callId: string, cursor: string, json: string): string {
  const id = JSON.stringify(cursor);
  return `{"id":${callId},"result":{"type":"data","id":${id},"data":{"id":${id},"data":${json}}}}`;
}

/** Decodes with a bound on depth and on bad frames; encodes shared events by splicing their text. */
export function encoderFor(socket: WebSocket, connection: SocketConnection) {
  let badFrames = 0;
  return {
    decode(data: string | ArrayBuffer | Uint8Array): unknown {
      try {
        if (typeof data !== 'string') throw new SyntaxError('Binary frames are not understood.');
        return parseShallowJson(data);
      } catch (cause) {
        if (++badFrames >= badFramesMax) socket.close(closeCodes.badFrames, 'too many bad frames');
        throw cause;
      }
    },
    encode(message: TRPCResponseMessage): string {
      const text = encode(message);
      connection.sending(Buffer.byteLength(text));
      return text;
    },
  };
}

function encode(message: TRPCResponseMessage): string {
  if ('result' in message && message.result.type === 'data' && message.result.id) {
    const { id, data } = message.result.data as { id: string; data: object };
    const callId = JSON.stringify(message.id);
    openings.get(data)?.open(callId);
    const json = sharedJson(data);
    if (json !== undefined) return envelope(callId, id, json);
  }
  return JSON.stringify(message);
}
