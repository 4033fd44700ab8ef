import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { getWSConnectionHandler } from '@trpc/server/adapters/ws';
import { WebSocketServer, type WebSocket } from 'ws';
import { appRouter } from '@/server/api/root';
import { addressOf } from '@/server/auth/address';
import { Identity, type Credentials } from '@/server/auth/identity';
import { watchIdentity } from '@/server/auth/living';
import { env } from '@/server/base/env';
import { AppError, isAppError } from '@/server/base/errors';
import { monotonicMs } from '@/server/base/monotonic';
import { Pace } from '@/server/base/pace';
import { repeatedSecurityEvent } from '@/server/base/security-log';
import { openSpan } from '@/server/base/tracing';
import { checkTarget, isOwnOrigin, noteForeign } from '@/server/http/guard';
import { closeCodes, connectionOf, encoderFor } from '@/server/ws-connection';
import {
  callsPerFrameMax,
  drainCloseMs,
  frameMaxBytes,
  handshakeWaitMaxMs,
  serverPingMs,
  serverPongMs,
  socketAuthDeadlineMs,
  socketDrainMaxMs,
  socketsMax,
} from '@/shared/limits';

type Refused = [status: number, text: string];
type Upgrade = { req: IncomingMessage; socket: Duplex; address: string };

/** Times of a socket, milliseconds; what is not given is the house's. */
export type SocketTimes = {
  /** How long it may stay silent about who it is. */
  authDeadlineMs: number;
  /** How long it may be quiet before it is asked for a sign of life, and how long the answer may take. */
  pingMs: number;
  pongMs: number;
  /** How long a socket that was told to close may take over it. */
  closeMs: number;
  /** How long it may take what it was sent. */
  drainMs: number;
  /** How long sockets that were closed for a stop may take over it. */
  drainCloseMs: number;
};

/** What tRPC's client understands as: open another socket, move over to it, then close this one. */
const reconnectNotice = JSON.stringify({ id: null, method: 'reconnect' });
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/**
 * What tRPC is told of any handshake, since it keeps it as long as the socket lives and all else about it
 * is looked at here. Without `?connectionParams=1` it would not wait for the first message, by which every
 * socket must say who it is.
 */
const handshake = Object.assign(new IncomingMessage(new Socket()), {
  url: '/api/trpc?connectionParams=1',
  headers: { host: 'localhost' },
});

/** Counts in a window of one second. */
class PerSecond {
  private second = 0;
  private counts = new Map<string, number>();

  hit(key: string): number {
    const second = Math.floor(Date.now() / 1000);
    if (second !== this.second) {
      this.second = second;
      this.counts.clear();
    }
    const count = (this.counts.get(key) ?? 0) + 1;
    this.counts.set(key, count);
    return count;
  }
}

/** Raises a key's count; the returned function lowers it. */
function hold(counts: Map<string, number>, key: string): () => void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
  return () => {
    const left = (counts.get(key) ?? 1) - 1;
    if (left > 0) counts.set(key, left);
    else counts.delete(key);
  };
}

/**
 * tRPC over WebSockets on the pages' port: everything about a socket is decided before it is
 * accepted, and it is watched from then on.
 */
export class SocketServer {
  private readonly times: SocketTimes;
  private readonly server: WebSocketServer;
  private readonly sockets = new Set<WebSocket>();
  private readonly perAddress = new Map<string, number>();
  private readonly perIdentity = new Map<string, number>();
  private readonly handshakes = new PerSecond();
  private readonly pace = new Pace();
  /** Handshakes that wait for their turn. */
  private waiting = 0;
  private isDraining = false;

  constructor(times: Partial<SocketTimes> = {}) {
    this.times = {
      authDeadlineMs: socketAuthDeadlineMs,
      pingMs: serverPingMs,
      pongMs: serverPongMs,
      closeMs: serverPongMs,
      drainMs: socketDrainMaxMs,
      drainCloseMs,
      ...times,
    };
    // `closeTimeout` is not in the types of `ws` yet.
    const options = { closeTimeout: this.times.closeMs, maxPayload: frameMaxBytes, perMessageDeflate: false };
    this.server = new WebSocketServer({ noServer: true, ...options });
  }

  /** Answers an upgrade request to `/api/trpc`: 101, or a refusal in plain HTTP. */
  upgrade(req: IncomingMessage, socket: Duplex, head: Buffer): void {
    destroyOnError(socket);
    const address = addressOf(req);
    const refused = this.refusal(req, address);
    if (refused) return refuseUpgrade(socket, ...refused);
    const accept = () =>
      this.server.handleUpgrade(req, socket, head, (ws) => this.accept(ws, { req, socket, address }));
    const waitMs = this.pace.take({ perSecond: env().HANDSHAKES_PER_SECOND, patienceMs: handshakeWaitMaxMs });
    if (waitMs === null) return refuseUpgrade(socket, 503, 'Service Unavailable');
    if (waitMs === 0) return accept();
    // A crowd that comes back at once is let in one after the other, rather than sent away to come again later.
    this.waiting++;
    const letGo = hold(this.perAddress, address);
    setTimeout(() => {
      this.waiting--;
      letGo();
      if (this.isDraining) refuseUpgrade(socket, 503, 'Service Unavailable');
      else if (!socket.destroyed) accept();
    }, waitMs);
  }

  get size(): number {
    return this.sockets.size;
  }

