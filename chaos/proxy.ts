import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** What is wrong with a link; the names are toxiproxy's. */
export type Toxics = {
  latencyMs: number;
  jitterMs: number;
  /** Bytes a second, each direction of each connection; null is all there is. */
  bandwidth: number | null;
  /** The largest piece that is passed on at once; null leaves pieces as they are. */
  slicer: number | null;
  /** Cuts a connection after so many bytes from the server, in the middle of whatever it is. */
  limitData: number | null;
};
export const healthy: Toxics = { latencyMs: 0, jitterMs: 0, bandwidth: null, slicer: null, limitData: null };

type Pair = { near: Socket; far: Socket; isDead: boolean };

/**
 * A TCP proxy in front of one or several equal servers, which it takes in turn and passes over while they
 * do not answer: a link that can be cut, emptied, slowed down and torn, and a balancer without stickiness.
 */
export class Link {
  toxics: Toxics = healthy;
  private readonly server: Server;
  private readonly pairs = new Set<Pair>();
  private turn = 0;
  private isDown = false;
  private isBlackhole = false;

  constructor(
    private readonly targets: () => readonly number[],
    private readonly random: () => number,
  ) {
    this.server = createServer((near) => this.accept(near));
  }

  async listen(port = 0): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(port, '127.0.0.1', resolve));
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Connections that stand. */
  get size(): number {
    return this.pairs.size;
  }

  /**
   * Ends connections, in the way of somebody who pulls a plug.
   * @param share of those that stand
   */
  reset(share = 1): void {
    for (const { near, far } of [...this.pairs])
      if (this.random() < share) {
        near.resetAndDestroy();
        far.resetAndDestroy();
      }
  }

  /** Refuses everything until `up`. */
  down(): void {
    this.isDown = true;
    this.reset();
  }

  /** Lets connections stand and carry nothing: those of now for ever, new ones until `up`. */
  blackhole(share = 1): void {
    this.isBlackhole = share === 1;
    for (const pair of this.pairs) if (this.random() < share) pair.isDead = true;
  }

  up(): void {
    this.isDown = this.isBlackhole = false;
    this.toxics = healthy;
  }

  async close(): Promise<void> {
    this.down();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private accept(near: Socket): void {
    near.on('error', () => near.destroy());
    if (this.isDown) return void near.resetAndDestroy();
    const targets = this.targets();
    this.join(near, targets, targets.length);
  }

  private join(near: Socket, targets: readonly number[], triesLeft: number): void {
    const port = targets[this.turn++ % Math.max(1, targets.length)];
    if (port === undefined || triesLeft === 0 || near.destroyed) return void near.destroy();
    const far = connect({ host: '127.0.0.1', port });
    const onRefused = () => {
      far.destroy();
      this.join(near, targets, triesLeft - 1);
    };
    far.once('error', onRefused);
    far.once('connect', () => {
      far.off('error', onRefused);
      this.carry({ near, far, isDead: this.isBlackhole });
    });
  }

  private carry(pair: Pair): void {
    const { near, far } = pair;
    this.pairs.add(pair);
    for (const socket of [near, far]) {
      socket.setNoDelay(true);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        this.pairs.delete(pair);
        // On a link that carries nothing, the other end does not hear of it either.
        if (!pair.isDead) [near, far].forEach((one) => one.destroySoon());
        else setTimeout(() => [near, far].forEach((one) => one.destroy()), 60_000).unref();
      });
    }
    let fromServer = 0;
    const toxics = () => this.toxics;
    const isDead = () => pair.isDead;
    pipe(near, far, { toxics, isDead, random: this.random });
    pipe(far, near, {
      toxics,
      isDead,
      random: this.random,
      onBytes: (count) => {
        fromServer += count;
        if (this.toxics.limitData !== null && fromServer > this.toxics.limitData) near.resetAndDestroy();
      },
    });
  }
}

type PipeOptions = {
  toxics(): Toxics;
  isDead(): boolean;
  random(): number;
  onBytes?(count: number): void;
};

/** Carries bytes one way, in order, as late and in as small pieces as the toxics say, with back-pressure. */
function pipe(from: Socket, to: Socket, { toxics, isDead, random, onBytes }: PipeOptions): void {
  const waiting: { piece: Buffer; at: number }[] = [];
  let lastAt = 0;
  const write = (bytes: Buffer) => {
    if (isDead() || !to.writable) return;
    if (!to.write(bytes) && !from.isPaused()) {
      from.pause();
      to.once('drain', () => from.resume());
    }
  };
  const pump = () => {
    for (let next = waiting[0]; next && next.at <= Date.now(); next = waiting[0]) {
      waiting.shift();
      write(next.piece);
    }
    if (waiting[0]) setTimeout(pump, Math.max(1, waiting[0].at - Date.now()));
    else if (!to.writableNeedDrain) from.resume();
  };
  from.on('data', (bytes: Buffer) => {
    if (isDead()) return;
    onBytes?.(bytes.length);
    const { latencyMs, jitterMs, bandwidth, slicer } = toxics();
    const isPlain = latencyMs === 0 && jitterMs === 0 && bandwidth === null && slicer === null;
    if (isPlain && waiting.length === 0) return write(bytes);
    const isIdle = waiting.length === 0;
    const size = slicer ?? bytes.length;
    const delayMs = Math.max(0, latencyMs + (random() * 2 - 1) * jitterMs);
    for (let start = 0; start < bytes.length; start += size) {
      const piece = bytes.subarray(start, start + size);
      const takesMs = bandwidth === null ? 0 : (piece.length / bandwidth) * 1_000;
      lastAt = Math.max(Date.now() + delayMs, lastAt) + takesMs;
      waiting.push({ piece, at: lastAt });
    }
    if (waiting.length > waitingMax) from.pause();
    if (isIdle) pump();
  });
}

const waitingMax = 2_000;
