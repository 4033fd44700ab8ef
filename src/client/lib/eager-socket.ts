import { clientProbeMs } from '@/shared/limits';

const openTimeoutMs = 10_000;
const open = new Set<EagerSocket>();

/**
 * A WebSocket that does not wait for the other end to say goodbye. On a dead link a closing handshake
 * takes up to a minute; whoever closes this socket is told at once, and can open the next one.
 */
export class EagerSocket extends WebSocket {
  private isAbandoned = false;
  private hasOpened = false;
  private lastHeardMs = Date.now();
  private readonly openTimer: ReturnType<typeof setTimeout>;

  constructor(url: string | URL, protocols?: string | string[]) {
    super(url, protocols);
    // First in line: what a socket that was given up still says is heard by nobody.
    const guard = (event: Event) => {
      this.lastHeardMs = Date.now();
      if (this.isAbandoned && event.isTrusted) event.stopImmediatePropagation();
    };
    for (const type of ['open', 'message', 'error', 'close']) this.addEventListener(type, guard);
    this.addEventListener('open', () => (this.hasOpened = true));
    this.addEventListener('close', () => this.forget());
    this.openTimer = setTimeout(
      () => super.readyState === WebSocket.CONNECTING && this.abandon(),
      openTimeoutMs,
    );
    open.add(this);
  }

  override get readyState(): 0 | 1 | 2 | 3 {
    return this.isAbandoned ? WebSocket.CLOSED : super.readyState;
  }

  override close(code?: number, reason?: string): void {
    if (this.isAbandoned) return;
    super.close(code, reason);
    this.abandon();
  }

  /** Asks for a sign of life; without one within `clientProbeMs` the socket is given up. */
  probe(): void {
    if (this.readyState !== WebSocket.OPEN) return;
    const askedMs = Date.now();
    this.send('PING');
    setTimeout(() => this.lastHeardMs < askedMs && this.close(), clientProbeMs);
  }

  /** Gives the socket up now: its listeners hear of an error and a close, its real end is ignored. */
  abandon(): void {
    if (this.isAbandoned) return;
    this.isAbandoned = true;
    if (super.readyState === WebSocket.CONNECTING) super.close();
    // Whoever waits for its opening waits for this, also when it was closed before it could open.
    if (!this.hasOpened) this.dispatchEvent(new Event('error'));
    this.dispatchEvent(new CloseEvent('close', { code: 4000, reason: 'abandoned' }));
  }

  private forget(): void {
    clearTimeout(this.openTimer);
    open.delete(this);
  }
}

/** Probes every open socket: called when the page wakes up, comes back to sight or back online. */
export function probeSockets(): void {
  for (const socket of open) socket.probe();
}

/** Gives every open socket up: the network says that it is gone. */
export function abandonSockets(): void {
  for (const socket of open) socket.abandon();
}