  /**
   * Ends every socket. With time for it, clients are told in slices to connect anew, which a balancer
   * brings to another process: they keep this socket until the next one stands, so nothing of what is
   * under way is lost, and close it themselves. Who has not by then is closed.
   */
  async drain(withinMs: number): Promise<void> {
    this.isDraining = true;
    const deadline = monotonicMs() + withinMs;
    const all = [...this.sockets];
    const slices = Math.max(1, Math.min(10, Math.ceil(all.length / 20)));
    for (let i = 0; withinMs > 0 && i < slices; i++) {
      for (const ws of all.slice((i * all.length) / slices, ((i + 1) * all.length) / slices))
        if (ws.readyState === ws.OPEN) ws.send(reconnectNotice);
      if (i < slices - 1) await pause(withinMs / 2 / slices);
    }
    await this.emptied(deadline);
    for (const ws of this.sockets) ws.close(closeCodes.restarting, 'restarting');
    await this.emptied(monotonicMs() + this.times.drainCloseMs);
    for (const ws of this.sockets) ws.terminate();
  }

  private async emptied(deadline: number): Promise<void> {
    while (this.sockets.size > 0 && monotonicMs() < deadline) await pause(20);
  }

  private refusal(req: IncomingMessage, address: string): Refused | null {
    const { origin } = req.headers;
    if (checkTarget(req) || req.url?.split('?')[0] !== '/api/trpc') return [404, 'Not Found'];
    if (origin === undefined || !isOwnOrigin(origin)) {
      noteForeign(req);
      return [403, 'Forbidden'];
    }
    if (this.isDraining || this.sockets.size + this.waiting >= socketsMax)
      return [503, 'Service Unavailable'];
    const isFull = (this.perAddress.get(address) ?? 0) >= env().SOCKETS_PER_ADDRESS;
    if (isFull || this.handshakes.hit(address) > env().HANDSHAKES_PER_SECOND_PER_ADDRESS) {
      repeatedSecurityEvent('limited', { address, path: 'socket' });
      return [429, 'Too Many Requests'];
    }
    return null;
  }

  /** @throws {AppError} when the person has too many sockets already */
  private holdIdentity(userId: string): () => void {
    if ((this.perIdentity.get(userId) ?? 0) >= env().SOCKETS_PER_IDENTITY)
      throw new AppError(
        'TOO_MANY_REQUESTS',
        'too_many',
        'Foyer is open in too many tabs. Close one and reload.',
      );
    return hold(this.perIdentity, userId);
  }

  private accept(ws: WebSocket, { req, socket, address }: Upgrade): void {
    ws.on('error', () => ws.terminate());
    this.sockets.add(ws);
    const span = openSpan('socket', {});
    const releases = [hold(this.perAddress, address)];
    const { authDeadlineMs, pingMs, pongMs, drainMs } = this.times;
    const connection = connectionOf(ws, socket, drainMs);
    const deadline = setTimeout(() => ws.close(closeCodes.noIdentity, 'no identity'), authDeadlineMs);
    ws.on('close', () => {
      clearTimeout(deadline);
      this.sockets.delete(ws);
      span?.end();
      for (const release of releases) release();
    });
    // The request itself is let go of: it would outweigh much else that a quiet socket holds.
    const { cookie } = req.headers;
    const handle = getWSConnectionHandler({
      wss: this.server,
      router: appRouter,
      maxBatchSize: callsPerFrameMax,
      keepAlive: { enabled: true, pingMs, pongWaitMs: pongMs },
      experimental_encoder: encoderFor(ws, connection),
      createContext: async ({ info }) => {
        clearTimeout(deadline);
        const identity = await this.identify(ws, {
          secret: info.connectionParams?.['visitor'],
          as: info.connectionParams?.['as'],
          name: info.connectionParams?.['name'],
          cookie,
          address,
        });
        if (ws.readyState === ws.OPEN) releases.push(watchIdentity(identity));
        const count = (userId: string) => {
          // A socket that closed meanwhile has released what it held already.
          if (ws.readyState === ws.OPEN) releases.push(this.holdIdentity(userId));
        };
        if (identity.viewer.userId) count(identity.viewer.userId);
        else identity.onMember = (member) => count(member.userId);
        return { identity, from: 'socket' as const, connection };
      },
    });
    handle(ws, handshake);
  }

  /** Says by the close code when the browser has to find out anew who it is. */
  private async identify(ws: WebSocket, credentials: Credentials): Promise<Identity> {
    try {
      const identity = await Identity.resolve(credentials);
      identity.onEnded(() => ws.close(closeCodes.identityEnded, 'identity ended'));
      return identity;
    } catch (cause) {
      if (isAppError(cause) && cause.code === 'UNAUTHORIZED')
        ws.close(closeCodes.identityEnded, 'identity ended');
      throw cause;
    }
  }
}

/** Not in place, where the listener would keep all that is in scope. */
function destroyOnError(socket: Duplex): void {
  socket.on('error', () => socket.destroy());
}

export function refuseUpgrade(socket: Duplex, status: number, text: string): void {
  // Node listens no more once it has handed the socket over: a reset would end the process.
  destroyOnError(socket);
  socket.end(
    `HTTP/1.1 ${status} ${text}\r\nConnection: close\r\n${status === 429 ? 'Retry-After: 1\r\n' : ''}Content-Length: 0\r\n\r\n`,
  );
  setTimeout(() => socket.destroy(), 100).unref();
}
