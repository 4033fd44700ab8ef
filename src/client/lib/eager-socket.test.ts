import type { EagerSocket } from '@/client/lib/eager-socket';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

/** A browser's socket, as far as its states go: it opens and closes when a test says so. */
class FakeSocket extends EventTarget {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSING = 2;
  static readonly CLOSED = 3;
  private state = FakeSocket.CONNECTING;

  get readyState(): number {
    return this.state;
  }

  close(): void {
    this.state = FakeSocket.CLOSING;
  }

  openNow(): void {
    this.state = FakeSocket.OPEN;
    this.dispatchEvent(new Event('open'));
  }
}

class FakeCloseEvent extends Event {}

let open: () => EagerSocket;
beforeAll(async () => {
  vi.stubGlobal('WebSocket', FakeSocket);
  vi.stubGlobal('CloseEvent', FakeCloseEvent);
  const made = await import('@/client/lib/eager-socket');
  open = () => new made.EagerSocket('ws://localhost');
});
afterAll(() => vi.unstubAllGlobals());

function listenedTo() {
  const socket = open();
  const heard: string[] = [];
  for (const type of ['open', 'error', 'close']) socket.addEventListener(type, () => heard.push(type));
  return { socket, heard };
}

describe('a socket that does not wait for goodbye', () => {
  it('is closed at once', () => {
    const { socket, heard } = listenedTo();
    (socket as unknown as FakeSocket).openNow();
    socket.close();
    expect([heard, socket.readyState]).toEqual([['open', 'close'], FakeSocket.CLOSED]);
  });

  it('tells of an error when it is given up before it opens', () => {
    const { socket, heard } = listenedTo();
    socket.abandon();
    expect(heard).toEqual(['error', 'close']);
  });
});

describe('regression: a socket closed before it opened was waited for ever', () => {
  it('tells of an error when it is closed before it opens', () => {
    const { socket, heard } = listenedTo();
    socket.close();
    expect(heard).toEqual(['error', 'close']);
  });

  it('tells of an error when it was closing already', () => {
    const { socket, heard } = listenedTo();
    FakeSocket.prototype.close.call(socket as unknown as FakeSocket);
    socket.abandon();
    expect(heard).toEqual(['error', 'close']);
  });
});
